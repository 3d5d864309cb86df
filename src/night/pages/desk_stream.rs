//! The desk's own stream: says that something happened, hosts' matters too, and nothing of what. The page asks for itself
//! again.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use entity::ids::Scope;
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};

use crate::activity;
use crate::app::App;
use crate::error::AppError;
use crate::events::HostOf;
use crate::live::{News, Seat, sse};
use crate::web::client::Client;
use crate::web::extract::Query;

/// A desk is told at most this often; where other instances can't be heard, the table is looked at as often.
const EVERY: Duration = Duration::from_secs(1);

/// Where to go on from.
#[derive(Debug, Deserialize)]
pub struct From {
    /// The activity number that the page stood at; the header `Last-Event-ID` counts before it.
    after: Option<String>,
}

/// `GET /host/events/{slug}/stream`
///
/// # Errors
/// 403 for those who don't host it, 429 beyond 400 streams from one address, 503 when the house is full.
pub async fn listen(
    State(app): State<App>,
    host: HostOf,
    Client(address): Client,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let scope = Scope::from(host.event.id);
    let seat = app.live.sit(app.limits.network(address))?;
    // Before the table is read, so that nothing falls between.
    let news = app.live.news(scope);
    let head = activity::head(app.db.read(), scope).await?;
    // Nonsense tells the desk once what it may know already.
    let told = sse::resumed_after(&headers, from.after, head);
    let rested_at = Instant::now();
    let watch = Watch { app, scope, news, told, rested_at, beat_at: rested_at, first: Some(sse::RETRY), seat };
    Ok(sse::answer(messages(watch)))
}

/// One desk that watches.
struct Watch {
    app: App,
    scope: Scope,
    news: News,
    /// The last activity number told.
    told: i64,
    /// When it may be told again.
    rested_at: Instant,
    /// When something was said last.
    beat_at: Instant,
    first: Option<Bytes>,
    #[expect(dead_code, reason = "given back when the desk goes")]
    seat: Seat,
}

#[derive(Serialize)]
struct DeskOut {
    revision: i64,
}

fn messages(watch: Watch) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    stream::unfold(watch, |mut watch| async move {
        let message = watch.next().await?;
        Some((Ok(message), watch))
    })
}

impl Watch {
    /// The next message; `None` ends the stream, when the service stops or the database fails.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            self.wait_until(self.rested_at, false).await;
            if self.app.stopping.is_cancelled() {
                return None;
            }
            let head = activity::head(self.app.db.read(), self.scope).await.ok()?;
            let now = Instant::now();
            if head > self.told {
                (self.told, self.rested_at, self.beat_at) = (head, now + EVERY, now);
                return sse::message("desk", &DeskOut { revision: head }).ok().map(|word| sse::numbered(head, &word));
            }
            let beat = self.beat_at + sse::HEARTBEAT_EVERY;
            if now >= beat {
                self.beat_at = now;
                return Some(sse::HEARTBEAT);
            }
            let look = if self.app.live.is_wired() { beat } else { beat.min(now + EVERY) };
            self.wait_until(look, true).await;
        }
    }

    /// Waits till then, or for news where it may come sooner.
    async fn wait_until(&mut self, then: Instant, or_news: bool) {
        tokio::select! {
            () = self.news.changed(), if or_news => {}
            () = sleep_until(then) => {}
            () = self.app.stopping.cancelled() => {}
        }
    }
}
