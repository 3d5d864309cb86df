//! Money that arrives, or is said to: claimed, recorded, confirmed, taken back.

use chrono_tz::Europe::London;
use entity::ids::{EventId, PaymentId, PledgeId};
use entity::journal::JournalKind;
use entity::money::Pence;

use super::{Posting, Why, lock, post, settle};
use crate::activity::Kind;
use crate::app::App;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events;
use crate::once::Once;
use crate::pledges::ledger::Allocation;
use crate::pledges::new_payment::NewPayment;
use crate::pledges::payment::{Payment, PaymentState};
use crate::pledges::pledge::Pledge;
use crate::pledges::store;

fn booked(new: NewPayment, tx: &Tx, event: EventId, pledge: Option<PledgeId>, state: PaymentState) -> Payment {
    let NewPayment { charity, amount, method, reference, name, note, paid_on } = new;
    let today = tx.now().with_timezone(&London).date_naive();
    Payment {
        id: tx.new_id(),
        event,
        pledge,
        charity,
        amount,
        settled: Pence::ZERO,
        method,
        state,
        reference,
        name,
        note,
        paid_on: paid_on.unwrap_or(today),
        recorded_by: None,
        made_at: tx.now(),
    }
}

/// "I've given it": what a supporter says counts as claimed, until somebody has seen it arrive.
///
/// # Errors
/// 409 for a pledge that doesn't stand any more.
pub async fn claim(app: &App, once: &Once, id: PledgeId, new: NewPayment) -> Result<Payment, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (event, before) = lock(tx, id).await?;
        if !before.stands() {
            return Err(AppError::conflict(format!("This pledge is {}; nothing more is expected.", before.state)));
        }
        let payment = booked(new, tx, event.id, Some(id), PaymentState::Claimed);
        store::insert_payment(tx, &payment).await?;
        let after = before.paid(payment.charity, payment.amount, Pence::ZERO);
        book(tx, &before, &after, &payment, JournalKind::Claimed).await?;
        note(tx, &payment, Kind::PaymentClaimed, None).await?;
        Ok(payment)
    })
    .await
}

/// Money that a host knows has arrived, for a pledge or for none. It settles what the pledge's supporter claimed to have
/// given to that charity, the oldest first.
///
/// # Errors
/// 404 for an event that is gone.
pub async fn record(
    app: &App,
    once: &Once,
    actor: uuid::Uuid,
    event: EventId,
    pledge: Option<PledgeId>,
    new: NewPayment,
) -> Result<Payment, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        events::lock(tx, event).await?;
        record_in(tx, actor, event, pledge, new).await
    })
    .await
}

/// As [`record`], within another unit of work that has the event's head locked.
///
/// # Errors
/// As [`record`].
pub async fn record_in(
    tx: &mut Tx,
    actor: uuid::Uuid,
    event: EventId,
    pledge: Option<PledgeId>,
    new: NewPayment,
) -> Result<Payment, AppError> {
    let mut payment = booked(new, tx, event, pledge, PaymentState::Confirmed);
    payment.recorded_by = Some(actor);
    store::insert_payment(tx, &payment).await?;
    match pledge {
        Some(id) => {
            let before = store::find(tx.db(), id).await?.ok_or(AppError::NotFound)?;
            let settled = settle_claims(tx, &payment, id).await?;
            let after = before.paid(payment.charity, -settled, payment.amount);
            book(tx, &before, &after, &payment, JournalKind::Confirmed).await?;
        }
        None => book_alone(tx, &payment, payment.amount, JournalKind::Confirmed).await?,
    }
    note(tx, &payment, Kind::PaymentConfirmed, Some(actor)).await?;
    Ok(payment)
}

/// Settles the open claims of a pledge for the charity of a payment; returns how much of them.
async fn settle_claims(tx: &Tx, payment: &Payment, pledge: PledgeId) -> Result<Pence, AppError> {
    let mut left = payment.amount;
    for mut claim in store::open_claims(tx.db(), pledge, payment.charity).await? {
        let part = claim.settle(left);
        if part == Pence::ZERO {
            break;
        }
        left -= part;
        store::save_payment(tx, &claim).await?;
        store::insert_settlement(tx, payment.id, claim.id, part).await?;
    }
    Ok(payment.amount - left)
}

/// A host has seen a claimed payment arrive.
///
/// # Errors
/// 409 unless it is claimed.
pub async fn confirm(app: &App, once: &Once, actor: uuid::Uuid, id: PaymentId) -> Result<Payment, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let mut payment = lock_payment(tx, id).await?;
        let part = payment.claims();
        payment.confirm()?;
        payment.recorded_by = Some(actor);
        store::save_payment(tx, &payment).await?;
        move_paid(tx, &payment, -part, part, JournalKind::Confirmed).await?;
        note(tx, &payment, Kind::PaymentConfirmed, Some(actor)).await?;
        Ok(payment)
    })
    .await
}

/// A payment didn't arrive after all, or was recorded by mistake. Claims that it had settled are claims again, and the row
/// of a statement that it came from waits again.
///
/// # Errors
/// 409 when it is reversed already.
pub async fn reverse(app: &App, once: &Once, actor: uuid::Uuid, id: PaymentId) -> Result<Payment, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let payment = lock_payment(tx, id).await?;
        reverse_in(tx, actor, payment).await
    })
    .await
}

/// As [`reverse`], within another unit of work that has the event's head locked.
///
/// # Errors
/// As [`reverse`].
pub async fn reverse_in(tx: &mut Tx, actor: uuid::Uuid, mut payment: Payment) -> Result<Payment, AppError> {
    let (claimed, received) = (payment.claims(), payment.arrived());
    payment.reverse()?;
    store::save_payment(tx, &payment).await?;
    let mut claimed_again = Pence::ZERO;
    for (claim, part) in store::settled_by(tx.db(), payment.id).await? {
        let mut claim = store::find_payment(tx.db(), claim).await?.ok_or(AppError::NotFound)?;
        claimed_again += claim.unsettle(part);
        store::save_payment(tx, &claim).await?;
    }
    store::delete_settlements(tx, payment.id).await?;
    store::wait_again(tx, payment.id).await?;
    move_paid(tx, &payment, claimed_again - claimed, -received, JournalKind::Reversed).await?;
    note(tx, &payment, Kind::PaymentReversed, Some(actor)).await?;
    Ok(payment)
}

/// The payment as it is now, with its event's head locked.
async fn lock_payment(tx: &Tx, id: PaymentId) -> Result<Payment, AppError> {
    let event = store::find_payment(tx.db(), id).await?.ok_or(AppError::NotFound)?.event;
    tx.lock(event).await?;
    store::find_payment(tx.db(), id).await?.ok_or(AppError::NotFound)
}

async fn move_paid(
    tx: &Tx,
    payment: &Payment,
    claimed: Pence,
    received: Pence,
    kind: JournalKind,
) -> Result<(), AppError> {
    let Some(pledge) = payment.pledge else { return book_alone(tx, payment, received, kind).await };
    let before = store::find(tx.db(), pledge).await?.ok_or(AppError::NotFound)?;
    let after = before.paid(payment.charity, claimed, received);
    book(tx, &before, &after, payment, kind).await
}

async fn book(tx: &Tx, before: &Pledge, after: &Pledge, payment: &Payment, kind: JournalKind) -> Result<(), AppError> {
    store::save_money(tx, after).await?;
    settle(tx, Some(before), after, Why { kind, payment: Some(payment.id) }).await
}

/// Books money that nobody promised.
async fn book_alone(tx: &Tx, payment: &Payment, received: Pence, kind: JournalKind) -> Result<(), AppError> {
    let nothing = Allocation::nothing(payment.charity, 0);
    let (before, after) = if received < Pence::ZERO {
        (Allocation { received: -received, ..nothing }, nothing)
    } else {
        (nothing, Allocation { received, ..nothing })
    };
    let posting = Posting {
        event: payment.event,
        pledge: None,
        payment: Some(payment.id),
        kind,
        at: tx.now(),
        before: &[before],
        after: &[after],
        gift_aid: [false; 2],
        is_base: false,
    };
    post(tx, posting).await
}

async fn note(tx: &mut Tx, payment: &Payment, kind: Kind, actor: Option<uuid::Uuid>) -> Result<(), AppError> {
    let about = About { subject: Some(payment.id.0), actor, amount_pence: Some(payment.amount) };
    tx.record(payment.event, kind, about).await?;
    Ok(())
}
