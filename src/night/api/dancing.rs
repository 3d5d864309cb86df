//! Dancing over JSON: taps for a song, and kitchens.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Serialize;

use super::shares::ShareDesk;
use crate::accounts;
use crate::app::App;
use crate::error::AppError;
use crate::events::Desk;
use crate::limits::Deed;
use crate::night::actions::{self, Danced};
use crate::once::Once;
use crate::web::client::Client;
use crate::web::extract::Json;
use crate::web::faces::ProblemOut;

/// How many dance to a song.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DancesOut {
    dances: i64,
}

/// How many kitchens dance.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DancingOut {
    pub dancing: i64,
}

/// Dance to a song. Once for each guest; who has no name becomes a guest without one, by a cookie.
///
/// # Errors
/// 403 for someone who sits this night out, 404 for a song that isn't shown, 409 when the night takes none, 429 beyond 240 an hour.
#[utoipa::path(post, path = "/api/v1/shares/{id}/dances", tag = "songs", params(("id" = Uuid, Path)),
    responses((status = 200, body = DancesOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 429, body = ProblemOut)))]
pub async fn dance(
    State(app): State<App>,
    Client(address): Client,
    desk: ShareDesk,
    once: Once,
    jar: CookieJar,
) -> Result<Response, AppError> {
    if !app.was_done(&once).await? {
        accounts::count_dancer(&app, Deed::Dance, &desk.viewer, address)?;
    }
    let danced = actions::dance(&app, &once, &desk.viewer, desk.share.id).await?;
    let out = DancesOut { dances: danced.count };
    Ok(answer(&app, jar, &danced, Json(out)))
}

/// Say that a kitchen dances: it counts for three minutes.
///
/// # Errors
/// 403 for someone who sits this night out, 404 for a draft, 409 unless the night is live, 429 beyond 120 an hour.
#[utoipa::path(post, path = "/api/v1/events/{slug}/presence", tag = "live", params(("slug" = String, Path)),
    responses((status = 200, body = DancingOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 429, body = ProblemOut)))]
pub async fn come_in(
    State(app): State<App>,
    Client(address): Client,
    desk: Desk,
    once: Once,
    jar: CookieJar,
) -> Result<Response, AppError> {
    if !app.was_done(&once).await? {
        accounts::count_dancer(&app, Deed::Presence, &desk.viewer, address)?;
    }
    let danced = actions::come_in(&app, &once, &desk.viewer, desk.event.id).await?;
    let out = DancingOut { dancing: danced.count };
    Ok(answer(&app, jar, &danced, Json(out)))
}

/// Say that a kitchen dances no more. From one that didn't, it changes nothing.
///
/// # Errors
/// 404 for a draft that isn't yours.
#[utoipa::path(delete, path = "/api/v1/events/{slug}/presence", tag = "live", params(("slug" = String, Path)),
    responses((status = 200, body = DancingOut), (status = 404, body = ProblemOut)))]
pub async fn leave(State(app): State<App>, desk: Desk) -> Result<Json<DancingOut>, AppError> {
    let dancing = actions::leave(&app, &desk.viewer, desk.event.id).await?;
    Ok(Json(DancingOut { dancing }))
}

fn answer(app: &App, jar: CookieJar, danced: &Danced, out: impl IntoResponse) -> Response {
    let jar = accounts::with_newcomer(app, jar, danced.newcomer.as_ref());
    (jar, [(header::CACHE_CONTROL, "no-store")], out).into_response()
}
