//! Queries about what stood when.

use entity::ids::EventId;
use entity::money::Pence;
use entity::{milestone, night_point};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Set};

use super::open::open_at;
use super::totals::{head_row, ledger_of_event};
use crate::db::Tx;
use crate::error::AppError;
use crate::pledges::stock::{Point, Reached};

/// What is promised of an event now, and the songs that are counted.
pub(in crate::pledges) async fn standing_now(db: &impl ConnectionTrait, event: EventId) -> Result<(Pence, i64), DbErr> {
    let open = open_at(db, event, &head_row(db, event).await?).await?;
    let counted: Pence = ledger_of_event(db, event).await?.iter().map(|part| part.promised).sum();
    Ok((counted + open.promised(), open.songs))
}

/// Puts a point in, in place of one of the same moment and of any that is later: a night that was opened again goes on.
pub(in crate::pledges) async fn put_point(tx: &Tx, event: EventId, point: Point) -> Result<(), AppError> {
    use night_point::Column::{At, EventId, PromisedPence, Songs};
    let Point { at, promised, songs } = point;
    let row = night_point::ActiveModel {
        event_id: Set(event),
        at: Set(at),
        promised_pence: Set(promised),
        songs: Set(songs),
    };
    let there = OnConflict::columns([EventId, At]).update_columns([PromisedPence, Songs]).to_owned();
    night_point::Entity::insert(row).on_conflict(there).exec_without_returning(tx.db()).await?;
    let later = night_point::Entity::delete_many().filter(night_point::COLUMN.event_id.eq(event));
    later.filter(night_point::COLUMN.at.gt(at)).exec(tx.db()).await?;
    Ok(())
}

/// The points of an event's chart, in order: a few hundred at most.
///
/// # Errors
/// When the database fails.
pub async fn points_of_event(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<Point>, DbErr> {
    let rows =
        night_point::Entity::find().filter(night_point::COLUMN.event_id.eq(event)).order_by_asc(night_point::COLUMN.at);
    let noun = |row| {
        let night_point::Model { event_id: _, at, promised_pence, songs } = row;
        Point { at, promised: promised_pence, songs }
    };
    Ok(rows.all(db).await?.into_iter().map(noun).collect())
}

/// The milestones that an event has reached, in order.
///
/// # Errors
/// When the database fails.
pub async fn reached_of_event(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<Reached>, DbErr> {
    let rows =
        milestone::Entity::find().filter(milestone::COLUMN.event_id.eq(event)).order_by_asc(milestone::COLUMN.seq);
    let noun = |row| {
        let milestone::Model { event_id: _, seq, percent, amount_pence, promised_pence, at } = row;
        Reached { seq, percent, amount: amount_pence, promised: promised_pence, at }
    };
    Ok(rows.all(db).await?.into_iter().map(noun).collect())
}

pub(in crate::pledges) async fn insert_reached(tx: &Tx, event: EventId, reached: Reached) -> Result<(), AppError> {
    let Reached { seq, percent, amount, promised, at } = reached;
    let row = milestone::ActiveModel {
        event_id: Set(event),
        seq: Set(seq),
        percent: Set(percent),
        amount_pence: Set(amount),
        promised_pence: Set(promised),
        at: Set(at),
    };
    milestone::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}
