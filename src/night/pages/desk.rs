//! The host's desk: one page to run a night with one thumb.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use entity::ids::{PledgeId, ShareId};
use serde::Deserialize;
use uuid::Uuid;

use crate::accounts::{Press, Viewer};
use crate::app::App;
use crate::error::AppError;
use crate::events::{Event, Here, HostOf, State as NightState};
use crate::night::actions;
use crate::night::view::NightView;
use crate::once::Once;
use crate::pledges::{self, Pledge};
use crate::tracks::{self, Order, Page, Share, ShareState};
use crate::web::extract::Path;
use crate::web::form::{Form, Seal};
use crate::web::page::Private;

/// What fits on the desk.
const SONGS_MAX: u64 = 300;
const PLEDGES_MAX: u64 = 300;

#[derive(Template)]
#[template(path = "night/desk.html")]
struct DeskPage {
    seal: Seal,
    view: NightView,
    /// Newest first.
    songs: Vec<Share>,
    held: Vec<Share>,
    removed: Vec<Share>,
    /// Newest first.
    pledges: Vec<Pledge>,
    can_reopen: bool,
    /// A week after this night, for "same again".
    next_week: String,
}

/// `GET /host/events/{slug}`
///
/// # Errors
/// 403 for those who don't host it.
pub async fn show(State(app): State<App>, host: HostOf, viewer: Viewer) -> Result<Response, AppError> {
    let event = host.event;
    let db = app.db.read();
    let page = Page { order: Order::NewestFirst, count: SONGS_MAX, after: None };
    let can_reopen = matches!(event.state, NightState::Ended { .. }) && event.open(app.now()).is_ok();
    let next_week = (event.when.local + chrono::TimeDelta::days(7)).format("%Y-%m-%dT%H:%M").to_string();
    let page = DeskPage {
        seal: viewer.seal(&app),
        songs: tracks::of_event(db, event.id, page).await?,
        held: tracks::held(db, event.id, ShareState::Held).await?,
        removed: tracks::held(db, event.id, ShareState::Removed).await?,
        pledges: pledges::newest(db, event.id, PLEDGES_MAX, false).await?,
        can_reopen,
        next_week,
        view: NightView::read(&app, event).await?,
    };
    Ok(Private(page).into_response())
}

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
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    actions::remove(&app, &once, host.organiser.id.0, share.id).await?;
    Ok(back(&host.event))
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
