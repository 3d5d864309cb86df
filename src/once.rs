//! A retry never counts twice (product.md, rule 4): what a keyed request returned is kept in the same transaction
//! as what it changed, so a crash leaves both or neither.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use entity::{Moment, kept_answer};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set};

use crate::error::AppError;

/// How long an answer is kept for a retry (contract.md).
pub const KEPT_FOR: TimeDelta = TimeDelta::days(7);

/// How a request asks to be done once. Without a key it is done each time.
#[derive(Clone, Debug, Default)]
pub struct Once {
    key: Option<Key>,
    replayed: Arc<AtomicBool>,
}

/// A key, whose it is, and what it was sent with.
#[derive(Clone, Debug)]
pub struct Key {
    /// `account:…`, `guest:…` or `anyone`: keys of two callers never meet.
    pub caller: String,
    /// 8 to 255 visible ASCII characters.
    pub key: String,
    /// SHA-256 of method, path, query and body.
    pub request_hash: Vec<u8>,
}

impl Once {
    /// Done once under `key`.
    #[must_use]
    pub fn keyed(key: Key, replayed: Arc<AtomicBool>) -> Self {
        Self { key: Some(key), replayed }
    }

    /// The key, if one was given.
    #[must_use]
    pub fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// Notes that the answer is an old one (the `Idempotency-Replayed` header).
    pub(crate) fn mark_replayed(&self) {
        self.replayed.store(true, Ordering::Relaxed);
    }
}

/// The keys at work in this process. A second request under one of them is told so at once.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<HashSet<(String, String)>>>);

/// Frees its key when dropped.
#[derive(Debug)]
pub struct Turn {
    running: Running,
    key: (String, String),
}

impl Running {
    /// Takes the key.
    ///
    /// # Errors
    /// [`AppError::StillRunning`] while another request holds it.
    pub fn start(&self, key: &Key) -> Result<Turn, AppError> {
        let key = (key.caller.clone(), key.key.clone());
        if !self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone()) {
            return Err(AppError::StillRunning);
        }
        Ok(Turn { running: self.clone(), key })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.running.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// What was kept under `key`, if anything was.
///
/// # Errors
/// 422 when the key was used for another request.
pub async fn kept(db: &impl ConnectionTrait, key: &Key, now: Moment) -> Result<Option<serde_json::Value>, AppError> {
    let row = kept_answer::Entity::find_by_id((key.caller.clone(), key.key.clone())).one(db).await?;
    let Some(row) = row.filter(|row| row.made_at > now - KEPT_FOR) else { return Ok(None) };
    if row.request_hash != key.request_hash {
        return Err(AppError::field("Idempotency-Key", "This key was used for another request. Make a new one."));
    }
    Ok(Some(row.outcome))
}

/// Keeps what a request returned.
///
/// # Errors
/// When the database fails, a key that another instance has just kept included.
pub async fn keep(
    db: &impl ConnectionTrait,
    key: &Key,
    outcome: serde_json::Value,
    now: Moment,
) -> Result<(), AppError> {
    let old = kept_answer::Entity::delete_by_id((key.caller.clone(), key.key.clone()));
    old.filter(kept_answer::COLUMN.made_at.lte(now - KEPT_FOR)).exec(db).await?;
    let row = kept_answer::ActiveModel {
        caller: Set(key.caller.clone()),
        key: Set(key.key.clone()),
        request_hash: Set(key.request_hash.clone()),
        outcome: Set(outcome),
        made_at: Set(now),
    };
    kept_answer::Entity::insert(row).exec_without_returning(db).await.map_err(|error| match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => AppError::StillRunning,
        _ => error.into(),
    })?;
    Ok(())
}

/// Forgets answers older than [`KEPT_FOR`]; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_old(db: &impl ConnectionTrait, now: Moment) -> Result<u64, DbErr> {
    let old = kept_answer::Entity::delete_many().filter(kept_answer::COLUMN.made_at.lte(now - KEPT_FOR));
    Ok(old.exec(db).await?.rows_affected)
}
