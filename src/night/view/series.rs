//! A series as pages and JSON tell it.

use chrono::{DateTime, Utc};
use entity::event::Status;
use entity::ids::SeriesId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Event, Place, Series, When, clock_words};

/// A series with its nights to come.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SeriesOut {
    pub id: Uuid,
    /// The title of its nights.
    pub title: String,
    /// RFC 5545, without an end.
    pub rule: String,
    /// `every Friday at 9pm`
    pub repeats: String,
    /// What the rule counts from, on the wall: `2027-03-26T21:00`.
    pub starts_local: String,
    pub time_zone: String,
    /// The last day that may have a night.
    pub until: Option<String>,
    /// Whether its nights are published as they are made.
    pub is_published: bool,
    pub ended_at: Option<DateTime<Utc>>,
    /// Those to come, soonest first.
    pub nights: Vec<SeriesNightOut>,
    /// Times by the rule that have no night, because the clocks go forward then.
    pub skipped: Vec<String>,
    /// `30 April 2027`
    #[serde(skip, default)]
    pub until_said: Option<String>,
    /// `Sunday 28 March 2027, 1:30am`
    #[serde(skip, default)]
    pub skipped_said: Vec<String>,
}

/// A night of a series.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SeriesNightOut {
    pub slug: String,
    pub title: String,
    #[schema(value_type = String)]
    pub status: Status,
    pub starts_at: DateTime<Utc>,
    pub starts_local: String,
    /// Changed by itself: changes of the series leave it alone.
    pub is_own: bool,
    /// `Friday 2 April 2027, 9pm`
    #[serde(skip, default)]
    pub when: String,
}

/// What a night tells of the series it is of.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OfSeriesOut {
    pub id: Uuid,
    /// `every Friday at 9pm`
    pub repeats: String,
}

impl OfSeriesOut {
    /// Of a series.
    #[must_use]
    pub fn of(series: &Series) -> Self {
        Self { id: series.id.0, repeats: series.in_words() }
    }
}

impl SeriesNightOut {
    fn of((place, event): (Place, Event)) -> Self {
        let status = event.status();
        let Event { slug, title, when, .. } = event;
        Self {
            slug,
            title,
            status,
            starts_at: when.starts_at,
            starts_local: when.local_text(),
            is_own: place.is_own,
            when: when.in_words(),
        }
    }
}

impl SeriesOut {
    fn of(series: &Series, nights: Vec<(Place, Event)>, now: DateTime<Utc>) -> Self {
        let text = |local: &chrono::NaiveDateTime| local.format("%Y-%m-%dT%H:%M").to_string();
        let coming = series.coming(now);
        let skipped = coming.iter().filter(|local| When::instant(**local, series.zone).is_err());
        let said = |local: &chrono::NaiveDateTime| format!("{}, {}", local.format("%A %-d %B %Y"), clock_words(*local));
        let to_come = nights.into_iter().filter(|(_, event)| event.when.ends_at > now);
        Self {
            id: series.id.0,
            title: series.pattern.title().to_owned(),
            rule: series.rule.text().to_owned(),
            repeats: series.in_words(),
            starts_local: text(&series.first),
            time_zone: series.zone.name().to_owned(),
            until: series.until.map(|day| day.to_string()),
            is_published: series.is_published,
            ended_at: series.ended_at,
            until_said: series.until.map(|day| day.format("%-d %B %Y").to_string()),
            skipped_said: skipped.clone().map(said).collect(),
            skipped: skipped.map(text).collect(),
            nights: to_come.map(SeriesNightOut::of).collect(),
        }
    }

    /// Reads a series within a unit of work and shows it.
    ///
    /// # Errors
    /// When the database fails, or the series is gone.
    pub async fn told(tx: &Tx, id: SeriesId) -> Result<Self, AppError> {
        let series = events::find_series(tx.db(), id).await?.ok_or(AppError::NotFound)?;
        let nights = events::nights_of_series(tx.db(), id, lately(&series, tx.now())).await?;
        Ok(Self::of(&series, nights, tx.now()))
    }

    /// Reads the nights of a series and shows it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(app: &App, series: &Series) -> Result<Self, AppError> {
        let now = app.now();
        let nights = events::nights_of_series(app.db.read(), series.id, lately(series, now)).await?;
        Ok(Self::of(series, nights, now))
    }
}

/// A night that the rule wanted lately may be on still, or have been put off to a day to come.
fn lately(series: &Series, now: DateTime<Utc>) -> chrono::NaiveDateTime {
    now.with_timezone(&series.zone).naive_local() - chrono::TimeDelta::days(7)
}
