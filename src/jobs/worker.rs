//! The worker: runs jobs as they come, and the clockwork of the house once a second.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::TimeDelta;
use entity::job;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::store;
use crate::app::App;
use crate::error::AppError;

/// How often the worker looks.
const TICK: Duration = Duration::from_secs(1);
/// How long a job may take before another worker takes it over.
const CLAIM_LASTS: TimeDelta = TimeDelta::minutes(5);
/// The first wait after a failure; it doubles each time, up to the last.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(10);
const DOUBLINGS_MAX: i32 = 9;
/// Three days of trying. A job that still fails then needs a person, and is kept for one.
const ATTEMPTS_MAX: i32 = 60;

/// Further off than anyone waits: the row stays, with its last error, for a person to look at.
const GIVEN_UP: TimeDelta = TimeDelta::days(36_500);

fn ticks() -> Interval {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// A panic is a failure like another: the worker goes on.
async fn unpanicked(work: BoxFuture<'static, Result<(), AppError>>) -> Result<(), AppError> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Err(AppError::internal("panic")))
}

fn note(outcome: Result<(), AppError>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "the clockwork stumbled");
    }
}

/// A job: its kind, and what runs it with the payload it was queued with.
#[derive(Clone, Copy)]
pub struct Job {
    pub kind: &'static str,
    pub run: fn(App, Value) -> BoxFuture<'static, Result<(), AppError>>,
}

/// Something to do again and again.
#[derive(Clone, Copy)]
pub struct Chore {
    /// At least this long between two times.
    pub every: Duration,
    pub run: fn(App) -> BoxFuture<'static, Result<(), AppError>>,
}

/// Runs jobs and chores.
#[derive(Clone)]
pub struct Worker {
    app: App,
    lanes: &'static [Lane],
    chores: &'static [Chore],
}

/// Jobs that are done one after another; each lane has a loop of its own, so that a crowd of one kind keeps no other
/// waiting.
pub type Lane = &'static [Job];

impl Worker {
    /// A worker that knows these jobs and chores. A job that no lane knows waits for a version that does.
    #[must_use]
    pub fn new(app: App, lanes: &'static [Lane], chores: &'static [Chore]) -> Self {
        Self { app, lanes, chores }
    }

    /// Works until the service stops. Chores and each lane of jobs have a loop, so that a slow mail server keeps no night
    /// from opening.
    pub async fn run(self) {
        let tracker = self.app.tracker.clone();
        for lane in self.lanes {
            tracker.spawn(self.clone().run_lane(lane));
        }
        self.run_chores().await;
    }

    async fn run_chores(self) {
        let mut due: Vec<Instant> = self.chores.iter().map(|_| Instant::now()).collect();
        let mut ticks = ticks();
        while self.next(&mut ticks).await {
            for (chore, due) in self.chores.iter().zip(&mut due).filter(|(_, due)| **due <= Instant::now()) {
                *due = Instant::now() + chore.every;
                note(unpanicked((chore.run)(self.app.clone())).await);
            }
        }
    }

    async fn run_lane(self, lane: Lane) {
        let mut ticks = ticks();
        while self.next(&mut ticks).await {
            note(self.work(lane).await.map(|_| ()));
        }
    }

    /// Waits for the next look; false once the service stops.
    async fn next(&self, ticks: &mut Interval) -> bool {
        tokio::select! {
            _ = ticks.tick() => true,
            () = self.app.stopping.cancelled() => false,
        }
    }

    /// Does every chore and every job that is due, once; returns how many jobs failed.
    ///
    /// # Errors
    /// When the queue can't be read, or a chore fails.
    pub async fn tick(&self) -> Result<usize, AppError> {
        for chore in self.chores {
            (chore.run)(self.app.clone()).await?;
        }
        let mut failed = 0;
        for lane in self.lanes {
            failed += self.work(lane).await?;
        }
        Ok(failed)
    }

    async fn work(&self, lane: Lane) -> Result<usize, AppError> {
        let mut failed = 0;
        while let Some(job) = self.claim(lane).await? {
            failed += usize::from(!self.run_one(lane, job).await?);
        }
        Ok(failed)
    }

    async fn claim(&self, lane: Lane) -> Result<Option<job::Model>, AppError> {
        let kinds: Vec<&str> = lane.iter().map(|job| job.kind).collect();
        // Looking first keeps an idle worker from taking the writer's turn every second.
        if !store::any_due(self.app.db.read(), &kinds, self.app.now()).await? {
            return Ok(None);
        }
        self.app.write(async |tx| Ok(store::claim(tx.db(), &kinds, tx.now(), CLAIM_LASTS).await?)).await
    }

    async fn run_one(&self, lane: Lane, claimed: job::Model) -> Result<bool, AppError> {
        let job::Model { id, kind, payload, attempts, .. } = claimed;
        let outcome = match lane.iter().find(|job| job.kind == kind) {
            Some(job) => unpanicked((job.run)(self.app.clone(), payload)).await,
            None => Err(AppError::internal(format!("no job is called {kind}"))),
        };
        match outcome {
            Ok(()) => {
                self.app.write(async |tx| Ok(store::finish(tx.db(), id).await?)).await?;
                Ok(true)
            }
            Err(error) => {
                let wait = if attempts < ATTEMPTS_MAX {
                    tracing::warn!(%kind, attempts, %error, "a job failed and will be tried again");
                    FIRST_WAIT * (1 << (attempts - 1).clamp(0, DOUBLINGS_MAX))
                } else {
                    tracing::error!(%kind, job = %id, %error, "a job failed too often: it needs a person");
                    GIVEN_UP
                };
                let told = error.to_string();
                self.app.write(async |tx| Ok(store::put_off(tx.db(), id, tx.now() + wait, told).await?)).await?;
                Ok(false)
            }
        }
    }
}
