//! The teller of a night: reads what happened, once for all who listen, and tells it through their channel.
//!
//! It begins with the first listener and ends a while after the last. Totals are told at most four times a second and
//! always end on the latest; how many kitchens dance, when that changes, at most once a second.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use entity::ids::EventId;
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

use super::telling;
use crate::activity::{self, Activity, Kind};
use crate::app::App;
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::{self, Event};
use crate::live::{Channel, Listening, News, Opening, Written, sse};
use crate::night::api::dancing::DancingOut;
use crate::pledges::TotalsOut;

/// Activities read at once.
const BATCH: u64 = 200;
/// Totals are told at most this often (contract.md).
const TOTALS_EVERY: Duration = Duration::from_millis(250);
/// Dancers fade without anything happening, so they are counted this often.
const COUNT_EVERY: Duration = Duration::from_secs(2);
/// Dancers are counted at most this often, whatever happens.
const COUNT_AT_MOST_EVERY: Duration = Duration::from_secs(1);
/// Where other instances can't be heard, the table is looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A night that nobody listens to is told for this long: whoever lost the line comes back to it.
const LINGERS: Duration = Duration::from_secs(30);
/// Turns that may fail one after the other before everyone is sent away, to come back by themselves.
const FAILURES_MAX: u32 = 5;

/// Listens to a night; the first who does makes its teller begin.
#[must_use]
pub fn listen(app: &App, event: EventId) -> Listening {
    let (listening, fresh) = app.live.listen(event.into());
    if let Some(channel) = fresh {
        app.tracker.spawn(Teller::new(app.clone(), event, channel).run());
    }
    listening
}

/// What the public is told of the activities after a number, as messages, and the last number read; none when there are
/// none.
///
/// # Errors
/// When the database fails.
pub async fn written_after(app: &App, event: EventId, after: i64) -> Result<Option<(Vec<Written>, i64)>, AppError> {
    let db = app.db.snapshot().await?;
    let news = activity::after(&db, event.into(), after, BATCH).await?;
    let Some(last) = news.last().map(|activity| activity.seq) else { return Ok(None) };
    let event = events::find(&db, event).await?.ok_or(AppError::NotFound)?;
    Ok(Some((written(&telling::tell(&db, &event, &news).await?)?, last)))
}

fn written(tellings: &[telling::Telling]) -> Result<Vec<Written>, AppError> {
    let written = tellings.iter().map(|telling| {
        let message = sse::message(telling.told.kind(), &telling.told)?;
        let activity = telling.activity.clone();
        Ok(Written { bytes: sse::numbered(activity.seq, &message), activity })
    });
    written.collect()
}

struct Teller {
    app: App,
    event: EventId,
    channel: Arc<Channel>,
    news: News,
    /// The last activity told; none before it has begun.
    told: Option<i64>,
    /// The last totals told.
    totals: Option<TotalsOut>,
    totals_at: Option<Instant>,
    totals_due: bool,
    /// What newcomers are told last.
    opening: Opening,
    dancing: i64,
    counted_at: Instant,
    beat_at: Instant,
    /// Since when nobody listens.
    alone_since: Option<Instant>,
}

impl Teller {
    fn new(app: App, event: EventId, channel: Arc<Channel>) -> Self {
        let news = app.live.news(event.into());
        let now = Instant::now();
        Self {
            app,
            event,
            channel,
            news,
            told: None,
            totals: None,
            totals_at: None,
            totals_due: false,
            opening: Opening::default(),
            dancing: 0,
            counted_at: now,
            beat_at: now,
            alone_since: None,
        }
    }

    async fn run(mut self) {
        let mut failures = 0;
        while !self.app.stopping.is_cancelled() && failures < FAILURES_MAX {
            let turn = self.turn().await;
            self.channel.announce();
            if let Err(error) = turn {
                failures += 1;
                tracing::warn!(%error, event = %self.event, "a night can't be told just now");
                sleep(LOOK_EVERY).await;
                continue;
            }
            failures = 0;
            if self.is_alone() && self.app.live.give_up(self.event.into(), &self.channel) {
                return;
            }
            self.wait().await;
        }
        self.app.live.end(self.event.into(), &self.channel);
    }

    /// Whether nobody has listened for long enough.
    fn is_alone(&mut self) -> bool {
        if self.channel.listeners() > 0 {
            self.alone_since = None;
            return false;
        }
        self.alone_since.get_or_insert_with(Instant::now).elapsed() >= LINGERS
    }

    async fn wait(&mut self) {
        let totals = self.totals_at.filter(|_| self.totals_due).map(|at| at + TOTALS_EVERY);
        let look = (!self.app.live.is_wired()).then(|| Instant::now() + LOOK_EVERY);
        let alone = self.alone_since.map(|since| since + LINGERS);
        let dues =
            [totals, look, alone, Some(self.counted_at + COUNT_EVERY), Some(self.beat_at + sse::HEARTBEAT_EVERY)];
        let due = dues.into_iter().flatten().min().unwrap_or_else(Instant::now);
        tokio::select! {
            () = self.news.changed() => {}
            () = sleep_until(due) => {}
            () = self.app.stopping.cancelled() => {}
        }
    }

    /// Tells whatever there is to tell. A change and the totals that it leads to reach a listener together: that costs it
    /// a millisecond, and spares every listener a second message.
    async fn turn(&mut self) -> Result<(), AppError> {
        let Some(mut told) = self.told else { return self.begin().await };
        let mut is_more = true;
        while is_more {
            (told, is_more) = self.tell_after(told).await?;
            self.told = Some(told);
            if is_more {
                self.channel.announce();
            }
        }
        if self.totals_due && self.totals_at.is_none_or(|at| at.elapsed() >= TOTALS_EVERY) {
            self.tell_totals(told).await?;
        }
        if self.counted_at.elapsed() >= COUNT_AT_MOST_EVERY {
            self.tell_dancing().await?;
        }
        if self.beat_at.elapsed() >= sse::HEARTBEAT_EVERY {
            self.beat_at = Instant::now();
            self.channel.tell_latest("heartbeat", sse::HEARTBEAT);
            self.channel.forget_old();
        }
        Ok(())
    }

    /// Begins with what was told last, so that those who come back at once after a restart need not read the table each.
    async fn begin(&mut self) -> Result<(), AppError> {
        let head = activity::head(self.app.db.read(), self.event.into()).await?;
        let from = (head - i64::try_from(BATCH).unwrap_or_default()).max(0);
        let (written, told) = written_after(&self.app, self.event, from).await?.unwrap_or((Vec::new(), head));
        let event = self.read_event().await?;
        let totals = TotalsOut::read(&self.app, &event).await?;
        self.opening.totals = sse::message("totals", &totals)?;
        self.opening.now_playing = now_playing(&self.app.db.snapshot().await?, &event).await?;
        self.totals = Some(totals);
        self.dancing = events::count_dancing(self.app.db.read(), Some(self.event), self.app.now()).await?;
        self.channel.begin(from, told, written, self.opening.clone());
        self.told = Some(told);
        Ok(())
    }

    async fn read_event(&self) -> Result<Event, AppError> {
        events::find(self.app.db.read(), self.event).await?.ok_or(AppError::NotFound)
    }

    /// Tells the activities after a number; the last that was told, and whether there may be more.
    async fn tell_after(&mut self, told: i64) -> Result<(i64, bool), AppError> {
        let db = self.app.db.snapshot().await?;
        let news = activity::after(&db, self.event.into(), told, BATCH).await?;
        let Some(last) = news.last().map(|activity| activity.seq) else { return Ok((told, false)) };
        let event = events::find(&db, self.event).await?.ok_or(AppError::NotFound)?;
        let fresh = written(&telling::tell(&db, &event, &news).await?)?;
        let again = self.channel.remembered(&changed_subjects(&news));
        if !again.is_empty() {
            self.channel.tell_anew(&again, &written(&telling::tell(&db, &event, &again).await?)?);
        }
        let playing = event.now_playing.map(|share| share.0);
        if news.iter().any(|one| one.kind == Some(Kind::NowPlaying) || (playing.is_some() && one.subject == playing)) {
            self.opening.now_playing = now_playing(&db, &event).await?;
            self.channel.open_with(self.opening.clone());
        }
        self.totals_due |= news.iter().any(Activity::moves_totals);
        self.channel.tell(fresh, last);
        Ok((last, u64::try_from(news.len()).is_ok_and(|count| count >= BATCH)))
    }

    async fn tell_totals(&mut self, told: i64) -> Result<(), AppError> {
        let event = self.read_event().await?;
        let totals = TotalsOut::read(&self.app, &event).await?;
        self.totals_due = false;
        self.totals_at = Some(Instant::now());
        if self.totals.as_ref().is_some_and(|last| last.says_the_same(&totals)) {
            return Ok(());
        }
        let message = sse::message("totals", &totals)?;
        self.totals = Some(totals);
        self.channel.tell_latest("totals", sse::numbered(told, &message));
        self.opening.totals = message;
        self.channel.open_with(self.opening.clone());
        Ok(())
    }

    async fn tell_dancing(&mut self) -> Result<(), AppError> {
        self.counted_at = Instant::now();
        let dancing = events::count_dancing(self.app.db.read(), Some(self.event), self.app.now()).await?;
        if dancing != self.dancing {
            self.dancing = dancing;
            self.channel.tell_latest("presence", sse::message("presence", &DancingOut { dancing })?);
        }
        Ok(())
    }
}

/// What plays now, as a message.
async fn now_playing(db: &Snapshot, event: &Event) -> Result<Bytes, AppError> {
    sse::message("now_playing", &telling::now_playing(db, event).await?)
}

/// What may say something else than it did when it was told.
fn changed_subjects(news: &[Activity]) -> Vec<Uuid> {
    let is_new = [Kind::ShareAdded, Kind::ShareDanced, Kind::PledgeMade, Kind::NowPlaying];
    let changed = news.iter().filter(|activity| activity.kind.is_none_or(|kind| !is_new.contains(&kind)));
    changed.filter_map(|activity| activity.subject).collect()
}
