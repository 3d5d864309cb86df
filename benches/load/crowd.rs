//! Many connections that ask at once, each for the next answer as soon as it has the last.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::client::Connection;
use crate::served::Served;

/// How many ask, and when they stop.
#[derive(Clone, Copy)]
pub struct Crowd {
    pub connections: usize,
    pub time: Duration,
    pub answers: usize,
}

/// What a crowd got.
#[derive(Clone, Default)]
pub struct Outcome {
    /// How long each right answer took.
    pub took: Vec<Duration>,
    /// Answers of another status than expected.
    pub wrong: usize,
    pub elapsed: Duration,
    /// What the server's process spent on it.
    pub cpu: Duration,
}

impl Crowd {
    /// Connections that ask for as long as `time`.
    pub fn lasting(connections: usize, time: Duration) -> Self {
        Self { connections, time, answers: usize::MAX }
    }

    /// Connections that ask until there are so many answers.
    pub fn counting(connections: usize, answers: usize) -> Self {
        Self { connections, time: Duration::from_mins(10), answers }
    }

    /// Asks `server`; `next` makes each request.
    pub async fn ask<T, F>(self, server: &Served, expected: u16, next: F) -> Outcome
    where
        T: AsRef<[u8]> + Send + 'static,
        F: Fn() -> T + Clone + Send + Sync + 'static,
    {
        let left = Arc::new(AtomicUsize::new(self.answers));
        let (begun, spent) = (Instant::now(), server.cpu());
        let mut connections = JoinSet::new();
        for _ in 0..self.connections {
            connections.spawn(one(server.address, expected, next.clone(), left.clone(), begun + self.time));
        }
        let mut all = Outcome::default();
        for one in connections.join_all().await {
            all.took.extend(one.took);
            all.wrong += one.wrong;
        }
        all.elapsed = begun.elapsed();
        all.cpu = server.cpu().saturating_sub(spent);
        all
    }
}

async fn one<T: AsRef<[u8]>>(
    address: SocketAddr,
    expected: u16,
    next: impl Fn() -> T,
    left: Arc<AtomicUsize>,
    until: Instant,
) -> Outcome {
    let mut connection = Connection::open(address).await.expect("a connection");
    let mut outcome = Outcome::default();
    let take = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    while Instant::now() < until && take() {
        let begun = Instant::now();
        let status = connection.ask(next().as_ref()).await.expect("an answer");
        if status == expected {
            outcome.took.push(begun.elapsed());
        } else {
            outcome.wrong += 1;
        }
    }
    outcome
}

impl Outcome {
    /// Right answers a second.
    pub fn rate(&self) -> u64 {
        per_second(self.took.len(), self.elapsed)
    }

    /// Microseconds of the server's processor for each answer.
    pub fn cpu_us(&self) -> u64 {
        let count = u128::try_from(self.took.len().max(1)).unwrap_or(1);
        u64::try_from(self.cpu.as_micros() / count).unwrap_or_default()
    }

    /// The middle one of the times.
    pub fn median_us(&self) -> u64 {
        let times = self.took.iter().map(|time| u64::try_from(time.as_micros()).unwrap_or_default());
        median(times.collect())
    }
}

/// Whole ones a second.
pub fn per_second(count: usize, time: Duration) -> u64 {
    let micros = time.as_micros().max(1);
    u64::try_from(u128::try_from(count).unwrap_or_default() * 1_000_000 / micros).unwrap_or_default()
}

/// The middle one.
pub fn median(mut list: Vec<u64>) -> u64 {
    list.sort_unstable();
    list.get(list.len() / 2).copied().unwrap_or_default()
}
