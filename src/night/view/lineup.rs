//! The line-up of a night as it stands, and what its hosts set tonight.

use chrono::{DateTime, Utc};
use entity::Moment;
use entity::event::Mood;
use entity::ids::SlotId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Drift, Event, Expected, State, TimedSlot, Tonight, clock_words};

/// A slot of the line-up.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SlotOut {
    /// Stays when the line-up changes around it. Answers kept for retries may be older than this and what is below.
    #[serde(default)]
    id: Uuid,
    host: String,
    title: Option<String>,
    minutes: i32,
    anchor_local: Option<String>,
    /// As the line-up says.
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    /// When it really began.
    #[serde(default)]
    begun_at: Option<DateTime<Utc>>,
    /// When it was over.
    #[serde(default)]
    ended_at: Option<DateTime<Utc>>,
    /// When it began, or is to be expected.
    #[serde(default)]
    expected_at: DateTime<Utc>,
    /// How many minutes later than the line-up says; negative when earlier, null while nothing has begun.
    #[serde(default)]
    behind_minutes: Option<i64>,
    /// On the decks now; where nobody hands over, by the line-up.
    #[serde(default)]
    is_on: bool,
}

/// A line-up.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LineupOut {
    pub slots: Vec<SlotOut>,
    /// How many minutes the night is behind its line-up; negative when ahead, null while nothing has begun.
    pub behind_minutes: Option<i64>,
}

impl SlotOut {
    /// A slot as it is shown.
    #[must_use]
    pub fn of(timed: TimedSlot, expected: &Expected) -> Self {
        let TimedSlot { slot, starts_at, ends_at, kept } = timed;
        let events::Slot { id: _, host, title, minutes, anchor } = slot;
        let events::KeptSlot { id, begun_at, ended_at, link_version: _, guest: _ } = kept;
        let anchor_local = anchor.map(|at| at.format("%Y-%m-%dT%H:%M").to_string());
        let Expected { at: expected_at, behind, is_on, is_over: _ } = *expected;
        let behind_minutes = behind.map(|behind| behind.num_minutes());
        Self {
            id: id.0,
            host,
            title,
            minutes,
            anchor_local,
            starts_at,
            ends_at,
            begun_at,
            ended_at,
            expected_at,
            behind_minutes,
            is_on,
        }
    }
}

/// Who is on in it.
impl SlotOut {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Who has the decks.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What they call it.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }
}

impl LineupOut {
    /// A line-up as it stands at `now`.
    #[must_use]
    pub fn of(event: &Event, lineup: Vec<TimedSlot>, now: Moment) -> Self {
        let drift = Drift::of(&lineup, matches!(event.state, State::Live { .. }), now);
        let slots = lineup.into_iter().zip(&drift.slots).map(|(slot, expected)| SlotOut::of(slot, expected));
        Self { slots: slots.collect(), behind_minutes: drift.minutes() }
    }

    /// Reads the line-up of a night as it stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(app: &App, event: &Event) -> Result<Self, AppError> {
        Ok(Self::of(event, events::lineup_of(app.db.read(), event).await?, app.now()))
    }
}

/// What hosts set while a night goes on, as the stream tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TonightOut {
    #[schema(value_type = String)]
    mood: Mood,
    welcome: Option<String>,
    is_paused: bool,
    quiet_since: Option<DateTime<Utc>>,
}

impl TonightOut {
    /// Of a night as it is now.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        let Tonight { is_paused, welcome, quiet_since } = event.tonight.clone();
        Self { mood: event.mood, welcome, is_paused, quiet_since }
    }
}

/// A slot as pages show it.
#[derive(Clone, Debug)]
pub struct SlotView {
    pub id: SlotId,
    /// `9:42pm`: when it began, or is to be expected.
    pub time: String,
    /// RFC 3339.
    pub at: String,
    /// `9:30pm`, where the line-up says another time.
    pub planned: Option<String>,
    pub host: String,
    pub title: Option<String>,
    pub minutes: i32,
    pub is_on: bool,
    pub is_over: bool,
    /// It comes next.
    pub is_next: bool,
}

impl SlotView {
    /// A line-up as pages show it.
    #[must_use]
    pub fn list(event: &Event, lineup: &[TimedSlot], drift: &Drift) -> Vec<Self> {
        let is_live = matches!(event.state, State::Live { .. });
        let on = drift.slots.iter().rposition(|slot| slot.is_on);
        let next = drift.slots.iter().enumerate().position(|(at, slot)| !slot.is_over && on.is_none_or(|on| at > on));
        let words = |at: Moment| clock_words(event.when.on_the_wall(at).naive_local());
        let view = |(at, (timed, expected)): (usize, (&TimedSlot, &Expected))| Self {
            id: timed.kept.id,
            time: words(expected.at),
            at: expected.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            planned: Some(words(timed.starts_at)).filter(|planned| is_live && *planned != words(expected.at)),
            host: timed.slot.host.clone(),
            title: timed.slot.title.clone(),
            minutes: timed.slot.minutes,
            is_on: expected.is_on,
            is_over: expected.is_over,
            is_next: is_live && next == Some(at),
        };
        lineup.iter().zip(&drift.slots).enumerate().map(view).collect()
    }
}
