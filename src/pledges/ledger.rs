//! The book: journals of entries that sum to zero, chained by hash.

use entity::Moment;
use entity::entry::LedgerAccount;
use entity::ids::{CharityId, EventId, PaymentId, PledgeId};
use entity::journal::JournalKind;
use entity::money::Pence;
use sha2::{Digest, Sha256};

/// A journal before it is posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    pub event: EventId,
    /// None for money that nobody promised.
    pub pledge: Option<PledgeId>,
    pub payment: Option<PaymentId>,
    pub kind: JournalKind,
    pub at: Moment,
    /// Sum to zero.
    pub lines: Vec<Line>,
}

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub account: LedgerAccount,
    /// None on the supporter's side.
    pub charity: Option<CharityId>,
    pub amount: Pence,
}

/// What a pledge has with one charity: promised, said to be given, and known to have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Allocation {
    pub charity: CharityId,
    pub parts: u32,
    pub promised: Pence,
    pub claimed: Pence,
    pub received: Pence,
}

impl Allocation {
    /// A charity's part of a split, with nothing in it yet.
    #[must_use]
    pub fn nothing(charity: CharityId, parts: u32) -> Self {
        Self { charity, parts, promised: Pence::ZERO, claimed: Pence::ZERO, received: Pence::ZERO }
    }

    /// What is promised, and neither said to be given nor known to have arrived.
    #[must_use]
    pub fn still_to_give(&self) -> Pence {
        (self.promised - self.claimed - self.received).max(Pence::ZERO)
    }

    /// What it has in an account of the ledger.
    #[must_use]
    pub fn of(&self, account: LedgerAccount) -> Pence {
        match account {
            LedgerAccount::Promised => self.promised,
            LedgerAccount::Claimed => self.claimed,
            LedgerAccount::Received => self.received,
            LedgerAccount::Supporter => Pence::ZERO,
        }
    }
}

/// Every charity of two lists of allocations, once, each with what it had and what it has.
#[must_use]
pub fn steps(before: &[Allocation], after: &[Allocation]) -> Vec<(Allocation, Allocation)> {
    let find = |list: &[Allocation], like: &Allocation| {
        let found = list.iter().find(|one| one.charity == like.charity);
        found.copied().unwrap_or(Allocation::nothing(like.charity, like.parts))
    };
    let fresh = after.iter().filter(|one| before.iter().all(|other| other.charity != one.charity));
    before.iter().chain(fresh).map(|one| (find(before, one), find(after, one))).collect()
}

impl Line {
    /// The lines that lead from what a pledge had `before` to what it has `after`: one for each charity and account that
    /// changes, and one on the supporter's side that balances them, unless they balance by themselves.
    #[must_use]
    pub fn from_to(before: &[Allocation], after: &[Allocation]) -> Vec<Self> {
        const ACCOUNTS: [LedgerAccount; 3] = [LedgerAccount::Promised, LedgerAccount::Claimed, LedgerAccount::Received];
        let steps = steps(before, after);
        let lines = ACCOUNTS.iter().flat_map(|account| {
            let line = |(was, is): &(Allocation, Allocation)| Self {
                account: *account,
                charity: Some(is.charity),
                amount: is.of(*account) - was.of(*account),
            };
            steps.iter().map(line).collect::<Vec<_>>()
        });
        let mut lines: Vec<Self> = lines.filter(|line| line.amount != Pence::ZERO).collect();
        let balance = -lines.iter().map(|line| line.amount).sum::<Pence>();
        if balance != Pence::ZERO {
            lines.insert(0, Self { account: LedgerAccount::Supporter, charity: None, amount: balance });
        }
        lines
    }
}

impl Journal {
    /// The hash that chains this journal, as number `number`, to the one before it.
    #[must_use]
    pub fn hash(&self, number: i64, before: &[u8]) -> Vec<u8> {
        let Self { event, pledge, payment, kind, at, lines } = self;
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(event.0.as_bytes());
        hash.update(number.to_be_bytes());
        // Nothing, and an id of zeros, are two things.
        hash.update([u8::from(pledge.is_some()), u8::from(payment.is_some())]);
        hash.update(pledge.map_or([0; 16], |pledge| *pledge.0.as_bytes()));
        hash.update(payment.map_or([0; 16], |payment| *payment.0.as_bytes()));
        hash.update(kind.as_str());
        hash.update(at.timestamp_millis().to_be_bytes());
        for Line { account, charity, amount } in lines {
            hash.update(account.as_str());
            hash.update([u8::from(charity.is_some())]);
            hash.update(charity.map_or([0; 16], |charity| *charity.0.as_bytes()));
            hash.update(amount.0.to_be_bytes());
        }
        hash.finalize().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use entity::entry::LedgerAccount;
    use entity::ids::CharityId;
    use entity::money::Pence;
    use proptest::prelude::*;

    use super::{Allocation, Line};

    fn allocations(amounts: &[i64]) -> Vec<Allocation> {
        let at = |(at, amount): (usize, &i64)| Allocation {
            charity: CharityId(uuid::Uuid::from_u128(at as u128)),
            parts: 1,
            promised: Pence(*amount),
            claimed: Pence(*amount / 2),
            received: Pence(*amount % 7),
        };
        amounts.iter().enumerate().map(at).collect()
    }

    proptest! {
        #[test]
        fn every_step_balances_and_leads_where_it_says(
            before in prop::collection::vec(0_i64..1_000_000, 0..5), after in prop::collection::vec(0_i64..1_000_000, 0..5)
        ) {
            let (before, after) = (allocations(&before), allocations(&after));
            let lines = Line::from_to(&before, &after);
            prop_assert_eq!(lines.iter().map(|line| line.amount).sum::<Pence>(), Pence::ZERO);
            for at in 0..5 {
                let charity = CharityId(uuid::Uuid::from_u128(at));
                for account in [LedgerAccount::Promised, LedgerAccount::Claimed, LedgerAccount::Received] {
                    let of = |list: &[Allocation]| {
                        list.iter().filter(|one| one.charity == charity).map(|one| one.of(account)).sum::<Pence>()
                    };
                    let here = lines.iter().filter(|line| line.charity == Some(charity) && line.account == account);
                    let moved: Pence = here.map(|line| line.amount).sum();
                    prop_assert_eq!(of(&before) + moved, of(&after));
                }
            }
        }
    }
}
