//! Queries about what stands on a night, stood there, or was taken down.

use entity::ids::{EventId, GuestId, ShareId, TrackId};
use entity::share;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, SelectExt};

use crate::tracks::share::{STANDING, ShareState};

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
        .filter(share::Column::State.is_in(STANDING))
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

/// Whether a host took this track down from the event before.
///
/// # Errors
/// When the database fails.
pub async fn was_removed(db: &impl ConnectionTrait, event: EventId, track: TrackId) -> Result<bool, DbErr> {
    share::Entity::find()
        .filter(share::COLUMN.event_id.eq(event))
        .filter(share::COLUMN.track_id.eq(track))
        .filter(share::COLUMN.state.eq(ShareState::Removed))
        .exists(db)
        .await
}

/// How many shares of an event are shown, by counting them (the head's count is checked against this).
///
/// # Errors
/// When the database fails.
pub async fn count_shown(db: &impl ConnectionTrait, event: EventId) -> Result<u64, DbErr> {
    let shown = share::Entity::find().filter(share::COLUMN.event_id.eq(event));
    shown.filter(share::COLUMN.state.eq(ShareState::Shown)).count(db).await
}
