//! Queries about RSVPs.

use entity::ids::{EventId, GuestId, RsvpId};
use entity::{Moment, rsvp};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Set,
};

use super::rsvp::Rsvp;

fn noun(row: rsvp::Model) -> Rsvp {
    let rsvp::Model { id, event_id, guest_id, email, told_start, reminded_at, made_at: _ } = row;
    Rsvp { id, event: event_id, guest: guest_id, email, told_start, reminded_at }
}

/// How many say they'll be there.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, event: EventId) -> Result<i64, DbErr> {
    let rows = rsvp::Entity::find().filter(rsvp::COLUMN.event_id.eq(event)).count(db).await?;
    Ok(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// An RSVP.
pub(super) async fn find(db: &impl ConnectionTrait, id: RsvpId) -> Result<Option<Rsvp>, DbErr> {
    Ok(rsvp::Entity::find_by_id(id).one(db).await?.map(noun))
}

/// What a guest said of a night.
pub(super) async fn of_guest(db: &impl ConnectionTrait, event: EventId, guest: GuestId) -> Result<Option<Rsvp>, DbErr> {
    let mine =
        rsvp::Entity::find().filter(rsvp::COLUMN.event_id.eq(event)).filter(rsvp::COLUMN.guest_id.eq(guest)).one(db);
    Ok(mine.await?.map(noun))
}

/// Adds an RSVP, or puts it in place of what this guest said before.
pub(super) async fn put(db: &impl ConnectionTrait, rsvp: Rsvp, now: Moment) -> Result<(), DbErr> {
    let Rsvp { id, event, guest, email, told_start, reminded_at } = rsvp;
    let row = rsvp::ActiveModel {
        id: Set(id),
        event_id: Set(event),
        guest_id: Set(guest),
        email: Set(email),
        told_start: Set(told_start),
        reminded_at: Set(reminded_at),
        made_at: Set(now),
    };
    let again = OnConflict::column(rsvp::Column::Id)
        .update_columns([rsvp::Column::Email, rsvp::Column::ToldStart, rsvp::Column::RemindedAt])
        .to_owned();
    rsvp::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Deletes an RSVP.
pub(super) async fn delete(db: &impl ConnectionTrait, id: RsvpId) -> Result<(), DbErr> {
    rsvp::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// RSVPs with an address, by id, after one of them; at most `count`.
pub(super) async fn to_tell(
    db: &impl ConnectionTrait,
    event: EventId,
    after: Option<RsvpId>,
    count: u64,
) -> Result<Vec<RsvpId>, DbErr> {
    let mut rows = rsvp::Entity::find()
        .filter(rsvp::COLUMN.event_id.eq(event))
        .filter(rsvp::COLUMN.email.is_not_null())
        .order_by_asc(rsvp::COLUMN.id)
        .limit(count);
    if let Some(after) = after {
        rows = rows.filter(rsvp::COLUMN.id.gt(after));
    }
    Ok(rows.all(db).await?.into_iter().map(|row| row.id).collect())
}

/// Forgets an address, on one night or on all.
pub(super) async fn forget_address(
    db: &impl ConnectionTrait,
    event: Option<EventId>,
    email: &str,
) -> Result<(), DbErr> {
    let of_night = event.map(|event| rsvp::COLUMN.event_id.eq(event));
    forget(db, Condition::all().add(rsvp::COLUMN.email.eq(email)).add_option(of_night)).await
}

/// Forgets every address of a night.
pub(super) async fn forget_addresses(db: &impl ConnectionTrait, event: EventId) -> Result<(), DbErr> {
    forget(db, Condition::all().add(rsvp::COLUMN.event_id.eq(event)).add(rsvp::COLUMN.email.is_not_null())).await
}

async fn forget(db: &impl ConnectionTrait, which: Condition) -> Result<(), DbErr> {
    let nowhere = Expr::value(Option::<String>::None);
    rsvp::Entity::update_many().col_expr(rsvp::Column::Email, nowhere).filter(which).exec(db).await?;
    Ok(())
}
