//! The decks: who is on, who comes next, and how they are handed over.

use entity::Moment;
use entity::ids::SlotId;

use super::lineup::TimedSlot;
use crate::error::AppError;

/// The place of the slot that is on.
#[must_use]
pub fn on(lineup: &[TimedSlot]) -> Option<usize> {
    lineup.iter().rposition(|slot| slot.kept.is_on())
}

/// The place of the slot that comes next: the first after all that have begun.
#[must_use]
pub fn next(lineup: &[TimedSlot]) -> Option<usize> {
    let begun = lineup.iter().rposition(|slot| slot.kept.begun_at.is_some());
    let next = begun.map_or(0, |begun| begun + 1);
    (next < lineup.len()).then_some(next)
}

/// The place of a slot.
#[must_use]
pub fn place(lineup: &[TimedSlot], id: SlotId) -> Option<usize> {
    lineup.iter().position(|slot| slot.kept.id == id)
}

/// Puts a slot on the decks; whoever was on is over. One that was over takes them back as if it had never let go, and
/// what came after it hasn't been. False when it is on already.
pub fn begin(lineup: &mut [TimedSlot], at: usize, now: Moment) -> bool {
    if on(lineup) == Some(at) {
        return false;
    }
    for slot in &mut lineup[..at] {
        end_at(slot, now);
    }
    for slot in &mut lineup[at + 1..] {
        (slot.kept.begun_at, slot.kept.ended_at) = (None, None);
    }
    let kept = &mut lineup[at].kept;
    (kept.begun_at, kept.ended_at) = (kept.begun_at.or(Some(now)), None);
    true
}

/// Ends whichever slot is on; its id.
pub fn end(lineup: &mut [TimedSlot], now: Moment) -> Option<SlotId> {
    let at = on(lineup)?;
    end_at(&mut lineup[at], now);
    Some(lineup[at].kept.id)
}

fn end_at(slot: &mut TimedSlot, now: Moment) {
    if slot.kept.is_on() {
        slot.kept.ended_at = Some(now);
    }
}

/// Whether whoever has a slot may begin it now: it is next, or on already.
///
/// # Errors
/// 409 for one that is over, or whose turn hasn't come.
pub fn check_turn(lineup: &[TimedSlot], at: usize) -> Result<(), AppError> {
    if on(lineup) == Some(at) || next(lineup) == Some(at) {
        return Ok(());
    }
    if next(lineup).is_none_or(|next| at < next) {
        return Err(AppError::conflict(
            "This slot is over. If that was a mistake, a host can give you the decks again.",
        ));
    }
    Err(AppError::conflict("Others come before you. If they aren't coming, a host can give you the decks."))
}

/// Whether what plays now is for this slot to say: it is on, or nobody is.
///
/// # Errors
/// 409 while somebody else is on.
pub fn check_plays(lineup: &[TimedSlot], at: usize) -> Result<(), AppError> {
    match on(lineup) {
        Some(other) if other != at => {
            Err(AppError::conflict(format!("{} is on the decks just now.", lineup[other].slot.host)))
        }
        _ => Ok(()),
    }
}

/// Moves a slot that is still to come before another that is, or to the end. False when it stands there already.
///
/// # Errors
/// 409 when either is gone, or has begun meanwhile.
pub fn move_before(lineup: &mut Vec<TimedSlot>, id: SlotId, before: Option<SlotId>) -> Result<bool, AppError> {
    let stale = || AppError::conflict("The line-up has changed meanwhile. Look at it again.");
    let first = next(lineup).unwrap_or(lineup.len());
    let coming = |lineup: &[TimedSlot], id| place(lineup, id).filter(|at| *at >= first).ok_or_else(stale);
    let from = coming(lineup, id)?;
    if before == Some(id) {
        return Ok(false);
    }
    let moved = lineup.remove(from);
    let to = match before {
        Some(before) => coming(lineup, before),
        None => Ok(lineup.len()),
    };
    lineup.insert(*to.as_ref().unwrap_or(&from), moved);
    Ok(to? != from)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use entity::Moment;
    use entity::ids::SlotId;
    use uuid::Uuid;

    use super::{begin, check_plays, check_turn, end, move_before, next, on};
    use crate::events::lineup::{Kept, Slot, TimedSlot};

    fn minute(minutes: i64) -> Moment {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn id(number: u128) -> SlotId {
        SlotId(Uuid::from_u128(number))
    }

    fn lineup(count: u128) -> Vec<TimedSlot> {
        let slot = Slot { id: None, host: "Sam".to_owned(), title: None, minutes: 30, anchor: None };
        let timed = |number| TimedSlot {
            slot: slot.clone(),
            starts_at: minute(0),
            ends_at: minute(30),
            kept: Kept::fresh(id(number)),
        };
        (0..count).map(timed).collect()
    }

    #[test]
    fn handing_over_ends_one_and_begins_the_next() {
        let mut slots = lineup(3);
        assert_eq!((on(&slots), next(&slots)), (None, Some(0)));
        assert!(begin(&mut slots, 0, minute(1)));
        assert!(!begin(&mut slots, 0, minute(2)), "pressed twice");
        assert_eq!(slots[0].kept.begun_at, Some(minute(1)));
        assert!(begin(&mut slots, 1, minute(31)));
        assert_eq!((slots[0].kept.ended_at, on(&slots), next(&slots)), (Some(minute(31)), Some(1), Some(2)));
        // Taken back: as if it had never let go.
        assert!(begin(&mut slots, 0, minute(32)));
        assert_eq!((slots[0].kept.begun_at, slots[1].kept.begun_at), (Some(minute(1)), None));
        assert_eq!((on(&slots), next(&slots)), (Some(0), Some(1)));
        assert_eq!((end(&mut slots, minute(40)), on(&slots), next(&slots)), (Some(id(0)), None, Some(1)));
        assert_eq!(end(&mut slots, minute(41)), None);
    }

    #[test]
    fn a_dj_takes_the_decks_in_turn() {
        let mut slots = lineup(3);
        let turns = |slots: &[TimedSlot]| [0, 1, 2].map(|at| check_turn(slots, at).is_ok());
        let plays = |slots: &[TimedSlot]| [0, 1, 2].map(|at| check_plays(slots, at).is_ok());
        assert_eq!((turns(&slots), plays(&slots)), ([true, false, false], [true; 3]));
        begin(&mut slots, 0, minute(1));
        assert_eq!((turns(&slots), plays(&slots)), ([true, true, false], [true, false, false]));
        begin(&mut slots, 1, minute(2));
        assert_eq!((turns(&slots), plays(&slots)), ([false, true, true], [false, true, false]));
        end(&mut slots, minute(3));
        assert_eq!((turns(&slots), plays(&slots)), ([false, false, true], [true; 3]));
    }

    #[test]
    fn slots_to_come_change_places() {
        let order = |slots: &[TimedSlot]| slots.iter().map(|slot| slot.kept.id.0.as_u128()).collect::<Vec<_>>();
        let mut slots = lineup(4);
        begin(&mut slots, 0, minute(1));
        assert!(move_before(&mut slots, id(3), Some(id(1))).is_ok_and(|moved| moved));
        assert_eq!(order(&slots), [0, 3, 1, 2]);
        assert!(move_before(&mut slots, id(3), Some(id(1))).is_ok_and(|moved| !moved), "pressed twice");
        assert!(move_before(&mut slots, id(3), None).is_ok_and(|moved| moved));
        assert_eq!(order(&slots), [0, 1, 2, 3]);
        assert!(move_before(&mut slots, id(0), None).is_err(), "it has begun");
        assert!(move_before(&mut slots, id(2), Some(id(0))).is_err());
        assert!(move_before(&mut slots, id(9), None).is_err());
        assert_eq!(order(&slots), [0, 1, 2, 3], "a refusal moves nothing");
    }
}
