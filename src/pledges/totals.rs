//! Totals: five numbers, never added together.

use entity::Moment;
use entity::ids::CharityId;
use entity::money::Pence;

use super::open::Open;
use crate::charities::Book;

/// The totals of one night, or of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    pub promised: Pence,
    /// Promised, once everything open has gone as far as it can.
    pub at_most: Pence,
    pub claimed: Pence,
    pub received: Pence,
    pub gift_aid_estimate: Pence,
    pub target: Option<Pence>,
    /// Pledges not withdrawn.
    pub pledges: i64,
    /// Their supporters; one mail address counts once.
    pub supporters: i64,
    /// Shares shown.
    pub shares: i64,
    pub by_charity: Vec<CharityTotal>,
    /// The activity number these are true at, and when that was.
    pub revision: i64,
    pub as_of: Moment,
}

/// What one charity has of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharityTotal {
    pub charity: CharityId,
    pub promised: Pence,
    pub claimed: Pence,
    pub received: Pence,
    /// The part of promised whose supporters would add Gift Aid.
    pub gift_aidable: Pence,
}

impl CharityTotal {
    /// What is promised and not yet received; below nothing where more came than was promised.
    #[must_use]
    pub fn still_to_come(&self) -> Pence {
        self.promised - self.received
    }

    /// 25p per £1, rounded down (product.md, rule 2).
    #[must_use]
    pub fn gift_aid_estimate(&self) -> Pence {
        gift_aid(self.gift_aidable)
    }
}

/// An estimate of Gift Aid: a quarter, rounded down at each level shown.
#[must_use]
pub fn gift_aid(aidable: Pence) -> Pence {
    Pence(aidable.0 / 4)
}

/// What each charity has of several nights, counted under the one it is today; in the order of the book.
#[must_use]
pub fn under_today(by_charity: &[CharityTotal], book: &Book) -> Vec<CharityTotal> {
    let today = |id| book.get(id).map_or(id, |charity| book.today(charity).id);
    let sum = |charity: CharityId| {
        let parts = || by_charity.iter().filter(move |part| today(part.charity) == charity);
        parts().next()?;
        Some(CharityTotal {
            charity,
            promised: parts().map(|part| part.promised).sum(),
            claimed: parts().map(|part| part.claimed).sum(),
            received: parts().map(|part| part.received).sum(),
            gift_aidable: parts().map(|part| part.gift_aidable).sum(),
        })
    };
    book.choices().filter_map(|charity| sum(charity.id)).collect()
}

/// What the ledger has of each charity, with the open part of these nights laid over it.
#[must_use]
pub fn with_open(mut in_ledger: Vec<CharityTotal>, open: &[Open]) -> Vec<CharityTotal> {
    for part in open.iter().flat_map(Open::parts) {
        if let Some(total) = in_ledger.iter_mut().find(|total| total.charity == part.charity) {
            total.promised += part.promised;
            total.gift_aidable += part.gift_aidable;
        }
    }
    in_ledger
}

impl Totals {
    /// Adds up the parts of each charity: what the ledger has, and the open part beside it.
    #[must_use]
    pub fn add_up(in_ledger: Vec<CharityTotal>, open: &[Open], counts: Counts, target: Option<Pence>) -> Self {
        let counted: Pence = in_ledger.iter().map(|charity| charity.promised).sum();
        let at_most = counted + open.iter().map(Open::at_most).sum();
        let by_charity = with_open(in_ledger, open);
        let sum = |part: fn(&CharityTotal) -> Pence| by_charity.iter().map(part).sum::<Pence>();
        let promised = sum(|charity| charity.promised);
        let Counts { pledges, supporters, shares, revision, as_of } = counts;
        Self {
            promised,
            at_most,
            claimed: sum(|charity| charity.claimed),
            received: sum(|charity| charity.received),
            gift_aid_estimate: gift_aid(sum(|charity| charity.gift_aidable)),
            target,
            pledges,
            supporters,
            shares,
            by_charity,
            revision,
            as_of,
        }
    }

    /// How much of the target is promised, in whole percent; none without a target.
    #[must_use]
    pub fn percent_of_target(&self) -> Option<i64> {
        self.target.filter(|target| target.0 > 0).map(|target| self.promised.0 * 100 / target.0)
    }

    /// What is promised and not yet received, never below nothing.
    #[must_use]
    pub fn still_to_come(&self) -> Pence {
        (self.promised - self.received).max(Pence::ZERO)
    }
}

/// Counts that stand beside the money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub pledges: i64,
    pub supporters: i64,
    pub shares: i64,
    pub revision: i64,
    pub as_of: Moment,
}
