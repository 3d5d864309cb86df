//! Queries about pledges, the ledger and the totals.

use std::collections::HashMap;

use entity::ids::{CharityId, EventId, PledgeId, Scope};
use entity::money::Pence;
use entity::{Moment, entry, event_charity, event_head, journal, pledge, pledge_split};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, SelectExt, Set,
    sea_query::{Expr, SimpleExpr},
};

use super::ledger::{Allocation, Journal, Line};
use super::pledge::{Pledge, PledgeState, Show, Words};
use super::totals::{CharityTotal, Counts, Totals};
use crate::db::Tx;
use crate::error::AppError;

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

/// Takes the next pledge number of an event. Its head is locked until the commit.
pub(super) async fn next_number(tx: &Tx, event: EventId) -> Result<i64, AppError> {
    let head = bump(tx.db(), event, event_head::Column::PledgeNumber, 1).await?;
    Ok(head.pledge_number)
}

async fn bump(
    db: &impl ConnectionTrait,
    event: EventId,
    column: event_head::Column,
    by: i64,
) -> Result<event_head::Model, AppError> {
    let rows = event_head::Entity::update_many()
        .col_expr(column, Expr::col(column).add(by))
        .filter(event_head::COLUMN.scope.eq(Scope::from(event)))
        .exec_with_returning(db)
        .await?;
    rows.into_iter().next().ok_or(AppError::NotFound)
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

pub(super) async fn count_pledge(tx: &Tx, event: EventId, by: i64) -> Result<(), AppError> {
    bump(tx.db(), event, event_head::Column::Pledges, by).await.map(|_| ())
}

pub(super) async fn count_supporter(tx: &Tx, event: EventId, by: i64) -> Result<(), AppError> {
    bump(tx.db(), event, event_head::Column::Supporters, by).await.map(|_| ())
}

/// Counts a share that appeared or went.
///
/// # Errors
/// When the event has no head, or the database fails.
pub async fn count_share(tx: &Tx, event: EventId, by: i64) -> Result<(), AppError> {
    bump(tx.db(), event, event_head::Column::Shares, by).await.map(|_| ())
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
    let withdrawn_at = (pledge.state == PledgeState::Withdrawn).then_some(tx.now());
    let row = pledge::ActiveModel { withdrawn_at: Set(withdrawn_at), ..row_of(pledge, supporter_key) };
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
    });
    pledge_split::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// Posts a journal: takes its number, chains its hash, adds its entries. The head is locked until the commit.
pub(super) async fn post(tx: &Tx, journal: &Journal) -> Result<(), AppError> {
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

/// Moves the running totals of a charity of an event; exactly one row.
pub(super) async fn move_totals(
    tx: &Tx,
    event: EventId,
    charity: CharityId,
    promised: Pence,
    gift_aidable: Pence,
) -> Result<(), AppError> {
    let add = |column: event_charity::Column, by: Pence| -> SimpleExpr { Expr::col(column).add(by.0) };
    let moved = event_charity::Entity::update_many()
        .col_expr(event_charity::Column::PromisedPence, add(event_charity::Column::PromisedPence, promised))
        .col_expr(event_charity::Column::GiftAidablePence, add(event_charity::Column::GiftAidablePence, gift_aidable))
        .filter(event_charity::COLUMN.event_id.eq(event))
        .filter(event_charity::COLUMN.charity_id.eq(charity))
        .exec(tx.db())
        .await?;
    if moved.rows_affected != 1 {
        return Err(AppError::internal(format!("{} rows of totals for charity {charity}", moved.rows_affected)));
    }
    Ok(())
}

/// The totals of one night. Reads several rows: hand it a snapshot, or a transaction.
///
/// # Errors
/// When the database fails.
pub async fn totals_of_event(
    db: &impl ConnectionTrait,
    event: EventId,
    target: Option<Pence>,
) -> Result<Totals, DbErr> {
    let head = event_head::Entity::find_by_id(Scope::from(event)).one(db).await?;
    let head = head.ok_or_else(|| DbErr::RecordNotFound(format!("the head of event {event}")))?;
    let counts = Counts {
        pledges: head.pledges,
        supporters: head.supporters,
        shares: head.shares,
        revision: head.seq,
        as_of: head.at,
    };
    let rows = event_charity::Entity::find()
        .filter(event_charity::COLUMN.event_id.eq(event))
        .order_by_asc(event_charity::COLUMN.position)
        .all(db)
        .await?;
    let by_charity = rows.into_iter().map(|row| CharityTotal {
        charity: row.charity_id,
        promised: row.promised_pence,
        claimed: row.claimed_pence,
        received: row.received_pence,
        gift_aidable: row.gift_aidable_pence,
    });
    Ok(Totals::add_up(by_charity.collect(), counts, target))
}

/// A sum of a column of pence or counts, as `bigint` on both databases.
fn sum(column: impl sea_orm::sea_query::IntoColumnRef) -> SimpleExpr {
    Expr::col(column).sum().cast_as("bigint")
}

/// The totals of every night, summed when they are read.
///
/// # Errors
/// When the database fails.
pub async fn totals_of_all(db: &impl ConnectionTrait) -> Result<Totals, DbErr> {
    let rows: Vec<(CharityId, i64, i64, i64, i64)> = event_charity::Entity::find()
        .select_only()
        .column(event_charity::Column::CharityId)
        .column_as(sum(event_charity::Column::PromisedPence), "promised")
        .column_as(sum(event_charity::Column::ClaimedPence), "claimed")
        .column_as(sum(event_charity::Column::ReceivedPence), "received")
        .column_as(sum(event_charity::Column::GiftAidablePence), "gift_aidable")
        .group_by(event_charity::Column::CharityId)
        .into_tuple()
        .all(db)
        .await?;
    type Sums = (Option<i64>, Option<i64>, Option<i64>, Option<Moment>);
    let counts: Option<Sums> = event_head::Entity::find()
        .select_only()
        .column_as(sum(event_head::Column::Pledges), "pledges")
        .column_as(sum(event_head::Column::Shares), "shares")
        .column_as(sum(event_head::Column::Seq), "revision")
        .column_as(Expr::col(event_head::Column::At).max(), "as_of")
        .into_tuple()
        .one(db)
        .await?;
    let (pledges, shares, revision, as_of) = counts.unwrap_or_default();
    // A mail address counts once over all nights too, so this one can't be a sum.
    let supporters: Option<i64> = pledge::Entity::find()
        .select_only()
        .column_as(Expr::col(pledge::Column::SupporterKey).count_distinct(), "supporters")
        .filter(pledge::COLUMN.state.ne(PledgeState::Withdrawn))
        .into_tuple()
        .one(db)
        .await?;
    let by_charity = rows.into_iter().map(|(charity, promised, claimed, received, gift_aidable)| CharityTotal {
        charity,
        promised: Pence(promised),
        claimed: Pence(claimed),
        received: Pence(received),
        gift_aidable: Pence(gift_aidable),
    });
    let counts = Counts {
        pledges: pledges.unwrap_or_default(),
        supporters: supporters.unwrap_or_default(),
        shares: shares.unwrap_or_default(),
        revision: revision.unwrap_or_default(),
        as_of: as_of.unwrap_or_default(),
    };
    Ok(Totals::add_up(by_charity.collect(), counts, None))
}

/// The supporter key stored with a pledge.
pub(super) async fn supporter_key(db: &impl ConnectionTrait, id: PledgeId) -> Result<Vec<u8>, AppError> {
    let row = pledge::Entity::find_by_id(id).one(db).await?.ok_or(AppError::NotFound)?;
    Ok(row.supporter_key)
}

/// A journal as it stands in the book.
#[derive(Clone, Debug)]
pub(super) struct Posted {
    pub number: i64,
    pub hash: Vec<u8>,
    pub journal: Journal,
}

/// Journals of an event after number `after`, in order.
pub(super) async fn journals(
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
        let journal::Model { id, event_id, number, pledge_id, kind, at, hash } = row;
        let lines = lines.remove(&id).unwrap_or_default();
        Posted { number, hash, journal: Journal { event: event_id, pledge: pledge_id, kind, at, lines } }
    });
    Ok(posted.collect())
}

/// Something to read from: a connection, a snapshot or a transaction.
pub(super) use sea_orm::ConnectionTrait as Reads;

/// Every event.
pub(super) async fn events_with_books(db: &impl ConnectionTrait) -> Result<Vec<EventId>, DbErr> {
    let query = entity::event::Entity::find().select_only().column(entity::event::Column::Id);
    query.order_by_asc(entity::event::Column::Id).into_tuple().all(db).await
}

/// The counts of an event, and the number and hash its book ends at.
pub(super) async fn head(db: &impl ConnectionTrait, event: EventId) -> Result<(Counts, i64, Vec<u8>), AppError> {
    let head = event_head::Entity::find_by_id(Scope::from(event)).one(db).await?.ok_or(AppError::NotFound)?;
    let event_head::Model {
        scope: _,
        seq,
        at,
        journal_number,
        journal_hash,
        pledge_number: _,
        pledges,
        supporters,
        shares,
    } = head;
    Ok((Counts { pledges, supporters, shares, revision: seq, as_of: at }, journal_number, journal_hash))
}

/// Supporters of an event, counted.
pub(super) async fn count_supporters(db: &impl ConnectionTrait, event: EventId) -> Result<i64, DbErr> {
    let count: Option<i64> = pledge::Entity::find()
        .select_only()
        .column_as(Expr::col(pledge::Column::SupporterKey).count_distinct(), "supporters")
        .filter(pledge::COLUMN.event_id.eq(event))
        .filter(pledge::COLUMN.state.ne(PledgeState::Withdrawn))
        .into_tuple()
        .one(db)
        .await?;
    Ok(count.unwrap_or_default())
}

/// Each scope with its head's number, how many activities it has, and the highest number among them.
pub(super) async fn activity_heads(db: &impl ConnectionTrait) -> Result<Vec<(Scope, i64, i64, i64)>, DbErr> {
    use entity::activity;
    let heads = event_head::Entity::find().all(db).await?;
    let rows: Vec<(Scope, i64, Option<i64>)> = activity::Entity::find()
        .select_only()
        .column(activity::Column::Scope)
        .column_as(Expr::col(activity::Column::Seq).count(), "rows")
        .column_as(Expr::col(activity::Column::Seq).max(), "highest")
        .group_by(activity::Column::Scope)
        .into_tuple()
        .all(db)
        .await?;
    let of = |scope: Scope| rows.iter().find(|row| row.0 == scope);
    let heads = heads.into_iter().map(|head| {
        let (rows, highest) = of(head.scope).map_or((0, 0), |row| (row.1, row.2.unwrap_or_default()));
        (head.scope, head.seq, rows, highest)
    });
    Ok(heads.collect())
}

/// The newest pledges that the public may be told of.
///
/// # Errors
/// When the database fails.
pub async fn newest_public(db: &impl ConnectionTrait, event: EventId, count: u64) -> Result<Vec<Pledge>, DbErr> {
    let query = pledge::Entity::find()
        .filter(pledge::COLUMN.event_id.eq(event))
        .filter(pledge::Column::State.is_in([PledgeState::Promised, PledgeState::Settled]))
        .order_by_desc(pledge::COLUMN.number)
        .limit(count);
    nouns(db, query.all(db).await?).await
}
