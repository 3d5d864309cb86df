//! Queries of the book.

use std::collections::HashMap;

use entity::ids::{CharityId, EventId, Scope};
use entity::money::Pence;
use entity::{entry, event_charity, event_head, journal};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
    sea_query::{Expr, SimpleExpr},
};

use crate::db::Tx;
use crate::error::AppError;
use crate::pledges::ledger::{Journal, Line};

/// Posts a journal: takes its number, chains its hash, adds its entries. The head is locked until the commit.
pub(in crate::pledges) async fn post(tx: &Tx, journal: &Journal) -> Result<(), AppError> {
    let scope = Scope::from(journal.event);
    let head = event_head::Entity::find_by_id(scope).one(tx.db()).await?.ok_or(AppError::NotFound)?;
    let number = head.journal_number + 1;
    let hash = journal.hash(number, &head.journal_hash);
    let head = event_head::ActiveModel {
        scope: Set(scope),
        journal_number: Set(number),
        journal_hash: Set(hash.clone()),
        ..Default::default()
    };
    head.update_without_returning(tx.db()).await?;
    let id = tx.new_id();
    let row = journal::ActiveModel {
        id: Set(id),
        event_id: Set(journal.event),
        number: Set(number),
        pledge_id: Set(journal.pledge),
        payment_id: Set(journal.payment),
        kind: Set(journal.kind),
        at: Set(journal.at),
        hash: Set(hash),
    };
    journal::Entity::insert(row).exec_without_returning(tx.db()).await?;
    let entries = (0..).zip(&journal.lines).map(|(line, entry)| entry::ActiveModel {
        journal_id: Set(id),
        line: Set(line),
        account: Set(entry.account),
        charity_id: Set(entry.charity),
        amount_pence: Set(entry.amount),
    });
    entry::Entity::insert_many(entries).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// By how much the running totals of a charity move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::pledges) struct Moves {
    pub promised: Pence,
    pub claimed: Pence,
    pub received: Pence,
    pub gift_aidable: Pence,
}

/// Moves the running totals of a charity of an event; exactly one row.
pub(in crate::pledges) async fn move_totals(
    tx: &Tx,
    event: EventId,
    charity: CharityId,
    moves: Moves,
) -> Result<(), AppError> {
    use event_charity::Column::{ClaimedPence, GiftAidablePence, PromisedPence, ReceivedPence};
    let Moves { promised, claimed, received, gift_aidable } = moves;
    let add = |column: event_charity::Column, by: Pence| -> SimpleExpr { Expr::col(column).add(by.0) };
    let moved = event_charity::Entity::update_many()
        .col_expr(PromisedPence, add(PromisedPence, promised))
        .col_expr(ClaimedPence, add(ClaimedPence, claimed))
        .col_expr(ReceivedPence, add(ReceivedPence, received))
        .col_expr(GiftAidablePence, add(GiftAidablePence, gift_aidable))
        .filter(event_charity::COLUMN.event_id.eq(event))
        .filter(event_charity::COLUMN.charity_id.eq(charity))
        .exec(tx.db())
        .await?;
    if moved.rows_affected != 1 {
        return Err(AppError::internal(format!("{} rows of totals for charity {charity}", moved.rows_affected)));
    }
    Ok(())
}

/// A journal as it stands in the book.
#[derive(Clone, Debug)]
pub(in crate::pledges) struct Posted {
    pub number: i64,
    pub hash: Vec<u8>,
    pub journal: Journal,
}

/// Journals of an event after number `after`, in order.
pub(in crate::pledges) async fn journals(
    db: &impl ConnectionTrait,
    event: EventId,
    after: i64,
    count: u64,
) -> Result<Vec<Posted>, DbErr> {
    let rows = journal::Entity::find()
        .filter(journal::COLUMN.event_id.eq(event))
        .filter(journal::COLUMN.number.gt(after))
        .order_by_asc(journal::COLUMN.number)
        .limit(count)
        .all(db)
        .await?;
    let ids = rows.iter().map(|row| row.id);
    let entries = entry::Entity::find()
        .filter(entry::Column::JournalId.is_in(ids))
        .order_by_asc(entry::COLUMN.line)
        .all(db)
        .await?;
    let mut lines: HashMap<_, Vec<Line>> = HashMap::new();
    for row in entries {
        let line = Line { account: row.account, charity: row.charity_id, amount: row.amount_pence };
        lines.entry(row.journal_id).or_default().push(line);
    }
    let posted = rows.into_iter().map(|row| {
        let journal::Model { id, event_id, number, pledge_id, payment_id, kind, at, hash } = row;
        let lines = lines.remove(&id).unwrap_or_default();
        Posted {
            number,
            hash,
            journal: Journal { event: event_id, pledge: pledge_id, payment: payment_id, kind, at, lines },
        }
    });
    Ok(posted.collect())
}
