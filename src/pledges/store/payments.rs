//! Queries about payments.

use std::collections::{HashMap, HashSet};

use entity::ids::{CharityId, EventId, PaymentId, PledgeId};
use entity::money::Pence;
use entity::payment::PaymentState;
use entity::{payment, settlement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    Set,
};

use crate::db::Tx;
use crate::error::AppError;
use crate::pledges::payment::Payment;
use crate::pledges::pledge::Pledge;

fn noun(row: payment::Model) -> Payment {
    let payment::Model {
        id,
        event_id,
        pledge_id,
        charity_id,
        amount_pence,
        settled_pence,
        method,
        state,
        reference,
        name,
        note,
        paid_on,
        recorded_by,
        made_at,
    } = row;
    Payment {
        id,
        event: event_id,
        pledge: pledge_id,
        charity: charity_id,
        amount: amount_pence,
        settled: settled_pence,
        method,
        state,
        reference,
        name,
        note,
        paid_on,
        recorded_by,
        made_at,
    }
}

pub(in crate::pledges) async fn insert_payment(tx: &Tx, new: &Payment) -> Result<(), AppError> {
    let Payment {
        id,
        event,
        pledge,
        charity,
        amount,
        settled,
        method,
        state,
        reference,
        name,
        note,
        paid_on,
        recorded_by,
        made_at,
    } = new.clone();
    let row = payment::ActiveModel {
        id: Set(id),
        event_id: Set(event),
        pledge_id: Set(pledge),
        charity_id: Set(charity),
        amount_pence: Set(amount),
        settled_pence: Set(settled),
        method: Set(method),
        state: Set(state),
        reference: Set(reference),
        name: Set(name),
        note: Set(note),
        paid_on: Set(paid_on),
        recorded_by: Set(recorded_by),
        made_at: Set(made_at),
    };
    payment::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Stores what can change about a payment: how far it is settled, and who says that it has arrived.
pub(in crate::pledges) async fn save_payment(tx: &Tx, payment: &Payment) -> Result<(), AppError> {
    let row = payment::ActiveModel {
        id: Set(payment.id),
        settled_pence: Set(payment.settled),
        state: Set(payment.state),
        recorded_by: Set(payment.recorded_by),
        ..Default::default()
    };
    row.update_without_returning(tx.db()).await?;
    Ok(())
}

/// A payment.
///
/// # Errors
/// When the database fails.
pub async fn find_payment(db: &impl ConnectionTrait, id: PaymentId) -> Result<Option<Payment>, DbErr> {
    Ok(payment::Entity::find_by_id(id).one(db).await?.map(noun))
}

/// These payments, in no order.
pub(in crate::pledges) async fn payments_by_ids(
    db: &impl ConnectionTrait,
    ids: &[PaymentId],
) -> Result<Vec<Payment>, DbErr> {
    let rows = payment::Entity::find().filter(payment::Column::Id.is_in(ids.iter().copied()));
    Ok(rows.all(db).await?.into_iter().map(noun).collect())
}

/// An event's payments in the order they were recorded, after `after`.
///
/// # Errors
/// When the database fails.
pub async fn payments_of_event(
    db: &impl ConnectionTrait,
    event: EventId,
    after: Option<PaymentId>,
    count: u64,
) -> Result<Vec<Payment>, DbErr> {
    let rows = rows_after(event, after).limit(count);
    Ok(rows.all(db).await?.into_iter().map(noun).collect())
}

fn rows_after(event: EventId, after: Option<PaymentId>) -> Select<payment::Entity> {
    let mut query = payment::Entity::find().filter(payment::COLUMN.event_id.eq(event)).order_by_asc(payment::COLUMN.id);
    if let Some(after) = after {
        query = query.filter(payment::COLUMN.id.gt(after));
    }
    query
}

/// What a charity has got of an event, in the order it was recorded, after `after`.
pub(in crate::pledges) async fn arrived(
    db: &impl ConnectionTrait,
    event: EventId,
    charity: CharityId,
    after: Option<PaymentId>,
    count: u64,
) -> Result<Vec<Payment>, DbErr> {
    let rows = rows_after(event, after)
        .filter(payment::COLUMN.charity_id.eq(charity))
        .filter(payment::COLUMN.state.eq(PaymentState::Confirmed))
        .limit(count);
    Ok(rows.all(db).await?.into_iter().map(noun).collect())
}

/// What supporters of an event say they gave and nobody has seen arrive, the oldest first.
pub(in crate::pledges) async fn claims_waiting(
    db: &impl ConnectionTrait,
    event: EventId,
    count: u64,
) -> Result<Vec<Payment>, DbErr> {
    let rows = rows_after(event, None).filter(payment::COLUMN.state.eq(PaymentState::Claimed)).limit(count);
    Ok(rows.all(db).await?.into_iter().map(noun).collect())
}

/// An event's payments, the last recorded first, before `before`.
pub(in crate::pledges) async fn newest_payments(
    db: &impl ConnectionTrait,
    event: EventId,
    before: Option<PaymentId>,
    count: u64,
) -> Result<Vec<Payment>, DbErr> {
    let mut query = payment::Entity::find()
        .filter(payment::COLUMN.event_id.eq(event))
        .order_by_desc(payment::COLUMN.id)
        .limit(count);
    if let Some(before) = before {
        query = query.filter(payment::COLUMN.id.lt(before));
    }
    Ok(query.all(db).await?.into_iter().map(noun).collect())
}

/// A pledge's payments, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn payments_of_pledge(db: &impl ConnectionTrait, pledge: PledgeId) -> Result<Vec<Payment>, DbErr> {
    let rows = payment::Entity::find().filter(payment::COLUMN.pledge_id.eq(pledge)).order_by_asc(payment::COLUMN.id);
    Ok(rows.all(db).await?.into_iter().map(noun).collect())
}

/// What a pledge's supporter claims to have given to a charity and nobody has seen arrive, the oldest first.
pub(in crate::pledges) async fn open_claims(
    db: &impl ConnectionTrait,
    pledge: PledgeId,
    charity: CharityId,
) -> Result<Vec<Payment>, DbErr> {
    let rows = payment::Entity::find()
        .filter(payment::COLUMN.pledge_id.eq(pledge))
        .filter(payment::COLUMN.charity_id.eq(charity))
        .filter(payment::COLUMN.state.eq(PaymentState::Claimed))
        .order_by_asc(payment::COLUMN.id);
    Ok(rows.all(db).await?.into_iter().map(noun).collect())
}

pub(in crate::pledges) async fn insert_settlement(
    tx: &Tx,
    payment: PaymentId,
    claim: PaymentId,
    part: Pence,
) -> Result<(), AppError> {
    let row = settlement::ActiveModel { payment_id: Set(payment), claim_id: Set(claim), amount_pence: Set(part) };
    settlement::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The claims that a payment settled, and how far.
pub(in crate::pledges) async fn settled_by(
    db: &impl ConnectionTrait,
    payment: PaymentId,
) -> Result<Vec<(PaymentId, Pence)>, DbErr> {
    let rows = settlement::Entity::find().filter(settlement::COLUMN.payment_id.eq(payment)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.claim_id, row.amount_pence)).collect())
}

pub(in crate::pledges) async fn delete_settlements(tx: &Tx, payment: PaymentId) -> Result<(), AppError> {
    settlement::Entity::delete_many().filter(settlement::COLUMN.payment_id.eq(payment)).exec(tx.db()).await?;
    Ok(())
}

/// The pledges of these payments.
pub(in crate::pledges) async fn pledges_of(
    db: &impl ConnectionTrait,
    payments: &[Payment],
) -> Result<HashMap<PledgeId, Pledge>, DbErr> {
    let ids: HashSet<PledgeId> = payments.iter().filter_map(|payment| payment.pledge).collect();
    let pledges = super::by_ids(db, ids.into_iter().collect()).await?;
    Ok(pledges.into_iter().map(|pledge| (pledge.id, pledge)).collect())
}
