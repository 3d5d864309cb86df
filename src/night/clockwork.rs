//! What the clock does by itself: opens nights at their start, closes those that nobody closed.

use super::actions;
use crate::app::App;
use crate::error::AppError;
use crate::events;
use crate::once::Once;

/// Opens and closes what is due. Safe to run as often as one likes, and on several instances at once.
///
/// # Errors
/// When the database fails.
pub async fn turn(app: &App) -> Result<(), AppError> {
    for event in events::due_to_open(app.db.read(), app.now()).await? {
        unless_turned(actions::open(app, &Once::default(), None, event).await)?;
    }
    for event in events::due_to_close(app.db.read(), app.now()).await? {
        unless_turned(actions::close(app, &Once::default(), None, event).await)?;
    }
    Ok(())
}

/// A host, or another instance, was a moment faster.
fn unless_turned<T>(result: Result<T, AppError>) -> Result<(), AppError> {
    match result {
        Ok(_) | Err(AppError::Conflict(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
