//! Calendar files: one night, and all of them. Drafts are in none; a cancelled night says that it is.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;

use crate::activity::Kind;
use crate::app::App;
use crate::error::AppError;
use crate::events::calendar::{self, Entry, EntryStatus};
use crate::events::{self, Event, State as NightState, TimedSlot, clock_words};

/// How long the calendar of all nights remembers one.
const KEPT_FOR: TimeDelta = TimeDelta::days(365);
/// Time to find the dancing shoes.
const ALARM_MINUTES: u32 = 30;
/// What makes an entry another one than the calendars that hold it have.
const CHANGES: [Kind; 4] = [Kind::EventPublished, Kind::EventChanged, Kind::EventCancelled, Kind::LineupChanged];

/// `GET /events.ics`: nights to come, and those of the last year.
///
/// # Errors
/// When the database fails.
pub async fn all(State(app): State<App>) -> Result<Response, AppError> {
    let nights = events::published_since(app.db.read(), app.now() - KEPT_FOR).await?;
    answer(&app, "#TwitterDisco", &nights).await
}

/// `GET /events/{slug}.ics`
///
/// # Errors
/// 404 for a slug that isn't there, and for any draft: a calendar program asks as nobody.
pub async fn one(app: &App, slug: &str) -> Result<Response, AppError> {
    let night = events::find_by_slug(app.db.read(), slug).await?;
    let night = night.filter(|night| !night.state.is_hidden()).ok_or(AppError::NotFound)?;
    let title = night.title.clone();
    answer(app, &title, &[night]).await
}

async fn answer(app: &App, name: &str, nights: &[Event]) -> Result<Response, AppError> {
    let db = app.db.snapshot().await?;
    let changes = events::changes_of(&db, nights, &CHANGES.map(Kind::as_str)).await?;
    let lineups = events::lineups_of(&db, nights).await?;
    let entries = nights.iter().zip(lineups).map(|(night, lineup)| {
        let (times, stamp) = changes.get(&night.id).copied().unwrap_or((1, night.when.starts_at));
        let sequence = u32::try_from(times - 1).unwrap_or_default();
        entry(app, night, &lineup, (sequence, stamp))
    });
    let file = calendar::file(name, &entries.collect::<Vec<_>>());
    Ok(([(header::CONTENT_TYPE, calendar::MEDIA_TYPE), (header::CACHE_CONTROL, "public, no-cache")], file)
        .into_response())
}

fn entry(app: &App, night: &Event, lineup: &[TimedSlot], (sequence, stamp): (u32, entity::Moment)) -> Entry {
    let url = app.config.link(&night.path());
    Entry {
        uid: format!("{}@{}", night.id, app.config.base_url.host_str().unwrap_or("twitterdisco")),
        stamp,
        starts_at: night.when.starts_at,
        ends_at: night.when.ends_at,
        zone: night.when.zone,
        summary: night.title.clone(),
        description: Some(description(night, lineup, &url)),
        url: Some(url),
        status: match night.state {
            NightState::Cancelled { .. } => EntryStatus::Cancelled,
            _ => EntryStatus::Confirmed,
        },
        sequence,
        alarm_minutes: Some(ALARM_MINUTES),
    }
}

fn description(night: &Event, lineup: &[TimedSlot], url: &str) -> String {
    let mut text = String::new();
    if let Some(summary) = &night.summary {
        text.push_str(summary);
        text.push_str("\n\n");
    }
    for TimedSlot { slot, starts_at, .. } in lineup {
        let time = clock_words(night.when.on_the_wall(*starts_at).naive_local());
        // Writing to a String can't fail.
        let _ = write!(text, "{time} {}", slot.host);
        if let Some(title) = &slot.title {
            let _ = write!(text, ": {title}");
        }
        text.push('\n');
    }
    if !lineup.is_empty() {
        text.push('\n');
    }
    text.push_str(url);
    text
}
