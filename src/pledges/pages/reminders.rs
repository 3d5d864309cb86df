//! Stopping the reminders of a pledge with one tap, and letting them go on.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::accounts::{Press, Viewer};
use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Event};
use crate::limits::Deed;
use crate::pledges::actions;
use crate::pledges::pledge::Pledge;
use crate::web::client::Client;
use crate::web::extract::Path;
use crate::web::form::{Form, Seal, StopForm, Upload};
use crate::web::page::Secret;

#[derive(Template)]
#[template(path = "pledges/reminders.html")]
struct RemindersPage {
    seal: Seal,
    event: Event,
    token: String,
    stopped: bool,
}

async fn page(app: &App, viewer: &Viewer, token: String, pledge: &Pledge, stopped: bool) -> Result<Response, AppError> {
    let event = events::find(app.db.read(), pledge.event).await?.ok_or(AppError::NotFound)?;
    Ok(Secret(RemindersPage { seal: viewer.seal(app), event, token, stopped }).into_response())
}

/// `GET /pledges/{manage_token}/reminders/stop`: a button. Programs that look links up before people do stop nothing.
///
/// # Errors
/// 404 for a secret that opens nothing.
pub async fn ask_to_stop(
    State(app): State<App>,
    viewer: Viewer,
    Path(token): Path<String>,
) -> Result<Response, AppError> {
    let pledge = actions::open(&app, &token).await?;
    page(&app, &viewer, token, &pledge, pledge.reminders.stopped).await
}

/// `POST /pledges/{manage_token}/reminders/stop`. A mail program is answered at once, since it follows no redirect.
///
/// # Errors
/// 404 for a secret that opens nothing.
pub async fn stop(
    State(app): State<App>,
    viewer: Viewer,
    Path(token): Path<String>,
    form: Upload<StopForm>,
) -> Result<Response, AppError> {
    let pledge = actions::open(&app, &token).await?;
    if !pledge.reminders.stopped {
        actions::set_reminders(&app, pledge.id, true).await?;
    }
    if form.fields.is_one_click() {
        return page(&app, &viewer, token, &pledge, true).await;
    }
    Ok(Redirect::to(&format!("/pledges/{token}#mails")).into_response())
}

/// `POST /pledges/{manage_token}/reminders/start`
///
/// # Errors
/// 404 for a secret that opens nothing, 429 beyond 60 an hour.
pub async fn start(
    State(app): State<App>,
    Client(address): Client,
    Path(token): Path<String>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    let pledge = actions::open(&app, &token).await?;
    app.limits.count(Deed::ChangePledge, Some(&pledge.id.to_string()), address)?;
    actions::set_reminders(&app, pledge.id, false).await?;
    Ok(Redirect::to(&format!("/pledges/{token}#mails")))
}
