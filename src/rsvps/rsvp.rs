//! An RSVP, and what its person is to be told next.

use chrono::{TimeDelta, Timelike};
use entity::Moment;
use entity::ids::{EventId, GuestId, RsvpId};

use crate::events::hours::{next_polite, ten_on};
use crate::events::{Event, State, When};

/// A night that begins before this hour is reminded of on the day before.
const EARLY_HOUR: u32 = 13;
/// Whoever was reminded is reminded anew of a night that moved at least so far off.
const FAR_OFF: TimeDelta = TimeDelta::hours(12);

/// Somebody who says they'll be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rsvp {
    pub id: RsvpId,
    pub event: EventId,
    pub guest: GuestId,
    /// Where to remind them.
    pub email: Option<String>,
    /// The start that they were told last.
    pub told_start: Moment,
    /// When they were reminded of it.
    pub reminded_at: Option<Moment>,
}

/// What a mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    Reminder,
    Moved,
    Cancelled,
}

impl Rsvp {
    /// What its person is to be told next, and when; none when there is nothing, or nowhere to tell it.
    #[must_use]
    pub fn next(&self, event: &Event, now: Moment) -> Option<(News, Moment)> {
        self.email.as_ref()?;
        let soon = next_polite(now, event.zone());
        match event.state {
            State::Cancelled { .. } => Some((News::Cancelled, soon)),
            // What comes too late is better not told.
            State::Scheduled if self.told_start != event.when.starts_at => {
                Some((News::Moved, soon)).filter(|_| soon < event.when.starts_at)
            }
            State::Scheduled if self.reminded_at.is_none() => {
                let at = next_polite(remind_at(&event.when).max(now), event.zone());
                Some((News::Reminder, at)).filter(|_| at < event.when.starts_at)
            }
            _ => None,
        }
    }

    /// As it is once its person was told.
    #[must_use]
    pub fn told(self, news: News, event: &Event, now: Moment) -> Self {
        let start = event.when.starts_at;
        match news {
            News::Reminder => Self { reminded_at: Some(now), ..self },
            News::Moved => {
                let reminded_at = self.reminded_at.filter(|_| start < now + FAR_OFF);
                Self { told_start: start, reminded_at, ..self }
            }
            // Nothing more will be told, so the address has done its work.
            News::Cancelled => Self { email: None, ..self },
        }
    }
}

/// When people are reminded of a night: at ten in the morning of its day, or of the day before an early one.
fn remind_at(when: &When) -> Moment {
    let early = when.local.hour() < EARLY_HOUR;
    let day = when.local.date() - TimeDelta::days(i64::from(early));
    ten_on(day, when.zone).unwrap_or(when.starts_at - FAR_OFF)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::remind_at;
    use crate::events::When;

    fn reminded(local: &str) -> Option<DateTime<Utc>> {
        let local = When::parse_local(local).ok()?;
        When::new(local, chrono_tz::Europe::London, 120).ok().map(|when| remind_at(&when))
    }

    #[test]
    fn people_are_reminded_by_day_before_the_night() {
        let at = |text: &str| text.parse().ok();
        assert_eq!(reminded("2027-04-02T21:00"), at("2027-04-02T09:00:00Z"), "at ten in summer time");
        assert_eq!(reminded("2027-01-01T12:30"), at("2026-12-31T10:00:00Z"), "an early one, on the day before");
    }
}
