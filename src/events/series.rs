//! A series: nights that come again by a rule on the wall clock.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use entity::Moment;
use entity::ids::{AccountId, EventId, SeriesId};

use super::charity_in::CharityIn;
use super::details::EventIn;
use super::event::Event;
use super::lineup::{Slot, SlotIn, TimedSlot};
use super::milestones::MilestoneIn;
use super::rule::Rule;
use super::when::When;
use crate::charities::Book;
use crate::error::AppError;
use crate::sent::Sent;

/// How many nights there are ahead.
const AHEAD: usize = 4;

/// A series.
#[derive(Clone, Debug)]
pub struct Series {
    pub id: SeriesId,
    pub rule: Rule,
    /// What the rule counts from, on the wall.
    pub first: NaiveDateTime,
    pub zone: Tz,
    /// The last day that may have a night.
    pub until: Option<NaiveDate>,
    pub pattern: Pattern,
    /// Whether its nights are published as they are made.
    pub is_published: bool,
    pub ended_at: Option<Moment>,
    /// Who hosts its nights.
    pub created_by: AccountId,
}

/// What each night of a series begins as.
#[derive(Clone, Debug)]
pub struct Pattern(EventIn);

/// Where a night stands in its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub event: EventId,
    pub series: SeriesId,
    /// When the rule wanted it.
    pub local: NaiveDateTime,
    /// It was changed by itself, so changes of the series leave it alone.
    pub is_own: bool,
}

impl Series {
    /// The wall-clock times of the next nights by the rule, soonest first, as many as are planned ahead; none once it has ended.
    #[must_use]
    pub fn coming(&self, now: Moment) -> Vec<NaiveDateTime> {
        if self.ended_at.is_some() {
            return Vec::new();
        }
        let wall = now.with_timezone(&self.zone).naive_local();
        // In the hour that comes twice in autumn, what is to come on the wall may have been.
        let is_to_come = |local: &NaiveDateTime| When::instant(*local, self.zone).map_or(true, |at| at > now);
        let coming = self.rule.after(self.first, wall, AHEAD + 1).into_iter().filter(is_to_come);
        coming.filter(|local| self.is_in_time(*local)).take(AHEAD).collect()
    }

    /// When the rule wants a night on this day, whatever the hour is now.
    #[must_use]
    pub fn on_day(&self, day: NaiveDate) -> Option<NaiveDateTime> {
        let before = day.and_time(NaiveTime::MIN) - TimeDelta::seconds(1);
        let next = self.rule.after(self.first, before, 1).into_iter().next();
        next.filter(|local| local.date() == day && self.is_in_time(*local))
    }

    /// What another rule is to count from: the next day that this one wants, or else its first.
    #[must_use]
    pub fn next_day(&self, now: Moment) -> NaiveDate {
        let wall = now.with_timezone(&self.zone).naive_local();
        self.rule.after(self.first, wall, 1).first().unwrap_or(&self.first).date()
    }

    fn is_in_time(&self, local: NaiveDateTime) -> bool {
        self.until.is_none_or(|until| local.date() <= until)
    }

    /// When nights may be missing again: once the next one has begun.
    #[must_use]
    pub fn look_at(&self, now: Moment) -> Option<Moment> {
        let coming = self.coming(now);
        coming.iter().find_map(|local| When::instant(*local, self.zone).ok())
    }

    /// `every Friday at 9pm`
    #[must_use]
    pub fn in_words(&self) -> String {
        self.rule.in_words(self.first)
    }

    /// What a night at `local` is planned with; its charities are [`Pattern::charities`].
    #[must_use]
    pub fn night_at(&self, local: NaiveDateTime) -> EventIn {
        let starts_local = Some(local.format("%Y-%m-%dT%H:%M").to_string());
        let time_zone = Some(self.zone.name().to_owned());
        EventIn { starts_local, time_zone, charities: None, ..self.pattern.0.clone() }
    }

    /// 409 once it has ended.
    ///
    /// # Errors
    /// See above.
    pub fn check_goes_on(&self) -> Result<(), AppError> {
        match self.ended_at {
            None => Ok(()),
            Some(_) => Err(AppError::conflict("This series has ended. Repeat one of its nights to begin another.")),
        }
    }
}

impl Pattern {
    /// What is like this night but its time: its words, length, charities, line-up and stories. Anchors are dates of one
    /// night, and are left out.
    #[must_use]
    pub fn of(event: &Event, lineup: Vec<TimedSlot>, story_slugs: Vec<String>, book: &Book) -> Self {
        let charity = |part: &crate::charities::Part| CharityIn {
            slug: book.slug(part.charity),
            parts: Some(i64::from(part.parts)),
            percent: None,
        };
        let slot = |timed: TimedSlot| {
            let Slot { id: _, host, title, minutes, anchor: _ } = timed.slot;
            SlotIn { id: None, host, title, minutes: i64::from(minutes), anchor_local: None }
        };
        let milestones = event
            .milestones
            .iter()
            .map(|milestone| MilestoneIn { amount_pence: milestone.amount.0, label: milestone.label.clone() });
        Self(EventIn {
            title: Some(event.title.clone()),
            starts_local: None,
            duration_minutes: Some(i64::from(event.when.minutes)),
            time_zone: None,
            summary: Sent::from(event.summary.clone()),
            description_markdown: Sent::from(event.description_markdown.clone()),
            mood: Some(event.mood.to_string()),
            hashtag: Some(event.hashtag.clone()),
            screening: Some(event.screening.to_string()),
            // What hosts say of one night.
            welcome: Sent::Not,
            is_paused: None,
            is_quiet: None,
            songs_each: Sent::from(event.songs_each.map(i64::from)),
            target_pence: Sent::from(event.target.map(|target| target.0)),
            milestones: Some(milestones.collect()),
            charities: Some(event.split.parts().iter().map(charity).collect()),
            lineup: Some(lineup.into_iter().map(slot).collect()),
            story_slugs: Some(story_slugs),
        })
    }

    /// The charities its nights raise for, as they were called then.
    #[must_use]
    pub fn charities(&self) -> &[CharityIn] {
        self.0.charities.as_deref().unwrap_or_default()
    }

    /// The title of its nights.
    #[must_use]
    pub fn title(&self) -> &str {
        self.0.title.as_deref().unwrap_or_default()
    }

    /// As it is stored.
    ///
    /// # Errors
    /// When it can't be written as JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.0)
    }

    /// As it was stored.
    ///
    /// # Errors
    /// When it is no JSON of a night.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(Self)
    }
}
