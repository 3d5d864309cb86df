//! Jobs of a night: asking music services about links.

use serde::Deserialize;
use serde_json::{Value, json};

use super::actions;
use crate::app::App;
use crate::error::AppError;

/// The job that asks a service about one link.
pub const LOOK_UP: &str = "night.look_up";

#[derive(Deserialize)]
struct One {
    url: String,
    tries: u32,
}

/// What [`LOOK_UP`] is queued with: a canonical address, and how often its service was asked in vain.
#[must_use]
pub fn look_up_payload(url: &str, tries: u32) -> Value {
    json!({ "url": url, "tries": tries })
}

/// Runs [`LOOK_UP`].
///
/// # Errors
/// When the database fails; it is tried again.
pub async fn look_up(app: App, payload: Value) -> Result<(), AppError> {
    let One { url, tries } = serde_json::from_value(payload).map_err(AppError::internal)?;
    actions::look_up(&app, &url, tries).await
}
