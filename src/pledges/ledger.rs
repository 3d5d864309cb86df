//! The book: journals of entries that sum to zero, chained by hash.

use entity::Moment;
use entity::entry::LedgerAccount;
use entity::ids::{CharityId, EventId, PledgeId};
use entity::journal::JournalKind;
use entity::money::Pence;
use sha2::{Digest, Sha256};

/// A journal before it is posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    pub event: EventId,
    pub pledge: PledgeId,
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

/// What a pledge promises to one charity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Allocation {
    pub charity: CharityId,
    pub parts: u32,
    pub promised: Pence,
}

impl Line {
    /// The lines that lead from what a pledge promised `before` to what it promises `after`: a line for each charity
    /// whose part changes, and one on the supporter's side that balances them.
    #[must_use]
    pub fn from_to(before: &[Allocation], after: &[Allocation]) -> Vec<Self> {
        let part = |list: &[Allocation], charity| {
            list.iter().find(|allocation| allocation.charity == charity).map_or(Pence::ZERO, |found| found.promised)
        };
        let mut charities: Vec<CharityId> = before.iter().chain(after).map(|allocation| allocation.charity).collect();
        let mut seen = Vec::with_capacity(charities.len());
        charities.retain(|charity| {
            !seen.contains(charity) && {
                seen.push(*charity);
                true
            }
        });
        let changed = charities.into_iter().filter_map(|charity| {
            let amount = part(after, charity) - part(before, charity);
            let line = Self { account: LedgerAccount::Promised, charity: Some(charity), amount };
            (amount != Pence::ZERO).then_some(line)
        });
        let mut lines: Vec<Self> = changed.collect();
        let balance = -lines.iter().map(|line| line.amount).sum::<Pence>();
        if !lines.is_empty() {
            lines.insert(0, Self { account: LedgerAccount::Supporter, charity: None, amount: balance });
        }
        lines
    }
}

impl Journal {
    /// The hash that chains this journal, as number `number`, to the one before it.
    #[must_use]
    pub fn hash(&self, number: i64, before: &[u8]) -> Vec<u8> {
        let Self { event, pledge, kind, at, lines } = self;
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(event.0.as_bytes());
        hash.update(number.to_be_bytes());
        hash.update(pledge.0.as_bytes());
        hash.update(kind.as_str());
        hash.update(at.timestamp_millis().to_be_bytes());
        for Line { account, charity, amount } in lines {
            hash.update(account.as_str());
            hash.update(charity.map_or([0; 16], |charity| *charity.0.as_bytes()));
            hash.update(amount.0.to_be_bytes());
        }
        hash.finalize().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use entity::ids::CharityId;
    use entity::money::Pence;
    use proptest::prelude::*;

    use super::{Allocation, Line};

    fn allocations(amounts: &[i64]) -> Vec<Allocation> {
        let at = |(at, amount): (usize, &i64)| Allocation {
            charity: CharityId(uuid::Uuid::from_u128(at as u128)),
            parts: 1,
            promised: Pence(*amount),
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
                let of = |list: &[Allocation]| list.iter().filter(|one| one.charity == charity).map(|one| one.promised).sum::<Pence>();
                let moved: Pence = lines.iter().filter(|line| line.charity == Some(charity)).map(|line| line.amount).sum();
                prop_assert_eq!(of(&before) + moved, of(&after));
            }
        }
    }
}
