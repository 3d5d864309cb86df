//! Asking a guest to sit a night out, and letting them back in.

use entity::ids::{EventId, GuestId, ShareId};
use serde::{Deserialize, Serialize};

use super::{about, sharing};
use crate::accounts::Organiser;
use crate::activity::{Audience, Kind};
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Event};
use crate::once::Once;
use crate::{kindness, tracks};

/// What became of a guest who was asked to sit a night out.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Blocked {
    /// Songs of theirs that were taken down with it.
    pub taken_down: usize,
}

/// Has a guest sit a night out, and takes down what they have standing if that is wished. Doing it twice is fine.
///
/// # Errors
/// 404 for someone who took no part in the night, 409 for its hosts and for owners.
pub async fn block(
    app: &App,
    once: &Once,
    host: &Organiser,
    (event, guest): (EventId, GuestId),
    takes_down: bool,
) -> Result<Blocked, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        check_here(tx, &event, guest).await?;
        if events::is_hosted_by(tx, event.id, guest).await? {
            return Err(AppError::conflict("Hosts and owners can't be blocked. Take the song down instead."));
        }
        events::forget_dancing(tx.db(), event.id, guest).await?;
        if kindness::block(tx, event.id, guest, host.id).await? {
            tx.record(event.id, Kind::GuestBlocked, about(guest.0, Some(host.id.0))).await?;
        }
        let taken_down = if takes_down { clear(tx, &event, guest, host).await? } else { 0 };
        Ok(Blocked { taken_down })
    })
    .await
}

async fn check_here(tx: &Tx, event: &Event, guest: GuestId) -> Result<(), AppError> {
    if tracks::took_part(tx.db(), event.id, guest).await? { Ok(()) } else { Err(AppError::NotFound) }
}

/// Takes down a guest's songs, and their name wherever they joined.
async fn clear(tx: &mut Tx, event: &Event, guest: GuestId, host: &Organiser) -> Result<usize, AppError> {
    let mut standing = tracks::standing_of_guest(tx.db(), event.id, guest).await?;
    // Each holds its track: in one order, so that two nights never wait for each other.
    standing.sort_by_key(|share| share.track.id);
    let taken_down = standing.len();
    for share in standing {
        sharing::take_down(tx, event, share, None, host.id.0).await?;
    }
    let left = tracks::hide_joins_of(tx, event.id, guest).await?;
    record_each(tx, event.id, Kind::ShareChanged, (left, host.id.0)).await?;
    Ok(taken_down)
}

/// Records the same of several songs; of those that aren't shown, for hosts only.
async fn record_each(
    tx: &mut Tx,
    event: EventId,
    kind: Kind,
    (shares, actor): (Vec<ShareId>, uuid::Uuid),
) -> Result<(), AppError> {
    for share in tracks::by_ids(tx.db(), shares).await? {
        let audience = if share.is_public() { Audience::Public } else { Audience::Hosts };
        tx.record_for(audience, event, kind, about(share.id.0, Some(actor))).await?;
    }
    Ok(())
}

/// Lets a guest back in. What was taken down stays down until a host shows it again.
///
/// # Errors
/// 404 for someone who isn't blocked.
pub async fn unblock(app: &App, host: &Organiser, event: EventId, guest: GuestId) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        events::lock(tx, event).await?;
        if !kindness::unblock(tx, event, guest).await? {
            return Err(AppError::NotFound);
        }
        tx.record(event, Kind::GuestUnblocked, about(guest.0, Some(host.id.0))).await?;
        Ok(())
    })
    .await
}

/// Shows a guest's name wherever they joined and it waits.
///
/// # Errors
/// 404 for someone who took no part in the night.
pub async fn show_guest(
    app: &App,
    once: &Once,
    host: &Organiser,
    event: EventId,
    guest: GuestId,
) -> Result<(), AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        check_here(tx, &event, guest).await?;
        let shown = tracks::show_joins_of(tx, event.id, guest).await?;
        if !shown.is_empty() {
            tx.record(event.id, Kind::GuestShown, about(guest.0, Some(host.id.0))).await?;
            // Told as a change by a host: who joined did so long before.
            record_each(tx, event.id, Kind::ShareChanged, (shown, host.id.0)).await?;
        }
        Ok(())
    })
    .await
}
