//! A pledge's words: hidden by a host, held for a listed word, shown again. The money stays.

use entity::ids::{EventId, PledgeId};
use uuid::Uuid;

use super::making::Told;
use crate::activity::Kind;
use crate::app::App;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events;
use crate::kindness;
use crate::once::Once;
use crate::pledges::pledge::Pledge;
use crate::pledges::store;

/// The pledge with its words hidden if one of them is on the list, and shown if they were hidden for that alone.
pub(super) async fn look_at_words(tx: &Tx, pledge: Pledge) -> Result<Pledge, AppError> {
    let list = kindness::word_list(tx.db()).await?;
    let texts = [pledge.words.name.as_deref(), pledge.words.message.as_deref()];
    let word = list.find_in(texts).map(str::to_owned);
    Ok(pledge.held_for(word.as_deref()))
}

/// Records that a pledge's words wait for a host, if they do.
pub(super) async fn record_held(tx: &mut Tx, pledge: &Pledge) -> Result<(), AppError> {
    if pledge.held_word.is_some() {
        let about = About { subject: Some(pledge.id.0), ..About::default() };
        tx.record(pledge.event, Kind::PledgeWordsHeld, about).await?;
    }
    Ok(())
}

/// Hides what a supporter wrote.
///
/// # Errors
/// 404 when the pledge isn't one of this event's.
pub async fn remove_words(app: &App, once: &Once, actor: Uuid, event: EventId, id: PledgeId) -> Result<Told, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        events::lock(tx, event).await?;
        let pledge = hide_words(tx, actor, event, id).await?;
        Told::now(tx, pledge).await
    })
    .await?
    .with_words(app)
    .await
}

/// As [`remove_words`], within a unit of work that holds the event's head.
///
/// # Errors
/// 404 when the pledge isn't one of this event's.
pub async fn hide_words(tx: &mut Tx, actor: Uuid, event: EventId, id: PledgeId) -> Result<Pledge, AppError> {
    turn_words(tx, (actor, true), event, id).await
}

/// Shows what a supporter wrote, as far as their switches do, whoever or whatever hid it.
///
/// # Errors
/// 404 when the pledge isn't one of this event's.
pub async fn show_words(app: &App, once: &Once, actor: Uuid, event: EventId, id: PledgeId) -> Result<Told, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        events::lock(tx, event).await?;
        let pledge = turn_words(tx, (actor, false), event, id).await?;
        Told::now(tx, pledge).await
    })
    .await?
    .with_words(app)
    .await
}

async fn turn_words(
    tx: &mut Tx,
    (actor, removed): (Uuid, bool),
    event: EventId,
    id: PledgeId,
) -> Result<Pledge, AppError> {
    let found = store::find(tx.db(), id).await?.filter(|pledge| pledge.event == event);
    let mut pledge = found.ok_or(AppError::NotFound)?;
    (pledge.words_removed, pledge.held_word) = (removed, None);
    store::set_words_removed(tx.db(), id, removed).await?;
    let kind = if removed { Kind::PledgeWordsRemoved } else { Kind::PledgeWordsShown };
    tx.record(event, kind, About { subject: Some(id.0), actor: Some(actor), ..About::default() }).await?;
    Ok(pledge)
}
