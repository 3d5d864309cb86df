//! Queries about pledges, the ledger and the totals.

mod audit;
mod ledger;
mod open;
mod payments;
mod totals;

pub(super) use audit::{activity_heads, count_supporters, events_with_books, head};
pub(super) use ledger::{Moves, Posted, journals, move_totals, post};
pub use open::open_of_event;
pub(super) use open::{OpenPledge, Way, move_open, pass_step, relevel};
pub(super) use payments::{
    delete_settlements, insert_payment, insert_settlement, open_claims, save_payment, settled_by,
};
pub use payments::{find_payment, payments_of_event, payments_of_pledge};
pub use totals::{causes_of_all, totals_of_all, totals_of_event};
pub(super) use totals::{
    count_pledge, count_share, count_supporter, counted_songs, ledger_of_event, move_base, next_number,
    set_counted_songs, songs,
};

use std::collections::HashMap;

use entity::ids::{EventId, PledgeId};
use entity::{pledge, pledge_split};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, SelectExt, Set,
};

use crate::db::Tx;
use crate::error::AppError;
use crate::pledges::ledger::Allocation;
use crate::pledges::pledge::{Pledge, PledgeState, Reminders, Show, Words};
use crate::pledges::terms::{PledgeKind, Terms};

fn noun(row: pledge::Model, splits: &[pledge_split::Model]) -> Pledge {
    let pledge::Model {
        id,
        event_id,
        number,
        reference,
        kind,
        at_most_pence,
        rate,
        counted,
        state,
        gift_aid,
        name,
        email,
        message,
        show_name,
        show_amount,
        show_message,
        words_removed,
        supporter_key: _,
        token_version,
        reminders_sent,
        reminders_stopped,
        made_at,
        withdrawn_at: _,
    } = row;
    let mut parts: Vec<_> = splits.iter().filter(|split| split.pledge_id == id).collect();
    parts.sort_by_key(|split| split.position);
    let allocations = parts.into_iter().map(|split| Allocation {
        charity: split.charity_id,
        parts: split.parts.unsigned_abs(),
        promised: split.promised_pence,
        claimed: split.claimed_pence,
        received: split.received_pence,
    });
    Pledge {
        id,
        event: event_id,
        number,
        reference,
        terms: Terms::stored(kind, at_most_pence, rate.unwrap_or_default()),
        counted,
        state,
        gift_aid,
        words: Words { name, email, message },
        show: Show { show_name, show_amount, show_message },
        words_removed,
        token_version: u8::try_from(token_version).unwrap_or_default(),
        made_at,
        reminders: Reminders { sent: reminders_sent, stopped: reminders_stopped },
        allocations: allocations.collect(),
    }
}

async fn nouns(db: &impl ConnectionTrait, rows: Vec<pledge::Model>) -> Result<Vec<Pledge>, DbErr> {
    let ids = rows.iter().map(|row| row.id);
    let splits = pledge_split::Entity::find().filter(pledge_split::Column::PledgeId.is_in(ids)).all(db).await?;
    let mut by_pledge: HashMap<PledgeId, Vec<pledge_split::Model>> = HashMap::new();
    for split in splits {
        by_pledge.entry(split.pledge_id).or_default().push(split);
    }
    let none = Vec::new();
    Ok(rows
        .into_iter()
        .map(|row| {
            let splits = by_pledge.get(&row.id).unwrap_or(&none);
            noun(row, splits)
        })
        .collect())
}

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

/// Whether an event has any pledge, withdrawn ones included.
///
/// # Errors
/// When the database fails.
pub async fn any_of_event(db: &impl ConnectionTrait, event: EventId) -> Result<bool, DbErr> {
    pledge::Entity::find().filter(pledge::COLUMN.event_id.eq(event)).exists(db).await
}

pub(super) async fn reference_is_taken(db: &impl ConnectionTrait, reference: &str) -> Result<bool, DbErr> {
    pledge::Entity::find().filter(pledge::COLUMN.reference.eq(reference)).exists(db).await
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

fn row_of(pledge: &Pledge, supporter_key: Vec<u8>) -> pledge::ActiveModel {
    let Pledge {
        id,
        event,
        number,
        reference,
        terms,
        counted,
        state,
        gift_aid,
        words,
        show,
        words_removed,
        token_version,
        made_at,
        reminders,
        allocations: _,
    } = pledge.clone();
    let Words { name, email, message } = words;
    let Show { show_name, show_amount, show_message } = show;
    pledge::ActiveModel {
        id: Set(id),
        event_id: Set(event),
        number: Set(number),
        reference: Set(reference),
        kind: Set(terms.kind()),
        at_most_pence: Set(terms.at_most()),
        rate: Set(terms.rate()),
        counted: Set(counted),
        state: Set(state),
        gift_aid: Set(gift_aid),
        name: Set(name),
        email: Set(email),
        message: Set(message),
        show_name: Set(show_name),
        show_amount: Set(show_amount),
        show_message: Set(show_message),
        words_removed: Set(words_removed),
        supporter_key: Set(supporter_key),
        token_version: Set(i32::from(token_version)),
        reminders_sent: Set(reminders.sent),
        reminders_stopped: Set(reminders.stopped),
        made_at: Set(made_at),
        ..Default::default()
    }
}

pub(super) async fn insert(tx: &Tx, pledge: &Pledge, supporter_key: Vec<u8>) -> Result<(), AppError> {
    let row = pledge::ActiveModel { withdrawn_at: Set(None), ..row_of(pledge, supporter_key) };
    pledge::Entity::insert(row).exec_without_returning(tx.db()).await?;
    set_split(tx.db(), pledge).await
}

pub(super) async fn save(tx: &Tx, pledge: &Pledge, supporter_key: Vec<u8>) -> Result<(), AppError> {
    let mut row = row_of(pledge, supporter_key);
    if pledge.state == PledgeState::Withdrawn {
        row.withdrawn_at = Set(Some(tx.now()));
    }
    row.update_without_returning(tx.db()).await?;
    pledge_split::Entity::delete_many().filter(pledge_split::COLUMN.pledge_id.eq(pledge.id)).exec(tx.db()).await?;
    set_split(tx.db(), pledge).await
}

/// Stores what moves with money: the state, what the amount was counted by, and what the ledger has.
pub(super) async fn save_money(tx: &Tx, pledge: &Pledge) -> Result<(), AppError> {
    let row = pledge::ActiveModel {
        id: Set(pledge.id),
        state: Set(pledge.state),
        counted: Set(pledge.counted),
        ..Default::default()
    };
    row.update_without_returning(tx.db()).await?;
    pledge_split::Entity::delete_many().filter(pledge_split::COLUMN.pledge_id.eq(pledge.id)).exec(tx.db()).await?;
    set_split(tx.db(), pledge).await
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

/// Hides a pledge's words; nothing else of it changes.
pub(super) async fn hide_words(db: &impl ConnectionTrait, id: PledgeId) -> Result<(), DbErr> {
    let row = pledge::ActiveModel { id: Set(id), words_removed: Set(true), ..Default::default() };
    row.update_without_returning(db).await?;
    Ok(())
}

async fn set_split(db: &impl ConnectionTrait, pledge: &Pledge) -> Result<(), AppError> {
    let rows = (0..).zip(&pledge.allocations).map(|(position, allocation)| pledge_split::ActiveModel {
        pledge_id: Set(pledge.id),
        charity_id: Set(allocation.charity),
        position: Set(position),
        parts: Set(i32::try_from(allocation.parts).unwrap_or(i32::MAX)),
        promised_pence: Set(allocation.promised),
        claimed_pence: Set(allocation.claimed),
        received_pence: Set(allocation.received),
    });
    pledge_split::Entity::insert_many(rows).exec_without_returning(db).await?;
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
