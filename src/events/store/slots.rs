//! The line-up's rows.

use entity::ids::{EventId, GuestId, SlotId};
use entity::slot;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder,
    Set,
};

use super::OfNight;
use crate::events::event::Event;
use crate::events::lineup::{Kept, Slot, TimedSlot};

/// The line-up of an event.
///
/// # Errors
/// When the database fails.
pub async fn lineup_of(db: &impl ConnectionTrait, event: &Event) -> Result<Vec<TimedSlot>, DbErr> {
    let rows = slot::Entity::find()
        .filter(slot::COLUMN.event_id.eq(event.id))
        .order_by_asc(slot::COLUMN.position)
        .all(db)
        .await?;
    Ok(Slot::timed(rows.into_iter().map(noun).collect(), &event.when))
}

/// The line-ups of several events, in their order.
///
/// # Errors
/// When the database fails.
pub async fn lineups_of(db: &impl ConnectionTrait, events: &[Event]) -> Result<Vec<Vec<TimedSlot>>, DbErr> {
    let rows = slot::Entity::find()
        .filter(slot::Column::EventId.is_in(events.iter().map(|event| event.id)))
        .order_by_asc(slot::COLUMN.position)
        .all(db)
        .await?;
    let of_event = |event: &Event| {
        let own = rows.iter().filter(|row| row.event_id == event.id).cloned().map(noun);
        Slot::timed(own.collect(), &event.when)
    };
    Ok(events.iter().map(of_event).collect())
}

/// What is kept of a slot, and the event it is of.
///
/// # Errors
/// When the database fails.
pub async fn find_slot(db: &impl ConnectionTrait, id: SlotId) -> Result<Option<(EventId, Kept)>, DbErr> {
    let row = slot::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| (row.event_id, noun(row).1)))
}

impl OfNight for Kept {
    async fn find(db: &DatabaseConnection, id: uuid::Uuid) -> Result<Option<(EventId, Self)>, DbErr> {
        find_slot(db, SlotId(id)).await
    }
}

fn noun(row: slot::Model) -> (Slot, Kept) {
    let slot::Model {
        id,
        event_id: _,
        position: _,
        host,
        title,
        minutes,
        anchor_local,
        begun_at,
        ended_at,
        link_version,
        guest_id,
    } = row;
    let link_version = u8::try_from(link_version).unwrap_or_default();
    (
        Slot { id: Some(id), host, title, minutes, anchor: anchor_local },
        Kept { id, begun_at, ended_at, link_version, guest: guest_id },
    )
}

/// Puts slots in place of those that were there, in this order.
pub(in crate::events) async fn replace_lineup(
    db: &impl ConnectionTrait,
    event: EventId,
    slots: impl IntoIterator<Item = (Slot, Kept)>,
) -> Result<(), DbErr> {
    slot::Entity::delete_many().filter(slot::COLUMN.event_id.eq(event)).exec(db).await?;
    let rows = (0..).zip(slots).map(|(position, (slot, kept))| {
        let Slot { id: _, host, title, minutes, anchor } = slot;
        let Kept { id, begun_at, ended_at, link_version, guest } = kept;
        slot::ActiveModel {
            id: Set(id),
            event_id: Set(event),
            position: Set(position),
            host: Set(host),
            title: Set(title),
            minutes: Set(minutes),
            anchor_local: Set(anchor),
            begun_at: Set(begun_at),
            ended_at: Set(ended_at),
            link_version: Set(i32::from(link_version)),
            guest_id: Set(guest),
        }
    });
    slot::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// Stores what happened to a slot.
///
/// # Errors
/// When the database fails, or the slot is gone.
pub(in crate::events) async fn save_slot(db: &impl ConnectionTrait, kept: &Kept) -> Result<(), DbErr> {
    let Kept { id, begun_at, ended_at, link_version, guest } = *kept;
    let row = slot::ActiveModel {
        id: Set(id),
        begun_at: Set(begun_at),
        ended_at: Set(ended_at),
        link_version: Set(i32::from(link_version)),
        guest_id: Set(guest),
        ..Default::default()
    };
    row.update_without_returning(db).await?;
    Ok(())
}

/// Notes who shares songs from a slot.
///
/// # Errors
/// When the database fails, or the slot is gone.
pub async fn set_slot_guest(db: &impl ConnectionTrait, id: SlotId, guest: GuestId) -> Result<(), DbErr> {
    let row = slot::ActiveModel { id: Set(id), guest_id: Set(Some(guest)), ..Default::default() };
    row.update_without_returning(db).await?;
    Ok(())
}
