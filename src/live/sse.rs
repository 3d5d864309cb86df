//! Server-sent events: how messages go down one connection.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use serde::Serialize;

use crate::error::AppError;

/// How long a browser waits before it comes back (contract.md).
pub const RETRY_MS: u64 = 3000;
/// A comment this often keeps middle boxes from closing a quiet stream (contract.md).
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Answers with a stream of events.
pub fn answer(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let keep_alive = KeepAlive::new().interval(HEARTBEAT).text("still here");
    let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
    // Proxies that buffer would hold a song back until the next one.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    response
}

/// One message; `id` is the activity number it brings the listener up to.
///
/// # Errors
/// When the data can't be written as JSON.
pub fn message(kind: &str, id: Option<i64>, data: &impl Serialize) -> Result<Event, AppError> {
    let event = Event::default().event(kind).json_data(data).map_err(AppError::internal)?;
    Ok(match id {
        Some(id) => event.id(id.to_string()),
        None => event,
    })
}
