//! The audit of the pledges themselves, and of the payments to them.

use std::collections::HashMap;

use entity::entry::LedgerAccount;
use entity::ids::{CharityId, EventId, PledgeId};
use entity::money::Pence;

use super::open::Recount;
use super::{ALLOCATED, BATCH, Findings, NUMBERED, PAID, Sums};
use crate::error::AppError;
use crate::pledges::ledger::Allocation;
use crate::pledges::pledge::{Pledge, PledgeState};
use crate::pledges::store;
use crate::pledges::terms::{Counts, Terms};

const ACCOUNTS: [LedgerAccount; 3] = [LedgerAccount::Promised, LedgerAccount::Claimed, LedgerAccount::Received];

/// What the pledges of an event say.
#[derive(Default)]
pub(super) struct PledgeSums {
    pub last_number: i64,
    /// Not withdrawn.
    pub standing: i64,
    pub aidable: HashMap<CharityId, Pence>,
    pub open: Recount,
    /// What each has claimed and received, where that isn't nothing.
    paid: HashMap<(PledgeId, CharityId), (Pence, Pence)>,
}

pub(super) async fn check(
    db: &impl store::Reads,
    event: EventId,
    sums: &Sums,
    findings: &mut Findings,
) -> Result<PledgeSums, AppError> {
    let mut result = PledgeSums::default();
    let (mut number, mut parts) = (0, 0);
    loop {
        let batch = store::of_event(db, event, number, BATCH, false).await?;
        if batch.is_empty() {
            break;
        }
        for pledge in &batch {
            findings.note(NUMBERED, pledge.number == number + 1, || {
                format!("event {event}: {} follows {number}", pledge.number)
            });
            number = pledge.number;
            findings.note(ALLOCATED, is_allocated(pledge, sums), || {
                let Pledge { reference, state, terms, counted, allocations, .. } = pledge;
                format!("pledge {reference}, {state}, {terms:?}, counted by {counted:?}: {allocations:?}")
            });
            let used = |part: &Allocation| ACCOUNTS.iter().filter(|one| part.of(**one) != Pence::ZERO).count();
            parts += pledge.allocations.iter().map(used).sum::<usize>();
            result.add(pledge)?;
        }
    }
    // Entries that a change took back leave a sum of nothing behind.
    let owed = sums.by_pledge.values().filter(|sum| **sum != Pence::ZERO).count();
    findings.note(ALLOCATED, parts == owed, || format!("event {event}: entries of no pledge"));
    result.last_number = number;
    Ok(result)
}

fn is_allocated(pledge: &Pledge, sums: &Sums) -> bool {
    let entries = |account, charity| sums.by_pledge.get(&(account, pledge.id, charity)).copied().unwrap_or_default();
    let agrees = |part: &Allocation| ACCOUNTS.iter().all(|one| entries(*one, part.charity) == part.of(*one));
    pledge.allocations.iter().all(agrees) && divides(pledge)
}

fn divides(pledge: &Pledge) -> bool {
    let promised = |list: &[Allocation]| list.iter().map(|part| part.promised).collect::<Vec<_>>();
    let expected = match (pledge.state, pledge.terms, pledge.counted) {
        // It promises what had arrived when it ended, and what came or went later changes nothing about that.
        (PledgeState::Withdrawn | PledgeState::Lapsed, ..) => return true,
        (_, Terms::Fixed { amount }, _) => amount,
        (_, _, None) => Pence::ZERO,
        (_, terms, Some(by)) => terms.so_far(Counts { songs: by, others: Pence(by) }),
    };
    !pledge.split().parts().is_empty() && promised(&pledge.allocations) == promised(&pledge.allocated(expected))
}

impl PledgeSums {
    fn add(&mut self, pledge: &Pledge) -> Result<(), AppError> {
        self.standing += i64::from(pledge.state != PledgeState::Withdrawn);
        for part in &pledge.allocations {
            if pledge.gift_aid {
                *self.aidable.entry(part.charity).or_default() += part.promised;
            }
            if (part.claimed, part.received) != (Pence::ZERO, Pence::ZERO) {
                self.paid.insert((pledge.id, part.charity), (part.claimed, part.received));
            }
        }
        self.open.add(pledge)
    }
}

pub(super) async fn check_payments(
    db: &impl store::Reads,
    event: EventId,
    pledges: &PledgeSums,
    findings: &mut Findings,
) -> Result<(), AppError> {
    let mut paid: HashMap<(PledgeId, CharityId), (Pence, Pence)> = HashMap::new();
    let mut after = None;
    loop {
        let batch = store::payments_of_event(db, event, after, BATCH).await?;
        let Some(last) = batch.last() else { break };
        after = Some(last.id);
        for payment in &batch {
            let Some(pledge) = payment.pledge else { continue };
            let (claimed, received) = paid.entry((pledge, payment.charity)).or_default();
            *claimed += payment.claims();
            *received += payment.arrived();
        }
    }
    paid.retain(|_, sums| *sums != (Pence::ZERO, Pence::ZERO));
    for ((pledge, charity), sums) in &paid {
        let holds = pledges.paid.get(&(*pledge, *charity)) == Some(sums);
        findings
            .note(PAID, holds, || format!("event {event}, pledge {pledge}, charity {charity}: payments say {sums:?}"));
    }
    findings.note(PAID, paid.len() == pledges.paid.len(), || format!("event {event}: money of no payment"));
    Ok(())
}
