//! The proof: every total of a night, added up anew from the rows that it is made of.

use std::collections::{BTreeMap, HashMap};

use entity::entry::LedgerAccount;
use entity::ids::CharityId;
use entity::money::Pence;

use super::open::OpenPart;
use super::payment::{Method, PaymentState};
use super::terms::{Counts, PledgeKind, Terms, percent_of};
use super::totals::{CharityTotal, Totals};

/// The sums of one night, each made from its own rows.
#[derive(Clone, Debug)]
pub struct Sums {
    /// What open pledges are counted by.
    pub counts: Counts,
    /// Kinds with a pledge that stands.
    pub kinds: Vec<KindSum>,
    /// Pledges that their supporters took back: they promise what had arrived by then.
    pub withdrawn: i64,
    /// Pledges of a night that was cancelled: likewise.
    pub lapsed: i64,
    /// What pledges have with each charity in their own rows, by whether they stand.
    pub parts: Vec<PartSum>,
    /// What isn't counted yet, beside the ledger.
    pub open: Vec<OpenPart>,
    pub payments: Vec<PaymentSum>,
    pub book: BookSum,
    /// The running totals that pages show: what all of this must come to.
    pub totals: Totals,
    /// Told apart by kind, the one hidden amount of somebody who shows their name could be worked out.
    pub is_withheld: bool,
}

/// Pledges with the same terms, counted by the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermsCount {
    pub terms: Terms,
    /// What they were counted by; none while they are open.
    pub counted: Option<i64>,
    pub pledges: i64,
}

/// The standing pledges of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindSum {
    pub kind: PledgeKind,
    pub pledges: i64,
    pub at_most: Pence,
    pub steps: Vec<Step>,
}

/// A part of what a kind comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub how: How,
    pub pledges: i64,
    /// Of amounts, of caps, of used pots; of the rates, where there is something to multiply them by.
    pub sum: Pence,
}

/// How a part comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Fixed amounts.
    Amounts,
    /// So many songs, times the rates of those whose cap isn't reached.
    Songs { songs: i64 },
    /// Caps that are reached.
    Capped,
    /// A percentage of what others promise, for each whose pot is larger.
    Percent { percent: i64, others: Pence },
    /// Pots that are used up.
    Used { percent: i64 },
}

/// What pledges have with a charity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartSum {
    pub kind: PledgeKind,
    pub stands: bool,
    pub charity: CharityId,
    pub promised: Pence,
    pub claimed: Pence,
    pub received: Pence,
}

/// Payments of one kind that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentSum {
    pub charity: CharityId,
    pub method: Method,
    pub state: PaymentState,
    /// Whether a pledge promised it.
    pub of_pledge: bool,
    pub payments: i64,
    pub amount: Pence,
}

/// The ledger: its entries, and the last link of its chain.
#[derive(Clone, Debug, Default)]
pub struct BookSum {
    pub journals: i64,
    /// The hash of the last journal; empty before the first.
    pub head: Vec<u8>,
    pub accounts: Vec<AccountSum>,
}

/// The entries of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountSum {
    pub account: LedgerAccount,
    pub charity: Option<CharityId>,
    pub entries: i64,
    pub amount: Pence,
}

/// One thing that must hold, and whether it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    pub what: &'static str,
    pub holds: bool,
}

impl Step {
    /// What it comes to.
    #[must_use]
    pub fn comes_to(&self) -> Pence {
        match self.how {
            How::Amounts | How::Capped | How::Used { .. } => self.sum,
            How::Songs { songs } => Pence(self.sum.0 * songs),
            How::Percent { percent, others } => Pence(percent_of(percent, others).0 * self.pledges),
        }
    }
}

impl How {
    fn of(terms: Terms, by: Counts) -> Self {
        match terms {
            Terms::Fixed { .. } => Self::Amounts,
            Terms::PerSong { rate, cap } if rate.0 * by.songs < cap.0 => Self::Songs { songs: by.songs },
            Terms::PerSong { .. } => Self::Capped,
            Terms::Match { percent, pot } if pot > percent_of(percent, by.others) => {
                Self::Percent { percent, others: by.others }
            }
            Terms::Match { percent, .. } => Self::Used { percent },
        }
    }
}

impl KindSum {
    /// What its pledges have come to.
    #[must_use]
    pub fn promised(&self) -> Pence {
        self.steps.iter().map(Step::comes_to).sum()
    }

    /// Every kind that has a pledge, its parts in order. What isn't counted yet is counted by `now`.
    #[must_use]
    pub fn list(pledges: &[TermsCount], now: Counts) -> Vec<Self> {
        let kinds = [PledgeKind::Fixed, PledgeKind::PerSong, PledgeKind::Match];
        let of_kind = |kind| pledges.iter().filter(move |one| one.terms.kind() == kind).collect::<Vec<_>>();
        let kinds = kinds.into_iter().map(|kind| (kind, of_kind(kind)));
        kinds.filter(|(_, pledges)| !pledges.is_empty()).map(|(kind, pledges)| Self::of(kind, &pledges, now)).collect()
    }

    fn of(kind: PledgeKind, pledges: &[&TermsCount], now: Counts) -> Self {
        let mut steps: BTreeMap<How, (i64, Pence)> = BTreeMap::new();
        let mut at_most = Pence::ZERO;
        for TermsCount { terms, counted, pledges } in pledges.iter().copied() {
            let by = counted.map_or(now, |by| Counts { songs: by, others: Pence(by) });
            let most = if counted.is_some() { terms.so_far(by) } else { terms.at_most() };
            at_most += Pence(most.0 * pledges);
            let how = How::of(*terms, by);
            let each = match (how, *terms) {
                (How::Songs { .. }, Terms::PerSong { rate, .. }) => rate,
                (How::Percent { .. }, _) => Pence::ZERO,
                _ => terms.at_most(),
            };
            let (count, sum) = steps.entry(how).or_default();
            *count += pledges;
            *sum += Pence(each.0 * pledges);
        }
        let steps = steps.into_iter().map(|(how, (pledges, sum))| Step { how, pledges, sum }).collect();
        Self { kind, pledges: pledges.iter().map(|one| one.pledges).sum(), at_most, steps }
    }
}

/// Promised, claimed, received.
type Three = [Pence; 3];

impl Sums {
    /// Whether everything agrees.
    #[must_use]
    pub fn balanced(&self) -> bool {
        self.checks().iter().all(|check| check.holds)
    }

    /// What pledges that ended promise still: what had arrived by then.
    #[must_use]
    pub fn ended_promised(&self) -> Pence {
        self.parts.iter().filter(|part| !part.stands).map(|part| part.promised).sum()
    }

    /// Everything that must hold.
    #[must_use]
    pub fn checks(&self) -> Vec<Check> {
        let ended = self.ended_promised();
        let kinds: Pence = self.kinds.iter().map(KindSum::promised).sum();
        let most: Pence = self.kinds.iter().map(|kind| kind.at_most).sum();
        let pledges = self.kinds.iter().map(|kind| kind.pledges).sum::<i64>() + self.lapsed;
        let check = |what, holds| Check { what, holds };
        vec![
            check("What the pledges of each kind come to is what is promised", kinds + ended == self.totals.promised),
            check("The most they can come to is what is told as the most", most + ended == self.totals.at_most),
            check("Every pledge that isn’t withdrawn is counted once", pledges == self.totals.pledges),
            check("Each charity has what its parts of all the pledges come to", self.agrees(&self.of_pledges())),
            check("Each charity has what its payments come to", self.agrees(&self.of_payments())),
            check("The ledger’s entries come to the same for each charity", self.agrees(&self.of_book())),
            check("All of the ledger’s entries together come to nothing", self.book_sum() == Pence::ZERO),
        ]
    }

    /// What isn't counted yet, charity by charity; nothing where that would tell one pledge.
    #[must_use]
    pub fn told_open(&self) -> Vec<OpenPart> {
        let mut told: Vec<OpenPart> = Vec::new();
        for part in self.open.iter().filter(|_| !self.is_withheld) {
            match told.iter_mut().find(|one| one.charity == part.charity) {
                Some(one) => one.promised += part.promised,
                None => told.push(*part),
            }
        }
        told
    }

    /// All entries of the ledger together.
    #[must_use]
    pub fn book_sum(&self) -> Pence {
        self.book.accounts.iter().map(|account| account.amount).sum()
    }

    /// Whether these sums are what the totals say of each charity; what a sum doesn't know of is left out of it.
    fn agrees(&self, sums: &HashMap<CharityId, Three>) -> bool {
        let told = |charity| self.totals.by_charity.iter().find(|total| total.charity == charity);
        let says = |total: &CharityTotal| [total.promised, total.claimed, total.received];
        let of = |charity| sums.get(&charity).copied().unwrap_or_default();
        self.totals.by_charity.iter().all(|total| of(total.charity) == says(total))
            && sums.keys().all(|charity| told(*charity).is_some())
    }

    /// Pledges' own rows, what isn't counted yet, and what came without a pledge.
    fn of_pledges(&self) -> HashMap<CharityId, Three> {
        let parts = self.parts.iter().map(|part| (part.charity, [part.promised, part.claimed, part.received]));
        let nothing = Pence::ZERO;
        let open = self.open.iter().map(|part| (part.charity, [part.promised, nothing, nothing]));
        let alone = self.payments.iter().filter(|sum| !sum.of_pledge);
        add_up(parts.chain(open).chain(alone.map(|sum| (sum.charity, [nothing, nothing, sum.amount]))))
    }

    /// Payments say nothing of promises, so those are taken as told.
    fn of_payments(&self) -> HashMap<CharityId, Three> {
        let nothing = Pence::ZERO;
        let promised = self.totals.by_charity.iter().map(|total| (total.charity, [total.promised, nothing, nothing]));
        let paid = self.payments.iter().map(|sum| match sum.state {
            PaymentState::Claimed => (sum.charity, [nothing, sum.amount, nothing]),
            PaymentState::Confirmed => (sum.charity, [nothing, nothing, sum.amount]),
            PaymentState::Reversed => (sum.charity, [nothing; 3]),
        });
        add_up(promised.chain(paid))
    }

    /// The ledger's entries, and what isn't in it yet.
    fn of_book(&self) -> HashMap<CharityId, Three> {
        let nothing = Pence::ZERO;
        let entries = self.book.accounts.iter().filter_map(|sum| match sum.account {
            LedgerAccount::Promised => Some((sum.charity?, [sum.amount, nothing, nothing])),
            LedgerAccount::Claimed => Some((sum.charity?, [nothing, sum.amount, nothing])),
            LedgerAccount::Received => Some((sum.charity?, [nothing, nothing, sum.amount])),
            LedgerAccount::Supporter => None,
        });
        let open = self.open.iter().map(|part| (part.charity, [part.promised, nothing, nothing]));
        add_up(entries.chain(open))
    }
}

fn add_up(sums: impl Iterator<Item = (CharityId, Three)>) -> HashMap<CharityId, Three> {
    let mut all: HashMap<CharityId, Three> = HashMap::new();
    for (charity, amounts) in sums {
        let sum = all.entry(charity).or_default();
        sum.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
    }
    all
}

#[cfg(test)]
mod tests {
    use entity::money::Pence;

    use super::{How, KindSum, TermsCount};
    use crate::pledges::terms::{Counts, PledgeKind, Terms};

    #[test]
    fn each_kind_is_told_in_parts_that_come_to_its_sum() {
        let per_song = |rate, cap| Terms::PerSong { rate: Pence(rate), cap: Pence(cap) };
        let matching = |percent, pot| Terms::Match { percent, pot: Pence(pot) };
        let open = |terms, pledges| TermsCount { terms, counted: None, pledges };
        let pledges = [
            open(Terms::Fixed { amount: Pence(1000) }, 2),
            open(per_song(20, 500), 3),
            open(per_song(50, 500), 1),
            open(matching(50, 1_000), 1),
            open(matching(50, 100_000), 2),
            TermsCount { terms: per_song(10, 500), counted: Some(7), pledges: 1 },
        ];
        let now = Counts { songs: 12, others: Pence(3_290) };
        let kinds = KindSum::list(&pledges, now);
        let told: Vec<_> =
            kinds.iter().map(|kind| (kind.kind, kind.pledges, kind.promised().0, kind.at_most.0)).collect();
        let expected = [
            (PledgeKind::Fixed, 2, 2_000, 2_000),
            (PledgeKind::PerSong, 5, 720 + 500 + 70, 2_000 + 70),
            (PledgeKind::Match, 3, 1_000 + 2 * 1_645, 201_000),
        ];
        assert_eq!(told, expected);
        let so_far: i64 = pledges
            .iter()
            .map(|one| {
                let by = one.counted.map_or(now, |by| Counts { songs: by, others: Pence(by) });
                one.terms.so_far(by).0 * one.pledges
            })
            .sum();
        assert_eq!(kinds.iter().map(|kind| kind.promised().0).sum::<i64>(), so_far);
        assert!(kinds[1].steps.iter().any(|step| step.how == How::Songs { songs: 12 } && step.sum == Pence(60)));
    }
}
