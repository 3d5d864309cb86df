//! A night with everything that is told of it, for pages and for JSON.

pub mod entries;
mod lineup;

pub use lineup::{LineupOut, SlotOut, SlotView, TonightOut};

use chrono::{DateTime, Utc};
use entity::Moment;
use entity::event::{Mood, Status};
use entity::ids::EventId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::charities::Book;
use crate::db::{Snapshot, Tx};
use crate::error::AppError;
use crate::events::{self, Drift, Event, Mark, State, TimedSlot, Tonight};
use crate::pledges::{self, Totals, TotalsOut};
use crate::stories::{self, Story};

/// A night read in one snapshot.
#[derive(Clone, Debug)]
pub struct NightView {
    pub event: Event,
    pub hosts: Vec<String>,
    pub lineup: Vec<TimedSlot>,
    pub stories: Vec<Story>,
    pub totals: Totals,
    /// Kitchens that dance just now.
    pub dancing: i64,
    /// The milestones, the smallest first, each with when it was reached.
    pub milestones: Vec<(Mark, Option<Moment>)>,
    pub book: Book,
}

impl NightView {
    /// Reads everything about `event`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(app: &App, event: Event) -> Result<Self, AppError> {
        let db = app.db.snapshot().await?;
        Self::read_in(&db, event, app.now()).await
    }

    /// As [`NightView::read`], in a snapshot that is already open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_in(db: &Snapshot, event: Event, now: Moment) -> Result<Self, AppError> {
        Ok(Self {
            hosts: events::hosts_of(db, event.id).await?,
            lineup: events::lineup_of(db, &event).await?,
            stories: stories::of_event(db, event.id).await?,
            totals: pledges::totals_of_event(db, event.id, event.target).await?,
            dancing: events::count_dancing(db, Some(event.id), now).await?,
            milestones: milestones(db, &event).await?,
            book: Book::read(db).await?,
            event,
        })
    }

    /// The description, from Markdown to clean HTML.
    #[must_use]
    pub fn description_html(&self) -> String {
        self.event.description_markdown.as_deref().map(crate::markdown::to_html).unwrap_or_default()
    }

    /// `2am`: when a live night closes by itself, on the wall of the night.
    #[must_use]
    pub fn closes(&self) -> Option<String> {
        match self.event.state {
            State::Live { closes_at, .. } => {
                Some(events::clock_words(self.event.when.on_the_wall(closes_at).naive_local()))
            }
            _ => None,
        }
    }

    /// How the line-up stands at `now`.
    #[must_use]
    pub fn drift(&self, now: Moment) -> Drift {
        Drift::of(&self.lineup, matches!(self.event.state, State::Live { .. }), now)
    }

    /// The charities of the split under the names of the night's day, and their percentages.
    #[must_use]
    pub fn charities(&self) -> Vec<EventCharityOut> {
        let day = self.event.when.local.date();
        let parts = self.event.split.parts().iter().zip(self.event.split.percents());
        let named = parts.filter_map(|(part, percent)| {
            let charity = self.book.get(part.charity)?;
            let (slug, name) = (charity.slug.clone(), charity.name_on(day).to_owned());
            Some(EventCharityOut { slug, name, parts: part.parts, percent })
        });
        named.collect()
    }
}

async fn milestones(db: &Snapshot, event: &Event) -> Result<Vec<(Mark, Option<Moment>)>, AppError> {
    let marks = event.marks();
    if marks.is_empty() {
        return Ok(Vec::new());
    }
    let reached = pledges::reached_of_event(db, event.id).await?;
    let when = |mark: &Mark| reached.iter().find(|one| one.is(mark)).map(|one| one.at);
    Ok(marks.into_iter().map(|mark| (mark.clone(), when(&mark))).collect())
}

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
        let NightView { event, hosts, lineup: _, stories, totals: sums, dancing: _, milestones, book: _ } = view;
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
