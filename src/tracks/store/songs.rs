//! Queries about tracks: their names and links, and which shares those came with.
//!
//! A track is one for all nights, but its words and links belong to the shares that brought them: they are seen while
//! one of those shares is, so that what a host takes down, or hasn't looked at, shows up nowhere else.

use std::collections::{HashMap, HashSet};

use entity::ids::{ShareId, TrackId};
use entity::{share, share_link, track, track_link};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Set,
};

use crate::db::Tx;
use crate::error::AppError;
use crate::tracks::link::{Kind, Link, Service};
use crate::tracks::share::{ShareState, Song};
use crate::tracks::track::{Track, TrackLink};

/// What makes a link the same as another: its id on the service, or its address where it has none.
fn identity(link: &Link) -> String {
    link.id.clone().unwrap_or_else(|| link.url.clone())
}

/// On a conflict with any unique key, nothing: somebody else was faster.
fn or_nothing() -> OnConflict {
    OnConflict::new().do_nothing().to_owned()
}

/// The track that a song means, made if nobody has shared it before. `by` is the share that names it then.
///
/// # Errors
/// When the database fails.
pub async fn find_or_add_track(tx: &Tx, song: &Song, by: ShareId) -> Result<TrackId, AppError> {
    if let Some(link) = &song.link
        && let Some(found) = by_link(tx.db(), link).await?
    {
        return Ok(found.track_id);
    }
    let key = song.title_key();
    if let Some(id) = by_title(tx.db(), key.as_deref()).await? {
        return Ok(id);
    }
    let id: TrackId = tx.new_id();
    let row = track::ActiveModel {
        id: Set(id),
        title: Set(song.title.clone()),
        artist: Set(song.artist.clone()),
        title_key: Set(key),
        named_by: Set(song.title.is_some().then_some(by)),
        created_at: Set(tx.now()),
    };
    track::Entity::insert(row).exec_without_returning(tx.db()).await?;
    let Some(link) = &song.link else { return Ok(id) };
    add_link(tx.db(), id, link).await?;
    // Another night may have added the same link a moment ago: then its track is the one.
    Ok(by_link(tx.db(), link).await?.map_or(id, |found| found.track_id))
}

/// Gives a track what a song has with it, in the name of the share `by`, and says whether that is news: a name where no
/// share that is seen has given one, a link to a service it had no link to, or one that wasn't seen. A plain page counts
/// only where there is no link at all, so that nobody hangs theirs on a known song.
///
/// # Errors
/// When the database fails.
pub async fn enrich(tx: &Tx, id: TrackId, song: &Song, by: ShareId) -> Result<bool, AppError> {
    let named = name(tx, id, song, by, false).await?;
    let Some(link) = &song.link else { return Ok(named) };
    // Two nights may enrich one song at once: one after the other, then.
    track::Entity::find_by_id(id).lock_exclusive().one(tx.db()).await?;
    let links = track_link::Entity::find().filter(track_link::COLUMN.track_id.eq(id)).all(tx.db()).await?;
    let has_service = links.iter().any(|known| known.service == link.service.as_str());
    if !has_service && (link.service != Service::Web || links.is_empty()) {
        add_link(tx.db(), id, link).await?;
    }
    let Some(there) = by_link(tx.db(), link).await?.filter(|there| there.track_id == id) else { return Ok(named) };
    let was_seen = seen_links(tx.db(), vec![id], &[]).await?.contains(&(id, there.position));
    let given = share_link::ActiveModel { share_id: Set(by), track_id: Set(id), position: Set(there.position) };
    share_link::Entity::insert(given).on_conflict(or_nothing()).exec_without_returning(tx.db()).await?;
    Ok(named || !was_seen)
}

async fn by_link(db: &impl ConnectionTrait, link: &Link) -> Result<Option<track_link::Model>, DbErr> {
    track_link::Entity::find()
        .filter(track_link::COLUMN.service.eq(link.service.as_str()))
        .filter(track_link::COLUMN.kind.eq(link.kind.as_str()))
        .filter(track_link::COLUMN.key.eq(identity(link)))
        .one(db)
        .await
}

/// The first track with this key: of two nights that name one at the same moment, each may make its own.
async fn by_title(db: &impl ConnectionTrait, key: Option<&str>) -> Result<Option<TrackId>, DbErr> {
    let Some(key) = key else { return Ok(None) };
    let named = track::Entity::find().filter(track::COLUMN.title_key.eq(key)).order_by_asc(track::COLUMN.id);
    Ok(named.one(db).await?.map(|row| row.id))
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
    track_link::Entity::insert(row).on_conflict(or_nothing()).exec_without_returning(db).await?;
    Ok(())
}

/// Names a track in the name of the share `by`, and says whether it did. One that a share in sight has named keeps its
/// name, unless a host corrects it.
///
/// # Errors
/// When the database fails.
pub async fn name(tx: &Tx, id: TrackId, song: &Song, by: ShareId, is_host: bool) -> Result<bool, AppError> {
    let Some(key) = song.title_key() else { return Ok(false) };
    let row = track::Entity::find_by_id(id).one(tx.db()).await?.ok_or(AppError::NotFound)?;
    let is_named = row.title.is_some() && (row.named_by == Some(by) || is_seen(tx.db(), row.named_by).await?);
    if is_named && !is_host {
        return Ok(false);
    }
    track::Entity::update_many()
        .col_expr(track::Column::Title, Expr::value(song.title.clone()))
        .col_expr(track::Column::Artist, Expr::value(song.artist.clone()))
        .col_expr(track::Column::TitleKey, Expr::value(key))
        .col_expr(track::Column::NamedBy, Expr::value(by))
        .filter(track::COLUMN.id.eq(id))
        .exec(tx.db())
        .await?;
    Ok(true)
}

async fn is_seen(db: &impl ConnectionTrait, share: Option<ShareId>) -> Result<bool, DbErr> {
    let Some(share) = share else { return Ok(false) };
    Ok(share::Entity::find_by_id(share).one(db).await?.is_some_and(|row| row.state == ShareState::Shown))
}

/// The links of these tracks that a share in sight has given; what the shares `also` have given counts too.
async fn seen_links(
    db: &impl ConnectionTrait,
    ids: Vec<TrackId>,
    also: &[ShareId],
) -> Result<HashSet<(TrackId, i32)>, DbErr> {
    let shown = share::Entity::find()
        .select_only()
        .column(share::Column::Id)
        .filter(share::Column::TrackId.is_in(ids.iter().copied()))
        .filter(share::COLUMN.state.eq(ShareState::Shown));
    let in_sight = Condition::any()
        .add(share_link::Column::ShareId.in_subquery(shown.into_query()))
        .add(share_link::Column::ShareId.is_in(also.iter().copied()));
    let rows: Vec<(TrackId, i32)> = share_link::Entity::find()
        .select_only()
        .columns([share_link::Column::TrackId, share_link::Column::Position])
        .distinct()
        .filter(share_link::Column::TrackId.is_in(ids))
        .filter(in_sight)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// These tracks, as those see them who see the shares `also` whatever their state.
pub(super) async fn tracks(
    db: &impl ConnectionTrait,
    ids: Vec<TrackId>,
    also: &[ShareId],
) -> Result<HashMap<TrackId, Track>, DbErr> {
    let rows = track::Entity::find().filter(track::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    let links = track_link::Entity::find()
        .filter(track_link::Column::TrackId.is_in(ids.iter().copied()))
        .order_by_asc(track_link::COLUMN.position)
        .all(db)
        .await?;
    let seen = seen_links(db, ids, also).await?;
    let naming = rows.iter().filter_map(|row| row.named_by);
    let naming = share::Entity::find().filter(share::Column::Id.is_in(naming)).all(db).await?;
    let names = |by: Option<ShareId>| {
        by.is_some_and(|by| also.contains(&by))
            || naming.iter().any(|share| Some(share.id) == by && share.state == ShareState::Shown)
    };
    let noun = |row: track::Model| {
        let track::Model { id, title, artist, title_key: _, named_by, created_at: _ } = row;
        let (title, artist) = if names(named_by) { (title, artist) } else { (None, None) };
        (id, Track { id, title, artist, links: Vec::new() })
    };
    let mut tracks: HashMap<TrackId, Track> = rows.into_iter().map(noun).collect();
    for row in links.into_iter().filter(|row| seen.contains(&(row.track_id, row.position))) {
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
