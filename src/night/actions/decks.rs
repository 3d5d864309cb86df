//! The decks: handed over by hosts, and by whoever has a slot; and the links that let them.

use entity::ids::{EventId, GuestId, ShareId, SlotId};
use uuid::Uuid;

use super::about;
use super::turning::{check_live, put_now_playing};
use crate::accounts::{self, Name};
use crate::activity::Kind;
use crate::app::App;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events::{self, Dj, Event, KeptSlot, TimedSlot, decks};
use crate::once::Once;
use crate::tracks::Share;
use crate::words;

/// A host says who is on the decks, or that nobody is. Pressed twice, it changes nothing more.
///
/// # Errors
/// 409 unless the night is live, 422 for a slot that isn't one of its line-up.
pub async fn set_decks(app: &App, actor: Uuid, event: EventId, slot: Option<SlotId>) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        check_live(&event, "The decks are handed over")?;
        let Some(id) = slot else {
            if let Some(ended) = events::end_slot(tx, &event).await? {
                tx.record(event.id, Kind::SlotEnded, about(ended.0, Some(actor))).await?;
            }
            return Ok(());
        };
        let lineup = events::lineup_of(tx.db(), &event).await?;
        let at = decks::place(&lineup, id);
        let at = at.ok_or_else(|| AppError::field("slot_id", "Choose one of this night's slots"))?;
        begin(tx, &event, lineup, at, actor).await
    })
    .await
}

async fn begin(tx: &mut Tx, event: &Event, before: Vec<TimedSlot>, at: usize, actor: Uuid) -> Result<(), AppError> {
    let mut lineup = before.clone();
    if decks::begin(&mut lineup, at, tx.now()) {
        events::keep_slots(tx, &before, &lineup).await?;
        tx.record(event.id, Kind::SlotBegun, about(lineup[at].kept.id.0, Some(actor))).await?;
    }
    Ok(())
}

/// The night, its line-up, and the place of the DJ's slot in it.
async fn lock(tx: &Tx, dj: &Dj) -> Result<(Event, Vec<TimedSlot>, usize), AppError> {
    let event = dj.lock(tx).await?;
    let lineup = events::lineup_of(tx.db(), &event).await?;
    let at = decks::place(&lineup, dj.slot.id).ok_or(AppError::NotFound)?;
    Ok((event, lineup, at))
}

/// A DJ begins their slot. Pressed twice, it changes nothing more.
///
/// # Errors
/// 404 once the link is an old one, 409 unless the night is live and it is their turn.
pub async fn begin_own(app: &App, once: &Once, dj: &Dj) -> Result<(), AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (event, lineup, at) = lock(tx, dj).await?;
        check_live(&event, "A slot begins")?;
        decks::check_turn(&lineup, at)?;
        begin(tx, &event, lineup, at, dj.slot.id.0).await
    })
    .await
}

/// A DJ hands the decks over to whoever comes next, or leaves them free.
///
/// # Errors
/// 404 once the link is an old one, 409 unless they are on.
pub async fn hand_over(app: &App, once: &Once, dj: &Dj) -> Result<(), AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (event, lineup, at) = lock(tx, dj).await?;
        check_live(&event, "The decks are handed over")?;
        if decks::on(&lineup) != Some(at) {
            return Err(AppError::conflict("You aren't on the decks just now, so there is nothing to hand over."));
        }
        let actor = dj.slot.id.0;
        if let Some(next) = decks::next(&lineup) {
            return begin(tx, &event, lineup, next, actor).await;
        }
        events::end_slot(tx, &event).await?;
        tx.record(event.id, Kind::SlotEnded, about(actor, Some(actor))).await?;
        Ok(())
    })
    .await
}

/// A DJ says what plays now, or that nothing does.
///
/// # Errors
/// 404 once the link is an old one, 409 unless the night is live and nobody else is on, 422 for a song that isn't shown.
pub async fn play_own(app: &App, dj: &Dj, share: Option<ShareId>) -> Result<Option<Share>, AppError> {
    app.write(async |tx: &mut Tx| {
        let (event, lineup, at) = lock(tx, dj).await?;
        check_live(&event, "Songs play")?;
        decks::check_plays(&lineup, at)?;
        put_now_playing(tx, &event, dj.slot.id.0, share).await
    })
    .await
}

/// A host moves a slot that is still to come before another, or to the end. Pressed twice, it changes nothing more.
///
/// # Errors
/// 409 when either has begun, or is gone.
pub async fn move_slot(
    app: &App,
    actor: Uuid,
    event: EventId,
    slot: SlotId,
    before: Option<SlotId>,
) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        let mut lineup = events::lineup_of(tx.db(), &event).await?;
        if decks::move_before(&mut lineup, slot, before)? {
            events::keep_lineup(tx, event.id, &lineup).await?;
            events::own_night(tx.db(), event.id).await?;
            tx.record(event.id, Kind::LineupChanged, About { actor: Some(actor), ..About::default() }).await?;
        }
        Ok(())
    })
    .await
}

/// A host makes a new link for a slot: those made before open nothing.
///
/// # Errors
/// 404 for a slot of another night, 409 once that was done 250 times.
pub async fn renew_link(app: &App, actor: Uuid, event: EventId, slot: SlotId) -> Result<KeptSlot, AppError> {
    app.write(async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        let before = events::lineup_of(tx.db(), &event).await?;
        let at = decks::place(&before, slot).ok_or(AppError::NotFound)?;
        let mut lineup = before.clone();
        lineup[at].kept = lineup[at].kept.with_new_link()?;
        events::keep_slots(tx, &before, &lineup).await?;
        tx.record(event.id, Kind::SlotLinkRenewed, about(slot.0, Some(actor))).await?;
        Ok(lineup[at].kept)
    })
    .await
}

/// The guest that songs from a slot are shared by: one of the name that the slot has today.
///
/// # Errors
/// 404 when the link or the slot is gone.
pub(super) async fn guest_of(tx: &Tx, dj: &Dj) -> Result<GuestId, AppError> {
    let event = dj.lock(tx).await?;
    let lineup = events::lineup_of(tx.db(), &event).await?;
    let slot = lineup.into_iter().find(|slot| slot.kept.id == dj.slot.id).ok_or(AppError::NotFound)?;
    let name = words::cut(&slot.slot.host, 60).and_then(|name| Name::new(&name).ok()).ok_or(AppError::NotFound)?;
    if let Some(guest) = slot.kept.guest {
        let known = accounts::nicknames(tx.db(), [guest]).await?;
        if known.get(&guest).is_some_and(|known| known == name.as_str()) {
            return Ok(guest);
        }
    }
    let guest = tx.new_id();
    accounts::insert_guest(tx.db(), guest, name.as_str(), None, tx.now()).await?;
    events::set_slot_guest(tx.db(), dj.slot.id, guest).await?;
    Ok(guest)
}
