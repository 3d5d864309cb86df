//! What changes an event and nothing else.

use entity::ids::EventId;

use super::event::Event;
use super::lineup::Slot;
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
pub async fn publish(tx: &mut Tx, actor: uuid::Uuid, event: EventId) -> Result<(), AppError> {
    let mut event = store::lock(tx, event).await?;
    event.state = event.publish(tx.now())?;
    store::save(tx, &event).await?;
    store::note_published(tx, event.id).await?;
    tx.record(event.id, Kind::EventPublished, About { actor: Some(actor), ..About::default() }).await?;
    Ok(())
}

/// Puts a line-up in place of the one that was there.
///
/// # Errors
/// When the database fails.
pub async fn set_lineup(app: &App, organiser: &Organiser, event: &Event, slots: Vec<Slot>) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        let event = store::lock(tx, event.id).await?;
        put_lineup(tx, event.id, slots).await?;
        tx.record(event.id, Kind::LineupChanged, by(organiser)).await?;
        Ok(())
    })
    .await
}

/// As [`set_lineup`], within another unit of work.
///
/// # Errors
/// When the database fails.
pub async fn put_lineup(tx: &Tx, event: EventId, slots: Vec<Slot>) -> Result<(), AppError> {
    Ok(store::replace_lineup(tx.db(), event, slots).await?)
}

fn by(organiser: &Organiser) -> About {
    About { actor: Some(organiser.id.0), ..About::default() }
}
