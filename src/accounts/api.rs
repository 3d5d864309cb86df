//! Guests over JSON.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::account::Name;
use super::actions::{self, GuestSession};
use super::session::Viewer;
use crate::app::App;
use crate::error::AppError;
use crate::limits::Deed;
use crate::once::Once;
use crate::web::client::Client;
use crate::web::extract::Json;

/// Someone who wants to take part.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct GuestIn {
    /// 1 to 60 characters.
    nickname: String,
}

/// A guest and the token to come back with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct GuestOut {
    id: Uuid,
    nickname: String,
    /// A bearer token, good for 30 days.
    token: String,
}

/// Become a guest.
///
/// # Errors
/// 422 for a nickname that can't be shown, 429 beyond 200 an hour from one address.
#[utoipa::path(post, path = "/api/v1/guests", tag = "people", request_body = GuestIn,
    responses((status = 201, body = GuestOut), (status = 422, body = crate::web::faces::ProblemOut),
        (status = 429, body = crate::web::faces::ProblemOut)))]
pub async fn become_guest(
    State(app): State<App>,
    Client(address): Client,
    once: Once,
    Json(GuestIn { nickname }): Json<GuestIn>,
) -> Result<Response, AppError> {
    let nickname =
        Name::required(&nickname, "Enter a nickname").map_err(|message| AppError::field("nickname", message))?;
    app.limits.count(Deed::BecomeGuest, None, address)?;
    let started = actions::become_guest(&app, &once, nickname).await?;
    show(&app, started)
}

/// A fresh token for the same guest.
///
/// # Errors
/// 401 without a good credential, 403 for an organiser, 429 beyond 20 an hour.
#[utoipa::path(post, path = "/api/v1/guests/renewal", tag = "people", security(("bearer" = [])),
    responses((status = 201, body = GuestOut), (status = 401, body = crate::web::faces::ProblemOut)))]
pub async fn renew(
    State(app): State<App>,
    Client(address): Client,
    viewer: Viewer,
    once: Once,
) -> Result<Response, AppError> {
    let Viewer::Guest(guest) = viewer else {
        return Err(match viewer {
            Viewer::Organiser(_) => AppError::Forbidden("Organisers make their tokens on the account page."),
            _ => AppError::Unauthorised("Send the token you have."),
        });
    };
    if guest.nickname.is_none() {
        return Err(AppError::Unauthorised("Choose a nickname first."));
    }
    app.limits.count(Deed::Renew, Some(&guest.id.to_string()), address)?;
    let started = actions::renew_guest(&app, &once, &guest).await?;
    show(&app, started)
}

fn show(app: &App, started: GuestSession) -> Result<Response, AppError> {
    let token = started.token(app)?;
    let guest = started.guest;
    let nickname = guest.nickname.unwrap_or_default();
    let out = GuestOut { id: guest.id.0, nickname, token };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(out)).into_response())
}
