//! Queries about tracks: their names and links, and which shares those came with.
//!
//! A track is one for all nights, but its name and links belong to the shares that brought them: they are seen while one
//! of those shares is, so that what a host takes down, or hasn't looked at, shows up nowhere else.

use std::collections::{HashMap, HashSet};

use entity::ids::{ShareId, TrackId};
use entity::{share, share_link, track, track_link};
use sea_orm::sea_query::{Expr, LockType, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
};

use super::findings::told_names;
use super::moving::next_position;
use super::{index, shown};
use crate::db::Tx;
use crate::error::AppError;
use crate::tracks::link::{Kind, Link, Service};
use crate::tracks::share::{Share, Song};
use crate::tracks::track::{Track, TrackLink, title_key};

/// What makes a link the same as another: its id on the service, or its address where it has none.
pub(super) fn identity(link: &Link) -> String {
    link.id.clone().unwrap_or_else(|| link.url.clone())
}

/// On a conflict with any unique key, nothing: somebody else was faster.
pub(super) fn or_nothing() -> OnConflict {
    OnConflict::new().do_nothing().to_owned()
}

/// The track that a song means, if it has been shared before: by its link, else by its name.
///
/// # Errors
/// When the database fails.
pub async fn track_of(db: &impl ConnectionTrait, song: &Song) -> Result<Option<TrackId>, DbErr> {
    if let Some(link) = &song.link
        && let Some(track) = track_with(db, link).await?
    {
        return Ok(Some(track));
    }
    by_title(db, song.title_key().as_deref()).await
}

/// The track that has a link, if one has.
///
/// # Errors
/// When the database fails.
pub async fn track_with(db: &impl ConnectionTrait, link: &Link) -> Result<Option<TrackId>, DbErr> {
    Ok(by_link(db, link).await?.map(|row| row.track_id))
}

/// The track that a song means, made if nobody has shared it before.
///
/// # Errors
/// When the database fails.
pub async fn find_or_add_track(tx: &Tx, song: &Song) -> Result<TrackId, AppError> {
    if let Some(id) = track_of(tx.db(), song).await? {
        return settled(tx, id).await;
    }
    let key = song.title_key();
    let id: TrackId = tx.new_id();
    let row = track::ActiveModel { id: Set(id), title_key: Set(key), created_at: Set(tx.now()), same_as: Set(None) };
    track::Entity::insert(row).exec_without_returning(tx.db()).await?;
    let Some(link) = &song.link else { return Ok(id) };
    add_link(tx.db(), id, link).await?;
    match track_with(tx.db(), link).await? {
        // Another night added the same link a moment ago: its track is the one, and nobody has seen ours.
        Some(other) if other != id => {
            track::Entity::delete_by_id(id).exec(tx.db()).await?;
            settled(tx, other).await
        }
        _ => Ok(id),
    }
}

/// The song that a track is, and stays until the commit: hosts may be making it one with another just now.
async fn settled(tx: &Tx, id: TrackId) -> Result<TrackId, AppError> {
    let row = hold(tx, id).await?;
    Ok(row.and_then(|row| row.same_as).unwrap_or(id))
}

/// Gives a share what a song has with it, and says whether that is news: a name where nobody in sight has given one, a
/// link to a service the track had no link to, or one that wasn't seen. A plain page counts only where there is no link at
/// all, so that nobody hangs theirs on a known song.
///
/// # Errors
/// When the database fails.
pub async fn enrich(tx: &Tx, share: &Share, song: &Song) -> Result<bool, AppError> {
    let named = share.track.title.is_none() && name(tx, share, song).await?;
    let Some(link) = &song.link else { return Ok(named) };
    let id = share.track.id;
    hold(tx, id).await?;
    let links = track_link::Entity::find().filter(track_link::COLUMN.track_id.eq(id)).all(tx.db()).await?;
    let has_service = links.iter().any(|known| known.service == link.service.as_str());
    if !has_service && (link.service != Service::WEB || links.is_empty()) {
        add_link(tx.db(), id, link).await?;
    }
    let Some(there) = by_link(tx.db(), link).await?.filter(|there| there.track_id == id) else { return Ok(named) };
    let was_seen = seen_links(tx.db(), vec![id], &[]).await?.contains(&(id, there.position));
    note_given(tx, share, &there).await?;
    Ok(named || !was_seen)
}

/// Gives a share one more link; false when that is another track's.
///
/// # Errors
/// When the database fails.
pub async fn give_link(tx: &Tx, share: &Share, link: &Link) -> Result<bool, AppError> {
    // Else two nights that add one each would both write it to the same place.
    hold(tx, share.track.id).await?;
    add_link(tx.db(), share.track.id, link).await?;
    let Some(there) = by_link(tx.db(), link).await?.filter(|there| there.track_id == share.track.id) else {
        return Ok(false);
    };
    note_given(tx, share, &there).await?;
    Ok(true)
}

async fn note_given(tx: &Tx, share: &Share, link: &track_link::Model) -> Result<(), AppError> {
    let given =
        share_link::ActiveModel { share_id: Set(share.id), track_id: Set(link.track_id), position: Set(link.position) };
    share_link::Entity::insert(given).on_conflict(or_nothing()).exec_without_returning(tx.db()).await?;
    if share.track.title.is_none() {
        // A link may bring a name along that its service told.
        index(tx, link.track_id).await?;
    }
    Ok(())
}

/// Lets whoever types or looks for this name find the track, if it had none.
///
/// # Errors
/// When the database fails.
pub async fn meet_under(tx: &Tx, track: TrackId, title: &str, artist: Option<&str>) -> Result<(), AppError> {
    track::Entity::update_many()
        .col_expr(track::Column::TitleKey, Expr::value(title_key(Some(title), artist)))
        .filter(track::COLUMN.id.eq(track))
        .filter(track::COLUMN.title_key.is_null())
        .exec(tx.db())
        .await?;
    index(tx, track).await
}

/// Holds a track until the commit: of nights that change one song at once, each goes on from what the one before left.
/// Shares that are being added point to the track, and no such pointer is in the way of this lock.
pub(super) async fn hold(tx: &Tx, id: TrackId) -> Result<Option<track::Model>, DbErr> {
    track::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx.db()).await
}

pub(super) async fn by_link(db: &impl ConnectionTrait, link: &Link) -> Result<Option<track_link::Model>, DbErr> {
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
    Ok(named.one(db).await?.map(|row| row.same_as.unwrap_or(row.id)))
}

pub(super) async fn add_link(db: &impl ConnectionTrait, track: TrackId, link: &Link) -> Result<(), DbErr> {
    let position = next_position(db, track).await?;
    let row = track_link::ActiveModel {
        track_id: Set(track),
        position: Set(position),
        service: Set(link.service.as_str().to_owned()),
        kind: Set(link.kind.as_str().to_owned()),
        key: Set(identity(link)),
        url: Set(link.url.clone()),
        embed_url: Set(link.embed_url.clone()),
        gone_at: Set(None),
    };
    track_link::Entity::insert(row).on_conflict(or_nothing()).exec_without_returning(db).await?;
    Ok(())
}

/// Names the song of a share; false for a song without a title. Its track is found by the first name it is seen under.
///
/// # Errors
/// When the database fails.
pub async fn name(tx: &Tx, share: &Share, song: &Song) -> Result<bool, AppError> {
    let Some(key) = song.title_key() else { return Ok(false) };
    share::Entity::update_many()
        .col_expr(share::Column::Title, Expr::value(song.title.clone()))
        .col_expr(share::Column::Artist, Expr::value(song.artist.clone()))
        .filter(share::COLUMN.id.eq(share.id))
        .exec(tx.db())
        .await?;
    if share.is_public() {
        track::Entity::update_many()
            .col_expr(track::Column::TitleKey, Expr::value(key))
            .filter(track::COLUMN.id.eq(share.track.id))
            .filter(track::COLUMN.title_key.is_null())
            .exec(tx.db())
            .await?;
    }
    index(tx, share.track.id).await?;
    Ok(true)
}

/// The links of these tracks that a share in sight has given; what the shares `also` have given counts too.
async fn seen_links(
    db: &impl ConnectionTrait,
    ids: Vec<TrackId>,
    also: &[ShareId],
) -> Result<HashSet<(TrackId, i32)>, DbErr> {
    let shares =
        shown().select_only().column(share::Column::Id).filter(share::Column::TrackId.is_in(ids.iter().copied()));
    let in_sight = Condition::any()
        .add(share_link::Column::ShareId.in_subquery(shares.into_query()))
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

/// These tracks as the public sees them: under the name that the first share in sight gave them, or else under the one that
/// a service told for a link in sight. Links that the shares
/// `also` have given are there too.
pub(super) async fn tracks(
    db: &impl ConnectionTrait,
    ids: Vec<TrackId>,
    also: &[ShareId],
) -> Result<HashMap<TrackId, Track>, DbErr> {
    let links = track_link::Entity::find()
        .filter(track_link::Column::TrackId.is_in(ids.iter().copied()))
        .order_by_asc(track_link::COLUMN.position)
        .all(db)
        .await?;
    let seen = seen_links(db, ids.clone(), also).await?;
    let links: Vec<track_link::Model> =
        links.into_iter().filter(|row| seen.contains(&(row.track_id, row.position))).collect();
    let mut names = names_of(db, &ids).await?;
    let nameless: Vec<track_link::Model> =
        links.iter().filter(|row| !names.contains_key(&row.track_id)).cloned().collect();
    names.extend(told_names(db, &nameless).await?);
    let track = |id: TrackId| {
        let (title, artist) = names.remove(&id).unwrap_or_default();
        (id, Track { id, title, artist, links: Vec::new() })
    };
    let mut tracks: HashMap<TrackId, Track> = ids.into_iter().collect::<HashSet<_>>().into_iter().map(track).collect();
    for row in links {
        let track_link::Model { track_id, position: _, service, kind, key, url, embed_url, gone_at } = row;
        let service = service.parse().unwrap_or(Service::WEB);
        let kind = kind.parse().unwrap_or(Kind::Page);
        let service_id = (key != url).then_some(key);
        if let Some(track) = tracks.get_mut(&track_id) {
            track.links.push(TrackLink { service, kind, service_id, url, embed_url, is_gone: gone_at.is_some() });
        }
    }
    for track in tracks.values_mut() {
        // What can be played comes first.
        track.links.sort_by_key(|link| link.is_gone);
    }
    Ok(tracks)
}

/// A title and an artist.
pub(super) type Name = (Option<String>, Option<String>);

/// The name that the first share in sight gave each track.
async fn names_of(db: &impl ConnectionTrait, ids: &[TrackId]) -> Result<HashMap<TrackId, Name>, DbErr> {
    let named: Vec<(TrackId, Option<String>, Option<String>)> = shown()
        .select_only()
        .columns([share::Column::TrackId, share::Column::Title, share::Column::Artist])
        .filter(share::Column::TrackId.is_in(ids.iter().copied()))
        .filter(share::COLUMN.title.is_not_null())
        .order_by_asc(share::COLUMN.id)
        .into_tuple()
        .all(db)
        .await?;
    let mut names = HashMap::new();
    for (track, title, artist) in named {
        names.entry(track).or_insert((title, artist));
    }
    Ok(names)
}
