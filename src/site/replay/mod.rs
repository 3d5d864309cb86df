//! A night that is over, played again in its own time: as JSON, as one file, and as a page that plays it.

mod edit;
mod reel;
mod rows;
mod sums;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

pub use self::reel::{DataOut, JoinedOut, MomentOut, PassedOut, QuietOut, ReplayOut, SlotBegunOut, SumOut};
use self::rows::Row;
use crate::app::App;
use crate::error::AppError;
use crate::events::{Desk, clock_words};
use crate::web::extract::Json;
use crate::web::faces::ProblemOut;
use crate::web::page::Public;

/// Lines of the list on the page; the file has them all.
const ROWS_MAX: usize = 400;

#[derive(Template)]
#[template(path = "site/replay.html")]
struct ReplayPage {
    title: String,
    mood: String,
    /// Of the night's page.
    path: String,
    starts_at: String,
    /// `Friday 26 March 2027, 9pm`, as it was planned.
    when: String,
    /// `9:02pm`, as it was.
    opened: String,
    closed: String,
    rows: Vec<Row>,
    /// Lines that aren't on the page.
    more: usize,
    is_whole: bool,
}

/// A night that is over, as it can be played again: everything that happened, at its time from the opening. As it
/// stands today: nothing that was removed, withdrawn or switched off since is in it.
///
/// # Errors
/// 404 for a draft that isn't yours, 409 for a night that isn't over or was never recorded, 503 when others read long.
#[utoipa::path(get, path = "/api/v1/events/{slug}/replay", tag = "events", params(("slug" = String, Path)),
    responses((status = 200, body = ReplayOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 503, body = ProblemOut)))]
pub async fn replay(State(app): State<App>, desk: Desk) -> Result<Json<ReplayOut>, AppError> {
    Ok(Json(ReplayOut::read(&app, desk.event).await?))
}

/// `GET /events/{slug}/replay.json`: the same, as a file to keep.
///
/// # Errors
/// As [`replay`].
pub async fn file(State(app): State<App>, desk: Desk) -> Result<Response, AppError> {
    let replay = ReplayOut::read(&app, desk.event).await?;
    // Slugs are plain ASCII letters, digits and hyphens.
    let name = format!("attachment; filename=\"twitterdisco-{}.json\"", replay.event);
    Ok(([(header::CONTENT_DISPOSITION, name)], Json(replay)).into_response())
}

/// `GET /events/{slug}/replay`
///
/// # Errors
/// As [`replay`].
pub async fn show(State(app): State<App>, desk: Desk) -> Result<impl IntoResponse, AppError> {
    let (when, path) = (desk.event.when, desk.event.path());
    let replay = ReplayOut::read(&app, desk.event).await?;
    let wall = |at| clock_words(when.on_the_wall(at).naive_local());
    let mut rows = rows::rows(&replay, when.zone);
    let more = rows.len().saturating_sub(ROWS_MAX);
    rows.truncate(ROWS_MAX);
    Ok(Public(ReplayPage {
        title: replay.title,
        mood: replay.mood.to_string(),
        path,
        starts_at: when.starts_at.to_rfc3339(),
        when: when.in_words(),
        opened: wall(replay.starts_at),
        closed: wall(replay.ends_at),
        rows,
        more,
        is_whole: replay.is_whole,
    }))
}
