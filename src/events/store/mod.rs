//! Queries about events.

mod beside;
mod found;
mod listing;
mod presence;
mod series;
mod slots;
mod slugs;

pub use beside::{add_host, hosts_of, is_host, set_charities};
pub use found::{ids_after, index};
pub use listing::{
    Listing, Window, changes_of, due_to_close, due_to_open, hosted_by, last_ended, list, live_now, next_planned,
    published_since,
};
pub use presence::{count_dancing, forget_dancing, forget_faded, note_dancing};
pub use series::{
    find_series, leave_series, look_at_series, nights_of_series, own_night, place_of, put_place, put_series,
    series_due, series_of,
};
pub use slots::{find_slot, lineup_of, lineups_of, set_slot_guest};
pub(super) use slots::{replace_lineup, save_slot};
pub use slugs::free_slug;

use chrono_tz::Tz;
use entity::event::{self, Status};
use entity::event_charity;
use entity::ids::{AccountId, EventId, ShareId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder,
    SelectExt, Set, sea_query::Expr,
};

use crate::charities::{Part, Split};
use crate::db::Tx;
use crate::error::AppError;
use crate::events::event::{AUTO_CLOSE_AFTER, Event, State};
use crate::events::tonight::Tonight;
use crate::events::when::When;

/// A thing that belongs to one night, and can be found by its id.
pub trait OfNight: Sized + Send {
    /// The thing, and the night it is of.
    ///
    /// # Errors
    /// When the database fails.
    fn find(
        db: &DatabaseConnection,
        id: uuid::Uuid,
    ) -> impl Future<Output = Result<Option<(EventId, Self)>, DbErr>> + Send;
}

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
        published_at,
        opened_at,
        closed_at,
        target_pence,
        milestones,
        now_playing,
        is_paused,
        welcome,
        quiet_since,
        source_url,
        songs_each,
        created_by: _,
        created_at: _,
    } = row;
    let zone: Tz = time_zone.parse().map_err(|_| DbErr::Custom(format!("no zone is called {time_zone}")))?;
    let state = match status {
        Status::Draft => State::Draft,
        Status::Scheduled => State::Scheduled,
        Status::Live => State::Live { opened_at: opened_at.unwrap_or(starts_at), closes_at },
        Status::Ended => State::Ended { opened_at, closed_at },
        Status::Cancelled => State::Cancelled { was_published: published_at.is_some() },
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
        milestones: serde_json::from_str(&milestones).map_err(|error| DbErr::Json(error.to_string()))?,
        split: Split::stored(parts.collect()),
        now_playing,
        tonight: Tonight { is_paused, welcome, quiet_since },
        source_url,
        songs_each,
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
        .filter(event::COLUMN.published_at.is_not_null())
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
        milestones,
        split: _,
        now_playing,
        tonight,
        source_url,
        songs_each,
    } = event.clone();
    let Tonight { is_paused, welcome, quiet_since } = tonight;
    let When { local, zone, minutes, starts_at, ends_at } = when;
    let planned_close = ends_at + AUTO_CLOSE_AFTER;
    let (opened_at, closed_at, closes_at) = match state {
        State::Draft | State::Scheduled | State::Cancelled { .. } => (None, None, planned_close),
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
        milestones: Set(serde_json::json!(milestones).to_string()),
        now_playing: Set(now_playing),
        is_paused: Set(is_paused),
        welcome: Set(welcome),
        quiet_since: Set(quiet_since),
        source_url: Set(source_url),
        songs_each: Set(songs_each),
        ..Default::default()
    }
}

/// Adds an event with its head, its charities and its first host.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, event: &Event, creator: Option<AccountId>) -> Result<(), AppError> {
    let published_at = Set((!event.state.is_hidden()).then_some(tx.now()));
    let row = event::ActiveModel { created_by: Set(creator), created_at: Set(tx.now()), published_at, ..row_of(event) };
    event::Entity::insert(row).exec_without_returning(tx.db()).await?;
    crate::db::add_head(tx, event.id).await?;
    set_charities(tx.db(), event.id, &event.split).await?;
    if let Some(creator) = creator {
        add_host(tx.db(), event.id, creator).await?;
    }
    index(tx, event).await
}

/// Stores an event as it is now; its slug stays.
///
/// # Errors
/// When the database fails, or the event is gone.
pub async fn save(tx: &Tx, event: &Event) -> Result<(), AppError> {
    row_of(event).update_without_returning(tx.db()).await?;
    index(tx, event).await
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

/// Notes when an event was published.
///
/// # Errors
/// When the database fails.
pub(super) async fn note_published(tx: &Tx, id: EventId) -> Result<(), DbErr> {
    event::Entity::update_many()
        .col_expr(event::Column::PublishedAt, Expr::value(tx.now()))
        .filter(event::COLUMN.id.eq(id))
        .exec(tx.db())
        .await?;
    Ok(())
}
