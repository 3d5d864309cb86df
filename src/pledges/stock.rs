//! What stood when: the points of a night's chart, and the milestones that were reached on the way.

use chrono::{DurationRound, TimeDelta};
use entity::Moment;
use entity::money::Pence;

use crate::events::{Event, Mark, State};

/// What stood at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub at: Moment,
    pub promised: Pence,
    /// Songs shown.
    pub songs: i64,
}

/// A milestone that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The number of its activity.
    pub seq: i64,
    /// Of the target of that moment; none for one of the hosts' own.
    pub percent: Option<i64>,
    pub amount: Pence,
    /// What was promised then.
    pub promised: Pence,
    pub at: Moment,
}

impl Point {
    /// Where on the chart what stands now belongs: an hour before a night, a minute of it, and its end while that can be
    /// corrected. None for a night that has no chart, or whose chart is finished.
    #[must_use]
    pub fn place(event: &Event, now: Moment) -> Option<Moment> {
        let begin = |of: TimeDelta| now.duration_trunc(of).unwrap_or(now);
        match event.state {
            State::Scheduled => Some(begin(TimeDelta::hours(1))),
            State::Live { .. } => Some(begin(TimeDelta::minutes(1))),
            State::Ended { closed_at, .. } if event.still_counts(now) => closed_at,
            State::Draft | State::Ended { .. } | State::Cancelled { .. } => None,
        }
    }
}

impl Reached {
    /// Whether it is this milestone: a part of a target is that part of a smaller one too, and not of a larger one.
    #[must_use]
    pub fn is(&self, mark: &Mark) -> bool {
        match (self.percent, mark.percent) {
            (Some(one), Some(other)) => one == other && mark.amount <= self.amount,
            (None, None) => self.amount == mark.amount,
            _ => false,
        }
    }
}
