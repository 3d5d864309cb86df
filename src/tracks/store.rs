//! Queries about tracks and shares.

use std::collections::HashMap;

use entity::ids::{EventId, GuestId, ShareId, TrackId};
use entity::{Moment, share, share_join, track, track_link};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Order as SqlOrder, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, SelectExt, Set, sea_query::Expr,
};

use super::link::{Kind, Link, Service};
use super::share::{Share, ShareState, Song};
use super::track::{Track, TrackLink};
use crate::accounts;
use crate::db::Tx;
use crate::error::AppError;

/// The states in which a share holds its track's place in the event.
const LIVE: [ShareState; 2] = [ShareState::Shown, ShareState::Held];

/// What makes a link the same as another: its id on the service, or its address where it has none.
fn identity(link: &Link) -> String {
    link.id.clone().unwrap_or_else(|| link.url.clone())
}

/// The track that a song means, made if nobody has shared it before. A link given for a typed song is added to it.
///
/// # Errors
/// When the database fails.
pub async fn find_or_add_track(tx: &Tx, song: &Song) -> Result<TrackId, AppError> {
    if let Some(link) = &song.link
        && let Some(track) = by_link(tx.db(), link).await?
    {
        return Ok(track);
    }
    let key = song.title_key();
    let id = match by_title(tx.db(), key.as_deref()).await? {
        Some(id) => id,
        None => add_track(tx, song, key).await?,
    };
    if let Some(link) = &song.link {
        add_link(tx.db(), id, link).await?;
        // Another instance may have added the same link a moment ago: then its track is the one.
        return Ok(by_link(tx.db(), link).await?.unwrap_or(id));
    }
    Ok(id)
}

async fn by_link(db: &impl ConnectionTrait, link: &Link) -> Result<Option<TrackId>, DbErr> {
    let row = track_link::Entity::find()
        .filter(track_link::COLUMN.service.eq(link.service.as_str()))
        .filter(track_link::COLUMN.kind.eq(link.kind.as_str()))
        .filter(track_link::COLUMN.key.eq(identity(link)))
        .one(db)
        .await?;
    Ok(row.map(|row| row.track_id))
}

async fn by_title(db: &impl ConnectionTrait, key: Option<&str>) -> Result<Option<TrackId>, DbErr> {
    let Some(key) = key else { return Ok(None) };
    Ok(track::Entity::find().filter(track::COLUMN.title_key.eq(key)).one(db).await?.map(|row| row.id))
}

async fn add_track(tx: &Tx, song: &Song, title_key: Option<String>) -> Result<TrackId, AppError> {
    let id = tx.new_id();
    let row = track::ActiveModel {
        id: Set(id),
        title: Set(song.title.clone()),
        artist: Set(song.artist.clone()),
        title_key: Set(title_key.clone()),
        created_at: Set(tx.now()),
    };
    track::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(tx.db()).await?;
    Ok(by_title(tx.db(), title_key.as_deref()).await?.unwrap_or(id))
}

async fn add_link(db: &impl ConnectionTrait, track: TrackId, link: &Link) -> Result<(), DbErr> {
    let position = track_link::Entity::find().filter(track_link::COLUMN.track_id.eq(track)).count(db).await?;
    let row = track_link::ActiveModel {
        track_id: Set(track),
        position: Set(i32::try_from(position).unwrap_or(i32::MAX)),
        service: Set(link.service.as_str().to_owned()),
        kind: Set(link.kind.as_str().to_owned()),
        key: Set(identity(link)),
        url: Set(link.url.clone()),
        embed_url: Set(link.embed_url.clone()),
    };
    track_link::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(db).await?;
    Ok(())
}

/// Gives a nameless track its name; one that has a name keeps it.
///
/// # Errors
/// When the database fails.
pub async fn rename_nameless(db: &impl ConnectionTrait, id: TrackId, song: &Song) -> Result<(), DbErr> {
    let Some(key) = song.title_key() else { return Ok(()) };
    // A name that another track has stays free of the key: the two are told apart by their links.
    let key = by_title(db, Some(&key)).await?.map_or(Some(key), |_| None);
    track::Entity::update_many()
        .col_expr(track::Column::Title, Expr::value(song.title.clone()))
        .col_expr(track::Column::Artist, Expr::value(song.artist.clone()))
        .col_expr(track::Column::TitleKey, Expr::value(key))
        .filter(track::COLUMN.id.eq(id))
        .filter(track::COLUMN.title.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// The share of a track that stands in an event, shown or held.
///
/// # Errors
/// When the database fails.
pub async fn live_share_of(
    db: &impl ConnectionTrait,
    event: EventId,
    track: TrackId,
) -> Result<Option<ShareId>, DbErr> {
    let row = share::Entity::find()
        .filter(share::COLUMN.event_id.eq(event))
        .filter(share::COLUMN.track_id.eq(track))
        .filter(share::Column::State.is_in(LIVE))
        .one(db)
        .await?;
    Ok(row.map(|row| row.id))
}

/// Whether a guest has had a share shown before, on any night.
///
/// # Errors
/// When the database fails.
pub async fn has_shared(db: &impl ConnectionTrait, guest: GuestId) -> Result<bool, DbErr> {
    let shown = share::Entity::find().filter(share::COLUMN.guest_id.eq(guest));
    shown.filter(share::COLUMN.state.eq(ShareState::Shown)).exists(db).await
}

/// A share to be.
#[derive(Clone, Debug)]
pub struct NewShare {
    pub event: EventId,
    pub track: TrackId,
    pub guest: GuestId,
    pub dedication: Option<String>,
    pub state: ShareState,
}

/// Adds a share.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, new: NewShare) -> Result<ShareId, AppError> {
    let NewShare { event, track, guest, dedication, state } = new;
    let id = tx.new_id();
    let row = share::ActiveModel {
        id: Set(id),
        event_id: Set(event),
        track_id: Set(track),
        guest_id: Set(guest),
        dedication: Set(dedication),
        state: Set(state),
        shared_at: Set(tx.now()),
        played_at: Set(None),
    };
    share::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(id)
}

/// Joins a share; false when this guest had joined before.
///
/// # Errors
/// When the database fails.
pub async fn join(tx: &Tx, share: ShareId, guest: GuestId) -> Result<bool, AppError> {
    if share_join::Entity::find_by_id((share, guest)).exists(tx.db()).await? {
        return Ok(false);
    }
    let row = share_join::ActiveModel { share_id: Set(share), guest_id: Set(guest), joined_at: Set(tx.now()) };
    share_join::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(true)
}

/// Stores a share's state and dedication.
///
/// # Errors
/// When the database fails, or the share is gone.
pub async fn save(tx: &Tx, share: &Share) -> Result<(), AppError> {
    let row = share::ActiveModel {
        id: Set(share.id),
        dedication: Set(share.dedication.clone()),
        state: Set(share.state),
        ..Default::default()
    };
    row.update_without_returning(tx.db()).await?;
    Ok(())
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

/// These shares, in no order, whatever their state.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: Vec<ShareId>) -> Result<Vec<Share>, DbErr> {
    nouns(db, share::Entity::find().filter(share::Column::Id.is_in(ids)).all(db).await?).await
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
    let mut query = share::Entity::find()
        .filter(share::COLUMN.event_id.eq(event))
        .filter(share::COLUMN.state.eq(ShareState::Shown))
        .order_by(share::Column::Id, order.clone())
        .limit(page.count);
    if let Some(after) = page.after {
        let id = share::COLUMN.id;
        let next = if order == SqlOrder::Asc { id.gt(after) } else { id.lt(after) };
        query = query.filter(Condition::all().add(next));
    }
    nouns(db, query.all(db).await?).await
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

/// How many shares of an event are shown, by counting them (the head's count is checked against this).
///
/// # Errors
/// When the database fails.
pub async fn count_shown(db: &impl ConnectionTrait, event: EventId) -> Result<u64, DbErr> {
    let shown = share::Entity::find().filter(share::COLUMN.event_id.eq(event));
    shown.filter(share::COLUMN.state.eq(ShareState::Shown)).count(db).await
}

async fn nouns(db: &impl ConnectionTrait, rows: Vec<share::Model>) -> Result<Vec<Share>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let joins = share_join::Entity::find()
        .filter(share_join::Column::ShareId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(share_join::COLUMN.joined_at)
        .order_by_asc(share_join::COLUMN.guest_id)
        .all(db)
        .await?;
    let people = rows.iter().map(|row| row.guest_id).chain(joins.iter().map(|join| join.guest_id));
    let names = accounts::nicknames(db, people).await?;
    let tracks = tracks(db, rows.iter().map(|row| row.track_id).collect()).await?;
    let name = |guest: &GuestId| names.get(guest).cloned().unwrap_or_default();
    let noun = |row: share::Model| {
        let share::Model { id, event_id, track_id, guest_id, dedication, state, shared_at, played_at } = row;
        let joined = joins.iter().filter(|join| join.share_id == id);
        // The unique index lets a track stand in a list once, but removed and withdrawn ones may repeat it.
        let unknown = Track { id: track_id, title: None, artist: None, links: Vec::new() };
        let track = tracks.get(&track_id).cloned().unwrap_or(unknown);
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
        }
    };
    Ok(rows.into_iter().map(noun).collect())
}

async fn tracks(db: &impl ConnectionTrait, ids: Vec<TrackId>) -> Result<HashMap<TrackId, Track>, DbErr> {
    let rows = track::Entity::find().filter(track::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    let links = track_link::Entity::find()
        .filter(track_link::Column::TrackId.is_in(ids))
        .order_by_asc(track_link::COLUMN.position)
        .all(db)
        .await?;
    let mut tracks: HashMap<TrackId, Track> = rows
        .into_iter()
        .map(|track::Model { id, title, artist, title_key: _, created_at: _ }| {
            (id, Track { id, title, artist, links: Vec::new() })
        })
        .collect();
    for row in links {
        let track_link::Model { track_id, position: _, service, kind, key, url, embed_url } = row;
        let service = service.parse().unwrap_or(Service::Web);
        let kind = kind.parse().unwrap_or(Kind::Page);
        let service_id = (key != url).then_some(key);
        if let Some(track) = tracks.get_mut(&track_id) {
            track.links.push(TrackLink { service, kind, service_id, url, embed_url });
        }
    }
    Ok(tracks)
}

/// What a guest shared or joined in an event, whatever became of it, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_guest(db: &impl ConnectionTrait, event: EventId, guest: GuestId) -> Result<Vec<Share>, DbErr> {
    let joined = share_join::Entity::find().filter(share_join::COLUMN.guest_id.eq(guest)).all(db).await?;
    let mine = Condition::any()
        .add(share::COLUMN.guest_id.eq(guest))
        .add(share::Column::Id.is_in(joined.into_iter().map(|join| join.share_id)));
    let query = share::Entity::find().filter(share::COLUMN.event_id.eq(event)).filter(mine);
    nouns(db, query.order_by_desc(share::COLUMN.id).limit(HELD_MAX).all(db).await?).await
}
