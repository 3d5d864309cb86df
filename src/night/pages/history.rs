//! The audit trail of a night, for its hosts.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::AppError;
use crate::events::{Event, HostOf};
use crate::night::history::{self, Line};
use crate::web::extract::Query;
use crate::web::page::Private;
use crate::web::paging::{List, Paging};

/// Lines on a page.
const LINES: u64 = 50;

#[derive(Template)]
#[template(path = "kindness/history.html")]
struct HistoryPage {
    event: Event,
    lines: Vec<Line>,
    /// Where the earlier ones begin.
    earlier: Option<String>,
}

/// `GET /host/events/{slug}/history?cursor=…`: newest first.
///
/// # Errors
/// 403 for those who don't host it, 422 for a cursor that isn't one of ours.
pub async fn show(State(app): State<App>, host: HostOf, Query(paging): Query<Paging>) -> Result<Response, AppError> {
    let (db, event) = (app.db.snapshot().await?, host.event);
    let lines = history::read(&db, &event, paging.after::<i64>()?, LINES + 1).await?;
    let List { items: lines, next: earlier } = List::cut(lines, LINES, |line| line.seq.to_string(), |line| line);
    Ok(Private(HistoryPage { event, lines, earlier }).into_response())
}
