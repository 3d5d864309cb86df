//! Queries that move shares and links between tracks: two songs turn out to be one, or one to be two.

use std::collections::HashSet;

use entity::ids::{ShareId, TrackId};
use entity::{share, share_link, track, track_link};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, SelectExt, Set,
};

use super::index;
use super::songs::{add_link, by_link, or_nothing, tracks};
use crate::db::Tx;
use crate::error::AppError;
use crate::tracks::likeness::Likeness;
use crate::tracks::link::Link;
use crate::tracks::track::{Track, title_key};

/// Makes `from` the same song as `into`: its shares and links are that song's, and so is its name for who types it.
/// No night may have a standing share of both.
///
/// # Errors
/// When the database fails.
pub async fn merge(tx: &Tx, from: TrackId, into: TrackId) -> Result<(), AppError> {
    hold_all(tx, &[from, into]).await?;
    let links = links_of(tx.db(), from).await?;
    let positions: Vec<i32> = links.iter().map(|link| link.position).collect();
    share::Entity::update_many()
        .col_expr(share::Column::TrackId, Expr::value(into))
        .filter(share::COLUMN.track_id.eq(from))
        .exec(tx.db())
        .await?;
    move_links(tx, from, into, &positions, None).await?;
    track::Entity::update_many()
        .col_expr(track::Column::SameAs, Expr::value(into))
        .filter(track::Column::Id.eq(from).or(track::COLUMN.same_as.eq(from)))
        .exec(tx.db())
        .await?;
    index(tx, from).await?;
    index(tx, into).await
}

/// Makes another song of some of a track's links and of the shares `also`, with the links that those gave. Shares that gave
/// none but these links go with them. Returns the new track and the shares that it has.
///
/// # Errors
/// When the database fails.
pub async fn split(
    tx: &Tx,
    from: TrackId,
    links: &[Link],
    also: &[ShareId],
) -> Result<(TrackId, Vec<ShareId>), AppError> {
    hold_all(tx, &[from]).await?;
    let all = links_of(tx.db(), from).await?;
    let given = share_link::Entity::find().filter(share_link::COLUMN.track_id.eq(from)).all(tx.db()).await?;
    let is_theirs = |at: i32| given.iter().any(|row| row.position == at && also.contains(&row.share_id));
    let is_chosen = |row: &&track_link::Model| links.iter().any(|link| link.url == row.url) || is_theirs(row.position);
    let positions: Vec<i32> = all.iter().filter(is_chosen).map(|row| row.position).collect();
    let gave = |chosen: bool| {
        let rows = given.iter().filter(|row| positions.contains(&row.position) == chosen);
        rows.map(|row| row.share_id).collect::<HashSet<ShareId>>()
    };
    let mut shares: Vec<ShareId> = gave(true).difference(&gave(false)).copied().chain(also.iter().copied()).collect();
    shares.sort();
    shares.dedup();
    let into: TrackId = tx.new_id();
    let key = first_key(tx.db(), &shares).await?;
    let row = track::ActiveModel {
        id: Set(into),
        title_key: Set(key.clone()),
        created_at: Set(tx.now()),
        same_as: Set(None),
    };
    track::Entity::insert(row).exec_without_returning(tx.db()).await?;
    share::Entity::update_many()
        .col_expr(share::Column::TrackId, Expr::value(into))
        .filter(share::Column::Id.is_in(shares.iter().copied()))
        .exec(tx.db())
        .await?;
    move_links(tx, from, into, &positions, Some(&shares)).await?;
    if let Some(key) = key {
        give_name_back(tx, from, into, &key).await?;
    }
    index(tx, from).await?;
    index(tx, into).await?;
    Ok((into, shares))
}

/// Whether no share is of this track any more.
///
/// # Errors
/// When the database fails.
pub async fn is_unshared(db: &impl ConnectionTrait, track: TrackId) -> Result<bool, DbErr> {
    Ok(!share::Entity::find().filter(share::COLUMN.track_id.eq(track)).exists(db).await?)
}

/// Puts the link that a short one leads to in its place, for whoever gave the short one. Both must be of this track.
///
/// # Errors
/// When the database fails.
pub async fn replace_link(tx: &Tx, track: TrackId, short: &Link, target: &Link) -> Result<(), AppError> {
    hold_all(tx, &[track]).await?;
    let Some(was) = by_link(tx.db(), short).await?.filter(|row| row.track_id == track) else { return Ok(()) };
    add_link(tx.db(), track, target).await?;
    let Some(row) = by_link(tx.db(), target).await?.filter(|row| row.track_id == track) else { return Ok(()) };
    let here = || {
        share_link::Entity::find()
            .filter(share_link::COLUMN.track_id.eq(track))
            .filter(share_link::COLUMN.position.eq(was.position))
    };
    for given in here().all(tx.db()).await? {
        let given = share_link::Model { position: row.position, ..given }.into_active_model().reset_all();
        share_link::Entity::insert(given).on_conflict(or_nothing()).exec_without_returning(tx.db()).await?;
    }
    for given in here().all(tx.db()).await? {
        share_link::Entity::delete_by_id((given.share_id, given.track_id, given.position)).exec(tx.db()).await?;
    }
    track_link::Entity::delete_by_id((was.track_id, was.position)).exec(tx.db()).await?;
    index(tx, track).await
}

/// Whether a song is known by this link alone to everyone who shared it, and by no name that the other doesn't have: then
/// what the link leads to is what they mean.
///
/// # Errors
/// When the database fails.
pub async fn is_meant_by(
    db: &impl ConnectionTrait,
    track: TrackId,
    link: &Link,
    other: TrackId,
) -> Result<bool, AppError> {
    let links = links_of(db, track).await?;
    let ([only], Some(row)) = (&links[..], by_link(db, link).await?) else { return Ok(false) };
    let given = share_link::Entity::find().filter(share_link::COLUMN.track_id.eq(track)).all(db).await?;
    let shares = share::Entity::find().filter(share::COLUMN.track_id.eq(track)).all(db).await?;
    let gave_it = |share: &share::Model| given.iter().any(|row| row.share_id == share.id);
    let likeness = |share: &share::Model| Some(Likeness::of(share.title.as_deref()?, share.artist.as_deref()));
    let others = share::Entity::find().filter(share::COLUMN.track_id.eq(other)).all(db).await?;
    let mut known: Vec<Likeness> = others.iter().filter_map(likeness).collect();
    known.extend(tracks(db, vec![other], &[]).await?.values().filter_map(Track::likeness));
    let is_known = |name: &Likeness| known.is_empty() || known.iter().any(|known| known.is_like(name));
    Ok(*only == row && shares.iter().all(gave_it) && shares.iter().filter_map(likeness).all(|name| is_known(&name)))
}

/// Whoever types a song's name finds the one that has it now.
async fn give_name_back(tx: &Tx, from: TrackId, into: TrackId, key: &str) -> Result<(), AppError> {
    track::Entity::update_many()
        .col_expr(track::Column::SameAs, Expr::value(into))
        .filter(track::COLUMN.same_as.eq(from))
        .filter(track::COLUMN.title_key.eq(key))
        .exec(tx.db())
        .await?;
    track::Entity::update_many()
        .col_expr(track::Column::TitleKey, Expr::value(Option::<String>::None))
        .filter(track::COLUMN.id.eq(from))
        .filter(track::COLUMN.title_key.eq(key))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// The key of the first name among these shares.
async fn first_key(db: &impl ConnectionTrait, shares: &[ShareId]) -> Result<Option<String>, DbErr> {
    let named = share::Entity::find()
        .filter(share::Column::Id.is_in(shares.iter().copied()))
        .filter(share::COLUMN.title.is_not_null())
        .order_by_asc(share::COLUMN.id);
    let row = named.one(db).await?;
    Ok(row.and_then(|row| title_key(row.title.as_deref(), row.artist.as_deref())))
}

/// Holds these songs until the commit, in the order in which everyone holds several: whoever shares one of them meanwhile,
/// on whatever night, waits and then finds what has become of it.
///
/// # Errors
/// When the database fails.
pub async fn hold_all(tx: &Tx, tracks: &[TrackId]) -> Result<(), AppError> {
    let rows = track::Entity::find().filter(track::Column::Id.is_in(tracks.iter().copied()));
    rows.order_by_asc(track::COLUMN.id).lock(LockType::NoKeyUpdate).all(tx.db()).await?;
    Ok(())
}

async fn links_of(db: &impl ConnectionTrait, track: TrackId) -> Result<Vec<track_link::Model>, DbErr> {
    let rows = track_link::Entity::find().filter(track_link::COLUMN.track_id.eq(track));
    rows.order_by_asc(track_link::COLUMN.position).all(db).await
}

/// Moves links from one track to another, with what says which shares gave them: all, or only these.
async fn move_links(
    tx: &Tx,
    from: TrackId,
    into: TrackId,
    positions: &[i32],
    only: Option<&[ShareId]>,
) -> Result<(), AppError> {
    let moved: Vec<track_link::Model> =
        links_of(tx.db(), from).await?.into_iter().filter(|link| positions.contains(&link.position)).collect();
    let here = |positions: &[i32]| share_link::Column::Position.is_in(positions.iter().copied());
    let gave = share_link::Entity::find().filter(share_link::COLUMN.track_id.eq(from)).filter(here(positions));
    let gave = gave.all(tx.db()).await?;
    share_link::Entity::delete_many()
        .filter(share_link::COLUMN.track_id.eq(from))
        .filter(here(positions))
        .exec(tx.db())
        .await?;
    track_link::Entity::delete_many()
        .filter(track_link::COLUMN.track_id.eq(from))
        .filter(track_link::Column::Position.is_in(positions.iter().copied()))
        .exec(tx.db())
        .await?;
    let mut next = next_position(tx.db(), into).await?;
    for link in moved {
        let was = link.position;
        let row = track_link::Model { track_id: into, position: next, ..link }.into_active_model().reset_all();
        track_link::Entity::insert(row).exec_without_returning(tx.db()).await?;
        let givers = gave.iter().filter(|row| row.position == was);
        for row in givers.filter(|row| only.is_none_or(|only| only.contains(&row.share_id))) {
            let row = share_link::Model { share_id: row.share_id, track_id: into, position: next };
            share_link::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx.db()).await?;
        }
        next += 1;
    }
    Ok(())
}

/// Positions have gaps where links were moved away, so the highest counts.
pub(super) async fn next_position(db: &impl ConnectionTrait, track: TrackId) -> Result<i32, DbErr> {
    let last = track_link::Entity::find()
        .filter(track_link::COLUMN.track_id.eq(track))
        .order_by_desc(track_link::COLUMN.position)
        .one(db)
        .await?;
    Ok(last.map_or(0, |last| last.position + 1))
}
