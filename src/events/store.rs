//! Queries about events.

use chrono_tz::Tz;
use entity::event::{self, Status};
use entity::ids::{AccountId, CharityId, EventId, ShareId};
use entity::money::Pence;
use entity::{Moment, account, event_charity, event_host, slot};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, SelectExt, Set, sea_query::Expr,
};

use super::event::{AUTO_CLOSE_AFTER, Event, State};
use super::lineup::{Slot, TimedSlot};
use super::when::When;
use crate::charities::{Part, Split};
use crate::db::Tx;
use crate::error::AppError;

fn noun(row: event::Model, charities: &[event_charity::Model]) -> Result<Event, DbErr> {
    let event::Model {
        id,
        slug,
        title,
        summary,
        description_markdown,
        mood,
        hashtag,
        status,
        screening,
        starts_local,
        time_zone,
        starts_at,
        ends_at,
        duration_minutes,
        closes_at,
        opened_at,
        closed_at,
        target_pence,
        now_playing,
        source_url,
        created_by: _,
        created_at: _,
    } = row;
    let zone: Tz = time_zone.parse().map_err(|_| DbErr::Custom(format!("no zone is called {time_zone}")))?;
    let state = match status {
        Status::Draft => State::Draft,
        Status::Scheduled => State::Scheduled,
        Status::Live => State::Live { opened_at: opened_at.unwrap_or(starts_at), closes_at },
        Status::Ended => State::Ended { opened_at, closed_at },
        Status::Cancelled => State::Cancelled,
    };
    let mut parts: Vec<_> = charities.iter().filter(|row| row.event_id == id && row.parts > 0).collect();
    parts.sort_by_key(|row| row.position);
    let parts = parts.into_iter().map(|row| Part { charity: row.charity_id, parts: row.parts.unsigned_abs() });
    Ok(Event {
        id,
        slug,
        title,
        summary,
        description_markdown,
        mood,
        hashtag,
        screening,
        when: When { local: starts_local, zone, minutes: duration_minutes, starts_at, ends_at },
        state,
        target: target_pence,
        split: Split::stored(parts.collect()),
        now_playing,
        source_url,
    })
}

async fn nouns(db: &impl ConnectionTrait, rows: Vec<event::Model>) -> Result<Vec<Event>, DbErr> {
    let ids = rows.iter().map(|row| row.id);
    let charities = event_charity::Entity::find().filter(event_charity::Column::EventId.is_in(ids)).all(db).await?;
    rows.into_iter().map(|row| noun(row, &charities)).collect()
}

async fn one(db: &impl ConnectionTrait, row: Option<event::Model>) -> Result<Option<Event>, DbErr> {
    Ok(nouns(db, row.into_iter().collect()).await?.pop())
}

/// An event.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, id: EventId) -> Result<Option<Event>, DbErr> {
    one(db, event::Entity::find_by_id(id).one(db).await?).await
}

/// The event with this slug.
///
/// # Errors
/// When the database fails.
pub async fn find_by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<Event>, DbErr> {
    one(db, event::Entity::find().filter(event::COLUMN.slug.eq(slug)).one(db).await?).await
}

/// The events with these ids, latest first; drafts left out.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: Vec<EventId>) -> Result<Vec<Event>, DbErr> {
    let rows = event::Entity::find()
        .filter(event::Column::Id.is_in(ids))
        .filter(event::COLUMN.status.ne(Status::Draft))
        .order_by_desc(event::COLUMN.starts_at);
    nouns(db, rows.all(db).await?).await
}

/// The event as it is now, with its head locked: what `work` on it decides holds until the commit.
///
/// # Errors
/// 404 when it isn't there.
pub async fn lock(tx: &Tx, id: EventId) -> Result<Event, AppError> {
    tx.lock(id).await?;
    find(tx.db(), id).await?.ok_or(AppError::NotFound)
}

/// Whether there is any event at all.
///
/// # Errors
/// When the database fails.
pub async fn exists(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    event::Entity::find().exists(db).await
}

/// A slug for `title` that no event has.
///
/// # Errors
/// When the database fails.
pub async fn free_slug(db: &impl ConnectionTrait, title: &str) -> Result<String, DbErr> {
    let base = match crate::words::slug(title) {
        slug if slug.is_empty() || slug == "new" => "night".to_owned(),
        slug => slug,
    };
    let taken: Vec<String> = event::Entity::find()
        .select_only()
        .column(event::Column::Slug)
        .filter(
            Condition::any()
                .add(event::COLUMN.slug.eq(base.as_str()))
                .add(event::COLUMN.slug.like(format!("{base}-%"))),
        )
        .into_tuple()
        .all(db)
        .await?;
    let free = |slug: &String| !taken.contains(slug);
    let numbered = (2_u32..).map(|number| format!("{base}-{number}"));
    Ok(std::iter::once(base.clone()).chain(numbered).find(free).unwrap_or(base))
}

/// Which nights to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Scheduled ones, soonest first.
    Upcoming,
    /// Live ones, soonest first.
    Live,
    /// Ended ones, latest first.
    Past,
    /// All that were published, latest first.
    All,
}

/// One page of a list of nights.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    pub window: Window,
    /// How many rows at most.
    pub count: u64,
    /// The last event of the page before.
    pub after: Option<EventId>,
}

/// Lists nights by `starts_at`, then id.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, listing: Listing) -> Result<Vec<Event>, DbErr> {
    let (statuses, order): (&[Status], Order) = match listing.window {
        Window::Upcoming => (&[Status::Scheduled], Order::Asc),
        Window::Live => (&[Status::Live], Order::Asc),
        Window::Past => (&[Status::Ended], Order::Desc),
        Window::All => (&[Status::Scheduled, Status::Live, Status::Ended, Status::Cancelled], Order::Desc),
    };
    let mut query = event::Entity::find()
        .filter(event::Column::Status.is_in(statuses.iter().copied()))
        .order_by(event::Column::StartsAt, order.clone())
        .order_by(event::Column::Id, order.clone())
        .limit(listing.count);
    if let Some(after) = listing.after {
        let Some(row) = event::Entity::find_by_id(after).one(db).await? else { return Ok(Vec::new()) };
        let start = event::COLUMN.starts_at;
        let id = event::COLUMN.id;
        let (later, tie) = match order {
            Order::Asc => (start.gt(row.starts_at), id.gt(row.id)),
            _ => (start.lt(row.starts_at), id.lt(row.id)),
        };
        let same = Condition::all().add(start.eq(row.starts_at)).add(tie);
        query = query.filter(Condition::any().add(later).add(same));
    }
    nouns(db, query.all(db).await?).await
}

/// The night that is live and began first, if one is.
///
/// # Errors
/// When the database fails.
pub async fn live_now(db: &impl ConnectionTrait) -> Result<Option<Event>, DbErr> {
    Ok(list(db, Listing { window: Window::Live, count: 1, after: None }).await?.pop())
}

/// The next planned night, if one is.
///
/// # Errors
/// When the database fails.
pub async fn next_planned(db: &impl ConnectionTrait) -> Result<Option<Event>, DbErr> {
    Ok(list(db, Listing { window: Window::Upcoming, count: 1, after: None }).await?.pop())
}

/// The latest nights that are over.
///
/// # Errors
/// When the database fails.
pub async fn last_ended(db: &impl ConnectionTrait, count: u64) -> Result<Vec<Event>, DbErr> {
    list(db, Listing { window: Window::Past, count, after: None }).await
}

/// The nights an account hosts, latest first; every night when `account` is none (an owner).
///
/// # Errors
/// When the database fails.
pub async fn hosted_by(db: &impl ConnectionTrait, account: Option<AccountId>) -> Result<Vec<Event>, DbErr> {
    let mut query = event::Entity::find().order_by_desc(event::COLUMN.starts_at).limit(HOSTED_MAX);
    if let Some(account) = account {
        let places = event_host::Entity::find().filter(event_host::COLUMN.account_id.eq(account)).all(db).await?;
        query = query.filter(event::Column::Id.is_in(places.into_iter().map(|place| place.event_id)));
    }
    nouns(db, query.all(db).await?).await
}

/// A host sees this many nights on one page; older ones are found in the archive.
const HOSTED_MAX: u64 = 200;

/// Scheduled nights whose start has come.
///
/// # Errors
/// When the database fails.
pub async fn due_to_open(db: &impl ConnectionTrait, now: Moment) -> Result<Vec<EventId>, DbErr> {
    due(db, Condition::all().add(event::COLUMN.status.eq(Status::Scheduled)).add(event::COLUMN.starts_at.lte(now)))
        .await
}

/// Live nights that nobody closed in time.
///
/// # Errors
/// When the database fails.
pub async fn due_to_close(db: &impl ConnectionTrait, now: Moment) -> Result<Vec<EventId>, DbErr> {
    due(db, Condition::all().add(event::COLUMN.status.eq(Status::Live)).add(event::COLUMN.closes_at.lte(now))).await
}

async fn due(db: &impl ConnectionTrait, which: Condition) -> Result<Vec<EventId>, DbErr> {
    let query = event::Entity::find().select_only().column(event::Column::Id).filter(which);
    query.order_by_asc(event::Column::StartsAt).into_tuple().all(db).await
}

fn row_of(event: &Event) -> event::ActiveModel {
    let Event {
        id,
        slug,
        title,
        summary,
        description_markdown,
        mood,
        hashtag,
        screening,
        when,
        state,
        target,
        split: _,
        now_playing,
        source_url,
    } = event.clone();
    let When { local, zone, minutes, starts_at, ends_at } = when;
    let planned_close = ends_at + AUTO_CLOSE_AFTER;
    let (opened_at, closed_at, closes_at) = match state {
        State::Draft | State::Scheduled | State::Cancelled => (None, None, planned_close),
        State::Live { opened_at, closes_at } => (Some(opened_at), None, closes_at),
        State::Ended { opened_at, closed_at } => (opened_at, closed_at, closed_at.unwrap_or(planned_close)),
    };
    event::ActiveModel {
        id: Set(id),
        slug: Set(slug),
        title: Set(title),
        summary: Set(summary),
        description_markdown: Set(description_markdown),
        mood: Set(mood),
        hashtag: Set(hashtag),
        status: Set(state.status()),
        screening: Set(screening),
        starts_local: Set(local),
        time_zone: Set(zone.name().to_owned()),
        starts_at: Set(starts_at),
        ends_at: Set(ends_at),
        duration_minutes: Set(minutes),
        closes_at: Set(closes_at),
        opened_at: Set(opened_at),
        closed_at: Set(closed_at),
        target_pence: Set(target),
        now_playing: Set(now_playing),
        source_url: Set(source_url),
        ..Default::default()
    }
}

/// Adds an event with its head, its charities and its first host.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, event: &Event, creator: Option<AccountId>) -> Result<(), AppError> {
    let row = event::ActiveModel { created_by: Set(creator), created_at: Set(tx.now()), ..row_of(event) };
    event::Entity::insert(row).exec_without_returning(tx.db()).await?;
    crate::db::add_head(tx, event.id).await?;
    set_charities(tx.db(), event.id, &event.split).await?;
    if let Some(creator) = creator {
        add_host(tx.db(), event.id, creator).await?;
    }
    Ok(())
}

/// Stores an event as it is now; its slug stays.
///
/// # Errors
/// When the database fails, or the event is gone.
pub async fn save(tx: &Tx, event: &Event) -> Result<(), AppError> {
    row_of(event).update_without_returning(tx.db()).await?;
    Ok(())
}

/// Sets what is playing, if anything.
///
/// # Errors
/// When the database fails.
pub async fn set_now_playing(db: &impl ConnectionTrait, id: EventId, share: Option<ShareId>) -> Result<(), DbErr> {
    event::Entity::update_many()
        .col_expr(event::Column::NowPlaying, Expr::value(share))
        .filter(event::COLUMN.id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Puts the charities of a split in place of those that were there. Only while no pledge has named any.
///
/// # Errors
/// When the database fails.
pub async fn set_charities(db: &impl ConnectionTrait, id: EventId, split: &Split) -> Result<(), DbErr> {
    event_charity::Entity::delete_many().filter(event_charity::COLUMN.event_id.eq(id)).exec(db).await?;
    let rows = (0..)
        .zip(split.parts())
        .map(|(position, part)| charity_row(id, part.charity, position, i32::try_from(part.parts).unwrap_or(i32::MAX)));
    event_charity::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

fn charity_row(event: EventId, charity: CharityId, position: i32, parts: i32) -> event_charity::ActiveModel {
    event_charity::ActiveModel {
        event_id: Set(event),
        charity_id: Set(charity),
        position: Set(position),
        parts: Set(parts),
        promised_pence: Set(Pence::ZERO),
        claimed_pence: Set(Pence::ZERO),
        received_pence: Set(Pence::ZERO),
        gift_aidable_pence: Set(Pence::ZERO),
    }
}

/// Appoints a host.
///
/// # Errors
/// When the database fails.
pub async fn add_host(db: &impl ConnectionTrait, event: EventId, account: AccountId) -> Result<(), DbErr> {
    let row = event_host::ActiveModel { event_id: Set(event), account_id: Set(account) };
    event_host::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(db).await?;
    Ok(())
}

pub(super) async fn is_host(db: &impl ConnectionTrait, event: EventId, account: AccountId) -> Result<bool, DbErr> {
    event_host::Entity::find_by_id((event, account)).exists(db).await
}

/// The names of an event's hosts.
///
/// # Errors
/// When the database fails.
pub async fn hosts_of(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<String>, DbErr> {
    let places = event_host::Entity::find().filter(event_host::COLUMN.event_id.eq(event)).all(db).await?;
    let ids = places.into_iter().map(|place| place.account_id);
    let accounts = account::Entity::find().filter(account::Column::Id.is_in(ids)).order_by_asc(account::COLUMN.id);
    Ok(accounts.all(db).await?.into_iter().map(|account| account.name).collect())
}

/// The line-up of an event.
///
/// # Errors
/// When the database fails.
pub async fn lineup_of(db: &impl ConnectionTrait, event: &Event) -> Result<Vec<TimedSlot>, DbErr> {
    let rows = slot::Entity::find()
        .filter(slot::COLUMN.event_id.eq(event.id))
        .order_by_asc(slot::COLUMN.position)
        .all(db)
        .await?;
    let slots = rows.into_iter().map(|row| {
        let slot::Model { event_id: _, position: _, host, title, minutes, anchor_local } = row;
        Slot { host, title, minutes, anchor: anchor_local }
    });
    Ok(Slot::timed(slots.collect(), &event.when))
}

pub(super) async fn replace_lineup(db: &impl ConnectionTrait, event: EventId, slots: Vec<Slot>) -> Result<(), DbErr> {
    slot::Entity::delete_many().filter(slot::COLUMN.event_id.eq(event)).exec(db).await?;
    let rows = (0..).zip(slots).map(|(position, Slot { host, title, minutes, anchor })| slot::ActiveModel {
        event_id: Set(event),
        position: Set(position),
        host: Set(host),
        title: Set(title),
        minutes: Set(minutes),
        anchor_local: Set(anchor),
    });
    slot::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}
