//! Queries about tracks and shares.

mod all_time;
mod dances;
mod doubled;
mod findings;
mod found;
mod joins;
mod merging;
mod moving;
mod people;
mod songs;
mod standing;

pub use all_time::{Ranked, Ranking, of_track, ranked};
pub use dances::{dance, miscounted};
pub use doubled::{Doubled, current, doubled, nights_of, parted, parts_of};
pub use findings::{finding, followed, keep_finding, note_asked, set_gone, unasked};
pub use found::{ids_after, index, seen};
pub use joins::{hide_joins_of, join, joiners_of, most_joined, show_joins_of, waiting_names};
pub use merging::{fold, inherit_links, leave, refold, unfold};
pub use moving::{hold_all, is_meant_by, is_unshared, merge, replace_link, split};
pub use people::{count_standing, of_guest, people_of, shared_by_guest, standing_of_guest, took_part};
pub use songs::{enrich, find_or_add_track, give_link, meet_under, name, track_of, track_with};
pub use standing::{count_shown, has_shared, live_share_of, was_removed};

use std::collections::HashMap;

use entity::ids::{EventId, GuestId, ShareId, TrackId};
use entity::{Moment, share, share_join};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait,
    Order as SqlOrder, QueryFilter, QueryOrder, QuerySelect, Select, Set, sea_query::Expr,
};

use crate::accounts;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{Event, OfNight};
use crate::tracks::share::{Share, ShareState, Song};
use crate::tracks::track::Track;

/// A share to be.
#[derive(Clone, Debug)]
pub struct NewShare {
    pub id: ShareId,
    pub event: EventId,
    pub track: TrackId,
    pub guest: GuestId,
    pub song: Song,
    pub state: ShareState,
    /// The listed word for which it waits, if it is that.
    pub held_word: Option<String>,
}

/// Adds a share.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, new: NewShare) -> Result<(), AppError> {
    let NewShare { id, event, track, guest, song, state, held_word } = new;
    let Song { link: _, title, artist, dedication } = song;
    let row = share::ActiveModel {
        id: Set(id),
        event_id: Set(event),
        track_id: Set(track),
        guest_id: Set(guest),
        title: Set(title),
        artist: Set(artist),
        dedication: Set(dedication),
        state: Set(state),
        shared_at: Set(tx.now()),
        played_at: Set(None),
        dances: Set(0),
        held_word: Set(held_word),
        removed_for: Set(None),
        merged_into: Set(None),
        merged_as: Set(None),
        gave_name: Set(false),
    };
    share::Entity::insert(row).exec_without_returning(tx.db()).await?;
    index(tx, track).await
}

/// Stores a share's state, why it is in it, what it is part of, and its dedication.
///
/// # Errors
/// When the database fails, or the share is gone.
pub async fn save(tx: &Tx, share: &Share) -> Result<(), AppError> {
    let row = share::ActiveModel {
        id: Set(share.id),
        dedication: Set(share.dedication.clone()),
        state: Set(share.state),
        held_word: Set(share.held_word.clone()),
        removed_for: Set(share.removed_for.clone()),
        merged_into: Set(share.merged_into),
        ..Default::default()
    };
    row.update_without_returning(tx.db()).await?;
    index(tx, share.track.id).await
}

/// Notes that a share was played, the first time it is.
///
/// # Errors
/// When the database fails.
pub async fn played(db: &impl ConnectionTrait, id: ShareId, at: Moment) -> Result<(), DbErr> {
    share::Entity::update_many()
        .col_expr(share::Column::PlayedAt, Expr::value(at))
        .filter(share::COLUMN.id.eq(id))
        .filter(share::COLUMN.played_at.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// A share, whatever its state.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, id: ShareId) -> Result<Option<Share>, DbErr> {
    let row = share::Entity::find_by_id(id).one(db).await?;
    Ok(nouns(db, row.into_iter().collect()).await?.pop())
}

/// The song that an event says is playing, if it is shown.
///
/// # Errors
/// When the database fails.
pub async fn playing(db: &impl ConnectionTrait, event: &Event) -> Result<Option<Share>, DbErr> {
    match event.now_playing {
        Some(id) => Ok(find(db, id).await?.filter(Share::is_public)),
        None => Ok(None),
    }
}

impl OfNight for Share {
    async fn find(db: &DatabaseConnection, id: uuid::Uuid) -> Result<Option<(EventId, Self)>, DbErr> {
        Ok(find(db, ShareId(id)).await?.map(|share| (share.event, share)))
    }
}

/// These shares, in no order, whatever their state; their songs as the public sees them.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: Vec<ShareId>) -> Result<Vec<Share>, DbErr> {
    let rows = share::Entity::find().filter(share::Column::Id.is_in(ids)).all(db).await?;
    let tracks = songs::tracks(db, rows.iter().map(|row| row.track_id).collect(), &[]).await?;
    with_tracks(db, rows, tracks).await
}

/// Which way a list of shares runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    OldestFirst,
    NewestFirst,
}

/// One page of an event's shares.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    pub order: Order,
    /// How many rows at most.
    pub count: u64,
    /// The last share of the page before.
    pub after: Option<ShareId>,
}

/// An event's shown shares.
///
/// # Errors
/// When the database fails.
pub async fn of_event(db: &impl ConnectionTrait, event: EventId, page: Page) -> Result<Vec<Share>, DbErr> {
    let order = if page.order == Order::OldestFirst { SqlOrder::Asc } else { SqlOrder::Desc };
    let mut query =
        shown().filter(share::COLUMN.event_id.eq(event)).order_by(share::Column::Id, order.clone()).limit(page.count);
    if let Some(after) = page.after {
        let id = share::COLUMN.id;
        let next = if order == SqlOrder::Asc { id.gt(after) } else { id.lt(after) };
        query = query.filter(Condition::all().add(next));
    }
    nouns(db, query.all(db).await?).await
}

/// An event's newest shown shares, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn newest(db: &impl ConnectionTrait, event: EventId, count: u64) -> Result<Vec<Share>, DbErr> {
    of_event(db, event, Page { order: Order::NewestFirst, count, after: None }).await
}

/// An event's shares that wait for a host, or that a host removed, newest first.
///
/// # Errors
/// When the database fails.
pub async fn held(db: &impl ConnectionTrait, event: EventId, state: ShareState) -> Result<Vec<Share>, DbErr> {
    let query = share::Entity::find()
        .filter(share::COLUMN.event_id.eq(event))
        .filter(share::COLUMN.state.eq(state))
        .order_by_desc(share::COLUMN.id)
        .limit(HELD_MAX);
    nouns(db, query.all(db).await?).await
}

/// What fits on a host's desk.
const HELD_MAX: u64 = 100;

/// The shares that everyone can see.
fn shown() -> Select<share::Entity> {
    share::Entity::find().filter(share::COLUMN.state.eq(ShareState::Shown))
}

async fn nouns(db: &impl ConnectionTrait, rows: Vec<share::Model>) -> Result<Vec<Share>, DbErr> {
    let own: Vec<ShareId> = rows.iter().map(|row| row.id).collect();
    let tracks = songs::tracks(db, rows.iter().map(|row| row.track_id).collect(), &own).await?;
    with_tracks(db, rows, tracks).await
}

async fn with_tracks(
    db: &impl ConnectionTrait,
    rows: Vec<share::Model>,
    tracks: HashMap<TrackId, Track>,
) -> Result<Vec<Share>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let joins = share_join::Entity::find()
        .filter(share_join::Column::ShareId.is_in(rows.iter().map(|row| row.id)))
        .filter(share_join::COLUMN.is_shown.eq(true))
        .order_by_asc(share_join::COLUMN.joined_at)
        .order_by_asc(share_join::COLUMN.guest_id)
        .all(db)
        .await?;
    let people = rows.iter().map(|row| row.guest_id).chain(joins.iter().map(|join| join.guest_id));
    let names = accounts::nicknames(db, people).await?;
    let name = |guest: &GuestId| names.get(guest).cloned().unwrap_or_default();
    let noun = |row: share::Model| {
        let share::Model { id, event_id, track_id, guest_id, title, artist, dedication, .. } = row;
        let share::Model { state, shared_at, played_at, dances, held_word, removed_for, merged_into, .. } = row;
        let joined = joins.iter().filter(|join| join.share_id == id);
        // The unique index lets a track stand in a list once, but removed and withdrawn ones may repeat it.
        let unknown = Track { id: track_id, title: None, artist: None, links: Vec::new() };
        let track = tracks.get(&track_id).cloned().unwrap_or(unknown);
        let track = if title.is_some() { Track { title, artist, ..track } } else { track };
        Share {
            id,
            event: event_id,
            track,
            guest: guest_id,
            shared_by: name(&guest_id),
            joined_by: joined.map(|join| name(&join.guest_id)).collect(),
            dedication,
            state,
            shared_at,
            played_at,
            dances,
            held_word,
            removed_for,
            merged_into,
        }
    };
    Ok(rows.into_iter().map(noun).collect())
}
