//! The audit of the open part: a recount from the pledges, against the running sums.

use std::collections::{BTreeMap, HashMap};

use entity::ids::EventId;
use entity::money::Pence;

use super::{Findings, OPEN};
use crate::error::AppError;
use crate::pledges::open::{Group, last_full_song};
use crate::pledges::pledge::Pledge;
use crate::pledges::store;
use crate::pledges::terms::{PledgeKind, Terms, percent_of};

/// The open pledges of an event, counted one by one.
#[derive(Default)]
pub(super) struct Recount {
    /// What the ledger has promised by pledges that aren't matches.
    base: Pence,
    /// By split, as it is stored, and Gift Aid.
    groups: HashMap<(String, bool), GroupTerms>,
}

/// What the open pledges of a group promise.
#[derive(Default)]
struct GroupTerms {
    /// Rates and caps by the last song that is paid for in full.
    per_song: BTreeMap<i64, (Pence, Pence)>,
    /// Pots by percentage.
    matches: BTreeMap<i64, Vec<Pence>>,
    at_most: Pence,
}

impl Recount {
    pub fn add(&mut self, pledge: &Pledge) -> Result<(), AppError> {
        if pledge.kind() != PledgeKind::Match {
            self.base += pledge.counted_promised();
        }
        if !pledge.is_open() {
            return Ok(());
        }
        let split = serde_json::to_string(&pledge.split()).map_err(AppError::internal)?;
        let group = self.groups.entry((split, pledge.gift_aid)).or_default();
        group.at_most += pledge.terms.at_most();
        match pledge.terms {
            Terms::Fixed { .. } => {}
            Terms::PerSong { rate, cap } => {
                let (rates, caps) = group.per_song.entry(last_full_song(rate, cap)).or_default();
                *rates += rate;
                *caps += cap;
            }
            Terms::Match { percent, pot } => group.matches.entry(percent).or_default().push(pot),
        }
        Ok(())
    }
}

impl GroupTerms {
    /// What is still added by each song, and the caps that are reached, at this many songs.
    fn per_song_at(&self, songs: i64) -> (Pence, Pence) {
        let still = self.per_song.iter().filter(|(last, _)| **last >= songs).map(|(_, (rate, _))| *rate).sum();
        let capped = self.per_song.iter().filter(|(last, _)| **last < songs).map(|(_, (_, cap))| *cap).sum();
        (still, capped)
    }

    fn agrees(&self, group: &Group, songs: i64, others: Pence) -> bool {
        let matched = |percent: &i64| {
            let level = percent_of(*percent, others);
            let pots = self.matches.get(percent).map(Vec::as_slice).unwrap_or_default();
            let sum: Pence = pots.iter().map(|pot| if *pot > level { level } else { *pot }).sum();
            let told = group.matches.iter().find(|one| one.percent == *percent);
            told.is_some_and(|one| one.level == level && Pence(one.level.0 * one.unused) + one.used == sum)
        };
        (group.rate, group.capped) == self.per_song_at(songs)
            && group.at_most == self.at_most
            && self.matches.keys().all(matched)
            && group
                .matches
                .iter()
                .all(|one| self.matches.contains_key(&one.percent) || (one.unused, one.used) == (0, Pence::ZERO))
    }
}

pub(super) async fn check(
    db: &impl store::Reads,
    event: EventId,
    (songs, base): (i64, Pence),
    recount: &Recount,
    findings: &mut Findings,
) -> Result<(), AppError> {
    findings.note(OPEN, base == recount.base, || format!("event {event}: base {base} against {}", recount.base));
    let open = store::open_of_event(db, event).await?;
    let per_song = |group: &GroupTerms| {
        let (rate, capped) = group.per_song_at(songs);
        Pence(rate.0 * songs) + capped
    };
    let others = recount.base + recount.groups.values().map(per_song).sum();
    for group in &open.groups {
        let split = serde_json::to_string(&group.split).map_err(AppError::internal)?;
        let counted = recount.groups.get(&(split, group.gift_aid));
        let holds = counted.is_some_and(|counted| counted.agrees(group, songs, others));
        findings.note(OPEN, holds, || format!("event {event}: {group:?}"));
    }
    findings.note(OPEN, open.groups.len() == recount.groups.len(), || {
        format!("event {event}: {} groups against {}", open.groups.len(), recount.groups.len())
    });
    Ok(())
}
