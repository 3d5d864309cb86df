//! RSVPs over JSON.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::{Deserialize, Serialize};

use super::actions::{self, Going};
use super::count_rsvp;
use crate::accounts::{self, Email};
use crate::app::App;
use crate::error::AppError;
use crate::events::Desk;
use crate::once::Once;
use crate::sent::Sent;
use crate::web::client::Client;
use crate::web::extract::{Json, OptionalJson};
use crate::web::faces::ProblemOut;

/// What may be sent with an RSVP.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct RsvpIn {
    /// Where to send one reminder, and word if the night moves or is cancelled; `null` for nowhere, not sent for as it
    /// was. It is shown to nobody, and forgotten when the night is over.
    #[schema(value_type = Option<String>)]
    email: Sent<String>,
}

/// How a night stands for whoever is asking.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RsvpOut {
    /// How many say they'll be there.
    going: i64,
    /// Whether the caller is one of them.
    is_going: bool,
    /// Whether a reminder will come by mail.
    is_reminded: bool,
}

impl RsvpOut {
    fn of(going: &Going) -> Self {
        let Going { count, is_going, is_reminded, newcomer: _ } = *going;
        Self { going: count, is_going, is_reminded }
    }
}

/// Whether you said you'd be there, and how many did.
///
/// # Errors
/// 404 for a draft that isn't yours.
#[utoipa::path(get, path = "/api/v1/events/{slug}/rsvp", tag = "events", params(("slug" = String, Path)),
    responses((status = 200, body = RsvpOut), (status = 404, body = ProblemOut)))]
pub async fn show(State(app): State<App>, desk: Desk) -> Result<Response, AppError> {
    let going = actions::going(&app, &desk.viewer, desk.event.id).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(RsvpOut::of(&going))).into_response())
}

/// Say that you'll be there. Once for each guest; who has no name becomes a guest without one, by a cookie.
///
/// # Errors
/// 403 for someone who sits this night out, 404 for a draft, 409 unless the night is still to come, 422 for an address
/// that no mail goes to, 429 beyond 30 an hour, and beyond 5 an hour for one mail address.
#[utoipa::path(post, path = "/api/v1/events/{slug}/rsvp", tag = "events", params(("slug" = String, Path)),
    request_body = Option<RsvpIn>,
    responses((status = 200, body = RsvpOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 422, body = ProblemOut), (status = 429, body = ProblemOut)))]
pub async fn make(
    State(app): State<App>,
    Client(address): Client,
    desk: Desk,
    once: Once,
    jar: CookieJar,
    OptionalJson(RsvpIn { email }): OptionalJson<RsvpIn>,
) -> Result<Response, AppError> {
    let email = email.try_map(|text| Email::new(&text)).map_err(|message| AppError::field("email", message))?;
    if !app.was_done(&once).await? {
        count_rsvp(&app, &desk.viewer, &email, address)?;
    }
    let going = actions::make(&app, &once, &desk.viewer, desk.event.id, &email).await?;
    let jar = accounts::with_newcomer(&app, jar, going.newcomer.as_ref());
    Ok((jar, [(header::CACHE_CONTROL, "no-store")], Json(RsvpOut::of(&going))).into_response())
}

/// Say that you won't be there after all. From one who never said so, it changes nothing.
///
/// # Errors
/// 404 for a draft that isn't yours.
#[utoipa::path(delete, path = "/api/v1/events/{slug}/rsvp", tag = "events", params(("slug" = String, Path)),
    responses((status = 200, body = RsvpOut), (status = 404, body = ProblemOut)))]
pub async fn withdraw(State(app): State<App>, desk: Desk) -> Result<Json<RsvpOut>, AppError> {
    let going = actions::withdraw(&app, &desk.viewer, desk.event.id).await?;
    Ok(Json(RsvpOut::of(&going)))
}
