//! Server-sent events: how messages are written, and how they go down one connection.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use serde::Serialize;

use crate::error::AppError;

/// What a stream begins with: a browser that lost it waits three seconds (contract.md).
pub const RETRY: Bytes = Bytes::from_static(b"retry: 3000\n\n");
/// A comment this often keeps middle boxes from closing a quiet stream (contract.md).
pub const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// That comment.
pub const HEARTBEAT: Bytes = Bytes::from_static(b": still here\n\n");

/// The activity number that a listener says it has heard: of the header `Last-Event-ID`, else of the query. Nonsense is
/// none.
#[must_use]
pub fn asked_after(headers: &HeaderMap, query: Option<String>) -> Option<i64> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned).or(query);
    last.and_then(|id| id.trim().parse().ok()).filter(|asked| *asked >= 0)
}

/// The activity number that a listener goes on after. Nonsense, and numbers after `head`, which haven't been, start
/// afresh.
#[must_use]
pub fn resumed_after(headers: &HeaderMap, query: Option<String>, head: i64) -> i64 {
    asked_after(headers, query).filter(|asked| *asked <= head).unwrap_or_default()
}

/// Answers with a stream of messages.
pub fn answer(messages: impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
        // Proxies that buffer would hold a song back until the next one.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(messages)).into_response()
}

/// A message without a number.
///
/// # Errors
/// When the data can't be written as JSON.
pub fn message(kind: &str, data: &impl Serialize) -> Result<Bytes, AppError> {
    // JSON written in one line has no line breaks that would end the data.
    let data = serde_json::to_string(data).map_err(AppError::internal)?;
    Ok(format!("event: {kind}\ndata: {data}\n\n").into())
}

/// A message with the number of the activity that it brings the listener up to.
#[must_use]
pub fn numbered(id: i64, message: &Bytes) -> Bytes {
    [format!("id: {id}\n").as_bytes(), message].concat().into()
}
