//! The index of a database that had none: filled by a job, a few things at a time, beside what happens meanwhile.

use entity::ids::{EventId, TrackId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::search;
use crate::{events, jobs, stories, tracks};

/// The job that goes on from the place in its payload.
pub const FILL: &str = "fill_index";
/// How many nights or songs one job looks at.
const BATCH: u64 = 100;

/// What is looked at next.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    Stories,
    /// Events after this one.
    Events(Option<EventId>),
    /// Tracks after this one.
    Tracks(Option<TrackId>),
}

/// Queues the filling of an index that is empty, unless it is queued already. A house with stories in it never has an
/// empty one of its own doing: then it is older than the index.
///
/// # Errors
/// When the database fails.
pub async fn begin(tx: &Tx) -> Result<(), AppError> {
    if search::is_empty(tx.db()).await? && !jobs::is_queued(tx.db(), FILL).await? {
        enqueue(tx, Place::Stories).await?;
    }
    Ok(())
}

async fn enqueue(tx: &Tx, place: Place) -> Result<(), AppError> {
    tx.enqueue(FILL, json!(place)).await
}

/// Indexes what comes at a place, and queues the next. What was indexed by then is only indexed again.
///
/// # Errors
/// When the database fails.
pub async fn fill(app: App, payload: Value) -> Result<(), AppError> {
    let place: Place = serde_json::from_value(payload).map_err(AppError::internal)?;
    let next = match place {
        Place::Stories => {
            app.write(async |tx: &mut Tx| fill_stories(tx).await).await?;
            Some(Place::Events(None))
        }
        Place::Events(after) => {
            let ids = events::ids_after(app.db.read(), after, BATCH).await?;
            // One by one, each with its own lock: who holds several waits for others that hold some.
            for id in &ids {
                app.write(async |tx: &mut Tx| fill_event(tx, *id).await).await?;
            }
            Some(ids.last().map_or(Place::Tracks(None), |last| Place::Events(Some(*last))))
        }
        Place::Tracks(after) => {
            let ids = tracks::ids_after(app.db.read(), after, BATCH).await?;
            for id in &ids {
                app.write(async |tx: &mut Tx| tracks::index(tx, *id).await).await?;
            }
            ids.last().map(|last| Place::Tracks(Some(*last)))
        }
    };
    match next {
        Some(next) => app.write(async |tx: &mut Tx| enqueue(tx, next).await).await,
        None => Ok(()),
    }
}

async fn fill_stories(tx: &Tx) -> Result<(), AppError> {
    for story in stories::all(tx.db()).await? {
        stories::index(tx, &story).await?;
    }
    Ok(())
}

async fn fill_event(tx: &Tx, id: EventId) -> Result<(), AppError> {
    let event = events::lock(tx, id).await?;
    events::index(tx, &event).await
}
