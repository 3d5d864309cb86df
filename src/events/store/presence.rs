//! Queries about who dances just now.

use chrono::TimeDelta;
use entity::ids::{EventId, GuestId};
use entity::{Moment, presence};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Set};

/// A kitchen counts this long after it was heard of (contract.md).
const FADES_AFTER: TimeDelta = TimeDelta::minutes(3);

/// Notes that a guest dances on a night.
///
/// # Errors
/// When the database fails.
pub async fn note_dancing(db: &impl ConnectionTrait, event: EventId, guest: GuestId, now: Moment) -> Result<(), DbErr> {
    let row = presence::ActiveModel { event_id: Set(event), guest_id: Set(guest), seen_at: Set(now) };
    let again = OnConflict::columns([presence::Column::EventId, presence::Column::GuestId])
        .update_column(presence::Column::SeenAt)
        .to_owned();
    presence::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Forgets that a guest dances on a night.
///
/// # Errors
/// When the database fails.
pub async fn forget_dancing(db: &impl ConnectionTrait, event: EventId, guest: GuestId) -> Result<(), DbErr> {
    presence::Entity::delete_by_id((event, guest)).exec(db).await?;
    Ok(())
}

/// How many kitchens dance, on one night or on all.
///
/// # Errors
/// When the database fails.
pub async fn count_dancing(db: &impl ConnectionTrait, event: Option<EventId>, now: Moment) -> Result<i64, DbErr> {
    let mut dancing = presence::Entity::find().filter(presence::COLUMN.seen_at.gt(now - FADES_AFTER));
    if let Some(event) = event {
        dancing = dancing.filter(presence::COLUMN.event_id.eq(event));
    }
    Ok(i64::try_from(dancing.count(db).await?).unwrap_or(i64::MAX))
}

/// Forgets every kitchen that has faded.
///
/// # Errors
/// When the database fails.
pub async fn forget_faded(db: &impl ConnectionTrait, now: Moment) -> Result<(), DbErr> {
    presence::Entity::delete_many().filter(presence::COLUMN.seen_at.lte(now - FADES_AFTER)).exec(db).await?;
    Ok(())
}
