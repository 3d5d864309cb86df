//! What hosts press on the desk. Pressed twice, or by two at once, each does it once or says why it can't be done.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::ids::{PledgeId, ShareId, SlotId};
use serde::Deserialize;
use uuid::Uuid;

use super::{DeskPage, Done, page};
use crate::accounts::{Press, Viewer};
use crate::app::App;
use crate::error::AppError;
use crate::events::{Event, EventIn, Here, HostOf, KeptSlot};
use crate::night::actions;
use crate::night::pages::kindness::RemovalForm;
use crate::once::Once;
use crate::pledges;
use crate::sent::Sent;
use crate::tracks::Share;
use crate::web::extract::Path;
use crate::web::form::Form;
use crate::web::page::Private;

fn back(event: &Event) -> Redirect {
    Redirect::to(&format!("/host/events/{}", event.slug))
}

/// `POST /host/events/{slug}/{publication,opening,closing,cancellation}`: the big state button.
///
/// # Errors
/// 403 for those who don't host it, 404 for another verb, 409 in the wrong state.
pub async fn turn(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    Path((_, verb)): Path<(String, String)>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    let HostOf { organiser, event } = host;
    let actor = organiser.id.0;
    match verb.as_str() {
        "publication" => actions::publish(&app, &once, actor, event.id).await?,
        "opening" => actions::open(&app, &once, Some(actor), event.id).await?,
        "closing" => actions::close(&app, &once, Some(actor), event.id).await?,
        "cancellation" => actions::cancel(&app, &once, actor, event.id).await?,
        _ => return Err(AppError::NotFound),
    };
    Ok(back(&event))
}

/// What the buttons of tonight send: each form one of these.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TonightForm {
    mood: Option<String>,
    screening: Option<String>,
    /// Empty for none.
    welcome: Option<String>,
    is_paused: Option<bool>,
    is_quiet: Option<bool>,
}

/// `POST /host/events/{slug}/tonight`
///
/// # Errors
/// 403 for those who don't host it, 409 for what can't be just now, 422 for a mood or a screening that isn't one.
pub async fn change(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    Form(form): Form<TonightForm>,
) -> Result<Response, AppError> {
    let HostOf { organiser, event } = host;
    let TonightForm { mood, screening, welcome, is_paused, is_quiet } = form;
    let sent = welcome.clone().map_or(Sent::Not, Sent::Value);
    let input = EventIn { mood, screening, welcome: sent, is_paused, is_quiet, ..EventIn::default() };
    match actions::change(&app, &organiser, event.id, &input).await {
        Ok(()) => Ok(back(&event).into_response()),
        Err(AppError::Invalid(problems)) if welcome.is_some() => {
            let page = page(&app, event, &viewer, &Done::default()).await?;
            let page = DeskPage { welcome: welcome.unwrap_or_default(), problems, ..page };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Private(page)).into_response())
        }
        Err(error) => Err(error),
    }
}

/// What a hand-over sends; empty for nobody.
#[derive(Debug, Deserialize)]
pub struct DecksForm {
    slot_id: String,
}

/// `POST /host/events/{slug}/decks`
///
/// # Errors
/// 403 for those who don't host it, 409 unless the night is live, 422 for a slot of another night.
pub async fn set_decks(
    State(app): State<App>,
    host: HostOf,
    Form(DecksForm { slot_id }): Form<DecksForm>,
) -> Result<Redirect, AppError> {
    let slot = slot_named("slot_id", &slot_id)?;
    actions::set_decks(&app, host.organiser.id.0, host.event.id, slot).await?;
    Ok(back(&host.event))
}

fn slot_named(field: &'static str, id: &str) -> Result<Option<SlotId>, AppError> {
    match id.trim() {
        "" => Ok(None),
        id => Ok(Some(SlotId(id.parse().map_err(|_| AppError::field(field, "Choose one of this night's slots"))?))),
    }
}

/// Where a slot goes.
#[derive(Debug, Deserialize)]
pub struct PlaceForm {
    /// The slot that it is to stand before; empty for the end.
    before: String,
}

/// `POST /host/events/{slug}/slots/{id}/place`
///
/// # Errors
/// 403 for those who don't host it, 404 for a slot of another night, 409 when the line-up has changed meanwhile.
pub async fn move_slot(
    State(app): State<App>,
    Here { host, thing: slot }: Here<KeptSlot>,
    Form(PlaceForm { before }): Form<PlaceForm>,
) -> Result<Redirect, AppError> {
    let before = slot_named("before", &before)?;
    actions::move_slot(&app, host.organiser.id.0, host.event.id, slot.id, before).await?;
    Ok(back(&host.event))
}

/// `POST /host/events/{slug}/slots/{id}/link`: a new link for a slot; the old one opens nothing.
///
/// # Errors
/// 403 for those who don't host it, 404 for a slot of another night, 409 once that was done too often.
pub async fn renew_link(
    State(app): State<App>,
    Here { host, thing: slot }: Here<KeptSlot>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    actions::renew_link(&app, host.organiser.id.0, host.event.id, slot.id).await?;
    Ok(back(&host.event))
}

/// What the now-playing form sends; empty for nothing.
#[derive(Debug, Deserialize)]
pub struct NowPlayingForm {
    share_id: String,
}

/// `POST /host/events/{slug}/now-playing`
///
/// # Errors
/// 403 for those who don't host it, 409 unless the night is live, 422 for a song that isn't one of its shown ones.
pub async fn set_now_playing(
    State(app): State<App>,
    host: HostOf,
    Form(NowPlayingForm { share_id }): Form<NowPlayingForm>,
) -> Result<Redirect, AppError> {
    let share = match share_id.trim() {
        "" => None,
        id => Some(ShareId(id.parse().map_err(|_| AppError::field("share_id", "Choose one of this night's songs"))?)),
    };
    actions::set_now_playing(&app, host.organiser.id.0, host.event.id, share).await?;
    Ok(back(&host.event))
}

/// `POST /host/events/{slug}/shares/{id}/removal`
///
/// # Errors
/// 403 for those who don't host it, 404 for a song of another night, 409 when it is gone already.
pub async fn remove(
    State(app): State<App>,
    Here { host, thing: share }: Here<Share>,
    once: Once,
    Form(form): Form<RemovalForm>,
) -> Result<Redirect, AppError> {
    actions::remove(&app, &once, host.organiser.id.0, share.id, form.reason()?).await?;
    // The desk says what was removed, and offers to show it again.
    Ok(Redirect::to(&format!("/host/events/{}?removed={}", host.event.slug, share.id)))
}

/// `POST /host/events/{slug}/shares/{id}/approval`
///
/// # Errors
/// 403 for those who don't host it, 404 for a song of another night, 409 when it is shown already.
pub async fn approve(
    State(app): State<App>,
    Here { host, thing: share }: Here<Share>,
    once: Once,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    actions::approve(&app, &once, host.organiser.id.0, share.id).await?;
    Ok(back(&host.event))
}

/// `POST /host/events/{slug}/pledges/{id}/removal`: hides a pledge's words; the money stays.
///
/// # Errors
/// 403 for those who don't host it, 404 for a pledge of another night.
pub async fn remove_words(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    Path((_, id)): Path<(String, Uuid)>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    pledges::remove_words(&app, &once, host.organiser.id.0, host.event.id, PledgeId(id)).await?;
    Ok(back(&host.event))
}
