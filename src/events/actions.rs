//! What changes an event and nothing else.

use entity::ids::{EventId, SlotId};

use super::decks;
use super::event::Event;
use super::lineup::{Kept, Slot, TimedSlot};
use super::store;
use crate::accounts::Organiser;
use crate::activity::Kind;
use crate::app::App;
use crate::db::{About, Tx};
use crate::error::AppError;

/// Publishes a draft, within a unit of work.
///
/// # Errors
/// 409 unless a draft whose time is still to come.
pub async fn publish(tx: &mut Tx, actor: Option<uuid::Uuid>, event: EventId) -> Result<(), AppError> {
    let mut event = store::lock(tx, event).await?;
    event.state = event.publish(tx.now())?;
    store::save(tx, &event).await?;
    store::note_published(tx, event.id).await?;
    tx.record(event.id, Kind::EventPublished, About { actor, ..About::default() }).await?;
    Ok(())
}

/// Puts a line-up in place of the one that was there.
///
/// # Errors
/// 422 for a slot that names another night's.
pub async fn set_lineup(app: &App, organiser: &Organiser, event: &Event, slots: Vec<Slot>) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        let event = store::lock(tx, event.id).await?;
        put_lineup(tx, event.id, slots).await?;
        store::own_night(tx.db(), event.id).await?;
        tx.record(event.id, Kind::LineupChanged, by(organiser)).await?;
        Ok(())
    })
    .await
}

/// As [`set_lineup`], within another unit of work. A slot that was there before keeps its id, its link, and when it began.
///
/// # Errors
/// 422 for a slot that names another night's.
pub async fn put_lineup(tx: &Tx, event: EventId, slots: Vec<Slot>) -> Result<(), AppError> {
    let event = store::find(tx.db(), event).await?.ok_or(AppError::NotFound)?;
    let before = store::lineup_of(tx.db(), &event).await?;
    let staying = Slot::staying(&slots, &before)?;
    let kept = staying.into_iter().map(|kept| kept.unwrap_or_else(|| Kept::fresh(tx.new_id())));
    store::replace_lineup(tx.db(), event.id, slots.into_iter().zip(kept)).await?;
    store::index(tx, &event).await
}

/// Stores the slots of a line-up in another order.
///
/// # Errors
/// When the database fails.
pub async fn keep_lineup(tx: &Tx, event: EventId, lineup: &[TimedSlot]) -> Result<(), AppError> {
    let slots = lineup.iter().map(|slot| (slot.slot.clone(), slot.kept));
    Ok(store::replace_lineup(tx.db(), event, slots).await?)
}

/// Stores what happened to the slots that aren't as they were.
///
/// # Errors
/// When the database fails.
pub async fn keep_slots(tx: &Tx, before: &[TimedSlot], after: &[TimedSlot]) -> Result<(), AppError> {
    for (_, slot) in before.iter().zip(after).filter(|(before, after)| before.kept != after.kept) {
        store::save_slot(tx.db(), &slot.kept).await?;
    }
    Ok(())
}

/// Ends whichever slot is on, within a unit of work; its id.
///
/// # Errors
/// When the database fails.
pub async fn end_slot(tx: &Tx, event: &Event) -> Result<Option<SlotId>, AppError> {
    let before = store::lineup_of(tx.db(), event).await?;
    let mut lineup = before.clone();
    let ended = decks::end(&mut lineup, tx.now());
    keep_slots(tx, &before, &lineup).await?;
    Ok(ended)
}

fn by(organiser: &Organiser) -> About {
    About { actor: Some(organiser.id.0), ..About::default() }
}
