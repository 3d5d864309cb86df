//! A pledge's mails: a receipt, at most two reminders, thanks, and word of a night that was cancelled.
//!
//! A mail is queued once for a pledge, by a row of its kind that is written together with the change that asks for it. What
//! has happened since is looked at again before it is sent. Its row says that the hand-over begins before it does: a
//! process that dies in the middle doesn't hand it over again, since we would rather miss a mail than send two.

mod text;

use chrono::{TimeDelta, Timelike};
use chrono_tz::Tz;
use entity::Moment;
pub use entity::pledge_mail::{MailKind, MailState};
pub use text::{Facts, write};

use super::pledge::{Pledge, PledgeState};
use crate::events::{Event, REOPEN_WITHIN, State, When};

/// Reminders per pledge (product.md, rule 7).
pub const REMINDERS_MAX: i32 = 2;
/// From closing to the second reminder.
const SECOND_AFTER: TimeDelta = TimeDelta::days(14);
/// Between the two, should the first have been late.
const BETWEEN: TimeDelta = TimeDelta::days(7);
/// Hours of the night's own zone in which people may be reminded (product.md, rule 7), and the one to aim at.
const POLITE_HOURS: std::ops::Range<u32> = 8..21;
const BEST_HOUR: u32 = 10;
/// No zone skips more days than this.
const DAYS_TRIED: i64 = 4;

/// What to do with a mail whose turn has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Send,
    Wait(Moment),
    /// It isn't wanted any more.
    Drop,
}

/// A mail's turn: what was withdrawn, stopped or paid since it was queued drops it, and quiet hours put it off.
/// `reminded_at` is when the first reminder went.
#[must_use]
pub fn turn(kind: MailKind, pledge: &Pledge, event: &Event, reminded_at: Option<Moment>, now: Moment) -> Turn {
    let is_wanted = match kind {
        MailKind::Receipt => pledge.stands(),
        MailKind::Thanks => pledge.state == PledgeState::Settled && pledge.received().0 > 0,
        MailKind::Ended => pledge.state == PledgeState::Lapsed,
        MailKind::FirstReminder | MailKind::SecondReminder => wants_reminding(pledge, event, now),
    };
    if !is_wanted || pledge.words.email.is_none() {
        return Turn::Drop;
    }
    match (kind, reminded_at) {
        (MailKind::Receipt | MailKind::Ended, _) => Turn::Send,
        (MailKind::SecondReminder, Some(first)) if now < first + BETWEEN => {
            Turn::Wait(best_hour(first + BETWEEN, event.zone()))
        }
        _ if is_polite(now, event.zone()) => Turn::Send,
        _ => Turn::Wait(best_hour(now, event.zone())),
    }
}

/// Whether a reminder has something to say: the night's day of correction is over, and something of what it came to is
/// neither said to be given nor known to have arrived.
#[must_use]
pub fn wants_reminding(pledge: &Pledge, event: &Event, now: Moment) -> bool {
    let is_over =
        matches!(event.state, State::Ended { closed_at: Some(closed_at), .. } if now >= closed_at + REOPEN_WITHIN);
    let is_asked_of = pledge.state == PledgeState::Promised && !pledge.is_open();
    let may_be_sent = !pledge.reminders.stopped && pledge.reminders.sent < REMINDERS_MAX;
    let waits = pledge.allocations.iter().any(|part| part.promised > part.claimed + part.received);
    is_over && is_asked_of && may_be_sent && waits
}

/// When the reminders of a kind go, for a night that closed at `closed_at`.
#[must_use]
pub fn round_at(kind: MailKind, closed_at: Moment, zone: Tz) -> Moment {
    let after = if kind == MailKind::SecondReminder { SECOND_AFTER } else { REOPEN_WITHIN };
    best_hour(closed_at + after, zone)
}

/// Whether somebody may be reminded now.
#[must_use]
pub fn is_polite(now: Moment, zone: Tz) -> bool {
    POLITE_HOURS.contains(&now.with_timezone(&zone).hour())
}

/// The next ten in the morning of a zone, from a moment on.
#[must_use]
pub fn best_hour(from: Moment, zone: Tz) -> Moment {
    let day = from.with_timezone(&zone).date_naive();
    let tens = (0..DAYS_TRIED).filter_map(|days| {
        let local = (day + TimeDelta::days(days)).and_hms_opt(BEST_HOUR, 0, 0)?;
        When::instant(local, zone).ok()
    });
    tens.into_iter().find(|ten| *ten >= from).unwrap_or(from + TimeDelta::days(1))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Timelike, Utc};
    use chrono_tz::{Europe::London, Tz};
    use proptest::prelude::*;

    use super::{MailKind, best_hour, is_polite, round_at};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn rounds_go_at_ten_in_the_morning_whatever_the_clocks_did() {
        // A Friday in winter time that closes at eleven; on the Sunday the clocks go forward.
        let closed = at("2027-03-26T23:00:00Z");
        assert_eq!(round_at(MailKind::FirstReminder, closed, London), at("2027-03-28T09:00:00Z"));
        assert_eq!(round_at(MailKind::SecondReminder, closed, London), at("2027-04-10T09:00:00Z"));
        // And back, in October.
        let closed = at("2027-10-29T21:00:00Z");
        assert_eq!(round_at(MailKind::FirstReminder, closed, London), at("2027-10-31T10:00:00Z"));
        assert_eq!(best_hour(at("2027-10-31T10:00:00Z"), London), at("2027-10-31T10:00:00Z"), "on the dot is now");
    }

    #[test]
    fn nights_are_quiet_from_nine_to_eight() {
        let polite = |text| is_polite(at(text), London);
        assert_eq!([polite("2027-01-09T07:59:59Z"), polite("2027-01-09T08:00:00Z")], [false, true]);
        assert_eq!([polite("2027-01-09T20:59:59Z"), polite("2027-01-09T21:00:00Z")], [true, false]);
        assert_eq!([polite("2027-07-09T07:00:00Z"), polite("2027-07-09T20:00:00Z")], [true, false], "summer time");
    }

    proptest! {
        #[test]
        fn a_best_hour_is_near_and_polite(seconds in 1_735_689_600_i64..2_145_916_800, zone in 0_usize..8) {
            const ZONES: [Tz; 8] = [London, Tz::UTC, Tz::America__St_Johns, Tz::Asia__Kathmandu, Tz::Australia__Lord_Howe,
                Tz::Pacific__Auckland, Tz::Pacific__Apia, Tz::America__Los_Angeles];
            let from = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
            let best = best_hour(from, ZONES[zone]);
            prop_assert!(best >= from && best - from <= TimeDelta::hours(25));
            prop_assert!(is_polite(best, ZONES[zone]));
            prop_assert_eq!(best.with_timezone(&ZONES[zone]).hour(), 10);
        }
    }
}
