//! The open part of a night: pledges whose amount isn't counted yet, as running sums by group of equal splits.
//!
//! Nothing here grows with the number of pledges: a song moves the steps that lie at its number, a pledge moves one
//! group. It stands beside the ledger and is never part of it; [`check()`](super::check()) recounts it from the pledges.

use entity::ids::{CharityId, OpenGroupId};
use entity::money::Pence;

use super::terms::{Counts, percent_of};
use crate::charities::Split;

/// The open part of a night.
#[derive(Clone, Debug, Default)]
pub struct Open {
    pub songs: i64,
    /// What the ledger has promised by pledges that aren't matches.
    pub base: Pence,
    pub groups: Vec<Group>,
}

/// The open pledges that divide alike and agree on Gift Aid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub id: OpenGroupId,
    pub split: Split,
    pub gift_aid: bool,
    /// What one more song adds.
    pub rate: Pence,
    /// The caps that are reached.
    pub capped: Pence,
    pub at_most: Pence,
    pub matches: Vec<Level>,
}

/// The matches of a group with one percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    pub percent: i64,
    /// What each whose pot is larger has come to.
    pub level: Pence,
    /// How many those are.
    pub unused: i64,
    /// The pots of the others.
    pub used: Pence,
}

/// What the open part gives one charity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenPart {
    pub charity: CharityId,
    pub promised: Pence,
    pub gift_aidable: Pence,
}

impl Group {
    fn per_song(&self, songs: i64) -> Pence {
        Pence(self.rate.0 * songs) + self.capped
    }

    fn matched(&self) -> Pence {
        self.matches.iter().map(|one| Pence(one.level.0 * one.unused) + one.used).sum()
    }
}

impl Open {
    /// What matches are a percentage of.
    #[must_use]
    pub fn others(&self) -> Pence {
        self.base + self.groups.iter().map(|group| group.per_song(self.songs)).sum()
    }

    /// What an open pledge is counted by at the moment.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts { songs: self.songs, others: self.others() }
    }

    /// Where the level of matches with this percentage should be.
    #[must_use]
    pub fn level(&self, percent: i64) -> Pence {
        percent_of(percent, self.others())
    }

    /// What it has come to.
    #[must_use]
    pub fn promised(&self) -> Pence {
        self.groups.iter().map(|group| group.per_song(self.songs) + group.matched()).sum()
    }

    /// The most it can come to.
    #[must_use]
    pub fn at_most(&self) -> Pence {
        self.groups.iter().map(|group| group.at_most).sum()
    }

    /// What each charity has of it: each group divided as a whole, so that pennies may move when it is counted out.
    #[must_use]
    pub fn parts(&self) -> Vec<OpenPart> {
        let of_group = |group: &Group| {
            let amounts = group.split.allocate(group.per_song(self.songs) + group.matched(), 0);
            let aided = |amount| if group.gift_aid { amount } else { Pence::ZERO };
            let parts = group.split.parts().iter().zip(amounts);
            let part = |(part, promised): (&crate::charities::Part, Pence)| OpenPart {
                charity: part.charity,
                promised,
                gift_aidable: aided(promised),
            };
            parts.map(part).collect::<Vec<_>>()
        };
        self.groups.iter().flat_map(of_group).collect()
    }
}

/// How often a rate fits its cap: with more songs than this, a per-song pledge is its cap.
#[must_use]
pub fn last_full_song(rate: Pence, cap: Pence) -> i64 {
    cap.0.checked_div(rate.0).unwrap_or_default()
}
