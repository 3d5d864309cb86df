//! `App`: what every request is handed, and `write`, the one unit of work.

use std::ops::AsyncFnOnce;
use std::sync::Arc;
use std::time::Duration;

use entity::Moment;
use sea_orm::DbErr;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, Ids, Tx};
use crate::error::AppError;
use crate::keys::Keys;
use crate::limits::Limits;
use crate::live::Hub;
use crate::mail::Mailer;
use crate::once::{self, Once, Running};
use crate::outgoing::Outgoing;

/// Files that are written at once, for everybody: each holds one of the few connections that pages are read with.
const DOWNLOADS_AT_ONCE: usize = 2;
/// How long somebody waits for a long read of others.
const LONG_READ_WAITS: Duration = Duration::from_secs(5);

/// Everything a request needs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The settings.
    pub config: Arc<Config>,
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// The post.
    pub mailer: Mailer,
    /// Asks music services; nobody is asked where there is none.
    pub outgoing: Option<Outgoing>,
    /// The signing key.
    pub keys: Keys,
    /// Wakes live listeners.
    pub live: Hub,
    /// How much one person or address may do.
    pub limits: Arc<Limits>,
    /// How many long files may still be made beside those that are.
    pub downloads: Arc<Semaphore>,
    /// One long read for everybody at a time: the few connections that pages are read with are not all to be taken.
    long_reads: Arc<Semaphore>,
    /// Cancelled when the service stops: streams and workers end themselves.
    pub stopping: CancellationToken,
    /// Waits for tasks that outlive a request.
    pub tracker: TaskTracker,
    ids: Ids,
    running: Running,
}

impl App {
    /// Puts an app together.
    #[must_use]
    pub fn new(config: Config, db: Db, clock: Clock, mailer: Mailer, keys: Keys) -> Self {
        let limits = Limits::new(config.limits);
        let live = Hub::new(config.streams_max);
        Self {
            tracker: db.tracker().clone(),
            config: Arc::new(config),
            db,
            clock,
            mailer,
            outgoing: None,
            keys,
            live,
            limits: Arc::new(limits),
            downloads: Arc::new(Semaphore::new(DOWNLOADS_AT_ONCE)),
            long_reads: Arc::new(Semaphore::new(1)),
            stopping: CancellationToken::new(),
            ids: Ids::default(),
            running: Running::default(),
        }
    }

    /// The same app on another clock.
    #[must_use]
    pub fn on_clock(&self, clock: Clock) -> Self {
        let mut app = self.clone();
        app.clock = clock;
        app
    }

    /// Now, by the app's clock.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// An id for a request: what its log lines and its error page have in common.
    #[must_use]
    pub fn request_id(&self) -> String {
        self.ids.next(self.now()).simple().to_string()
    }

    /// Waits for the turn to read something that grows with a night; it ends when it is dropped.
    ///
    /// # Errors
    /// [`AppError::Busy`] when others take too long.
    pub async fn long_read(&self) -> Result<OwnedSemaphorePermit, AppError> {
        let turn = timeout(LONG_READ_WAITS, self.long_reads.clone().acquire_owned()).await;
        turn.ok().and_then(Result::ok).ok_or(AppError::Busy)
    }

    /// One unit of work: what `work` does to the transaction commits together, and only then are listeners told.
    /// An error rolls everything back.
    ///
    /// # Errors
    /// Those of `work`, and the database's.
    pub async fn write<T, F>(&self, work: F) -> Result<T, AppError>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T, AppError>,
    {
        let mut tx = self.db.begin(&self.clock, self.ids.clone()).await?;
        let outcome = work(&mut tx).await?;
        let live = self.live.clone();
        // On the tracker, so that a caller who hangs up during the commit can't keep the news from the listeners.
        let commit = self.tracker.spawn(async move {
            for scope in tx.commit().await? {
                live.wake(scope);
            }
            Ok::<(), DbErr>(())
        });
        commit.await.map_err(AppError::internal)??;
        Ok(outcome)
    }

    /// Whether this request was done before under its key, so that a retry isn't refused for what came after.
    ///
    /// # Errors
    /// 422 when the key came with another request.
    pub async fn was_done(&self, once: &Once) -> Result<bool, AppError> {
        match once.key() {
            Some(key) => Ok(once::kept(self.db.read(), key, self.now()).await?.is_some()),
            None => Ok(false),
        }
    }

    /// As [`App::write`], but under a key it is done once: a retry gets what the first one returned.
    ///
    /// # Errors
    /// As [`App::write`]; 409 while the first is still running, 422 when the key came with another request.
    pub async fn write_once<T, F>(&self, once: &Once, work: F) -> Result<T, AppError>
    where
        T: Serialize + DeserializeOwned,
        F: AsyncFnOnce(&mut Tx) -> Result<T, AppError>,
    {
        let Some(key) = once.key() else { return self.write(work).await };
        let _turn = self.running.start(key)?;
        if let Some(kept) = once::kept(self.db.read(), key, self.now()).await? {
            once.mark_replayed();
            return serde_json::from_value(kept).map_err(AppError::internal);
        }
        self.write(async |tx: &mut Tx| {
            let outcome = work(tx).await?;
            let kept = serde_json::to_value(&outcome).map_err(AppError::internal)?;
            once::keep(tx.db(), key, kept, tx.now()).await?;
            Ok(outcome)
        })
        .await
    }
}
