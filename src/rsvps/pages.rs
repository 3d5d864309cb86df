//! "I'll be there": a page with one button, and the page that a mail's link opens.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::actions::{self, Going};
use super::count_rsvp;
use crate::accounts::{self, Email, Press, Viewer};
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::events::{Desk, Event, State as NightState};
use crate::once::Once;
use crate::sent::Sent;
use crate::web::client::Client;
use crate::web::extract::Path;
use crate::web::form::{Form, Seal, StopForm, Upload};
use crate::web::page::{Private, Secret};

#[derive(Template)]
#[template(path = "rsvps/going.html")]
struct GoingPage {
    seal: Seal,
    event: Event,
    going: Going,
    form: RsvpForm,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "rsvps/mail.html")]
struct MailPage {
    seal: Seal,
    event: Event,
    token: String,
    is_mailed: bool,
    is_to_come: bool,
}

#[derive(Template)]
#[template(path = "rsvps/gone.html")]
struct GonePage {
    event: Event,
}

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RsvpForm {
    /// Empty for nowhere.
    pub email: String,
}

impl RsvpForm {
    fn email(&self) -> Result<Sent<Email>, AppError> {
        let email = Email::optional(Some(&self.email)).map_err(|message| AppError::field("email", message))?;
        // Nothing typed leaves what was left before.
        Ok(email.map_or(Sent::Not, Sent::Value))
    }
}

/// `GET /events/{slug}/rsvp`: a button, and how many pressed it.
///
/// # Errors
/// 404 for a draft, 409 once the night is over or cancelled.
pub async fn show(State(app): State<App>, desk: Desk) -> Result<Response, AppError> {
    page(&app, &desk, RsvpForm::default(), Problems::default()).await
}

async fn page(app: &App, desk: &Desk, form: RsvpForm, problems: Problems) -> Result<Response, AppError> {
    desk.event.check_takes_part()?;
    if desk.event.state != NightState::Scheduled {
        return Ok(([(header::CACHE_CONTROL, "no-store")], Redirect::to(&desk.event.path())).into_response());
    }
    let going = actions::going(app, &desk.viewer, desk.event.id).await?;
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = GoingPage { seal: desk.viewer.seal(app), event: desk.event.clone(), going, form, problems };
    Ok((status, Private(page)).into_response())
}

/// `POST /events/{slug}/rsvp`
///
/// # Errors
/// 403 for someone who sits this night out, 404 for a draft, 409 unless the night is still to come, 429 beyond 30 an hour.
pub async fn make(
    State(app): State<App>,
    desk: Desk,
    Client(address): Client,
    once: Once,
    jar: CookieJar,
    Form(form): Form<RsvpForm>,
) -> Result<Response, AppError> {
    let email = match form.email() {
        Ok(email) => email,
        Err(AppError::Invalid(problems)) => return page(&app, &desk, form, problems).await,
        Err(error) => return Err(error),
    };
    if !app.was_done(&once).await? {
        count_rsvp(&app, &desk.viewer, &email, address)?;
    }
    let going = actions::make(&app, &once, &desk.viewer, desk.event.id, &email).await?;
    let jar = accounts::with_newcomer(&app, jar, going.newcomer.as_ref());
    Ok((jar, back(&desk.event)).into_response())
}

fn back(event: &Event) -> Redirect {
    Redirect::to(&format!("{}/rsvp", event.path()))
}

/// `POST /events/{slug}/rsvp/withdrawal`
///
/// # Errors
/// 404 for a draft.
pub async fn withdraw(State(app): State<App>, desk: Desk, Form(Press {}): Form<Press>) -> Result<Redirect, AppError> {
    actions::withdraw(&app, &desk.viewer, desk.event.id).await?;
    Ok(back(&desk.event))
}

/// `GET /rsvps/{rsvp_token}`: what a mail's link opens. Programs that look links up before people do change nothing.
///
/// # Errors
/// 404 for a secret that opens nothing, or nothing any more.
pub async fn by_mail(State(app): State<App>, viewer: Viewer, Path(token): Path<String>) -> Result<Response, AppError> {
    let (rsvp, event) = actions::open(&app, &token).await?;
    let is_to_come = event.state == NightState::Scheduled;
    let is_mailed = rsvp.email.is_some();
    Ok(Secret(MailPage { seal: viewer.seal(&app), event, token, is_mailed, is_to_come }).into_response())
}

/// `POST /rsvps/{rsvp_token}`: no more mails. A mail program is answered at once, since it follows no redirect.
///
/// # Errors
/// 404 for a secret that opens nothing, or nothing any more.
pub async fn stop_mails(
    State(app): State<App>,
    viewer: Viewer,
    Path(token): Path<String>,
    form: Upload<StopForm>,
) -> Result<Response, AppError> {
    let (rsvp, _) = actions::open(&app, &token).await?;
    actions::stop_mails(&app, &rsvp).await?;
    if form.fields.is_one_click() {
        return by_mail(State(app), viewer, Path(token)).await;
    }
    Ok(Redirect::to(&format!("/rsvps/{token}")).into_response())
}

/// `POST /rsvps/{rsvp_token}/withdrawal`
///
/// # Errors
/// 404 for a secret that opens nothing, or nothing any more.
pub async fn withdraw_by_mail(
    State(app): State<App>,
    Path(token): Path<String>,
    Form(Press {}): Form<Press>,
) -> Result<Response, AppError> {
    let (rsvp, event) = actions::open(&app, &token).await?;
    actions::withdraw_by_mail(&app, &rsvp).await?;
    Ok(Secret(GonePage { event }).into_response())
}
