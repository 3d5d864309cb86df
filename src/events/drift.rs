//! Drift: how far a night is behind its line-up, or ahead of it, and when the coming slots are to be expected.
//!
//! Only what a host or a DJ pressed counts, by the server's clock. What a slot is late by passes on to those after it,
//! until the gap before an anchor takes it up. A night where nobody presses anything has no drift, and goes by its plan.

use chrono::{DurationRound, TimeDelta};
use entity::Moment;

use super::lineup::TimedSlot;

/// A line-up as it stands at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// How late the night is; negative when it is ahead. None while nothing has begun.
    pub behind: Option<TimeDelta>,
    /// For each slot of the line-up.
    pub slots: Vec<Expected>,
}

/// When a slot begins, or really began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    pub at: Moment,
    /// How much later than the line-up says; negative when earlier.
    pub behind: Option<TimeDelta>,
    /// On the decks now: it has begun and isn't over. Where nobody presses anything, by the line-up.
    pub is_on: bool,
    /// It is over, or was passed by.
    pub is_over: bool,
}

impl Drift {
    /// Works it out for `lineup` at `now`. Nothing is expected any more of a night that isn't to come or live.
    #[must_use]
    pub fn of(lineup: &[TimedSlot], is_live: bool, now: Moment) -> Self {
        let Some(last) = lineup.iter().rposition(|slot| slot.kept.begun_at.is_some()) else {
            return Self { behind: None, slots: lineup.iter().map(|slot| by_plan(slot, is_live, now)).collect() };
        };
        // Pages say the same for a whole minute.
        let now = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        let mut late = lateness(&lineup[last], is_live, now);
        let behind = late;
        let mut slots: Vec<Expected> = lineup[..=last].iter().map(|slot| happened(slot, is_live)).collect();
        for pair in lineup[last..].windows(2) {
            let [before, slot] = pair else { continue };
            if slot.slot.anchor.is_some() {
                let gap = (slot.starts_at - before.ends_at).max(TimeDelta::zero());
                late = (late - gap).max(TimeDelta::zero());
            }
            slots.push(Expected { at: slot.starts_at + late, behind: Some(late), is_on: false, is_over: false });
        }
        Self { behind: Some(behind), slots }
    }

    /// How many whole minutes late; negative when ahead.
    #[must_use]
    pub fn minutes(&self) -> Option<i64> {
        self.behind.map(|behind| behind.num_minutes())
    }

    /// `12 min behind`, `4 min ahead`, `on time`.
    #[must_use]
    pub fn in_words(&self) -> Option<String> {
        Some(match self.minutes()? {
            0 => "on time".to_owned(),
            late @ 1.. => format!("{late} min behind"),
            early => format!("{} min ahead", -early),
        })
    }
}

/// What the last slot that began makes those after it late by.
fn lateness(slot: &TimedSlot, is_live: bool, now: Moment) -> TimeDelta {
    let begun = slot.kept.begun_at.map_or(TimeDelta::zero(), |begun| begun - slot.starts_at);
    match slot.kept.ended_at {
        // It goes on longer than it was meant to.
        None if is_live => begun.max(now - slot.ends_at),
        None => begun,
        // Nobody is on: the next one could begin this minute.
        Some(ended) if is_live => ended.max(now) - slot.ends_at,
        Some(ended) => ended - slot.ends_at,
    }
}

fn by_plan(slot: &TimedSlot, is_live: bool, now: Moment) -> Expected {
    let is_on = is_live && slot.starts_at <= now && now < slot.ends_at;
    Expected { at: slot.starts_at, behind: None, is_on, is_over: is_live && slot.ends_at <= now }
}

fn happened(slot: &TimedSlot, is_live: bool) -> Expected {
    let at = slot.kept.begun_at.unwrap_or(slot.starts_at);
    let behind = slot.kept.begun_at.map(|begun| begun - slot.starts_at);
    let is_on = is_live && slot.kept.is_on();
    Expected { at, behind, is_on, is_over: !is_on }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDateTime, TimeDelta};
    use entity::Moment;
    use entity::ids::SlotId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::Drift;
    use crate::events::lineup::{Kept, Slot, TimedSlot};
    use crate::events::when::When;

    fn minute(minutes: i64) -> Moment {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
    }

    /// Slots of so many minutes, each with the minute it is anchored to.
    fn lineup(slots: &[(i32, Option<i64>)]) -> Vec<TimedSlot> {
        let local: NaiveDateTime = minute(0).naive_utc();
        let when = When { local, zone: chrono_tz::UTC, minutes: 120, starts_at: minute(0), ends_at: minute(120) };
        let slots = (0..).zip(slots).map(|(number, (minutes, anchor))| {
            let anchor = anchor.map(|anchor| minute(anchor).naive_utc());
            let slot = Slot { id: None, host: "Sam".to_owned(), title: None, minutes: *minutes, anchor };
            (slot, Kept::fresh(SlotId(Uuid::from_u128(number))))
        });
        Slot::timed(slots.collect(), &when)
    }

    fn expected(drift: &Drift) -> Vec<i64> {
        drift.slots.iter().map(|slot| (slot.at - minute(0)).num_minutes()).collect()
    }

    #[test]
    fn nothing_pressed_goes_by_the_plan() {
        let slots = lineup(&[(30, None), (30, None)]);
        let drift = Drift::of(&slots, true, minute(40));
        assert_eq!((drift.in_words(), expected(&drift)), (None, vec![0, 30]));
        assert_eq!(drift.slots.iter().map(|slot| slot.is_on).collect::<Vec<_>>(), [false, true]);
        assert!(Drift::of(&slots, false, minute(40)).slots.iter().all(|slot| !slot.is_on));
    }

    #[test]
    fn lateness_passes_on_until_an_anchor_takes_it_up() {
        let mut slots = lineup(&[(30, None), (30, None), (20, Some(65)), (10, Some(100))]);
        slots[0].kept.begun_at = Some(minute(12));
        let drift = Drift::of(&slots, true, minute(20));
        assert_eq!(drift.in_words().as_deref(), Some("12 min behind"));
        // 5 minutes lie before the first anchor, 15 before the second.
        assert_eq!(expected(&drift), [12, 42, 72, 100]);
        assert_eq!(drift.slots.iter().map(|slot| slot.is_on).collect::<Vec<_>>(), [true, false, false, false]);
        // It should have handed over at 42.
        assert_eq!(Drift::of(&slots, true, minute(50)).in_words().as_deref(), Some("20 min behind"));
        assert_eq!(expected(&Drift::of(&slots, true, minute(50))), [12, 50, 80, 100]);
        // Once it is over, what it was late by stays.
        assert_eq!(Drift::of(&slots, false, minute(500)).minutes(), Some(12));
    }

    #[test]
    fn being_early_passes_on_but_not_past_an_anchor() {
        let mut slots = lineup(&[(30, None), (30, None), (30, Some(60))]);
        slots[0].kept.begun_at = Some(minute(-4));
        let drift = Drift::of(&slots, true, minute(0));
        assert_eq!(drift.in_words().as_deref(), Some("4 min ahead"));
        assert_eq!(expected(&drift), [-4, 26, 60]);
        slots[0].kept.ended_at = Some(minute(20));
        let drift = Drift::of(&slots, true, minute(22));
        assert_eq!((expected(&drift), drift.minutes()), (vec![-4, 22, 60], Some(-8)), "nobody is on: any minute now");
        assert!(drift.slots[0].is_over && !drift.slots[1].is_over);
    }

    #[test]
    fn whoever_was_passed_by_is_over() {
        let mut slots = lineup(&[(30, None), (30, None), (30, None)]);
        slots[0].kept.begun_at = Some(minute(0));
        slots[0].kept.ended_at = Some(minute(30));
        slots[2].kept.begun_at = Some(minute(30));
        let drift = Drift::of(&slots, true, minute(31));
        assert_eq!(drift.slots.iter().map(|slot| slot.is_over).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!((drift.minutes(), drift.slots[1].behind), (Some(-30), None));
    }

    #[test]
    fn seconds_are_no_drift() {
        let mut slots = lineup(&[(30, None)]);
        slots[0].kept.begun_at = Some(minute(0) + TimeDelta::seconds(59));
        assert_eq!(Drift::of(&slots, true, minute(1)).in_words().as_deref(), Some("on time"));
        slots[0].kept.begun_at = Some(minute(0) - TimeDelta::seconds(59));
        assert_eq!(Drift::of(&slots, true, minute(1)).in_words().as_deref(), Some("on time"));
    }

    proptest! {
        /// Nothing is expected before it could be: not before the line-up says plus what it is late by, an anchor never
        /// before its hour, and lateness never grows along the line-up.
        #[test]
        fn lateness_only_shrinks(
            minutes in prop::collection::vec((1_i32..90, prop::option::of(0_i64..40)), 1..8),
            begun in -60_i64..120,
            now in 0_i64..400,
        ) {
            let mut planned = 0;
            let mut spec = Vec::new();
            for (length, gap) in minutes {
                let anchor = gap.map(|gap| planned + gap);
                planned = anchor.unwrap_or(planned) + i64::from(length);
                spec.push((length, anchor));
            }
            let mut slots = lineup(&spec);
            slots[0].kept.begun_at = Some(slots[0].starts_at + TimeDelta::minutes(begun));
            let drift = Drift::of(&slots, true, minute(now));
            let late = drift.behind.unwrap_or_default();
            prop_assert!(late.num_minutes() >= begun);
            let mut before = late.num_minutes();
            for (slot, expected) in slots.iter().zip(&drift.slots).skip(1) {
                let own = (expected.at - slot.starts_at).num_minutes();
                prop_assert!(own.abs() <= before.abs() && own * before >= 0, "{own} after {before}");
                if slot.slot.anchor.is_some() {
                    prop_assert!(expected.at >= slot.starts_at);
                } else {
                    prop_assert_eq!(own, before);
                }
                before = own;
            }
        }

        /// A night that begins on time and hands over on time is on time, whatever its line-up.
        #[test]
        fn on_time_stays_on_time(lengths in prop::collection::vec(1_i32..90, 1..8), passed in 0_usize..8) {
            let spec: Vec<_> = lengths.iter().map(|length| (*length, None)).collect();
            let mut slots = lineup(&spec);
            let on = passed.min(slots.len() - 1);
            for (at, slot) in slots.iter_mut().enumerate().take(on + 1) {
                slot.kept.begun_at = Some(slot.starts_at);
                slot.kept.ended_at = (at < on).then_some(slot.ends_at);
            }
            let drift = Drift::of(&slots, true, slots[on].starts_at);
            prop_assert_eq!(drift.minutes(), Some(0));
            prop_assert!(slots.iter().zip(&drift.slots).all(|(slot, expected)| slot.starts_at == expected.at));
        }
    }
}
