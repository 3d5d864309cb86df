//! What hosts set while a night goes on: whether new songs wait, a word of welcome, a quiet moment.

use std::borrow::Cow;

use entity::Moment;

use super::details::EventIn;
use super::event::State;
use crate::error::AppError;
use crate::sent::Sent;
use crate::words::Line;

/// Tonight. All of it is empty until a host says something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tonight {
    /// New songs wait; joining and dancing go on.
    pub is_paused: bool,
    /// On top of the page.
    pub welcome: Option<String>,
    /// When the quiet moment that is now began.
    pub quiet_since: Option<Moment>,
}

impl Tonight {
    /// What was sent laid over what was there. What isn't sent stays; what is so already stays as it began.
    ///
    /// # Errors
    /// 422 for the welcome; 409 for pausing a night that takes no songs, or a quiet moment of one that isn't live.
    pub fn change(&self, input: &EventIn, state: State, now: Moment) -> Result<Self, AppError> {
        let mut tonight = self.clone();
        match Self::check_welcome(&input.welcome) {
            Ok(Sent::Not) => {}
            Ok(Sent::Null) => tonight.welcome = None,
            Ok(Sent::Value(welcome)) => tonight.welcome = Some(welcome),
            Err(message) => return Err(AppError::field("welcome", message)),
        }
        if let Some(is_paused) = input.is_paused {
            if is_paused && !state.takes_part() {
                return Err(AppError::conflict("There are no songs to pause: this night takes none just now."));
            }
            tonight.is_paused = is_paused;
        }
        if let Some(is_quiet) = input.is_quiet {
            if is_quiet && !matches!(state, State::Live { .. }) {
                return Err(AppError::conflict("A quiet moment belongs to a night that is live."));
            }
            let since = self.quiet_since.or(Some(now));
            tonight.quiet_since = if is_quiet { since } else { None };
        }
        Ok(tonight)
    }

    /// Checks a word of welcome; an empty one is none.
    ///
    /// # Errors
    /// A sentence for whoever typed it.
    pub fn check_welcome(sent: &Sent<String>) -> Result<Sent<String>, Cow<'static, str>> {
        let Sent::Value(text) = sent else { return Ok(sent.clone()) };
        let line = Line::<200>::optional(Some(text))?;
        Ok(line.map_or(Sent::Null, |line| Sent::Value(line.into_string())))
    }

    /// As a night leaves it that is over: nothing waits, and no moment goes on. The words stay.
    #[must_use]
    pub fn over(self) -> Self {
        Self { is_paused: false, quiet_since: None, ..self }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entity::Moment;

    use super::{State, Tonight};
    use crate::events::EventIn;
    use crate::sent::Sent;

    fn live(now: Moment) -> State {
        State::Live { opened_at: now, closes_at: now }
    }

    #[test]
    fn what_is_so_already_stays_as_it_began() {
        let (first, later) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(2));
        let quiet = EventIn { is_quiet: Some(true), ..EventIn::default() };
        let begun = Tonight::default().change(&quiet, live(first), first).unwrap_or_default();
        assert_eq!(begun.quiet_since, Some(first));
        assert_eq!(begun.change(&quiet, live(first), later).ok(), Some(begun.clone()));
        let nothing = EventIn::default();
        assert_eq!(begun.change(&nothing, live(first), later).ok(), Some(begun.clone()));
        let ended = begun.change(&EventIn { is_quiet: Some(false), ..nothing }, live(first), later).ok();
        assert_eq!(ended, Some(Tonight::default()));
    }

    #[test]
    fn each_has_its_time() {
        let now = DateTime::UNIX_EPOCH;
        let pause = EventIn { is_paused: Some(true), ..EventIn::default() };
        let quiet = EventIn { is_quiet: Some(true), ..EventIn::default() };
        let works = |input, state| Tonight::default().change(input, state, now).is_ok();
        let ended = State::Ended { opened_at: None, closed_at: None };
        assert_eq!(
            [State::Draft, State::Scheduled, live(now), ended].map(|state| works(&pause, state)),
            [false, true, true, false]
        );
        assert_eq!(
            [State::Draft, State::Scheduled, live(now), ended].map(|state| works(&quiet, state)),
            [false, false, true, false]
        );
        let welcome = EventIn { welcome: Sent::Value("  ".to_owned()), ..EventIn::default() };
        let before = Tonight { welcome: Some("Hello".to_owned()), ..Tonight::default() };
        assert_eq!(before.change(&welcome, ended, now).ok().map(|tonight| tonight.welcome), Some(None));
        let long = EventIn { welcome: Sent::Value("w".repeat(201)), ..EventIn::default() };
        assert!(before.change(&long, ended, now).is_err());
    }
}
