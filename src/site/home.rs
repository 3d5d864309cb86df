//! The front page: the night that is on, or the next one.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use entity::money::Pence;

use crate::app::App;
use crate::charities::Book;
use crate::error::AppError;
use crate::events::{self, Event};
use crate::night::NightView;
use crate::pledges;
use crate::site::night::SongView;
use crate::site::totals::CauseView;
use crate::stories::{self, Story};
use crate::tracks;
use crate::web::page::Public;

/// Past nights on the front page.
const PAST: u64 = 4;
/// Newest songs on the front page.
const SONGS: u64 = 5;

#[derive(Template)]
#[template(path = "site/home.html")]
struct HomePage {
    live: Option<LiveView>,
    next: Option<NightView>,
    /// `Friday 4 December 2026, 9pm, in 12 days`.
    next_when: String,
    promised: Pence,
    received: Pence,
    causes: Vec<CauseView>,
    past: Vec<Event>,
    story: Option<Story>,
}

impl HomePage {
    /// Songs of the night that is on, or else of the next: so many windows of the street are lit.
    fn songs_tonight(&self) -> i64 {
        let night = self.live.as_ref().map(|live| &live.night).or(self.next.as_ref());
        night.map_or(0, |night| night.totals.shares)
    }
}

/// The night that is on.
struct LiveView {
    night: NightView,
    songs: Vec<SongView>,
}

/// `GET /`
///
/// # Errors
/// When the database fails.
pub async fn show(State(app): State<App>) -> Result<impl IntoResponse, AppError> {
    let db = app.db.snapshot().await?;
    let live = match events::live_now(&db).await? {
        None => None,
        Some(event) => {
            let songs = tracks::newest(&db, event.id, SONGS).await?;
            let night = NightView::read_in(&db, event, app.now()).await?;
            let songs = songs.into_iter().map(|share| SongView::of(share, &night.event)).collect();
            Some(LiveView { night, songs })
        }
    };
    let next = match events::next_planned(&db).await? {
        None => None,
        Some(event) => Some(NightView::read_in(&db, event, app.now()).await?),
    };
    let next_when = next.as_ref().map(|night| in_words(&night.event, app.now())).unwrap_or_default();
    let causes = CauseView::list(&pledges::causes_of_all(&db).await?, &Book::read(&db).await?, None);
    let promised = causes.iter().map(|cause| cause.promised).sum();
    let received = causes.iter().map(|cause| cause.received).sum();
    let past = events::last_ended(&db, PAST).await?;
    let today = app.now().with_timezone(&chrono_tz::Europe::London).date_naive();
    let story = stories::one_for_the_day(&db, today).await?;
    Ok(Public(HomePage { live, next, next_when, promised, received, causes, past, story }))
}

/// When a night is and how far off, in days of its own zone; hours and minutes would be untrue as soon as said.
fn in_words(event: &Event, now: entity::Moment) -> String {
    let days = (event.when.local.date() - event.when.on_the_wall(now).date_naive()).num_days();
    let off = match days {
        ..=0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        _ => format!("in {days} days"),
    };
    format!("{}, {off}", event.when.in_words())
}
