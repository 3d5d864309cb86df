//! The reminders of a pledge over JSON.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::AppError;
use crate::limits::Deed;
use crate::pledges::actions;
use crate::pledges::pledge::Reminders;
use crate::web::client::Client;
use crate::web::extract::{Json, Path};
use crate::web::faces::ProblemOut;

/// Whether a supporter may be reminded.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct RemindersIn {
    /// `false` stops them.
    wanted: bool,
}

/// A pledge's reminders.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RemindersOut {
    wanted: bool,
    /// How many were mailed; two at most.
    sent: i32,
}

fn told(reminders: Reminders) -> Response {
    let out = RemindersOut { wanted: !reminders.stopped, sent: reminders.sent };
    ([(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")], Json(out)).into_response()
}

/// The reminders of my pledge.
///
/// # Errors
/// 404 for a secret that opens nothing.
#[utoipa::path(get, path = "/api/v1/pledges/{manage_token}/reminders", tag = "pledges",
    params(("manage_token" = String, Path)),
    responses((status = 200, body = RemindersOut), (status = 404, body = ProblemOut)))]
pub async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response, AppError> {
    Ok(told(actions::open(&app, &token).await?.reminders))
}

/// Stop my reminders, or let them go on.
///
/// # Errors
/// 404 for a secret that opens nothing, 422 without `wanted`, 429 beyond 60 an hour that let them go on.
#[utoipa::path(put, path = "/api/v1/pledges/{manage_token}/reminders", tag = "pledges",
    request_body = RemindersIn, params(("manage_token" = String, Path)),
    responses((status = 200, body = RemindersOut), (status = 404, body = ProblemOut), (status = 422, body = ProblemOut),
        (status = 429, body = ProblemOut)))]
pub async fn set(
    State(app): State<App>,
    Client(address): Client,
    Path(token): Path<String>,
    Json(input): Json<RemindersIn>,
) -> Result<Response, AppError> {
    let pledge = actions::open(&app, &token).await?;
    if input.wanted {
        app.limits.count(Deed::ChangePledge, Some(&pledge.id.to_string()), address)?;
    }
    Ok(told(actions::set_reminders(&app, pledge.id, !input.wanted).await?))
}
