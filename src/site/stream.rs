//! The live stream of a night: what is in the activity table, told in order, to each listener from where it left off.
//!
//! `id:` is the event's activity number. A listener first gets the backlog, then one `totals` and one `now_playing`,
//! then what happens as it happens; totals at most four times a second, always ending on the latest.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse::Event as Message;
use entity::event::Status;
use entity::ids::{PledgeId, ShareId};
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};

use crate::activity::{self, Activity, Kind};
use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Desk, Event};
use crate::live::{Seat, sse};
use crate::night::api::events::NowPlayingOut;
use crate::pledges::{self, Pledge, PublicPledgeOut, Reached, TotalsOut};
use crate::tracks::api::ShareOut;
use crate::tracks::{self, Share, ShareState};
use crate::web::client::Client;
use crate::web::extract::Query;
use crate::web::faces::ProblemOut;

/// Activities read at once.
const BATCH: u64 = 200;
/// Totals are told at most this often.
const TOTALS_EVERY: Duration = Duration::from_millis(250);

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
    let seat = app.live.sit(desk.event.id.into(), app.limits.network(address))?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned).or(from.after);
    let asked = last.and_then(|id| id.trim().parse::<i64>().ok()).unwrap_or_default();
    let head = activity::head(app.db.read(), desk.event.id.into()).await?;
    // Nonsense, and numbers that haven't been, start afresh.
    let sent = if (0..=head).contains(&asked) { asked } else { 0 };
    let listener = Listener {
        app,
        event: desk.event,
        seat,
        sent,
        queue: VecDeque::from([Message::default().retry(Duration::from_millis(sse::RETRY_MS))]),
        begun: false,
        totals: None,
        totals_sent_at: None,
        totals_due: false,
    };
    Ok(sse::answer(messages(listener)))
}

fn messages(listener: Listener) -> impl Stream<Item = Result<Message, Infallible>> + Send {
    stream::unfold(listener, |mut listener| async move {
        let message = listener.next().await?;
        Some((Ok(message), listener))
    })
}

/// One listener: what it has been told, and what waits to be.
struct Listener {
    app: App,
    event: Event,
    seat: Seat,
    /// The last activity number told.
    sent: i64,
    queue: VecDeque<Message>,
    /// Whether the backlog has been told.
    begun: bool,
    /// The last totals told.
    totals: Option<TotalsOut>,
    totals_sent_at: Option<Instant>,
    totals_due: bool,
}

/// What remains to be told of a share that isn't public any more.
#[derive(Serialize)]
struct GoneOut {
    id: uuid::Uuid,
    state: &'static str,
}

/// A milestone that was reached.
#[derive(Serialize)]
struct MilestoneOut {
    /// Of the target; null for one of the hosts' own.
    percent: Option<i64>,
    promised_pence: i64,
    amount_pence: i64,
    /// What happens then, in the hosts' words.
    label: Option<String>,
}

#[derive(Serialize)]
struct StatusOut {
    status: &'static str,
}

impl Listener {
    /// The next message; `None` ends the stream, when the service stops or the database fails (the browser comes
    /// back by itself and resumes).
    async fn next(&mut self) -> Option<Message> {
        loop {
            if self.app.stopping.is_cancelled() {
                return None;
            }
            if let Some(message) = self.queue.pop_front() {
                return Some(message);
            }
            match self.fill().await {
                Ok(true) => {}
                Ok(false) => self.wait().await,
                Err(error) => {
                    tracing::warn!(%error, "a stream ends");
                    return None;
                }
            }
        }
    }

    async fn wait(&mut self) {
        let due = self.totals_sent_at.filter(|_| self.totals_due).map(|at| at + TOTALS_EVERY);
        let timer = async {
            match due {
                Some(due) => sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.seat.news() => {}
            () = timer => {}
            () = self.app.stopping.cancelled() => {}
        }
    }

    /// Reads what happened since, and the totals when they are due. False when there was nothing to do: news that
    /// tells the public nothing is still an advance.
    async fn fill(&mut self) -> Result<bool, AppError> {
        let news = activity::after(self.app.db.read(), self.event.id.into(), self.sent, BATCH).await?;
        if let Some(last) = news.last().map(|activity| activity.seq) {
            self.tell(&news).await?;
            self.sent = last;
            return Ok(true);
        }
        if !self.begun {
            self.begun = true;
            self.tell_totals().await?;
            self.tell_now_playing().await?;
            return Ok(true);
        }
        let rested = self.totals_sent_at.is_none_or(|at| at.elapsed() >= TOTALS_EVERY);
        let is_due = self.totals_due && rested;
        if is_due {
            self.tell_totals().await?;
        }
        Ok(is_due)
    }

    async fn tell_totals(&mut self) -> Result<(), AppError> {
        // The target may have changed since the last time.
        self.event = events::find(self.app.db.read(), self.event.id).await?.ok_or(AppError::NotFound)?;
        let totals = TotalsOut::read(&self.app, &self.event).await?;
        self.totals_due = false;
        self.totals_sent_at = Some(Instant::now());
        if self.totals.as_ref().is_none_or(|told| !told.says_the_same(&totals)) {
            self.push("totals", &totals)?;
            self.totals = Some(totals);
        }
        Ok(())
    }

    async fn tell_now_playing(&mut self) -> Result<(), AppError> {
        let share = match self.event.now_playing {
            Some(id) => tracks::find(self.app.db.read(), id).await?,
            None => None,
        };
        self.push("now_playing", &self.playing(share))
    }

    fn playing(&self, share: Option<Share>) -> NowPlayingOut {
        let share = share.filter(Share::is_public);
        NowPlayingOut { share: share.map(|share| ShareOut::of(share, &self.event.slug)) }
    }

    /// A message at the number told so far.
    fn push(&mut self, kind: &str, data: &impl Serialize) -> Result<(), AppError> {
        self.queue.push_back(sse::message(kind, Some(self.sent), data)?);
        Ok(())
    }

    /// Tells activities from today's rows: what was removed or withdrawn since is not told again.
    async fn tell(&mut self, news: &[Activity]) -> Result<(), AppError> {
        let db = self.app.db.read();
        let ids = news.iter().filter(|activity| activity.is_about_share()).filter_map(|activity| activity.subject);
        let shares = tracks::by_ids(db, ids.map(ShareId).collect()).await?;
        let ids = news.iter().filter(|activity| activity.kind == Some(Kind::PledgeMade));
        let ids = ids.filter_map(|activity| activity.subject).map(PledgeId);
        let pledges = pledges::pledges_by_ids(db, ids.collect()).await?;
        let has_milestone = news.iter().any(|activity| activity.kind == Some(Kind::MilestoneReached));
        let reached = if has_milestone { self.reached().await? } else { Vec::new() };
        for activity in news {
            self.sent = activity.seq;
            self.totals_due |= activity.moves_totals();
            if !activity.is_public() {
                continue;
            }
            let share = activity.subject.and_then(|id| shares.iter().find(|share| share.id == ShareId(id)));
            match activity.kind {
                Some(Kind::PledgeMade) => {
                    let pledge = activity.subject.and_then(|id| pledges.iter().find(|one| one.id == PledgeId(id)));
                    self.tell_pledge(pledge)?;
                }
                Some(Kind::MilestoneReached) => self.tell_milestone(activity.seq, &reached)?,
                Some(Kind::NowPlaying) => self.push("now_playing", &self.playing(share.cloned()))?,
                Some(kind) if activity.is_about_share() => self.tell_share(kind, share)?,
                Some(kind) => self.tell_status(kind)?,
                None => {}
            }
        }
        Ok(())
    }

    fn tell_pledge(&mut self, pledge: Option<&Pledge>) -> Result<(), AppError> {
        match pledge.filter(|pledge| pledge.stands()) {
            Some(pledge) => self.push("pledge", &PublicPledgeOut::of(pledge)),
            None => Ok(()),
        }
    }

    /// The milestones that were reached; what they are called may have changed a moment ago.
    async fn reached(&mut self) -> Result<Vec<Reached>, AppError> {
        let db = self.app.db.read();
        self.event = events::find(db, self.event.id).await?.ok_or(AppError::NotFound)?;
        Ok(pledges::reached_of_event(db, self.event.id).await?)
    }

    fn tell_milestone(&mut self, seq: i64, reached: &[Reached]) -> Result<(), AppError> {
        let Some(reached) = reached.iter().find(|one| one.seq == seq) else { return Ok(()) };
        // A night that was made one of remembrance since counts none.
        let Some(mark) = self.event.marks().into_iter().find(|mark| reached.is(mark)) else { return Ok(()) };
        let (percent, label) = (reached.percent, mark.label);
        let (promised_pence, amount_pence) = (reached.promised.0, reached.amount.0);
        self.push("milestone", &MilestoneOut { percent, promised_pence, amount_pence, label })
    }

    fn tell_share(&mut self, kind: Kind, share: Option<&Share>) -> Result<(), AppError> {
        let Some(share) = share else { return Ok(()) };
        let is_news = matches!(kind, Kind::ShareAdded | Kind::ShareApproved);
        match share.state {
            ShareState::Shown => {
                let name = if is_news { "share" } else { "share_changed" };
                self.push(name, &ShareOut::of(share.clone(), &self.event.slug))
            }
            ShareState::Held => Ok(()),
            ShareState::Removed | ShareState::Withdrawn if is_news => Ok(()),
            ShareState::Removed | ShareState::Withdrawn => {
                self.push("share_changed", &GoneOut { id: share.id.0, state: share.state.as_str() })
            }
        }
    }

    fn tell_status(&mut self, kind: Kind) -> Result<(), AppError> {
        let status = match kind {
            Kind::EventPublished => Status::Scheduled,
            Kind::EventOpened => Status::Live,
            Kind::EventClosed => Status::Ended,
            Kind::EventCancelled => Status::Cancelled,
            _ => return Ok(()),
        };
        self.push("status", &StatusOut { status: status.as_str() })
    }
}
