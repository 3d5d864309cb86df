//! Pledges as rows, and back.

use std::collections::HashMap;

use entity::ids::PledgeId;
use entity::{pledge, pledge_split};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set};

use crate::db::Tx;
use crate::error::AppError;
use crate::pledges::ledger::Allocation;
use crate::pledges::pledge::{Pledge, PledgeState, Reminders, Show, Words};
use crate::pledges::terms::Terms;

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
        held_word,
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
        held_word,
        token_version: u8::try_from(token_version).unwrap_or_default(),
        made_at,
        reminders: Reminders { sent: reminders_sent, stopped: reminders_stopped },
        allocations: allocations.collect(),
    }
}

pub(super) async fn nouns(db: &impl ConnectionTrait, rows: Vec<pledge::Model>) -> Result<Vec<Pledge>, DbErr> {
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
        held_word,
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
        held_word: Set(held_word),
        supporter_key: Set(supporter_key),
        token_version: Set(i32::from(token_version)),
        reminders_sent: Set(reminders.sent),
        reminders_stopped: Set(reminders.stopped),
        made_at: Set(made_at),
        ..Default::default()
    }
}

pub(in crate::pledges) async fn insert(tx: &Tx, pledge: &Pledge, supporter_key: Vec<u8>) -> Result<(), AppError> {
    let row = pledge::ActiveModel { withdrawn_at: Set(None), ..row_of(pledge, supporter_key) };
    pledge::Entity::insert(row).exec_without_returning(tx.db()).await?;
    set_split(tx.db(), pledge).await
}

pub(in crate::pledges) async fn save(tx: &Tx, pledge: &Pledge, supporter_key: Vec<u8>) -> Result<(), AppError> {
    let mut row = row_of(pledge, supporter_key);
    if pledge.state == PledgeState::Withdrawn {
        row.withdrawn_at = Set(Some(tx.now()));
    }
    row.update_without_returning(tx.db()).await?;
    pledge_split::Entity::delete_many().filter(pledge_split::COLUMN.pledge_id.eq(pledge.id)).exec(tx.db()).await?;
    set_split(tx.db(), pledge).await
}

/// Stores what moves with money: the state, what the amount was counted by, and what the ledger has.
pub(in crate::pledges) async fn save_money(tx: &Tx, pledge: &Pledge) -> Result<(), AppError> {
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
