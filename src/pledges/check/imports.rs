//! The audit of imports: rows of statements, against the payments they became.

use std::collections::HashMap;

use entity::ids::{EventId, PaymentId};
use entity::money::Pence;

use super::{BATCH, Findings, IMPORTED, ONCE};
use crate::error::AppError;
use crate::pledges::import::{ImportRow, ImportState, RowState};
use crate::pledges::payment::{Payment, PaymentState};
use crate::pledges::store;

/// Every row of an event's imports that counts has a payment of its own, and no other row has one that stands.
pub(super) async fn check(db: &impl store::Reads, event: EventId, findings: &mut Findings) -> Result<(), AppError> {
    let mut after = None;
    loop {
        let batch = store::rows_of_event(db, event, after, BATCH).await?;
        let Some((last, _)) = batch.last() else { return Ok(()) };
        after = Some(last.id);
        let ids: Vec<PaymentId> = batch.iter().filter_map(|(row, _)| row.payment).collect();
        let payments = store::payments_by_ids(db, &ids).await?;
        let payments: HashMap<PaymentId, Payment> = payments.into_iter().map(|one| (one.id, one)).collect();
        for (row, state) in &batch {
            let payment = row.payment.and_then(|id| payments.get(&id));
            let holds = payment.is_some() == row.payment.is_some() && agrees(row, *state, payment, event);
            findings.note(IMPORTED, holds, || format!("event {event}, import {}, line {}", row.import, row.line));
        }
    }
}

fn agrees(row: &ImportRow, import: ImportState, payment: Option<&Payment>, event: EventId) -> bool {
    match (row.state, payment) {
        (RowState::Counted, Some(payment)) => {
            import == ImportState::Imported
                && payment.state == PaymentState::Confirmed
                && payment.event == event
                && payment.pledge == row.pledge
                && Some(payment.amount) == row.amount
                && payment.settled == Pence::ZERO
        }
        (RowState::Counted, None) => false,
        (_, payment) => payment.is_none_or(|payment| payment.state == PaymentState::Reversed),
    }
}

/// No row counts twice, whichever statements it came in.
pub(super) async fn check_once(db: &impl store::Reads, findings: &mut Findings) -> Result<(), AppError> {
    let twice = store::counted_twice(db).await?;
    findings.note(ONCE, twice.is_empty(), || format!("counted twice: {}", twice.join(", ")));
    Ok(())
}
