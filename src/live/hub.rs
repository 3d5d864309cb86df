//! The hub: wakes the listeners of a scope. Holds no message, so a slow listener costs nothing and a restart
//! loses nothing.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use entity::ids::Scope;
use tokio::sync::watch;

use crate::error::AppError;

/// Wakes listeners. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    wakers: Mutex<HashMap<Scope, watch::Sender<u64>>>,
    seated: AtomicUsize,
    seats: usize,
}

/// A listener's place. Given back when dropped.
#[derive(Debug)]
pub struct Seat {
    hub: Hub,
    scope: Scope,
    news: Option<watch::Receiver<u64>>,
}

impl Hub {
    /// A hub with room for `seats` listeners over all scopes.
    #[must_use]
    pub fn new(seats: usize) -> Self {
        Self(Arc::new(Inner { wakers: Mutex::default(), seated: AtomicUsize::new(0), seats }))
    }

    /// Tells the listeners of `scope` that there is something to read.
    pub fn wake(&self, scope: Scope) {
        let wakers = self.0.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = wakers.get(&scope) {
            waker.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// Takes a seat.
    ///
    /// # Errors
    /// [`AppError::Busy`] when the house is full.
    pub fn sit(&self, scope: Scope) -> Result<Seat, AppError> {
        let taken = self
            .0
            .seated
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |seated| (seated < self.0.seats).then_some(seated + 1));
        taken.map_err(|_| AppError::Busy)?;
        let mut wakers = self.0.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        let news = wakers.entry(scope).or_insert_with(|| watch::Sender::new(0)).subscribe();
        Ok(Seat { hub: self.clone(), scope, news: Some(news) })
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
        let mut wakers = self.hub.0.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        if wakers.get(&self.scope).is_some_and(|waker| waker.receiver_count() == 0) {
            wakers.remove(&self.scope);
        }
    }
}
