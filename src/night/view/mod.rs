//! A night with everything that is told of it, for pages and for JSON.

pub mod entries;
mod event;
mod lineup;
mod series;

pub use event::{EventCharityOut, EventOut};
pub use lineup::{LineupOut, SlotOut, SlotView, TonightOut};
pub use series::{OfSeriesOut, SeriesOut};

use entity::Moment;

use crate::app::App;
use crate::charities::Book;
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::{self, Drift, Event, Mark, Series, State, TimedSlot};
use crate::pledges::{self, Totals};
use crate::rsvps;
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
    /// How many say they'll be there.
    pub going: i64,
    /// What it is one night of.
    pub series: Option<Series>,
    /// The milestones, the smallest first, each with when it was reached.
    pub milestones: Vec<(Mark, Option<Moment>)>,
    pub book: Book,
}

impl NightView {
    /// How many shown songs there are beyond so many; none when that is all.
    #[must_use]
    pub fn songs_beyond(&self, here: usize) -> Option<i64> {
        let here = i64::try_from(here).unwrap_or_default();
        Some(self.totals.shares - here).filter(|more| *more > 0)
    }

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
            going: rsvps::count(db, event.id).await?,
            series: series_of(db, &event).await?,
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

async fn series_of(db: &Snapshot, event: &Event) -> Result<Option<Series>, AppError> {
    match events::place_of(db, event.id).await? {
        Some(place) => Ok(events::find_series(db, place.series).await?),
        None => Ok(None),
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
