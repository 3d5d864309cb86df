//! The kindness page of a night: what was reported, what waits, who sits out, and how songs are shared out.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::ids::{GuestId, MatterId, PledgeId};
use serde::Deserialize;
use uuid::Uuid;

use super::night_form::read_songs_each;
use crate::accounts::{self, Press, Viewer};
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::events::{Event, EventIn, HostOf};
use crate::kindness::{self, Matter, Outcome};
use crate::night::actions;
use crate::night::care::Care;
use crate::once::Once;
use crate::pledges;
use crate::tracks::{self, Share};
use crate::web::extract::Path;
use crate::web::form::{Form, Seal};
use crate::web::page::Private;

/// How songs are shared out, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShareOutForm {
    pub songs_each: String,
    pub screening: String,
}

#[derive(Template)]
#[template(path = "kindness/night.html")]
struct KindnessPage {
    seal: Seal,
    event: Event,
    care: Care,
    form: ShareOutForm,
    problems: Problems,
}

fn back(event: &Event) -> Redirect {
    Redirect::to(&format!("/host/events/{}/kindness", event.slug))
}

async fn kindness_page(
    app: &App,
    viewer: &Viewer,
    event: Event,
    form: ShareOutForm,
    problems: Problems,
) -> Result<Response, AppError> {
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let care = Care::read(&app.db.snapshot().await?, &event).await?;
    let page = KindnessPage { seal: viewer.seal(app), event, care, form, problems };
    Ok((status, Private(page)).into_response())
}

/// `GET /host/events/{slug}/kindness`
///
/// # Errors
/// 403 for those who don't host it.
pub async fn show(State(app): State<App>, host: HostOf, viewer: Viewer) -> Result<Response, AppError> {
    let event = host.event;
    let songs_each = event.songs_each.map(|songs| songs.to_string()).unwrap_or_default();
    let form = ShareOutForm { songs_each, screening: event.screening.to_string() };
    kindness_page(&app, &viewer, event, form, Problems::default()).await
}

/// `POST /host/events/{slug}/kindness`: how many songs each may have, and whose are looked at first.
///
/// # Errors
/// 403 for those who don't host it.
pub async fn set(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    Form(form): Form<ShareOutForm>,
) -> Result<Response, AppError> {
    let mut problems = Problems::default();
    let songs_each = read_songs_each(&form.songs_each, &mut problems);
    let screening = Some(form.screening.clone()).filter(|screening| !screening.is_empty());
    let input = EventIn { screening, songs_each, ..EventIn::default() };
    if !problems.list().is_empty() {
        return kindness_page(&app, &viewer, host.event, form, problems).await;
    }
    match actions::change(&app, &host.organiser, host.event.id, &input).await {
        Ok(()) => Ok(back(&host.event).into_response()),
        Err(AppError::Invalid(problems)) => kindness_page(&app, &viewer, host.event, form, problems).await,
        Err(error) => Err(error),
    }
}

/// What a host may say to whoever's song is taken down.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RemovalForm {
    reason: String,
}

impl RemovalForm {
    /// The reason, if one was typed.
    ///
    /// # Errors
    /// 422 for one that is too long.
    pub fn reason(&self) -> Result<Option<String>, AppError> {
        actions::removal_reason(Some(&self.reason))
    }
}

async fn settle(
    (app, host, once): (&App, &HostOf, &Once),
    id: Uuid,
    outcome: (Outcome, Option<String>),
) -> Result<Redirect, AppError> {
    let matter = kindness::find_matter(app.db.read(), MatterId(id)).await?;
    let here = |matter: &Matter| matter.subject.event == Some(host.event.id);
    let matter = matter.filter(here).ok_or(AppError::NotFound)?;
    actions::settle(app, once, &host.organiser, matter.id, outcome).await?;
    Ok(back(&host.event))
}

/// `POST /host/events/{slug}/reports/{id}/removal`: takes down what was reported.
///
/// # Errors
/// 403 for those who don't host it, 404 for a report of another night, 409 when it is decided.
pub async fn remove(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    Path((_, id)): Path<(String, Uuid)>,
    Form(form): Form<RemovalForm>,
) -> Result<Redirect, AppError> {
    settle((&app, &host, &once), id, (Outcome::Removed, form.reason()?)).await
}

/// `POST /host/events/{slug}/reports/{id}/dismissal`: leaves it as it is.
///
/// # Errors
/// 403 for those who don't host it, 404 for a report of another night, 409 when it is decided.
pub async fn leave(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    Path((_, id)): Path<(String, Uuid)>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    settle((&app, &host, &once), id, (Outcome::Left, None)).await
}

/// `POST /host/events/{slug}/pledges/{id}/approval`: shows a pledge's words.
///
/// # Errors
/// 403 for those who don't host it, 404 for a pledge of another night.
pub async fn show_words(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    Path((_, id)): Path<(String, Uuid)>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    pledges::show_words(&app, &once, host.organiser.id.0, host.event.id, PledgeId(id)).await?;
    Ok(back(&host.event))
}

#[derive(Template)]
#[template(path = "kindness/guest.html")]
struct GuestPage {
    seal: Seal,
    event: Event,
    guest: GuestId,
    nickname: String,
    /// What they shared.
    songs: Vec<Share>,
    /// What they joined.
    joined: Vec<Share>,
    is_blocked: bool,
}

/// `GET /host/events/{slug}/guests/{id}`: what somebody has on a night.
///
/// # Errors
/// 403 for those who don't host it, 404 for someone who took no part in it.
pub async fn guest(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    Path((_, id)): Path<(String, Uuid)>,
) -> Result<Response, AppError> {
    let (db, event, guest) = (app.db.snapshot().await?, host.event, GuestId(id));
    if !tracks::took_part(&db, event.id, guest).await? {
        return Err(AppError::NotFound);
    }
    let all = tracks::of_guest(&db, event.id, guest).await?;
    let (songs, joined) = all.into_iter().partition(|share| share.guest == guest);
    let nickname = accounts::nicknames(&db, [guest]).await?.remove(&guest).unwrap_or_default();
    let is_blocked = kindness::is_blocked(&db, event.id, guest).await?;
    let seal = viewer.seal(&app);
    Ok(Private(GuestPage { seal, event, guest, nickname, songs, joined, is_blocked }).into_response())
}

/// What the form of a block sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BlockForm {
    /// Ticked or not.
    take_down: Option<String>,
}

/// `POST /host/events/{slug}/guests/{id}/block`
///
/// # Errors
/// 403 for those who don't host it, 404 for someone who took no part in it, 409 for hosts and owners.
pub async fn block(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    Path((_, id)): Path<(String, Uuid)>,
    Form(form): Form<BlockForm>,
) -> Result<Redirect, AppError> {
    let whom = (host.event.id, GuestId(id));
    actions::block(&app, &once, &host.organiser, whom, form.take_down.is_some()).await?;
    Ok(back(&host.event))
}

/// `POST /host/events/{slug}/guests/{id}/block/undoing`
///
/// # Errors
/// 403 for those who don't host it, 404 for someone who isn't blocked.
pub async fn unblock(
    State(app): State<App>,
    host: HostOf,
    Path((_, id)): Path<(String, Uuid)>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    actions::unblock(&app, &host.organiser, host.event.id, GuestId(id)).await?;
    Ok(back(&host.event))
}

/// `POST /host/events/{slug}/guests/{id}/approval`: shows their name wherever they joined and it waits.
///
/// # Errors
/// 403 for those who don't host it, 404 for someone who took no part in it.
pub async fn show_guest(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    Path((_, id)): Path<(String, Uuid)>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    actions::show_guest(&app, &once, &host.organiser, host.event.id, GuestId(id)).await?;
    Ok(back(&host.event))
}
