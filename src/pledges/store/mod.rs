//! Queries about pledges, the ledger and the totals.

mod audit;
mod import_rows;
mod imports;
mod ledger;
mod mails;
mod of_night;
mod open;
mod payments;
mod rows;
mod stock;
mod suggestions;
mod sums;
mod totals;

pub(super) use audit::{activity_heads, count_supporters, events_with_books, head, milestones_recorded};
pub(super) use import_rows::{
    counted_twice, find_row, insert_rows, replace_waiting, rows_of_event, rows_of_import, save_row, wait_again, waiting,
};
pub(super) use imports::{find_import, imports_of_event, insert_import, known, references_of_pledges, save_undone};
pub(super) use ledger::{Moves, Posted, journals, move_totals, post};
pub(super) use mails::{
    count_reminder, forget_mail, forget_old_address, mail, move_mail, queue_mail, remindable, stop_reminders,
};
pub use open::open_of_event;
pub(super) use open::{OpenPledge, Way, move_open, pass_step, relevel};
pub(super) use payments::{
    arrived, claims_waiting, delete_settlements, insert_payment, insert_settlement, newest_payments, open_claims,
    payments_by_ids, pledges_of, save_payment, settled_by,
};
pub use payments::{find_payment, payments_of_event, payments_of_pledge};
use rows::nouns;
pub(super) use rows::{insert, save, save_money};
pub(super) use stock::{insert_reached, put_point, standing_now};
pub use stock::{points_of_event, reached_of_event};
pub(super) use suggestions::suggested;
pub use sums::sums_of_event;
pub use totals::{causes_of_all, totals_of_all, totals_of_event};
pub(super) use totals::{
    count_pledge, count_share, count_supporter, counted_songs, ledger_of_event, move_base, next_number,
    set_counted_songs, songs,
};

use entity::ids::{EventId, PledgeId};
use entity::{payment, pledge};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, SelectExt, Set,
};

use crate::error::AppError;
use crate::pledges::pledge::{Pledge, PledgeState};
use crate::pledges::terms::PledgeKind;

/// A pledge.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, id: PledgeId) -> Result<Option<Pledge>, DbErr> {
    let row = pledge::Entity::find_by_id(id).one(db).await?;
    Ok(nouns(db, row.into_iter().collect()).await?.pop())
}

/// These pledges, in no order.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(db: &impl ConnectionTrait, ids: Vec<PledgeId>) -> Result<Vec<Pledge>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    nouns(db, pledge::Entity::find().filter(pledge::Column::Id.is_in(ids)).all(db).await?).await
}

/// An event's pledges in the order they were made, after number `after`.
///
/// # Errors
/// When the database fails.
pub async fn of_event(
    db: &impl ConnectionTrait,
    event: EventId,
    after: i64,
    count: u64,
    only_public: bool,
) -> Result<Vec<Pledge>, DbErr> {
    let mut query = pledge::Entity::find()
        .filter(pledge::COLUMN.event_id.eq(event))
        .filter(pledge::COLUMN.number.gt(after))
        .order_by_asc(pledge::COLUMN.number)
        .limit(count);
    if only_public {
        query = query.filter(pledge::Column::State.is_in([PledgeState::Promised, PledgeState::Settled]));
    }
    nouns(db, query.all(db).await?).await
}

/// Whether an event has any pledge or payment, withdrawn and reversed ones included: its charities have a part in the book.
///
/// # Errors
/// When the database fails.
pub async fn has_book(db: &impl ConnectionTrait, event: EventId) -> Result<bool, DbErr> {
    let pledges = pledge::Entity::find().filter(pledge::COLUMN.event_id.eq(event));
    let payments = payment::Entity::find().filter(payment::COLUMN.event_id.eq(event));
    Ok(pledges.exists(db).await? || payments.exists(db).await?)
}

pub(super) async fn reference_is_taken(db: &impl ConnectionTrait, reference: &str) -> Result<bool, DbErr> {
    pledge::Entity::find().filter(pledge::COLUMN.reference.eq(reference)).exists(db).await
}

/// The pledge of an event with this reference.
pub(super) async fn find_by_reference(
    db: &impl ConnectionTrait,
    event: EventId,
    reference: &str,
) -> Result<Option<PledgeId>, DbErr> {
    let found =
        pledge::Entity::find().filter(pledge::COLUMN.event_id.eq(event)).filter(pledge::COLUMN.reference.eq(reference));
    Ok(found.one(db).await?.map(|row| row.id))
}

/// Whether another pledge of the event that isn't withdrawn has the same supporter.
pub(super) async fn supporter_is_counted(
    db: &impl ConnectionTrait,
    pledge: &Pledge,
    key: &[u8],
) -> Result<bool, DbErr> {
    pledge::Entity::find()
        .filter(pledge::COLUMN.event_id.eq(pledge.event))
        .filter(pledge::COLUMN.supporter_key.eq(key.to_vec()))
        .filter(pledge::COLUMN.id.ne(pledge.id))
        .filter(pledge::COLUMN.state.ne(PledgeState::Withdrawn))
        .exists(db)
        .await
}

/// Standing pledges of a kind whose amount isn't counted by this number.
pub(super) async fn not_counted_by(
    db: &impl ConnectionTrait,
    event: EventId,
    kind: PledgeKind,
    by: i64,
    count: u64,
) -> Result<Vec<Pledge>, DbErr> {
    let counted = pledge::COLUMN.counted;
    let otherwise = Condition::any().add(counted.is_null()).add(counted.ne(by));
    let rows = standing_rows(event).filter(pledge::COLUMN.kind.eq(kind)).filter(otherwise);
    nouns(db, rows.limit(count).all(db).await?).await
}

/// Standing pledges whose amount is counted.
pub(super) async fn counted(db: &impl ConnectionTrait, event: EventId, count: u64) -> Result<Vec<Pledge>, DbErr> {
    let rows = standing_rows(event).filter(pledge::COLUMN.counted.is_not_null());
    nouns(db, rows.limit(count).all(db).await?).await
}

/// Pledges that still promise something.
pub(super) async fn standing(db: &impl ConnectionTrait, event: EventId, count: u64) -> Result<Vec<Pledge>, DbErr> {
    nouns(db, standing_rows(event).limit(count).all(db).await?).await
}

fn standing_rows(event: EventId) -> Select<pledge::Entity> {
    pledge::Entity::find()
        .filter(pledge::COLUMN.event_id.eq(event))
        .filter(pledge::Column::State.is_in([PledgeState::Promised, PledgeState::Settled]))
        .order_by_asc(pledge::COLUMN.number)
}

/// Hides a pledge's words, or shows them; nothing else of it changes.
pub(super) async fn set_words_removed(db: &impl ConnectionTrait, id: PledgeId, removed: bool) -> Result<(), DbErr> {
    let row =
        pledge::ActiveModel { id: Set(id), words_removed: Set(removed), held_word: Set(None), ..Default::default() };
    row.update_without_returning(db).await?;
    Ok(())
}

/// The pledges of an event whose words wait for a host, for a listed word in them.
///
/// # Errors
/// When the database fails.
pub async fn held_of_event(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<Pledge>, DbErr> {
    let held = pledge::Entity::find()
        .filter(pledge::COLUMN.event_id.eq(event))
        .filter(pledge::COLUMN.held_word.is_not_null())
        .filter(pledge::Column::State.is_in([PledgeState::Promised, PledgeState::Settled]))
        .order_by_asc(pledge::COLUMN.number)
        .limit(HELD_MAX);
    nouns(db, held.all(db).await?).await
}

/// What fits on a page.
const HELD_MAX: u64 = 100;

/// Stores which secret of a pledge opens it; nothing else of it changes.
pub(super) async fn set_token_version(db: &impl ConnectionTrait, id: PledgeId, version: u8) -> Result<(), DbErr> {
    let row = pledge::ActiveModel { id: Set(id), token_version: Set(i32::from(version)), ..Default::default() };
    row.update_without_returning(db).await?;
    Ok(())
}

/// The supporter key stored with a pledge.
pub(super) async fn supporter_key(db: &impl ConnectionTrait, id: PledgeId) -> Result<Vec<u8>, AppError> {
    let row = pledge::Entity::find_by_id(id).one(db).await?.ok_or(AppError::NotFound)?;
    Ok(row.supporter_key)
}

/// Something to read from: a connection, a snapshot or a transaction.
pub(super) use sea_orm::ConnectionTrait as Reads;

/// The newest pledges of an event; with `only_public`, those that the public may be told of.
///
/// # Errors
/// When the database fails.
pub async fn newest(
    db: &impl ConnectionTrait,
    event: EventId,
    count: u64,
    only_public: bool,
) -> Result<Vec<Pledge>, DbErr> {
    let mut query = pledge::Entity::find()
        .filter(pledge::COLUMN.event_id.eq(event))
        .order_by_desc(pledge::COLUMN.number)
        .limit(count);
    if only_public {
        query = query.filter(pledge::Column::State.is_in([PledgeState::Promised, PledgeState::Settled]));
    }
    nouns(db, query.all(db).await?).await
}
