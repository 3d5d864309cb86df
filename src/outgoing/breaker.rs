//! A breaker: a host that fails again and again is left alone for a while, longer each time.
//!
//! Our own, because those on offer read the system's clock; here time is handed in.

use chrono::TimeDelta;
use entity::Moment;

/// Failures in a row after which a host is left alone.
const FAILURES_MAX: u32 = 5;
/// How long at first; it doubles with each failure after a rest, up to the longest.
const FIRST_REST: TimeDelta = TimeDelta::minutes(10);
const LONGEST_REST: TimeDelta = TimeDelta::hours(6);
/// So often doubled, it is longer than the longest.
const DOUBLINGS_MAX: u32 = 6;

/// What is known of one host.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    rests_until: Option<Moment>,
}

impl Breaker {
    /// Until when the host is left alone, if it is now.
    pub fn rests_until(&self, now: Moment) -> Option<Moment> {
        self.rests_until.filter(|until| *until > now)
    }

    /// It answered: all is forgotten.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// It failed. After a rest, one more failure is enough for the next.
    pub fn failed(&mut self, now: Moment) {
        self.failures = self.failures.saturating_add(1);
        let Some(rests) = self.failures.checked_sub(FAILURES_MAX) else { return };
        let rest = FIRST_REST * (1 << rests.min(DOUBLINGS_MAX));
        self.rests_until = Some(now + rest.min(LONGEST_REST));
    }

    /// It asked to be left alone until then, at most for the longest rest.
    pub fn asked_for_rest(&mut self, now: Moment, rest: TimeDelta) {
        self.rests_until = Some(now + rest.clamp(TimeDelta::zero(), LONGEST_REST));
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::{Breaker, FAILURES_MAX, FIRST_REST, LONGEST_REST};

    #[test]
    fn five_failures_in_a_row_open_it_and_an_answer_closes_it() {
        let now = DateTime::UNIX_EPOCH;
        let mut breaker = Breaker::default();
        for _ in 1..FAILURES_MAX {
            breaker.failed(now);
        }
        assert_eq!(breaker.rests_until(now), None);
        breaker.answered();
        for _ in 1..FAILURES_MAX {
            breaker.failed(now);
        }
        assert_eq!(breaker.rests_until(now), None, "not in a row");
        breaker.failed(now);
        assert_eq!(breaker.rests_until(now), Some(now + FIRST_REST));
        assert_eq!(breaker.rests_until(now + FIRST_REST), None, "one may try again");
    }

    #[test]
    fn each_rest_is_longer_up_to_the_longest() {
        let mut now = DateTime::UNIX_EPOCH;
        let mut breaker = Breaker::default();
        for _ in 1..FAILURES_MAX {
            breaker.failed(now);
        }
        let mut before = TimeDelta::zero();
        for _ in 0..80 {
            breaker.failed(now);
            let until = breaker.rests_until(now).expect("a rest");
            let rest = until - now;
            assert!(rest >= before && rest <= LONGEST_REST);
            (before, now) = (rest, until);
        }
        assert_eq!(before, LONGEST_REST);
    }

    #[test]
    fn who_asks_for_a_rest_gets_one_but_not_for_ever() {
        let now = DateTime::UNIX_EPOCH;
        let mut breaker = Breaker::default();
        breaker.asked_for_rest(now, TimeDelta::seconds(30));
        assert_eq!(breaker.rests_until(now), Some(now + TimeDelta::seconds(30)));
        breaker.asked_for_rest(now, TimeDelta::days(365));
        assert_eq!(breaker.rests_until(now), Some(now + LONGEST_REST));
        breaker.asked_for_rest(now, TimeDelta::days(-1));
        assert_eq!(breaker.rests_until(now), None);
    }
}
