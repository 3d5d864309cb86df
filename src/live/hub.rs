//! The hub: who listens to what, and that there is something to read. It holds no message itself.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::ids::Scope;
use tokio::sync::{Semaphore, SemaphorePermit, watch};

use super::channel::{Channel, Listening};
use crate::error::AppError;

/// A ward, or a whole hospital, listens from one address.
const SEATS_PER_NETWORK: usize = 400;
/// Backlogs read at once: whoever comes back late must not keep the news from those who are there.
const BACKLOGS_AT_ONCE: usize = 2;

/// Wakes who waits for news. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    wakers: Mutex<HashMap<Scope, watch::Sender<u64>>>,
    channels: Mutex<HashMap<Scope, Arc<Channel>>>,
    /// Seats taken from each network; a network without any isn't in it.
    networks: Mutex<HashMap<u128, usize>>,
    seated: AtomicUsize,
    seats: usize,
    backlogs: Semaphore,
    /// Whether news of other instances reaches this one by itself.
    is_wired: AtomicBool,
}

/// A listener's place. Given back when dropped.
#[derive(Debug)]
pub struct Seat {
    hub: Hub,
    network: Option<u128>,
}

/// Waits for news of one scope.
#[derive(Debug)]
pub struct News {
    hub: Hub,
    scope: Scope,
    changes: Option<watch::Receiver<u64>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    /// A hub with room for `seats` listeners over all scopes.
    #[must_use]
    pub fn new(seats: usize) -> Self {
        Self(Arc::new(Inner {
            wakers: Mutex::default(),
            channels: Mutex::default(),
            networks: Mutex::default(),
            seated: AtomicUsize::new(0),
            seats,
            backlogs: Semaphore::new(BACKLOGS_AT_ONCE),
            is_wired: AtomicBool::new(true),
        }))
    }

    /// Tells who waits that there is something of `scope` to read.
    pub fn wake(&self, scope: Scope) {
        if let Some(waker) = locked(&self.0.wakers).get(&scope) {
            waker.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// As [`Hub::wake`], of every scope: after a while in which news may have been missed.
    pub fn wake_all(&self) {
        for waker in locked(&self.0.wakers).values() {
            waker.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// Says whether news of other instances arrives by itself; where it doesn't, it has to be looked for.
    pub fn set_wired(&self, is_wired: bool) {
        self.0.is_wired.store(is_wired, Ordering::Relaxed);
    }

    /// Whether news of other instances arrives by itself.
    #[must_use]
    pub fn is_wired(&self) -> bool {
        self.0.is_wired.load(Ordering::Relaxed)
    }

    /// Waits for news of `scope` from now on.
    #[must_use]
    pub fn news(&self, scope: Scope) -> News {
        let mut wakers = locked(&self.0.wakers);
        let changes = wakers.entry(scope).or_insert_with(|| watch::Sender::new(0)).subscribe();
        News { hub: self.clone(), scope, changes: Some(changes) }
    }

    /// Takes a seat. From one `network` no more than `SEATS_PER_NETWORK`, where that is counted.
    ///
    /// # Errors
    /// [`AppError::Busy`] when the house is full, [`AppError::TooMany`] when the network has enough seats.
    pub fn sit(&self, network: Option<u128>) -> Result<Seat, AppError> {
        if let Some(network) = network {
            let mut networks = locked(&self.0.networks);
            let seats = networks.entry(network).or_insert(0);
            if *seats >= SEATS_PER_NETWORK {
                return Err(AppError::TooMany { retry_after_s: 60 });
            }
            *seats += 1;
        }
        let one_more = |seated: usize| (seated < self.0.seats).then_some(seated + 1);
        if self.0.seated.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_err() {
            self.leave(network);
            return Err(AppError::Busy);
        }
        Ok(Seat { hub: self.clone(), network })
    }

    fn leave(&self, network: Option<u128>) {
        let Some(network) = network else { return };
        if let Entry::Occupied(mut seats) = locked(&self.0.networks).entry(network) {
            *seats.get_mut() -= 1;
            if *seats.get() == 0 {
                seats.remove();
            }
        }
    }

    /// Listeners seated now, over all scopes.
    #[must_use]
    pub fn seated(&self) -> usize {
        self.0.seated.load(Ordering::Relaxed)
    }

    /// Listens to the channel of `scope`, and the channel itself if it is new and needs somebody to fill it.
    #[must_use]
    pub fn listen(&self, scope: Scope) -> (Listening, Option<Arc<Channel>>) {
        let mut channels = locked(&self.0.channels);
        let is_new = !channels.contains_key(&scope);
        let channel = channels.entry(scope).or_default();
        (Listening::to(channel.clone()), is_new.then(|| channel.clone()))
    }

    /// Gives a channel up that nobody listens to; false when somebody does after all.
    #[must_use]
    pub fn give_up(&self, scope: Scope, channel: &Arc<Channel>) -> bool {
        // Under the lock that listeners come through, so that none comes to a channel that nobody fills.
        let mut channels = locked(&self.0.channels);
        if channel.listeners() > 0 {
            return false;
        }
        remove(&mut channels, scope, channel);
        true
    }

    /// Ends a channel with everyone who listens to it.
    pub fn end(&self, scope: Scope, channel: &Arc<Channel>) {
        remove(&mut locked(&self.0.channels), scope, channel);
        channel.end();
    }

    /// Waits for the turn to read a backlog.
    ///
    /// # Errors
    /// [`AppError::Busy`] when there are no turns any more.
    pub async fn backlog_turn(&self) -> Result<SemaphorePermit<'_>, AppError> {
        self.0.backlogs.acquire().await.map_err(|_| AppError::Busy)
    }
}

fn remove(channels: &mut HashMap<Scope, Arc<Channel>>, scope: Scope, channel: &Arc<Channel>) {
    if channels.get(&scope).is_some_and(|there| Arc::ptr_eq(there, channel)) {
        channels.remove(&scope);
    }
}

impl News {
    /// Waits until there is news since the last call.
    pub async fn changed(&mut self) {
        if let Some(changes) = &mut self.changes {
            // The sender lives in the hub, which this keeps alive.
            let _ = changes.changed().await;
        }
    }
}

impl Drop for News {
    fn drop(&mut self) {
        self.changes = None;
        let mut wakers = locked(&self.hub.0.wakers);
        if wakers.get(&self.scope).is_some_and(|waker| waker.receiver_count() == 0) {
            wakers.remove(&self.scope);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.0.seated.fetch_sub(1, Ordering::Relaxed);
        self.hub.leave(self.network);
    }
}
