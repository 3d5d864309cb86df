//! Files too long to be held in memory: written in pieces while they are read, from one snapshot.
//!
//! A file that couldn't be written to its end is cut off in a way that the reader's end of the line notices; it never
//! looks whole.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::app::App;
use crate::db::Snapshot;
use crate::error::AppError;

/// A reader who takes nothing for this long has gone.
const PATIENCE: Duration = Duration::from_secs(30);
/// However slowly it is read: an old snapshot keeps the database from tidying up.
const LASTS: Duration = Duration::from_mins(15);

/// What is sent down the line: a piece, or word that this was all.
type Sent = Option<Bytes>;

/// Where a file is written to.
#[derive(Debug)]
pub struct Pieces(mpsc::Sender<Sent>);

impl Pieces {
    /// Sends a piece, as soon as the reader has taken the one before.
    ///
    /// # Errors
    /// [`AppError::Busy`] when the reader has gone.
    pub async fn write(&self, piece: Vec<u8>) -> Result<(), AppError> {
        self.send(Some(piece.into())).await
    }

    async fn send(&self, piece: Sent) -> Result<(), AppError> {
        timeout(PATIENCE, self.0.send(piece)).await.ok().and_then(Result::ok).ok_or(AppError::Busy)
    }
}

/// Hands a file over as an attachment called `name`, which is plain ASCII; `write` fills it from one snapshot.
///
/// # Errors
/// [`AppError::Busy`] when others are being made, or no connection can be had.
pub async fn attach<F>(
    app: &App,
    name: &str,
    kind: &'static str,
    write: impl FnOnce(Snapshot, Arc<Pieces>) -> F,
) -> Result<Response, AppError>
where
    F: Future<Output = Result<(), AppError>> + Send + 'static,
{
    let turn = app.downloads.clone().try_acquire_owned().map_err(|_| AppError::Busy)?;
    let snapshot = app.db.snapshot().await?;
    let (sender, receiver) = mpsc::channel(1);
    let pieces = Arc::new(Pieces(sender));
    let (written, stopping) = (write(snapshot, pieces.clone()), app.stopping.clone());
    app.tracker.spawn(async move {
        let written = tokio::select! {
            written = timeout(LASTS, written) => written.unwrap_or(Err(AppError::Busy)),
            () = stopping.cancelled() => Err(AppError::Busy),
        };
        drop(turn);
        match written {
            Ok(()) => pieces.send(None).await.unwrap_or_default(),
            Err(AppError::Internal(cause)) => tracing::error!(%cause, "a download was cut off"),
            Err(_) => {}
        }
    });
    let body = stream::unfold(Some(receiver), |receiver| async move {
        let mut receiver: mpsc::Receiver<Sent> = receiver?;
        match receiver.recv().await {
            Some(Some(piece)) => Some((Ok(piece), Some(receiver))),
            Some(None) => None,
            None => Some((Err(io::Error::other("cut off")), None)),
        }
    });
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}
