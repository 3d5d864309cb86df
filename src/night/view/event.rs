//! A night in JSON.

use chrono::{DateTime, Utc};
use entity::Moment;
use entity::event::{Mood, Status};
use entity::ids::EventId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{LineupOut, NightView, OfSeriesOut, SlotOut};
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Event, Mark, Tonight};
use crate::pledges::TotalsOut;

/// A night in JSON.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EventOut {
    id: Uuid,
    slug: String,
    title: String,
    summary: Option<String>,
    description_markdown: Option<String>,
    /// Clean HTML of the description.
    description_html: String,
    #[schema(value_type = String)]
    mood: Mood,
    hashtag: String,
    #[schema(value_type = String)]
    status: Status,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    /// The wall-clock time, `2027-03-26T21:00`.
    starts_local: String,
    time_zone: String,
    duration_minutes: i32,
    target_pence: Option<i64>,
    /// Answers kept for retries may be older than this field.
    #[serde(default)]
    milestones: Vec<MilestoneOut>,
    charities: Vec<EventCharityOut>,
    hosts: Vec<HostOut>,
    lineup: Vec<SlotOut>,
    /// New songs wait for a while.
    #[serde(default)]
    is_paused: bool,
    /// The hosts' word of welcome.
    #[serde(default)]
    welcome: Option<String>,
    /// When the quiet moment that is now began.
    #[serde(default)]
    quiet_since: Option<DateTime<Utc>>,
    story_slugs: Vec<String>,
    /// How many songs each person may have standing; null for as many as they like.
    #[serde(default)]
    songs_each: Option<i32>,
    /// How many say they'll be there.
    #[serde(default)]
    going: i64,
    /// The series it is one night of.
    #[serde(default)]
    series: Option<OfSeriesOut>,
    share_count: i64,
    totals: TotalsOut,
    url: String,
}

/// A charity of a night.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EventCharityOut {
    pub slug: String,
    /// The name on the night's day.
    pub name: String,
    pub parts: u32,
    /// Rounded; they sum to 100.
    pub percent: i64,
}

/// A milestone.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MilestoneOut {
    /// Of the target; null for one of the hosts' own.
    percent: Option<i64>,
    amount_pence: i64,
    /// What happens then, in the hosts' words.
    label: Option<String>,
    reached_at: Option<DateTime<Utc>>,
}

/// A host.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HostOut {
    name: String,
}

impl MilestoneOut {
    fn of((mark, reached_at): (Mark, Option<Moment>)) -> Self {
        let Mark { percent, amount, label } = mark;
        Self { percent, amount_pence: amount.0, label, reached_at }
    }
}

impl EventOut {
    /// A night as JSON has it; `link` makes full addresses.
    #[must_use]
    pub fn of(view: NightView, app: &App) -> Self {
        let description_html = view.description_html();
        let charities = view.charities();
        let totals = TotalsOut::of(&view.totals, Some(&view.event), &view.book, view.dancing);
        let lineup = LineupOut::of(&view.event, view.lineup.clone(), app.now()).slots;
        let NightView {
            event,
            hosts,
            lineup: _,
            stories,
            totals: sums,
            dancing: _,
            going,
            series,
            milestones,
            book: _,
        } = view;
        let url = app.config.link(&event.path());
        let status = event.status();
        let Event {
            id,
            slug,
            title,
            summary,
            description_markdown,
            mood,
            hashtag,
            screening: _,
            when,
            state: _,
            target,
            milestones: _,
            split: _,
            now_playing: _,
            tonight: Tonight { is_paused, welcome, quiet_since },
            source_url: _,
            songs_each,
        } = event;
        Self {
            id: id.0,
            slug,
            title,
            summary,
            description_markdown,
            description_html,
            mood,
            hashtag,
            status,
            starts_at: when.starts_at,
            ends_at: when.ends_at,
            starts_local: when.local_text(),
            time_zone: when.zone.name().to_owned(),
            duration_minutes: when.minutes,
            target_pence: target.map(|target| target.0),
            milestones: milestones.into_iter().map(MilestoneOut::of).collect(),
            charities,
            hosts: hosts.into_iter().map(|name| HostOut { name }).collect(),
            lineup,
            is_paused,
            welcome,
            quiet_since,
            story_slugs: stories.into_iter().map(|story| story.slug).collect(),
            songs_each,
            going,
            series: series.as_ref().map(OfSeriesOut::of),
            share_count: sums.shares,
            totals,
            url,
        }
    }

    /// The slug, for addresses.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// Reads the night within a unit of work and shows it: what is kept for a retry is the whole first answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told(app: &App, tx: &Tx, event: EventId) -> Result<Self, AppError> {
        let event = events::find(tx.db(), event).await?.ok_or(AppError::NotFound)?;
        Ok(Self::of(NightView::read_in(tx.db(), event, tx.now()).await?, app))
    }

    /// Reads the night and shows it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(app: &App, event: Event) -> Result<Self, AppError> {
        Ok(Self::of(NightView::read(app, event).await?, app))
    }
}
