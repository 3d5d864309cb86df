//! Nights and slots as calendars have them.

use std::fmt::Write as _;

use entity::Moment;

use crate::activity::Kind;
use crate::app::App;
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::calendar::{Entry, EntryStatus};
use crate::events::{self, Dj, Event, State, TimedSlot, clock_words};

/// Time to find the dancing shoes.
const ALARM_MINUTES: u32 = 30;
/// Time to find the headphones.
const DJ_ALARM_MINUTES: u32 = 15;
/// What makes an entry another one than the calendars that hold it have.
const CHANGES: [Kind; 4] = [Kind::EventPublished, Kind::EventChanged, Kind::EventCancelled, Kind::LineupChanged];

/// Nights as calendar entries.
///
/// # Errors
/// When the database fails.
pub async fn of_nights(app: &App, db: &Snapshot, nights: &[Event]) -> Result<Vec<Entry>, AppError> {
    let changes = events::changes_of(db, nights, &CHANGES.map(Kind::as_str)).await?;
    let lineups = events::lineups_of(db, nights).await?;
    let entries = nights.iter().zip(lineups).map(|(night, lineup)| {
        let url = app.config.link(&night.path());
        let (sequence, stamp) = version(changes.get(&night.id).copied(), night);
        Entry {
            uid: uid(app, night.id.0),
            stamp,
            starts_at: night.when.starts_at,
            ends_at: night.when.ends_at,
            zone: night.when.zone,
            summary: night.title.clone(),
            description: Some(description(night, &lineup, &url)),
            url: Some(url),
            status: status(night),
            sequence,
            alarm_minutes: Some(ALARM_MINUTES),
        }
    });
    Ok(entries.collect())
}

/// A DJ's slot as an entry of their own calendar, with their secret link in it.
///
/// # Errors
/// 404 when the slot isn't in the line-up any more.
pub async fn of_slot(app: &App, db: &Snapshot, dj: &Dj) -> Result<Entry, AppError> {
    let event = events::find(db, dj.event.id).await?.ok_or(AppError::NotFound)?;
    let changes = events::changes_of(db, std::slice::from_ref(&event), &CHANGES.map(Kind::as_str)).await?;
    let (sequence, stamp) = version(changes.get(&event.id).copied(), &event);
    let lineup = events::lineup_of(db, &event).await?;
    let timed = lineup.into_iter().find(|timed| timed.kept.id == dj.slot.id).ok_or(AppError::NotFound)?;
    let what = timed.slot.title.as_deref().unwrap_or(&timed.slot.host);
    let (decks, night) = (app.config.link(&dj.slot.path(&app.keys)), app.config.link(&event.path()));
    Ok(Entry {
        uid: uid(app, dj.slot.id.0),
        stamp,
        starts_at: timed.starts_at,
        ends_at: timed.ends_at,
        zone: event.when.zone,
        summary: format!("On the decks: {what} ({})", event.title),
        description: Some(format!("Your link to the decks, for nobody else:\n{decks}\n\nThe night:\n{night}")),
        url: Some(decks),
        status: status(&event),
        sequence,
        alarm_minutes: Some(DJ_ALARM_MINUTES),
    })
}

fn uid(app: &App, id: uuid::Uuid) -> String {
    format!("{id}@{}", app.config.base_url.host_str().unwrap_or("twitterdisco"))
}

/// How often it was changed, and when last.
fn version(changes: Option<(i64, Moment)>, night: &Event) -> (u32, Moment) {
    let (times, stamp) = changes.unwrap_or((1, night.when.starts_at));
    (u32::try_from(times - 1).unwrap_or_default(), stamp)
}

fn status(night: &Event) -> EntryStatus {
    match night.state {
        State::Cancelled { .. } => EntryStatus::Cancelled,
        _ => EntryStatus::Confirmed,
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
