//! Lists of events.

use std::collections::HashMap;

use super::nouns;
use entity::event::{self, Status};
use entity::ids::{AccountId, EventId, Scope};
use entity::{Moment, activity, event_host};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::events::event::Event;

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
        .filter(event::COLUMN.published_at.is_not_null())
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

/// Published nights that begin after `since`, cancelled ones too, the soonest first.
///
/// # Errors
/// When the database fails.
pub async fn published_since(db: &impl ConnectionTrait, since: Moment) -> Result<Vec<Event>, DbErr> {
    let query = event::Entity::find()
        .filter(event::COLUMN.published_at.is_not_null())
        .filter(event::COLUMN.starts_at.gt(since))
        .order_by_asc(event::COLUMN.starts_at)
        .order_by_asc(event::COLUMN.id)
        .limit(CALENDAR_MAX);
    nouns(db, query.all(db).await?).await
}

/// A calendar holds this many nights at most: six a week for a year and more.
const CALENDAR_MAX: u64 = 400;

/// How often each of these events was changed, and when the last time; those that never were are left out.
///
/// # Errors
/// When the database fails.
pub async fn changes_of(
    db: &impl ConnectionTrait,
    events: &[Event],
    kinds: &[&str],
) -> Result<HashMap<EventId, (i64, Moment)>, DbErr> {
    let rows: Vec<(Uuid, i64, Moment)> = activity::Entity::find()
        .select_only()
        .column(activity::Column::Scope)
        .column_as(activity::Column::Seq.count(), "times")
        .column_as(activity::Column::At.max(), "last")
        .filter(activity::Column::Scope.is_in(events.iter().map(|event| Scope::from(event.id))))
        .filter(activity::Column::Kind.is_in(kinds.iter().copied()))
        .group_by(activity::Column::Scope)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(event, times, last)| (EventId(event), (times, last))).collect())
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
