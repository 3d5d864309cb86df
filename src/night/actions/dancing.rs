//! Dancing: a tap for a song, and a kitchen that says it is there.

use entity::ids::{EventId, ShareId};
use serde::{Deserialize, Serialize};

use super::about;
use crate::accounts::{self, Guest, Viewer};
use crate::activity::Kind;
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events;
use crate::once::Once;
use crate::tracks;

/// What became of a tap.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Danced {
    /// The song's taps, or the night's kitchens.
    pub count: i64,
    /// The guest that a newcomer became.
    pub newcomer: Option<Guest>,
}

/// Dances to a song. A second tap of the same guest changes nothing.
///
/// # Errors
/// 403 for someone who sits this night out, 404 for a song that isn't shown, 409 when the night takes none.
pub async fn dance(app: &App, once: &Once, viewer: &Viewer, share: ShareId) -> Result<Danced, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let share = tracks::find(tx.db(), share).await?.ok_or(AppError::NotFound)?;
        let event = events::lock(tx, share.event).await?;
        event.check_takes_part()?;
        let share =
            tracks::find(tx.db(), share.id).await?.filter(tracks::Share::is_public).ok_or(AppError::NotFound)?;
        let (guest, newcomer) = accounts::as_dancer(app, tx, viewer).await?;
        events::check_welcome(tx, event.id, guest).await?;
        let is_new = tracks::dance(tx, share.id, guest).await?;
        if is_new {
            tx.record(event.id, Kind::ShareDanced, about(share.id.0, Some(guest.0))).await?;
        }
        Ok(Danced { count: share.dances + i64::from(is_new), newcomer })
    })
    .await
}

/// Says that a kitchen dances, for three minutes from now.
///
/// # Errors
/// 403 for someone who sits this night out, 404 for a draft, 409 unless the night is live.
pub async fn come_in(app: &App, once: &Once, viewer: &Viewer, event: EventId) -> Result<Danced, AppError> {
    let danced = app
        .write_once(once, async |tx: &mut Tx| {
            let event = events::find(tx.db(), event).await?.ok_or(AppError::NotFound)?;
            event.check_is_on()?;
            let (guest, newcomer) = accounts::as_dancer(app, tx, viewer).await?;
            events::check_welcome(tx, event.id, guest).await?;
            events::note_dancing(tx.db(), event.id, guest, tx.now()).await?;
            let count = events::count_dancing(tx.db(), Some(event.id), tx.now()).await?;
            Ok(Danced { count, newcomer })
        })
        .await?;
    // Nothing is recorded of it, so nobody else wakes the listeners.
    app.live.wake(event.into());
    Ok(danced)
}

/// Says that a kitchen dances no more; how many still do.
///
/// # Errors
/// When the database fails.
pub async fn leave(app: &App, viewer: &Viewer, event: EventId) -> Result<i64, AppError> {
    let guest = accounts::guest_of(app, viewer).await?;
    let count = app
        .write(async |tx: &mut Tx| {
            if let Some(guest) = guest {
                events::forget_dancing(tx.db(), event, guest).await?;
            }
            Ok(events::count_dancing(tx.db(), Some(event), tx.now()).await?)
        })
        .await?;
    app.live.wake(event.into());
    Ok(count)
}
