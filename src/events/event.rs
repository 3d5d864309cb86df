//! An event and the states it goes through.

use chrono::TimeDelta;
use chrono_tz::Tz;
use entity::Moment;
pub use entity::event::{Mood, Screening, Status};
use entity::ids::{EventId, ShareId};
use entity::money::Pence;

use super::milestones::Milestone;
use super::tonight::Tonight;
use super::when::When;
use crate::charities::Split;
use crate::error::AppError;

/// A night closes by itself this long after its planned end or its reopening (contract.md).
pub const AUTO_CLOSE_AFTER: TimeDelta = TimeDelta::hours(3);
/// A closed night can be reopened, and corrected, this long.
pub const REOPEN_WITHIN: TimeDelta = TimeDelta::hours(24);

/// One night.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    pub slug: String,
    pub title: String,
    pub summary: Option<String>,
    pub description_markdown: Option<String>,
    pub mood: Mood,
    /// Without the `#`.
    pub hashtag: String,
    pub screening: Screening,
    pub when: When,
    pub state: State,
    pub target: Option<Pence>,
    /// The hosts' own, the smallest first.
    pub milestones: Vec<Milestone>,
    /// Empty only for a bare record of a historic night.
    pub split: Split,
    pub now_playing: Option<ShareId>,
    pub tonight: Tonight,
    /// Where a historic night is told of.
    pub source_url: Option<String>,
    /// How many songs a person may have standing; none for as many as they like.
    pub songs_each: Option<i32>,
}

/// Where a night stands, with the facts of each state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Draft,
    Scheduled,
    Live {
        opened_at: Moment,
        closes_at: Moment,
    },
    /// A historic record knows neither time.
    Ended {
        opened_at: Option<Moment>,
        closed_at: Option<Moment>,
    },
    /// One that was never published stays as hidden as the draft it was.
    Cancelled {
        was_published: bool,
    },
}

impl State {
    /// The word for it.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Draft => Status::Draft,
            Self::Scheduled => Status::Scheduled,
            Self::Live { .. } => Status::Live,
            Self::Ended { .. } => Status::Ended,
            Self::Cancelled { .. } => Status::Cancelled,
        }
    }

    /// Whether songs and pledges are taken.
    #[must_use]
    pub fn takes_part(self) -> bool {
        matches!(self, Self::Scheduled | Self::Live { .. })
    }

    /// Whether only its hosts may know of it.
    #[must_use]
    pub fn is_hidden(self) -> bool {
        matches!(self, Self::Draft | Self::Cancelled { was_published: false })
    }
}

impl Event {
    /// The status.
    #[must_use]
    pub fn status(&self) -> Status {
        self.state.status()
    }

    /// When it really began, or is meant to. What was shared before that was shared beforehand.
    #[must_use]
    pub fn began_at(&self) -> Moment {
        match self.state {
            State::Live { opened_at, .. } | State::Ended { opened_at: Some(opened_at), .. } => opened_at,
            _ => self.when.starts_at,
        }
    }

    /// `draft → scheduled`.
    ///
    /// # Errors
    /// 409 unless a draft, or when its time has passed.
    pub fn publish(&self, now: Moment) -> Result<State, AppError> {
        match self.state {
            State::Draft if self.when.ends_at <= now => {
                Err(AppError::conflict("This night's time has passed. Choose another time, then publish it."))
            }
            State::Draft => Ok(State::Scheduled),
            _ => Err(self.wrong_state("published")),
        }
    }

    /// `scheduled → live` at any time, and `ended → live` within 24 hours of closing.
    ///
    /// # Errors
    /// 409 from any other state.
    pub fn open(&self, now: Moment) -> Result<State, AppError> {
        let planned = self.when.ends_at + AUTO_CLOSE_AFTER;
        match self.state {
            // Early or late, a night closes three hours after its planned end.
            State::Scheduled => Ok(State::Live { opened_at: now, closes_at: planned }),
            State::Ended { opened_at, closed_at: Some(closed_at) } if now < closed_at + REOPEN_WITHIN => {
                Ok(State::Live { opened_at: opened_at.unwrap_or(now), closes_at: planned.max(now + AUTO_CLOSE_AFTER) })
            }
            State::Ended { .. } => Err(AppError::conflict("A night can be opened again within 24 hours of closing.")),
            _ => Err(self.wrong_state("opened")),
        }
    }

    /// `live → ended`.
    ///
    /// # Errors
    /// 409 unless live.
    pub fn close(&self, now: Moment) -> Result<State, AppError> {
        match self.state {
            State::Live { opened_at, .. } => Ok(State::Ended { opened_at: Some(opened_at), closed_at: Some(now) }),
            _ => Err(self.wrong_state("closed")),
        }
    }

    /// `draft`, `scheduled` or `live → cancelled`.
    ///
    /// # Errors
    /// 409 once it is over or cancelled.
    pub fn cancel(&self) -> Result<State, AppError> {
        match self.state {
            State::Draft => Ok(State::Cancelled { was_published: false }),
            State::Scheduled | State::Live { .. } => Ok(State::Cancelled { was_published: true }),
            _ => Err(self.wrong_state("cancelled")),
        }
    }

    /// Whether songs and pledges are taken.
    ///
    /// # Errors
    /// 404 for a draft, which nobody may know of; 409 once it is over or cancelled.
    pub fn check_takes_part(&self) -> Result<(), AppError> {
        match self.state {
            State::Scheduled | State::Live { .. } => Ok(()),
            State::Draft | State::Cancelled { was_published: false } => Err(AppError::NotFound),
            State::Ended { .. } => Err(AppError::conflict("This night is over. Songs and pledges are closed.")),
            State::Cancelled { .. } => Err(AppError::conflict("This night was cancelled.")),
        }
    }

    /// Whether it is going on.
    ///
    /// # Errors
    /// 404 for a draft, which nobody may know of; 409 before it begins, and once it is over or cancelled.
    pub fn check_is_on(&self) -> Result<(), AppError> {
        self.check_takes_part()?;
        match self.state {
            State::Live { .. } => Ok(()),
            _ => Err(AppError::conflict("The night hasn't begun. Come back when it has.")),
        }
    }

    /// Whether its songs still move its money: until it ends, and a day longer, for its hosts to correct it.
    #[must_use]
    pub fn still_counts(&self, now: Moment) -> bool {
        match self.state {
            State::Ended { closed_at, .. } => closed_at.is_some_and(|closed_at| now < closed_at + REOPEN_WITHIN),
            _ => true,
        }
    }

    fn wrong_state(&self, wanted: &str) -> AppError {
        AppError::conflict(format!("A night that is {} can't be {wanted}.", self.status()))
    }

    /// The zone its times are told in.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.when.zone
    }

    /// The path of its page.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/events/{}", self.slug)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use entity::ids::EventId;

    use super::{Event, Mood, Screening, State, Tonight, When};
    use crate::charities::Split;

    fn night(state: State) -> Event {
        let local = When::parse_local("2027-03-26T21:00").unwrap_or_default();
        Event {
            id: EventId(uuid::Uuid::nil()),
            slug: "night".to_owned(),
            title: "Night".to_owned(),
            summary: None,
            description_markdown: None,
            mood: Mood::Party,
            hashtag: "TwitterDisco".to_owned(),
            screening: Screening::Open,
            when: When {
                local,
                zone: chrono_tz::UTC,
                minutes: 120,
                starts_at: local.and_utc(),
                ends_at: local.and_utc() + TimeDelta::hours(2),
            },
            state,
            target: None,
            milestones: Vec::new(),
            split: Split::stored(Vec::new()),
            now_playing: None,
            tonight: Tonight::default(),
            source_url: None,
            songs_each: None,
        }
    }

    #[test]
    fn each_verb_works_from_its_own_states_only() {
        let start = night(State::Draft).when.starts_at;
        let live = State::Live { opened_at: start, closes_at: start };
        let ended = State::Ended { opened_at: Some(start), closed_at: Some(start) };
        let works = |state, at: DateTime<_>| {
            let night = night(state);
            [night.publish(at).is_ok(), night.open(at).is_ok(), night.close(at).is_ok(), night.cancel().is_ok()]
        };
        assert_eq!(works(State::Draft, start), [true, false, false, true]);
        assert_eq!(works(State::Scheduled, start), [false, true, false, true]);
        assert_eq!(works(live, start), [false, false, true, true]);
        assert_eq!(works(ended, start), [false, true, false, false]);
        assert_eq!(works(ended, start + TimeDelta::hours(24)), [false, false, false, false]);
        assert_eq!(works(State::Cancelled { was_published: true }, start), [false, false, false, false]);
        assert_eq!(
            works(State::Draft, start + TimeDelta::hours(2)),
            [false, false, false, true],
            "its time has passed"
        );
    }

    #[test]
    fn a_night_closes_three_hours_after_its_end_or_its_reopening_whichever_is_later() {
        let start = night(State::Draft).when.starts_at;
        let closes = |state, at| match night(state).open(at) {
            Ok(State::Live { closes_at, .. }) => Some(closes_at),
            _ => None,
        };
        assert_eq!(closes(State::Scheduled, start - TimeDelta::hours(9)), Some(start + TimeDelta::hours(5)));
        let late = start + TimeDelta::hours(7);
        let ended = State::Ended { opened_at: Some(start), closed_at: Some(start + TimeDelta::hours(5)) };
        assert_eq!(closes(ended, late), Some(late + TimeDelta::hours(3)));
    }
}
