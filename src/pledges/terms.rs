//! What a pledge promises, by its kind, and what it has come to so far.

use std::fmt;
use std::ops::RangeInclusive;

use entity::money::Pence;
pub use entity::pledge::PledgeKind;
use serde::{Deserialize, Serialize};

use crate::error::Problems;

/// The least and the most one pledge can come to, in pence (contract.md).
const AT_MOST_PENCE: RangeInclusive<i64> = 100..=1_000_000;
/// The least and the most for one song, in pence (contract.md).
const RATE_PENCE: RangeInclusive<i64> = 1..=10_000;
/// The least and the most that a match adds to what others promise.
const PERCENT: RangeInclusive<i64> = 1..=100;

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Terms {
    /// An amount.
    Fixed { amount: Pence },
    /// So much for each song shown, and never more than the cap.
    PerSong { rate: Pence, cap: Pence },
    /// So many percent of what others promise, until the pot is used.
    Match { percent: i64, pot: Pence },
}

/// What an open pledge is counted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Songs shown.
    pub songs: i64,
    /// What the night's pledges that aren't matches have come to.
    pub others: Pence,
}

/// The amounts of a pledge as they are sent: those of its kind, and no others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    pub amount_pence: Option<i64>,
    pub rate_pence: Option<i64>,
    pub cap_pence: Option<i64>,
    pub percent: Option<i64>,
    pub pot_pence: Option<i64>,
}

impl Terms {
    /// Checks amounts as they are sent, under the names they are sent by; what isn't sent is taken from `before`, which
    /// is of the same kind.
    pub fn check(kind: PledgeKind, sent: Amounts, before: Option<Self>, problems: &mut Problems) -> Option<Self> {
        let before = before.map_or_else(Amounts::default, Amounts::of);
        sent.check_foreign(kind, problems);
        match kind {
            PledgeKind::Fixed => {
                let amount = sent.amount_pence.or(before.amount_pence);
                Some(Self::Fixed { amount: pounds("amount_pence", amount, "Enter an amount", problems)? })
            }
            PledgeKind::PerSong => {
                let rate = within(
                    "rate_pence",
                    sent.rate_pence.or(before.rate_pence),
                    &RATE_PENCE,
                    ["Enter how much for each song", "Choose 1p to £100 for each song"],
                    problems,
                );
                let cap = sent.cap_pence.or(before.cap_pence);
                let cap = pounds("cap_pence", cap, "Enter the most it may come to", problems);
                Some(Self::PerSong { rate: Pence(rate?), cap: cap? })
            }
            PledgeKind::Match => {
                let percent = within(
                    "percent",
                    sent.percent.or(before.percent),
                    &PERCENT,
                    ["Enter how many percent", "Choose 1 to 100 percent"],
                    problems,
                );
                let pot = sent.pot_pence.or(before.pot_pence);
                let pot = pounds("pot_pence", pot, "Enter the most it may come to", problems);
                Some(Self::Match { percent: percent?, pot: pot? })
            }
        }
    }

    /// From rows that were checked when they were stored.
    #[must_use]
    pub fn stored(kind: PledgeKind, at_most: Pence, rate: i64) -> Self {
        match kind {
            PledgeKind::Fixed => Self::Fixed { amount: at_most },
            PledgeKind::PerSong => Self::PerSong { rate: Pence(rate), cap: at_most },
            PledgeKind::Match => Self::Match { percent: rate, pot: at_most },
        }
    }

    /// The word for it.
    #[must_use]
    pub fn kind(self) -> PledgeKind {
        match self {
            Self::Fixed { .. } => PledgeKind::Fixed,
            Self::PerSong { .. } => PledgeKind::PerSong,
            Self::Match { .. } => PledgeKind::Match,
        }
    }

    /// The most it can come to.
    #[must_use]
    pub fn at_most(self) -> Pence {
        match self {
            Self::Fixed { amount } => amount,
            Self::PerSong { cap, .. } => cap,
            Self::Match { pot, .. } => pot,
        }
    }

    /// Pence a song, or percent; none for a fixed amount.
    #[must_use]
    pub fn rate(self) -> Option<i64> {
        match self {
            Self::Fixed { .. } => None,
            Self::PerSong { rate, .. } => Some(rate.0),
            Self::Match { percent, .. } => Some(percent),
        }
    }

    /// What it has come to (product.md, rule 5).
    #[must_use]
    pub fn so_far(self, counts: Counts) -> Pence {
        match self {
            Self::Fixed { amount } => amount,
            Self::PerSong { rate, cap } => Pence(rate.0 * counts.songs).min(cap),
            Self::Match { percent, pot } => percent_of(percent, counts.others).min(pot),
        }
    }

    /// The part of `counts` that it depends on; none for a fixed amount.
    #[must_use]
    pub fn counted_by(self, counts: Counts) -> Option<i64> {
        match self {
            Self::Fixed { .. } => None,
            Self::PerSong { .. } => Some(counts.songs),
            Self::Match { .. } => Some(counts.others.0),
        }
    }
}

/// What 20p for each of so many songs comes to: the example on the form.
#[must_use]
pub fn per_song_example(songs: &i64) -> Pence {
    Pence(20 * songs)
}

/// `20p`, and `£1.20` from a pound on: as people say what one song is worth.
#[must_use]
pub fn in_small(amount: &Pence) -> String {
    if amount.0 < 100 { format!("{}p", amount.0) } else { amount.to_string() }
}

/// `percent` of an amount, rounded down.
#[must_use]
pub fn percent_of(percent: i64, amount: Pence) -> Pence {
    Pence(percent * amount.0 / 100)
}

/// As pages say it: `£10`, `20p for every song, £5 at most`.
impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed { amount } => amount.fmt(f),
            Self::PerSong { rate, cap } => write!(f, "{} for every song, {cap} at most", in_small(rate)),
            Self::Match { percent, pot } => write!(f, "{percent}% of what others promise, {pot} at most"),
        }
    }
}

impl Amounts {
    /// The amounts of these terms.
    #[must_use]
    pub fn of(terms: Terms) -> Self {
        let nothing = Self::default();
        match terms {
            Terms::Fixed { amount } => Self { amount_pence: Some(amount.0), ..nothing },
            Terms::PerSong { rate, cap } => Self { rate_pence: Some(rate.0), cap_pence: Some(cap.0), ..nothing },
            Terms::Match { percent, pot } => Self { percent: Some(percent), pot_pence: Some(pot.0), ..nothing },
        }
    }

    /// Notes amounts that belong to another kind: whoever sent them meant something else.
    fn check_foreign(self, kind: PledgeKind, problems: &mut Problems) {
        let Self { amount_pence, rate_pence, cap_pence, percent, pot_pence } = self;
        let fields = [
            ("amount_pence", amount_pence, PledgeKind::Fixed),
            ("rate_pence", rate_pence, PledgeKind::PerSong),
            ("cap_pence", cap_pence, PledgeKind::PerSong),
            ("percent", percent, PledgeKind::Match),
            ("pot_pence", pot_pence, PledgeKind::Match),
        ];
        for (field, _, of) in fields.into_iter().filter(|(_, sent, of)| sent.is_some() && *of != kind) {
            problems.add(field, format!("This belongs to a pledge of the kind {of}; this one is {kind}"));
        }
    }
}

fn pounds(field: &'static str, sent: Option<i64>, missing: &'static str, problems: &mut Problems) -> Option<Pence> {
    let told = [missing, "Choose an amount from £1 to £10,000"];
    within(field, sent, &AT_MOST_PENCE, told, problems).map(Pence)
}

fn within(
    field: &'static str,
    sent: Option<i64>,
    range: &RangeInclusive<i64>,
    [missing, outside]: [&'static str; 2],
    problems: &mut Problems,
) -> Option<i64> {
    let fits = sent.filter(|number| range.contains(number));
    if fits.is_none() {
        problems.add(field, if sent.is_some() { outside } else { missing });
    }
    fits
}

#[cfg(test)]
mod tests {
    use entity::money::Pence;

    use super::{Counts, Terms};

    #[test]
    fn each_kind_counts_as_the_contract_says() {
        let so_far = |terms: Terms, songs, others| terms.so_far(Counts { songs, others: Pence(others) }).0;
        let per_song = Terms::PerSong { rate: Pence(20), cap: Pence(500) };
        assert_eq!([0, 1, 25, 26, 400].map(|songs| so_far(per_song, songs, 0)), [0, 20, 500, 500, 500]);
        let odd = Terms::PerSong { rate: Pence(30), cap: Pence(100) };
        assert_eq!([3, 4].map(|songs| so_far(odd, songs, 0)), [90, 100], "the last step is the rest of the cap");
        let third = Terms::Match { percent: 33, pot: Pence(1000) };
        assert_eq!([0, 3, 4, 100, 9_999_999].map(|others| so_far(third, 0, others)), [0, 0, 1, 33, 1000]);
        assert_eq!(so_far(Terms::Fixed { amount: Pence(700) }, 9, 9), 700);
    }
}
