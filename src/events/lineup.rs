//! The line-up: who holds the decks when.

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use entity::Moment;
use serde::{Deserialize, Serialize};

use super::when::When;
use crate::error::Problems;
use crate::words::Line;

/// More slots than any night has had.
const SLOTS_MAX: usize = 50;
/// The shortest and longest slot in minutes.
const SLOT_MINUTES: std::ops::RangeInclusive<i64> = 1..=720;

/// One slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub host: String,
    pub title: Option<String>,
    pub minutes: i32,
    /// A wall-clock time that this slot holds to, whatever came before.
    pub anchor: Option<NaiveDateTime>,
}

/// A slot as it is sent.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub struct SlotIn {
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

/// A slot with the instants that follow from the line-up before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedSlot {
    pub slot: Slot,
    pub starts_at: Moment,
    pub ends_at: Moment,
}

impl Slot {
    /// Checks a line-up as it is sent; problems name the field `lineup`.
    pub fn check_all(slots: &[SlotIn], zone: Tz, problems: &mut Problems) -> Option<Vec<Self>> {
        if slots.len() > SLOTS_MAX {
            problems.add("lineup", format!("Keep the line-up to {SLOTS_MAX} slots"));
            return None;
        }
        let before = problems.list().len();
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
            host: host?.into_string(),
            title: title?.map(Line::into_string),
            minutes: i32::try_from(minutes?).ok()?,
            anchor: anchor?,
        })
    }

    /// Puts each slot after the one before it, or at its anchor.
    #[must_use]
    pub fn timed(slots: Vec<Self>, when: &When) -> Vec<TimedSlot> {
        let mut cursor = when.starts_at;
        let place = |slot: Self| {
            let anchor = slot.anchor.and_then(|local| When::instant(local, when.zone).ok());
            let starts_at = anchor.unwrap_or(cursor);
            cursor = starts_at + TimeDelta::minutes(i64::from(slot.minutes));
            TimedSlot { slot, starts_at, ends_at: cursor }
        };
        slots.into_iter().map(place).collect()
    }
}
