//! Queries about shares that are of one song on one night, and about those of them that became part of another.

use std::collections::HashMap;

use entity::ids::{EventId, ShareId, TrackId};
use entity::{share, track};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::tracks::share::{STANDING, ShareState};

/// Two standing shares of one night that are of one song.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubled {
    pub event: EventId,
    pub stays: ShareId,
    pub goes: ShareId,
}

/// The song that a track is by now.
///
/// # Errors
/// When the database fails.
pub async fn current(db: &impl ConnectionTrait, id: TrackId) -> Result<Option<TrackId>, DbErr> {
    let row = track::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| row.same_as.unwrap_or(row.id)))
}

/// The nights on which a share of any of these tracks stands, or one that became part of another could stand again.
///
/// # Errors
/// When the database fails.
pub async fn nights_of(db: &impl ConnectionTrait, tracks: &[TrackId]) -> Result<Vec<EventId>, DbErr> {
    share::Entity::find()
        .select_only()
        .column(share::Column::EventId)
        .distinct()
        .filter(share::Column::TrackId.is_in(tracks.iter().copied()))
        .filter(share::Column::State.is_in(STANDING).or(share::Column::MergedInto.is_not_null()))
        .order_by_asc(share::Column::EventId)
        .into_tuple()
        .all(db)
        .await
}

/// The nights on which both songs stand. Of the two shares the shown one stays, and of two shown ones the earlier.
///
/// # Errors
/// When the database fails.
pub async fn doubled(db: &impl ConnectionTrait, one: TrackId, other: TrackId) -> Result<Vec<Doubled>, DbErr> {
    let rows = share::Entity::find()
        .filter(share::Column::TrackId.is_in([one, other]))
        .filter(share::Column::State.is_in(STANDING))
        .order_by_asc(share::COLUMN.id)
        .all(db)
        .await?;
    let mut first: HashMap<EventId, share::Model> = HashMap::new();
    let mut doubled = Vec::new();
    for row in rows {
        let Some(earlier) = first.remove(&row.event_id) else {
            first.insert(row.event_id, row);
            continue;
        };
        let is_earlier_kept = earlier.state == ShareState::Shown || row.state != ShareState::Shown;
        let (stays, goes) = if is_earlier_kept { (earlier.id, row.id) } else { (row.id, earlier.id) };
        doubled.push(Doubled { event: row.event_id, stays, goes });
    }
    Ok(doubled)
}

/// The shares of a night that became part of this one.
///
/// # Errors
/// When the database fails.
pub async fn parts_of(db: &impl ConnectionTrait, stays: ShareId) -> Result<Vec<ShareId>, DbErr> {
    let rows = share::Entity::find().filter(share::COLUMN.merged_into.eq(stays)).order_by_asc(share::COLUMN.id);
    Ok(rows.all(db).await?.into_iter().map(|row| row.id).collect())
}

/// Shares that are part of one whose song is another by now, of any of these tracks.
///
/// # Errors
/// When the database fails.
pub async fn parted(db: &impl ConnectionTrait, tracks: &[TrackId]) -> Result<Vec<Doubled>, DbErr> {
    let merged = share::Entity::find()
        .filter(share::Column::TrackId.is_in(tracks.iter().copied()))
        .filter(share::Column::MergedInto.is_not_null())
        .order_by_asc(share::COLUMN.id)
        .all(db)
        .await?;
    let wholes = share::Entity::find().filter(share::Column::Id.is_in(merged.iter().filter_map(|row| row.merged_into)));
    let wholes: HashMap<ShareId, TrackId> =
        wholes.all(db).await?.into_iter().map(|row| (row.id, row.track_id)).collect();
    let apart = |row: share::Model| {
        let stays = row.merged_into?;
        (wholes.get(&stays) != Some(&row.track_id)).then_some(Doubled { event: row.event_id, stays, goes: row.id })
    };
    Ok(merged.into_iter().filter_map(apart).collect())
}
