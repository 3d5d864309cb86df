//! Queries about tracks.

use std::collections::HashMap;

use entity::ids::TrackId;
use entity::{track, track_link};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::Expr,
};

use crate::db::Tx;
use crate::error::AppError;
use crate::tracks::link::{Kind, Link, Service};
use crate::tracks::share::Song;
use crate::tracks::track::{Track, TrackLink};

/// What makes a link the same as another: its id on the service, or its address where it has none.
fn identity(link: &Link) -> String {
    link.id.clone().unwrap_or_else(|| link.url.clone())
}

/// The track that a song means, made if nobody has shared it before.
///
/// # Errors
/// When the database fails.
pub async fn find_or_add_track(tx: &Tx, song: &Song) -> Result<TrackId, AppError> {
    if let Some(link) = &song.link
        && let Some(id) = by_link(tx.db(), link).await?
    {
        return Ok(id);
    }
    let key = song.title_key();
    if let Some(id) = by_title(tx.db(), key.as_deref()).await? {
        return Ok(id);
    }
    let id = add_track(tx, song, key).await?;
    let Some(link) = &song.link else { return Ok(id) };
    add_link(tx.db(), id, link).await?;
    // Another instance may have added the same link a moment ago: then its track is the one.
    Ok(by_link(tx.db(), link).await?.unwrap_or(id))
}

/// Gives a track what it lacked and the song has, and says whether it did: a name, or a link to a service it had no
/// link to. A plain page counts only where there is no link at all, so that nobody hangs theirs on a known song.
///
/// # Errors
/// When the database fails.
pub async fn enrich(tx: &Tx, id: TrackId, song: &Song) -> Result<bool, AppError> {
    let named = rename_nameless(tx.db(), id, song).await?;
    let Some(link) = &song.link else { return Ok(named) };
    // Two nights may enrich one song at once: one after the other, then.
    track::Entity::find_by_id(id).lock_exclusive().one(tx.db()).await?;
    let links = track_link::Entity::find().filter(track_link::COLUMN.track_id.eq(id)).all(tx.db()).await?;
    let has_service = links.iter().any(|known| known.service == link.service.as_str());
    if has_service || (link.service == Service::Web && !links.is_empty()) {
        return Ok(named);
    }
    add_link(tx.db(), id, link).await?;
    Ok(true)
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

/// Gives a nameless track its name, and says whether it did; one that has a name keeps it.
///
/// # Errors
/// When the database fails.
pub async fn rename_nameless(db: &impl ConnectionTrait, id: TrackId, song: &Song) -> Result<bool, DbErr> {
    let Some(key) = song.title_key() else { return Ok(false) };
    // A name that another track has stays free of the key: the two are told apart by their links.
    let key = by_title(db, Some(&key)).await?.map_or(Some(key), |_| None);
    let named = track::Entity::update_many()
        .col_expr(track::Column::Title, Expr::value(song.title.clone()))
        .col_expr(track::Column::Artist, Expr::value(song.artist.clone()))
        .col_expr(track::Column::TitleKey, Expr::value(key))
        .filter(track::COLUMN.id.eq(id))
        .filter(track::COLUMN.title.is_null())
        .exec(db)
        .await?;
    Ok(named.rows_affected > 0)
}

pub(super) async fn tracks(db: &impl ConnectionTrait, ids: Vec<TrackId>) -> Result<HashMap<TrackId, Track>, DbErr> {
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
