//! The live stream of a night: what is in the activity table, told in order, to each listener from where it left off.
//!
//! `id:` is the event's activity number. A listener first gets the backlog, then one `totals` and one `now_playing`,
//! then what happens as it happens. The night's teller writes each message once; a listener has a place in what it
//! wrote, and reads the table only where it is further behind than that.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use entity::ids::EventId;
use futures_util::{Stream, stream};
use serde::Deserialize;

use super::teller;
use crate::activity;
use crate::app::App;
use crate::error::AppError;
use crate::events::Desk;
use crate::live::{Listening, Next, Seat, sse};
use crate::web::client::Client;
use crate::web::extract::Query;
use crate::web::faces::ProblemOut;

/// Where to go on from.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct From {
    /// An activity number; the header `Last-Event-ID` counts before it.
    after: Option<String>,
}

/// The live stream of a night, as server-sent events.
///
/// # Errors
/// 404 for a draft that isn't yours, 429 beyond 400 streams from one address, 503 when the house is full.
#[utoipa::path(get, path = "/api/v1/events/{slug}/stream", tag = "live",
    params(("slug" = String, Path), From, ("Last-Event-ID" = Option<String>, Header)),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 404, body = ProblemOut),
        (status = 429, body = ProblemOut), (status = 503, body = ProblemOut)))]
pub async fn listen(
    State(app): State<App>,
    desk: Desk,
    Client(address): Client,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let seat = app.live.sit(app.limits.network(address))?;
    let mut listening = teller::listen(&app, desk.event.id);
    if let Some(asked) = sse::asked_after(&headers, from.after) {
        let has_been = listening.was_told(asked) || was_told_elsewhere(&app, desk.event.id, asked).await?;
        // A number of the future, or of another night, starts afresh.
        listening.resume(if has_been { asked } else { 0 });
    }
    Ok(sse::answer(messages(Listener { app, event: desk.event.id, listening, first: Some(sse::RETRY), seat })))
}

/// Another instance may have told more than this one knows yet.
async fn was_told_elsewhere(app: &App, event: EventId, asked: i64) -> Result<bool, AppError> {
    app.live.wake(event.into());
    Ok(asked <= activity::head(app.db.read(), event.into()).await?)
}

fn messages(listener: Listener) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    stream::unfold(listener, |mut listener| async move {
        let message = listener.next().await?;
        Some((Ok(message), listener))
    })
}

/// One listener.
struct Listener {
    app: App,
    event: EventId,
    listening: Listening,
    first: Option<Bytes>,
    #[expect(dead_code, reason = "given back when the listener goes")]
    seat: Seat,
}

impl Listener {
    /// The next messages; `None` ends the stream, when the service stops or the database fails (the browser comes back
    /// by itself and resumes).
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            match self.listening.take() {
                Next::Messages(messages) if messages.is_empty() => {}
                Next::Messages(messages) => return Some(messages),
                Next::Wait => self.listening.turn().await,
                Next::End => return None,
                // On the heap: it is rare, and large, and ten thousand listeners would each keep room for it.
                Next::Behind { after } => match Box::pin(self.read_after(after)).await {
                    Ok(messages) if messages.is_empty() => {}
                    Ok(messages) => return Some(messages),
                    Err(error) => {
                        tracing::warn!(%error, "a stream ends");
                        return None;
                    }
                },
            }
        }
    }

    async fn read_after(&mut self, after: i64) -> Result<Bytes, AppError> {
        let _turn = self.app.live.backlog_turn().await?;
        let Some((written, last)) = teller::written_after(&self.app, self.event, after).await? else {
            return Err(AppError::internal("activities that were told are gone"));
        };
        self.listening.caught_up(last);
        Ok(written.into_iter().map(|one| one.bytes).collect::<Vec<_>>().concat().into())
    }
}
