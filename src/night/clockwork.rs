//! What the clock does by itself: opens nights at their start, closes those that nobody closed, makes those of series.

use entity::ids::EventId;

use super::actions;
use crate::app::App;
use crate::error::AppError;
use crate::events;
use crate::once::Once;

/// Opens, closes and makes what is due. Safe to run as often as one likes, and on several instances at once.
///
/// # Errors
/// When the database fails.
pub async fn turn(app: &App) -> Result<(), AppError> {
    for event in events::due_to_open(app.db.read(), app.now()).await? {
        note(event, actions::open(app, &Once::default(), None, event).await);
    }
    for event in events::due_to_close(app.db.read(), app.now()).await? {
        note(event, actions::close(app, &Once::default(), None, event).await);
    }
    for series in events::series_due(app.db.read(), app.now()).await? {
        actions::keep_ahead(app, series).await?;
    }
    Ok(())
}

/// One night that can't be turned keeps no other from it. In a conflict a host, or another instance, was faster.
fn note<T>(event: EventId, result: Result<T, AppError>) {
    if let Err(error) = result
        && !matches!(error, AppError::Conflict(_))
    {
        tracing::error!(%event, %error, "a night can't be opened or closed");
    }
}
