//! A pledge's mails: a receipt, at most two reminders, thanks, and word of a night that was cancelled.
//!
//! A mail is queued once for a pledge, by a row of its kind that is written together with the change that asks for it. What
//! has happened since is looked at again before it is sent. Its row says that the hand-over begins before it does: a
//! process that dies in the middle doesn't hand it over again, since we would rather miss a mail than send two.

mod text;

use chrono::TimeDelta;
use chrono_tz::Tz;
use entity::Moment;
pub use entity::pledge_mail::{MailKind, MailState};
pub use text::{Facts, write};

use super::pledge::{Pledge, PledgeState};
use crate::events::hours::{best_hour, is_polite};
use crate::events::{Event, REOPEN_WITHIN, State};

/// Reminders per pledge (product.md, rule 7).
pub const REMINDERS_MAX: i32 = 2;
/// From closing to the second reminder.
const SECOND_AFTER: TimeDelta = TimeDelta::days(14);
/// Between the two, should the first have been late.
const BETWEEN: TimeDelta = TimeDelta::days(7);

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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use chrono_tz::Europe::London;

    use super::{MailKind, round_at};

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
    }
}
