//! Jobs about promises.

use entity::ids::EventId;
use serde::Deserialize;

use super::actions;
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;

/// The job that brings the pledges of a night to what its state asks for.
pub const FOLLOW: &str = "pledges.follow";

#[derive(Deserialize)]
struct Follow {
    event: EventId,
}

/// Runs [`FOLLOW`], a batch at a time, so that everybody else gets their turn between.
///
/// # Errors
/// When the database fails.
pub async fn follow(app: App, payload: serde_json::Value) -> Result<(), AppError> {
    let Follow { event } = serde_json::from_value(payload).map_err(AppError::internal)?;
    while !app.write(async |tx: &mut Tx| actions::follow_more(tx, event).await).await? {}
    Ok(())
}
