//! Opening, closing and cancelling a night, and what plays now.

use entity::ids::{EventId, ShareId};
use uuid::Uuid;

use super::about;
use crate::activity::Kind;
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Event, State};
use crate::night::view::EventOut;
use crate::once::Once;
use crate::tracks::Share;
use crate::{pledges, rsvps, tracks};

/// Publishes a draft.
///
/// # Errors
/// 409 unless a draft whose time is still to come.
pub async fn publish(app: &App, once: &Once, actor: Uuid, event: EventId) -> Result<EventOut, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        events::publish(tx, Some(actor), event).await?;
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
        wind_down(tx, &mut event, actor).await?;
        events::save(tx, &event).await?;
        pledges::follow(tx, &event).await?;
        rsvps::forget_addresses(tx, event.id).await?;
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
        call_off(tx, event, Some(actor)).await?;
        EventOut::told(app, tx, event).await
    })
    .await
}

/// As [`cancel`], within a unit of work.
///
/// # Errors
/// As [`cancel`].
pub(super) async fn call_off(tx: &mut Tx, event: EventId, actor: Option<Uuid>) -> Result<(), AppError> {
    let mut event = events::lock(tx, event).await?;
    event.state = event.cancel()?;
    wind_down(tx, &mut event, actor).await?;
    events::save(tx, &event).await?;
    pledges::follow(tx, &event).await?;
    rsvps::follow(tx, &event).await?;
    tx.record(event.id, Kind::EventCancelled, about(event.id.0, actor)).await?;
    Ok(())
}

/// What can't outlast a night: whoever is on the decks, what plays, a quiet moment, the pause.
async fn wind_down(tx: &mut Tx, event: &mut Event, actor: Option<Uuid>) -> Result<(), AppError> {
    if let Some(slot) = events::end_slot(tx, event).await? {
        tx.record(event.id, Kind::SlotEnded, about(slot.0, actor)).await?;
    }
    if event.tonight.quiet_since.is_some() {
        tx.record(event.id, Kind::QuietEnded, about(event.id.0, actor)).await?;
    }
    event.tonight = std::mem::take(&mut event.tonight).over();
    event.now_playing = None;
    Ok(())
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
        put_now_playing(tx, &event, actor, share).await
    })
    .await
}

/// As [`set_now_playing`], within a unit of work.
///
/// # Errors
/// As [`set_now_playing`].
pub(super) async fn put_now_playing(
    tx: &mut Tx,
    event: &Event,
    actor: Uuid,
    share: Option<ShareId>,
) -> Result<Option<Share>, AppError> {
    check_live(event, "Songs play")?;
    if let Some(id) = share {
        let found = tracks::find(tx.db(), id).await?;
        let here = found.filter(|share| share.event == event.id && share.is_public());
        here.ok_or_else(|| AppError::field("share_id", "Choose one of this night's songs"))?;
        tracks::played(tx.db(), id, tx.now()).await?;
    }
    events::set_now_playing(tx.db(), event.id, share).await?;
    let about = crate::db::About { subject: share.map(|id| id.0), actor: Some(actor), amount_pence: None };
    tx.record(event.id, Kind::NowPlaying, about).await?;
    match share {
        Some(id) => Ok(tracks::find(tx.db(), id).await?),
        None => Ok(None),
    }
}

/// 409 unless the night is live; `what` is what happens only then.
pub(super) fn check_live(event: &Event, what: &str) -> Result<(), AppError> {
    match event.state {
        State::Live { .. } => Ok(()),
        _ => Err(AppError::conflict(format!("{what} while a night is live; this one is {}.", event.status()))),
    }
}
