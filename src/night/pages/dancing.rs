//! Dancing without a script: a page with one button, for a song and for a kitchen.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use entity::ids::ShareId;
use uuid::Uuid;

use crate::accounts::{self, Press};
use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Desk, Event};
use crate::limits::Deed;
use crate::night::actions::{self, Danced};
use crate::once::Once;
use crate::tracks::{self, Share};
use crate::web::client::Client;
use crate::web::extract::Path;
use crate::web::form::{Form, Seal};
use crate::web::page::Private;

#[derive(Template)]
#[template(path = "night/dancing.html")]
struct DancingPage {
    seal: Seal,
    event: Event,
    dancing: i64,
}

#[derive(Template)]
#[template(path = "night/dance.html")]
struct DancePage {
    seal: Seal,
    event: Event,
    share: Share,
}

/// `GET /events/{slug}/dancing`: how many kitchens dance, and a button to be one.
///
/// # Errors
/// 404 for a draft, 409 unless the night is live.
pub async fn show(State(app): State<App>, desk: Desk) -> Result<Response, AppError> {
    desk.event.check_is_on()?;
    let dancing = events::count_dancing(app.db.read(), Some(desk.event.id), app.now()).await?;
    Ok(Private(DancingPage { seal: desk.viewer.seal(&app), event: desk.event, dancing }).into_response())
}

/// `POST /events/{slug}/dancing`
///
/// # Errors
/// 404 for a draft, 409 unless the night is live, 429 beyond 120 an hour.
pub async fn come_in(
    State(app): State<App>,
    desk: Desk,
    Client(address): Client,
    once: Once,
    jar: CookieJar,
    Form(Press {}): Form<Press>,
) -> Result<Response, AppError> {
    if !app.was_done(&once).await? {
        accounts::count_dancer(&app, Deed::Presence, &desk.viewer, address)?;
    }
    let danced = actions::come_in(&app, &once, &desk.viewer, desk.event.id).await?;
    Ok(back(&app, jar, &danced, &format!("{}/dancing", desk.event.path())))
}

/// `GET /events/{slug}/shares/{id}/dance`: the song, and a button.
///
/// # Errors
/// 404 for a song that isn't shown on this night, 409 when the night takes none.
pub async fn ask(
    State(app): State<App>,
    desk: Desk,
    Path((_, id)): Path<(String, Uuid)>,
) -> Result<Response, AppError> {
    desk.event.check_takes_part()?;
    let share = shown(&app, &desk.event, id).await?;
    Ok(Private(DancePage { seal: desk.viewer.seal(&app), event: desk.event, share }).into_response())
}

/// `POST /events/{slug}/shares/{id}/dance`
///
/// # Errors
/// 404 for a song that isn't shown on this night, 409 when the night takes none, 429 beyond 240 an hour.
pub async fn dance(
    State(app): State<App>,
    desk: Desk,
    Client(address): Client,
    Path((_, id)): Path<(String, Uuid)>,
    once: Once,
    jar: CookieJar,
    Form(Press {}): Form<Press>,
) -> Result<Response, AppError> {
    let share = shown(&app, &desk.event, id).await?;
    if !app.was_done(&once).await? {
        accounts::count_dancer(&app, Deed::Dance, &desk.viewer, address)?;
    }
    let danced = actions::dance(&app, &once, &desk.viewer, share.id).await?;
    Ok(back(&app, jar, &danced, &format!("{}#s-{}", desk.event.path(), share.id)))
}

async fn shown(app: &App, event: &Event, id: Uuid) -> Result<Share, AppError> {
    let share = tracks::find(app.db.read(), ShareId(id)).await?;
    share.filter(|share| share.event == event.id && share.is_public()).ok_or(AppError::NotFound)
}

fn back(app: &App, jar: CookieJar, danced: &Danced, to: &str) -> Response {
    let jar = accounts::with_newcomer(app, jar, danced.newcomer.as_ref());
    (jar, Redirect::to(to)).into_response()
}
