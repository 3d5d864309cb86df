//! The hub: wakes the listeners of a scope. Holds no message, so a slow listener costs nothing and a restart
//! loses nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use entity::ids::Scope;
use tokio::sync::watch;

use crate::error::AppError;

/// A ward, or a whole hospital, listens from one address.
const SEATS_PER_NETWORK: usize = 400;

/// Wakes listeners. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    wakers: Mutex<HashMap<Scope, watch::Sender<u64>>>,
    /// Seats taken from each network; a network without any isn't in it.
    networks: Mutex<HashMap<u128, usize>>,
    seated: AtomicUsize,
    seats: usize,
}

/// A listener's place. Given back when dropped.
#[derive(Debug)]
pub struct Seat {
    hub: Hub,
    scope: Scope,
    network: Option<u128>,
    news: Option<watch::Receiver<u64>>,
}

impl Hub {
    /// A hub with room for `seats` listeners over all scopes.
    #[must_use]
    pub fn new(seats: usize) -> Self {
        Self(Arc::new(Inner {
            wakers: Mutex::default(),
            networks: Mutex::default(),
            seated: AtomicUsize::new(0),
            seats,
        }))
    }

    /// Tells the listeners of `scope` that there is something to read.
    pub fn wake(&self, scope: Scope) {
        let wakers = self.0.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = wakers.get(&scope) {
            waker.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// Takes a seat. From one `network` no more than `SEATS_PER_NETWORK`, where that is counted.
    ///
    /// # Errors
    /// [`AppError::Busy`] when the house is full, [`AppError::TooMany`] when the network has enough seats.
    pub fn sit(&self, scope: Scope, network: Option<u128>) -> Result<Seat, AppError> {
        if let Some(network) = network {
            let mut networks = self.0.networks.lock().unwrap_or_else(PoisonError::into_inner);
            let seats = networks.entry(network).or_insert(0);
            if *seats >= SEATS_PER_NETWORK {
                return Err(AppError::TooMany { retry_after_s: 60 });
            }
            *seats += 1;
        }
        self.sit_down(scope).map(|news| Seat { hub: self.clone(), scope, network, news: Some(news) }).inspect_err(
            |_| {
                self.leave(network);
            },
        )
    }

    fn leave(&self, network: Option<u128>) {
        let Some(network) = network else { return };
        let mut networks = self.0.networks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut seats) = networks.entry(network) {
            *seats.get_mut() -= 1;
            if *seats.get() == 0 {
                seats.remove();
            }
        }
    }

    fn sit_down(&self, scope: Scope) -> Result<watch::Receiver<u64>, AppError> {
        let taken = self
            .0
            .seated
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |seated| (seated < self.0.seats).then_some(seated + 1));
        taken.map_err(|_| AppError::Busy)?;
        let mut wakers = self.0.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(wakers.entry(scope).or_insert_with(|| watch::Sender::new(0)).subscribe())
    }

    /// Listeners seated now, over all scopes.
    #[must_use]
    pub fn seated(&self) -> usize {
        self.0.seated.load(Ordering::Relaxed)
    }
}

impl Seat {
    /// Waits until there is news since the last call.
    pub async fn news(&mut self) {
        if let Some(news) = &mut self.news {
            // The sender lives in the hub, which this seat keeps alive.
            let _ = news.changed().await;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.news = None;
        self.hub.0.seated.fetch_sub(1, Ordering::Relaxed);
        self.hub.leave(self.network);
        let mut wakers = self.hub.0.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        if wakers.get(&self.scope).is_some_and(|waker| waker.receiver_count() == 0) {
            wakers.remove(&self.scope);
        }
    }
}
