//! The list of nights.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use entity::ids::EventId;
use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Event, Listing, Window};
use crate::web::extract::Query;
use crate::web::page::Public;
use crate::web::paging::{List, Paging};

/// Nights on one page of the archive.
const PAST_PAGE: u64 = 30;
/// Nights that are planned or on; there are never this many.
const COMING_MAX: u64 = 100;

#[derive(Template)]
#[template(path = "site/events.html")]
struct EventsPage {
    live: Vec<Event>,
    upcoming: Vec<Event>,
    past: Vec<Event>,
    /// The cursor of earlier nights.
    earlier: Option<String>,
    /// Whether this is a further page of the archive.
    is_first: bool,
}

/// Where in the archive.
#[derive(Debug, Deserialize)]
pub struct Place {
    cursor: Option<String>,
}

/// `GET /events`
///
/// # Errors
/// 422 for a cursor that isn't ours.
pub async fn list(State(app): State<App>, Query(place): Query<Place>) -> Result<impl IntoResponse, AppError> {
    let db = app.db.read();
    let after = Paging { limit: None, cursor: place.cursor }.after::<Uuid>()?.map(EventId);
    let is_first = after.is_none();
    let all = |window| Listing { window, count: COMING_MAX, after: None };
    let (live, upcoming) = if is_first {
        (events::list(db, all(Window::Live)).await?, events::list(db, all(Window::Upcoming)).await?)
    } else {
        (Vec::new(), Vec::new())
    };
    let past = events::list(db, Listing { window: Window::Past, count: PAST_PAGE + 1, after }).await?;
    let List { items: past, next: earlier } = List::cut(past, PAST_PAGE, |night| night.id.to_string(), |night| night);
    Ok(Public(EventsPage { live, upcoming, past, earlier, is_first }))
}
