//! What a night's page shows of how it went: milestones, the chart, the hours, the songs most danced along to.

use entity::Moment;
use entity::event::Mood;
use entity::money::Pence;

use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::{Event, Mark, State as NightState, clock_words};
use crate::pledges::{self, Chart, Hour, Row};
use crate::tracks::{self, Share};

/// Songs on the board.
const BEST_MAX: u64 = 5;

/// A milestone as pages say it.
#[derive(Clone, Debug)]
pub struct MilestoneView {
    pub percent: Option<i64>,
    pub amount: Pence,
    /// `Halfway`, or the hosts' own words.
    pub words: String,
    pub is_reached: bool,
}

impl MilestoneView {
    /// A milestone, and when it was reached.
    #[must_use]
    pub fn of((mark, reached_at): &(Mark, Option<Moment>)) -> Self {
        let words = milestone_words(mark.percent, mark.label.as_deref());
        Self { percent: mark.percent, amount: mark.amount, words, is_reached: reached_at.is_some() }
    }
}

/// What a milestone is called: `Halfway`, or the hosts' own words for it.
#[must_use]
pub fn milestone_words(percent: Option<i64>, label: Option<&str>) -> String {
    let words = match percent {
        Some(25) => "A quarter of the way",
        Some(50) => "Halfway",
        Some(75) => "Three quarters",
        Some(_) => "All that was hoped for",
        None => label.unwrap_or_default(),
    };
    words.to_owned()
}

/// How a night went.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub chart: Option<ChartView>,
    /// Songs that people joined, the most joined first. None on a night of remembrance, which ranks nothing.
    pub best: Vec<BestView>,
}

/// The chart in words and numbers of a page.
#[derive(Clone, Debug)]
pub struct ChartView {
    pub chart: Chart,
    /// `9pm`, by the night's clock.
    pub begins: String,
    pub ends: String,
}

/// A song on the board.
#[derive(Clone, Debug)]
pub struct BestView {
    pub name: String,
    pub artist: Option<String>,
    pub joins: i64,
    /// Of the most joined, in percent.
    pub percent: i64,
}

impl Record {
    /// Reads how a night went; nothing for one that isn't over, or that ranks and measures nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(db: &Snapshot, event: &Event) -> Result<Self, AppError> {
        let NightState::Ended { opened_at: Some(begins), closed_at: Some(ends) } = event.state else {
            return Ok(Self::default());
        };
        if event.mood == Mood::Remembrance {
            return Ok(Self::default());
        }
        let points = pledges::points_of_event(db, event.id).await?;
        let chart = Chart::of(&points, begins, ends, event.when.zone);
        let best = BestView::list(tracks::most_joined(db, event.id, BEST_MAX).await?);
        Ok(Self { chart: chart.map(ChartView::of), best })
    }
}

impl ChartView {
    fn of(chart: Chart) -> Self {
        Self { begins: clock_words(chart.begins), ends: clock_words(chart.ends), chart }
    }

    /// `9:15pm`
    #[must_use]
    pub fn time(row: &Row) -> String {
        clock_words(row.at)
    }

    /// `9pm to 10pm`
    #[must_use]
    pub fn hour(hour: &Hour) -> String {
        format!("{} to {}", clock_words(hour.from), clock_words(hour.from + chrono::TimeDelta::hours(1)))
    }
}

impl BestView {
    fn list(songs: Vec<(Share, i64)>) -> Vec<Self> {
        let most = songs.first().map_or(1, |(_, joins)| *joins);
        let view = |(share, joins): (Share, i64)| Self {
            name: share.track.name(),
            artist: share.track.artist,
            joins,
            percent: joins * 100 / most,
        };
        songs.into_iter().map(view).collect()
    }
}
