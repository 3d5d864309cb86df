//! The line-up: who holds the decks when, as it is meant to be.

use std::collections::HashSet;

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use entity::Moment;
use entity::ids::{GuestId, SlotId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::when::When;
use crate::error::{AppError, Problems};
use crate::words::Line;

/// More slots than any night has had.
const SLOTS_MAX: usize = 50;
/// The shortest and longest slot in minutes.
const SLOT_MINUTES: std::ops::RangeInclusive<i64> = 1..=720;

/// One slot, as a line-up says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which one of the line-up so far it is. Without it: the first one with the same host and title, or a new one.
    pub id: Option<SlotId>,
    pub host: String,
    pub title: Option<String>,
    pub minutes: i32,
    /// A wall-clock time that this slot holds to, whatever came before.
    pub anchor: Option<NaiveDateTime>,
}

/// A slot as it is sent.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
pub struct SlotIn {
    /// One of the line-up so far, which this one stays.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// Who holds the decks, 1 to 80 characters.
    pub host: String,
    /// What they play, up to 120 characters.
    #[serde(default)]
    pub title: Option<String>,
    /// 1 to 720.
    pub minutes: i64,
    /// A wall-clock time such as `2027-03-26T21:30`.
    #[serde(default)]
    pub anchor_local: Option<String>,
}

/// What is kept of a slot beside its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: SlotId,
    /// When it really began.
    pub begun_at: Option<Moment>,
    /// When it was over.
    pub ended_at: Option<Moment>,
    /// Links of other versions open nothing.
    pub link_version: u8,
    /// Whoever shares songs from it.
    pub guest: Option<GuestId>,
}

/// A slot with the instants that follow from the line-up before it, and what really happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedSlot {
    pub slot: Slot,
    /// When it is meant to begin.
    pub starts_at: Moment,
    /// When it is meant to end.
    pub ends_at: Moment,
    pub kept: Kept,
}

impl Kept {
    /// A slot that nothing has happened to.
    #[must_use]
    pub fn fresh(id: SlotId) -> Self {
        Self { id, begun_at: None, ended_at: None, link_version: 1, guest: None }
    }

    /// Whether it is on the decks.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.begun_at.is_some() && self.ended_at.is_none()
    }
}

impl Slot {
    /// Checks a line-up as it is sent; problems name the field `lineup`.
    pub fn check_all(slots: &[SlotIn], zone: Tz, problems: &mut Problems) -> Option<Vec<Self>> {
        if slots.len() > SLOTS_MAX {
            problems.add("lineup", format!("Keep the line-up to {SLOTS_MAX} slots"));
            return None;
        }
        let before = problems.list().len();
        let mut named = HashSet::new();
        for (at, id) in slots.iter().enumerate().filter_map(|(at, slot)| Some((at, slot.id?))) {
            if !named.insert(id) {
                problems.add(format!("lineup[{at}].id"), "Name each slot once");
            }
        }
        let slots = slots.iter().enumerate().filter_map(|(at, slot)| Self::check(at, slot, zone, problems)).collect();
        (problems.list().len() == before).then_some(slots)
    }

    fn check(at: usize, slot: &SlotIn, zone: Tz, problems: &mut Problems) -> Option<Self> {
        let mut note = |field: &str, message| problems.add(format!("lineup[{at}].{field}"), message);
        let host =
            Line::<80>::required(&slot.host, "Say who holds the decks").map_err(|message| note("host", message)).ok();
        let title = Line::<120>::optional(slot.title.as_deref()).map_err(|message| note("title", message)).ok();
        let minutes = Some(slot.minutes).filter(|minutes| SLOT_MINUTES.contains(minutes));
        if minutes.is_none() {
            note("minutes", "Choose 1 to 720 minutes".into());
        }
        let exists = |local| When::instant(local, zone).map(|_| local);
        let anchor = slot.anchor_local.as_deref().map(|text| When::parse_local(text).and_then(exists)).transpose();
        let anchor = anchor.map_err(|message| note("anchor_local", message)).ok();
        Some(Self {
            id: slot.id.map(SlotId),
            host: host?.into_string(),
            title: title?.map(Line::into_string),
            minutes: i32::try_from(minutes?).ok()?,
            anchor: anchor?,
        })
    }

    /// Puts each slot after the one before it, or at its anchor.
    #[must_use]
    pub fn timed(slots: Vec<(Self, Kept)>, when: &When) -> Vec<TimedSlot> {
        let mut cursor = when.starts_at;
        let place = |(slot, kept): (Self, Kept)| {
            let anchor = slot.anchor.and_then(|local| When::instant(local, when.zone).ok());
            let starts_at = anchor.unwrap_or(cursor);
            cursor = starts_at + TimeDelta::minutes(i64::from(slot.minutes));
            TimedSlot { slot, starts_at, ends_at: cursor, kept }
        };
        slots.into_iter().map(place).collect()
    }

    /// Finds for each slot of a new line-up the one of the old that it stays: the one it names, or the first left with the
    /// same host and title. None for a new one.
    ///
    /// # Errors
    /// 422 for a name that none of them has.
    pub fn staying(slots: &[Self], before: &[TimedSlot]) -> Result<Vec<Option<Kept>>, AppError> {
        let mut problems = Problems::default();
        let is_known = |id: SlotId| before.iter().any(|old| old.kept.id == id);
        for (at, _) in slots.iter().enumerate().filter(|(_, slot)| slot.id.is_some_and(|id| !is_known(id))) {
            problems.add(format!("lineup[{at}].id"), "Name a slot of this night, or none");
        }
        problems.check()?;
        let mut taken: HashSet<SlotId> = slots.iter().filter_map(|slot| slot.id).collect();
        let stays = |slot: &Self| {
            let is_same = |old: &&TimedSlot| match slot.id {
                Some(id) => old.kept.id == id,
                None => old.slot.host == slot.host && old.slot.title == slot.title && !taken.contains(&old.kept.id),
            };
            let kept = before.iter().find(is_same).map(|old| old.kept);
            taken.extend(kept.map(|kept| kept.id));
            kept
        };
        Ok(slots.iter().map(stays).collect())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entity::ids::SlotId;
    use uuid::Uuid;

    use super::{Kept, Slot, TimedSlot};

    fn slot(id: Option<u128>, host: &str) -> Slot {
        let id = id.map(|id| SlotId(Uuid::from_u128(id)));
        Slot { id, host: host.to_owned(), title: None, minutes: 30, anchor: None }
    }

    fn there(id: u128, host: &str) -> TimedSlot {
        let at = DateTime::UNIX_EPOCH;
        TimedSlot { slot: slot(None, host), starts_at: at, ends_at: at, kept: Kept::fresh(SlotId(Uuid::from_u128(id))) }
    }

    fn ids(slots: &[Slot], before: &[TimedSlot]) -> Option<Vec<Option<u128>>> {
        let staying = Slot::staying(slots, before).ok()?;
        Some(staying.into_iter().map(|kept| kept.map(|kept| kept.id.0.as_u128())).collect())
    }

    #[test]
    fn a_slot_stays_by_its_name_or_by_who_and_what() {
        let before = [there(1, "Sam"), there(2, "Priya"), there(3, "Sam")];
        assert_eq!(ids(&[slot(None, "Priya"), slot(None, "Sam")], &before), Some(vec![Some(2), Some(1)]));
        assert_eq!(
            ids(&[slot(None, "Sam"), slot(None, "Sam"), slot(None, "Sam")], &before),
            Some(vec![Some(1), Some(3), None])
        );
        // One that is named isn't given away by its host's name.
        assert_eq!(ids(&[slot(None, "Sam"), slot(Some(1), "Jo")], &before), Some(vec![Some(3), Some(1)]));
        assert_eq!(ids(&[slot(Some(9), "Sam")], &before), None);
    }
}
