//! Queries about pledges, the ledger and the totals.

mod audit;
mod ledger;
mod totals;

pub(super) use audit::{activity_heads, count_supporters, events_with_books, head};
pub(super) use ledger::{Posted, journals, move_totals, post};
pub use totals::{causes_of_all, count_share, totals_of_all, totals_of_event};
pub(super) use totals::{count_pledge, count_supporter, next_number};

use std::collections::HashMap;

use entity::ids::{EventId, PledgeId};
use entity::{pledge, pledge_split};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    SelectExt, Set,
};

use crate::db::Tx;
use crate::error::AppError;
use crate::pledges::ledger::Allocation;
use crate::pledges::pledge::{Pledge, PledgeState, Show, Words};

fn noun(row: pledge::Model, splits: &[pledge_split::Model]) -> Pledge {
    let pledge::Model {
        id,
        event_id,
        number,
        reference,
        kind,
        amount_pence,
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
        made_at,
        withdrawn_at: _,
    } = row;
    let mut parts: Vec<_> = splits.iter().filter(|split| split.pledge_id == id).collect();
    parts.sort_by_key(|split| split.position);
    let allocations = parts.into_iter().map(|split| Allocation {
        charity: split.charity_id,
        parts: split.parts.unsigned_abs(),
        promised: split.promised_pence,
    });
    Pledge {
        id,
        event: event_id,
        number,
        reference,
        kind,
        amount: amount_pence,
        state,
        gift_aid,
        words: Words { name, email, message },
        show: Show { show_name, show_amount, show_message },
        words_removed,
        token_version: u8::try_from(token_version).unwrap_or_default(),
        made_at,
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
        kind,
        amount,
        state,
        gift_aid,
        words,
        show,
        words_removed,
        token_version,
        made_at,
        allocations: _,
    } = pledge.clone();
    let Words { name, email, message } = words;
    let Show { show_name, show_amount, show_message } = show;
    pledge::ActiveModel {
        id: Set(id),
        event_id: Set(event),
        number: Set(number),
        reference: Set(reference),
        kind: Set(kind),
        amount_pence: Set(amount),
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
