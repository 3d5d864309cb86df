//! Opening, closing and cancelling a night, and what plays now.

use entity::ids::{EventId, ShareId};
use uuid::Uuid;

use super::about;
use crate::activity::Kind;
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, State, Status};
use crate::night::view::EventOut;
use crate::once::Once;
use crate::tracks::Share;
use crate::{pledges, tracks};

/// Publishes a draft.
///
/// # Errors
/// 409 unless a draft whose time is still to come.
pub async fn publish(app: &App, once: &Once, actor: Uuid, event: EventId) -> Result<EventOut, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        events::publish(tx, actor, event).await?;
        EventOut::told(app, tx, event).await
    })
    .await
}

/// Opens a night. `actor` is none when the clock does it.
///
/// # Errors
/// 409 in a state that can't be opened.
pub async fn open(app: &App, once: &Once, actor: Option<Uuid>, event: EventId) -> Result<EventOut, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let mut event = events::lock(tx, event).await?;
        if actor.is_none() && tx.now() < event.when.starts_at {
            return Err(AppError::conflict("This night was moved a moment ago."));
        }
        event.state = event.open(tx.now())?;
        events::save(tx, &event).await?;
        pledges::follow(tx, &event).await?;
        tx.record(event.id, Kind::EventOpened, about(event.id.0, actor)).await?;
        pledges::take_stock(tx, &event).await?;
        EventOut::told(app, tx, event.id).await
    })
    .await
}

/// Closes a night. What its open pledges have come to is counted, and posted to the ledger.
///
/// # Errors
/// 409 unless it is live.
pub async fn close(app: &App, once: &Once, actor: Option<Uuid>, event: EventId) -> Result<EventOut, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let mut event = events::lock(tx, event).await?;
        if actor.is_none() && matches!(event.state, State::Live { closes_at, .. } if tx.now() < closes_at) {
            return Err(AppError::conflict("This night was opened again a moment ago."));
        }
        event.state = event.close(tx.now())?;
        event.now_playing = None;
        events::save(tx, &event).await?;
        pledges::follow(tx, &event).await?;
        tx.record(event.id, Kind::EventClosed, about(event.id.0, actor)).await?;
        pledges::take_stock(tx, &event).await?;
        EventOut::told(app, tx, event.id).await
    })
    .await
}

/// Cancels a night; its pledges lapse.
///
/// # Errors
/// 409 once it is over.
pub async fn cancel(app: &App, once: &Once, actor: Uuid, event: EventId) -> Result<EventOut, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let mut event = events::lock(tx, event).await?;
        event.state = event.cancel()?;
        event.now_playing = None;
        events::save(tx, &event).await?;
        pledges::follow(tx, &event).await?;
        tx.record(event.id, Kind::EventCancelled, about(event.id.0, Some(actor))).await?;
        EventOut::told(app, tx, event.id).await
    })
    .await
}

/// Says what plays now, or that nothing does.
///
/// # Errors
/// 409 unless the night is live, 422 for a song that isn't one of its shown ones.
pub async fn set_now_playing(
    app: &App,
    actor: Uuid,
    event: EventId,
    share: Option<ShareId>,
) -> Result<Option<Share>, AppError> {
    app.write(async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        if !matches!(event.state, State::Live { .. }) {
            let status: Status = event.status();
            return Err(AppError::conflict(format!("Songs play while a night is live; this one is {status}.")));
        }
        let share = match share {
            None => None,
            Some(id) => {
                let found = tracks::find(tx.db(), id).await?;
                let here = found.filter(|share| share.event == event.id && share.is_public());
                Some(here.ok_or_else(|| AppError::field("share_id", "Choose one of this night's songs"))?)
            }
        };
        let id = share.as_ref().map(|share| share.id);
        events::set_now_playing(tx.db(), event.id, id).await?;
        let share = match id {
            Some(id) => {
                tracks::played(tx.db(), id, tx.now()).await?;
                tracks::find(tx.db(), id).await?
            }
            None => None,
        };
        let about = crate::db::About { subject: id.map(|id| id.0), actor: Some(actor), amount_pence: None };
        tx.record(event.id, Kind::NowPlaying, about).await?;
        Ok(share)
    })
    .await
}
