//! The decks, for whoever holds the secret link of a slot: their own page, without an account.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use entity::ids::ShareId;
use serde::Deserialize;

use super::turns::Turns;
use crate::accounts::{Press, Viewer};
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::events::{self, Dj, Event, State as NightState, calendar, decks};
use crate::limits::Deed;
use crate::night::actions::{self, Sharer};
use crate::night::view::{SlotView, entries};
use crate::once::Once;
use crate::tracks::{ShareIn, Song};
use crate::web::client::Client;
use crate::web::extract::Path;
use crate::web::form::{Form, Seal};
use crate::web::page::Secret;

#[derive(Template)]
#[template(path = "night/decks.html")]
struct DecksPage {
    seal: Seal,
    event: Event,
    /// The activity number that the page stands at.
    revision: i64,
    /// The path of this page.
    path: String,
    /// Everything, and which of it is whose.
    lineup: Vec<SlotView>,
    own: SlotView,
    on: Option<SlotView>,
    next: Option<SlotView>,
    is_on: bool,
    /// It was on, and isn't any more.
    is_over: bool,
    may_begin: bool,
    may_play: bool,
    /// `12 min behind`
    drift: Option<String>,
    songs: Turns,
    form: SongForm,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "night/decks_over.html")]
struct OverPage {
    event: Event,
    host: String,
}

/// What the song form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SongForm {
    link: String,
    dedication: String,
}

/// `GET /decks/{token}`, and the slot's calendar entry, `/decks/{token}.ics`: a token holds no dot.
///
/// # Errors
/// 404 for a link that opens nothing.
pub async fn show(State(app): State<App>, viewer: Viewer, Path(name): Path<String>) -> Result<Response, AppError> {
    if let Some(token) = name.strip_suffix(".ics") {
        return entry(&app, &Dj::of(&app, token).await?).await;
    }
    page(&app, &Dj::of(&app, &name).await?, &viewer, SongForm::default(), Problems::default()).await
}

async fn page(app: &App, dj: &Dj, viewer: &Viewer, form: SongForm, problems: Problems) -> Result<Response, AppError> {
    let db = app.db.read();
    // First, so that what happens meanwhile is told afterwards.
    let revision = crate::activity::head(db, dj.event.id.into()).await?;
    let event = events::find(db, dj.event.id).await?.ok_or(AppError::NotFound)?;
    let kept = events::lineup_of(db, &event).await?;
    let at = decks::place(&kept, dj.slot.id).ok_or(AppError::NotFound)?;
    if !event.state.takes_part() {
        let host = kept[at].slot.host.clone();
        return Ok(Secret(OverPage { event, host }).into_response());
    }
    let is_live = matches!(event.state, NightState::Live { .. });
    let drift = events::Drift::of(&kept, is_live, app.now());
    let lineup = SlotView::list(&event, &kept, &drift);
    let view = |at: Option<usize>| at.and_then(|at| lineup.get(at).cloned());
    let on = decks::on(&kept);
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = DecksPage {
        seal: viewer.seal(app),
        revision,
        path: dj.slot.path(&app.keys),
        own: lineup[at].clone(),
        on: view(on),
        next: view(decks::next(&kept)),
        is_on: on == Some(at),
        is_over: on != Some(at) && kept[at].kept.begun_at.is_some(),
        may_begin: is_live && on != Some(at) && decks::check_turn(&kept, at).is_ok(),
        may_play: is_live && decks::check_plays(&kept, at).is_ok(),
        drift: drift.in_words().filter(|_| is_live),
        songs: Turns::read(app, &event).await?,
        lineup,
        event,
        form,
        problems,
    };
    Ok((status, Secret(page)).into_response())
}

async fn entry(app: &App, dj: &Dj) -> Result<Response, AppError> {
    let db = app.db.snapshot().await?;
    let entry = entries::of_slot(app, &db, dj).await?;
    let file = calendar::file(&dj.event.title, &[entry]);
    Ok(([(header::CONTENT_TYPE, calendar::MEDIA_TYPE), (header::CACHE_CONTROL, "no-store")], file).into_response())
}

fn back(app: &App, dj: &Dj) -> Redirect {
    Redirect::to(&dj.slot.path(&app.keys))
}

/// `POST /decks/{token}/beginning`
///
/// # Errors
/// 404 for a link that opens nothing, 409 unless the night is live and it is their turn.
pub async fn begin(
    State(app): State<App>,
    dj: Dj,
    once: Once,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    actions::begin_own(&app, &once, &dj).await?;
    Ok(back(&app, &dj))
}

/// `POST /decks/{token}/handover`
///
/// # Errors
/// 404 for a link that opens nothing, 409 unless they are on.
pub async fn hand_over(
    State(app): State<App>,
    dj: Dj,
    once: Once,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    actions::hand_over(&app, &once, &dj).await?;
    Ok(back(&app, &dj))
}

/// What the now-playing form sends; empty for nothing.
#[derive(Debug, Deserialize)]
pub struct NowPlayingForm {
    share_id: String,
}

/// `POST /decks/{token}/now-playing`
///
/// # Errors
/// 404 for a link that opens nothing, 409 while somebody else is on, 422 for a song that isn't one of the shown ones.
pub async fn play(
    State(app): State<App>,
    dj: Dj,
    Form(NowPlayingForm { share_id }): Form<NowPlayingForm>,
) -> Result<Redirect, AppError> {
    let share = match share_id.trim() {
        "" => None,
        id => Some(ShareId(id.parse().map_err(|_| AppError::field("share_id", "Choose one of this night's songs"))?)),
    };
    actions::play_own(&app, &dj, share).await?;
    Ok(back(&app, &dj))
}

/// `POST /decks/{token}/songs`
///
/// # Errors
/// 404 for a link that opens nothing, 409 when the night takes no songs, 429 beyond 20 an hour.
pub async fn share(
    State(app): State<App>,
    dj: Dj,
    viewer: Viewer,
    Client(address): Client,
    once: Once,
    Form(form): Form<SongForm>,
) -> Result<Response, AppError> {
    let field = |text: &String| Some(text.clone()).filter(|text| !text.trim().is_empty());
    let input = ShareIn { link: field(&form.link), dedication: field(&form.dedication), ..ShareIn::default() };
    let song = match Song::from_field(&input) {
        Ok(song) => song,
        Err(AppError::Invalid(problems)) => return page(&app, &dj, &viewer, form, problems).await,
        Err(error) => return Err(error),
    };
    if !app.was_done(&once).await? {
        dj.event.check_takes_part()?;
        app.limits.count(Deed::Share, Some(&dj.slot.id.to_string()), address)?;
    }
    actions::share(&app, &once, Sharer::Dj(&dj), false, dj.event.id, song).await?;
    Ok(back(&app, &dj).into_response())
}
