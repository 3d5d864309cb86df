//! The songs of the night before, each one tap from being shared again.

use std::cmp::Reverse;

use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Event, Mood};
use crate::tracks::{self, Order, Page, Share};

/// Songs shown.
const SONGS: usize = 12;
/// Songs looked through for the best loved.
const READ: u64 = 200;

/// The last night that is over, and songs of it.
pub struct LastTime {
    pub event: Event,
    /// Those that most people danced to or joined first; of a night for remembering in its own order.
    pub songs: Vec<Share>,
}

impl LastTime {
    /// What to offer on the form of `now`; none where no song was left by the last night.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(app: &App, now: &Event) -> Result<Option<Self>, AppError> {
        let db = app.db.read();
        let last = events::last_ended(db, 1).await?.pop().filter(|last| last.id != now.id);
        let Some(event) = last else { return Ok(None) };
        let page = Page { order: Order::OldestFirst, count: READ, after: None };
        let mut songs = tracks::of_event(db, event.id, page).await?;
        if event.mood != Mood::Remembrance {
            songs.sort_by_key(|share| Reverse((share.dances, share.joined_by.len())));
        }
        songs.truncate(SONGS);
        Ok((!songs.is_empty()).then_some(Self { event, songs }))
    }
}
