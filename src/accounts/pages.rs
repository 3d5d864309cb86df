//! Signing in by a mailed link, the first account, and an organiser's account page.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::account::{Email, Name};
use super::session::{Guest, Organiser, Viewer};
use super::{actions, session, store};
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::keys;
use crate::limits::Deed;
use crate::web::client::Client;
use crate::web::extract::Path;
use crate::web::form::{Form, Seal};
use crate::web::page::{Private, Secret};

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    seal: Seal,
    email: String,
    problems: Problems,
}

/// `GET /sign-in`
pub async fn sign_in(State(app): State<App>, viewer: Viewer) -> impl IntoResponse {
    Private(SignInPage { seal: viewer.seal(&app), email: String::new(), problems: Problems::default() })
}

/// What the sign-in form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    email: String,
}

/// `POST /sign-in`: answers the same whether or not the address has an account.
///
/// # Errors
/// 429 beyond 5 in 30 minutes for one address.
pub async fn ask_for_link(
    State(app): State<App>,
    Client(address): Client,
    viewer: Viewer,
    Form(form): Form<SignInForm>,
) -> Result<Response, AppError> {
    let mut problems = Problems::default();
    let Some(email) = problems.take("email", Email::new(&form.email)) else {
        let page = SignInPage { seal: viewer.seal(&app), email: form.email, problems };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Private(page)).into_response());
    };
    app.limits.count(Deed::MailedLink, Some(email.as_str()), address)?;
    actions::ask_for_link(&app, &email).await?;
    Ok(Redirect::to("/sign-in/sent").into_response())
}

#[derive(Template)]
#[template(path = "accounts/sent.html")]
struct SentPage;

/// `GET /sign-in/sent`
pub async fn sent() -> impl IntoResponse {
    Private(SentPage)
}

#[derive(Template)]
#[template(path = "accounts/confirm.html")]
struct ConfirmPage {
    seal: Seal,
    works: bool,
}

/// `GET /sign-in/{secret}`: a button. Mail scanners that open links use nothing up.
///
/// # Errors
/// 429 when links are being guessed.
pub async fn confirm(
    State(app): State<App>,
    Client(address): Client,
    viewer: Viewer,
    Path(secret): Path<String>,
) -> Result<Response, AppError> {
    app.limits.count(Deed::OpenLink, None, address)?;
    let works = store::open_link(app.db.read(), keys::hash(&secret), app.now()).await?.is_some();
    let status = if works { StatusCode::OK } else { StatusCode::NOT_FOUND };
    Ok((status, Secret(ConfirmPage { seal: viewer.seal(&app), works })).into_response())
}

/// A form of a button only.
#[derive(Debug, Deserialize)]
pub struct Press {}

/// `POST /sign-in/{secret}`: uses the link up.
///
/// # Errors
/// 404 for a link that was used, ran out or never was.
pub async fn use_link(
    State(app): State<App>,
    Client(address): Client,
    jar: CookieJar,
    Path(secret): Path<String>,
    Form(Press {}): Form<Press>,
) -> Result<Response, AppError> {
    app.limits.count(Deed::OpenLink, None, address)?;
    let cookie = actions::sign_in(&app, &secret).await?;
    Ok((jar.add(session::browser_cookie(&app, cookie)), Redirect::to("/host")).into_response())
}

/// `POST /sign-out`
///
/// # Errors
/// 401 when nobody is signed in.
pub async fn sign_out(
    State(app): State<App>,
    organiser: Organiser,
    jar: CookieJar,
    Form(Press {}): Form<Press>,
) -> Result<Response, AppError> {
    actions::sign_out(&app, &organiser).await?;
    Ok((jar.add(session::no_cookie(&app)), Redirect::to("/")).into_response())
}

#[derive(Template)]
#[template(path = "accounts/set_up.html")]
struct SetUpPage {
    seal: Seal,
    email: String,
    name: String,
    problems: Problems,
}

/// `GET /set-up/{secret}`
///
/// # Errors
/// 404 once there is an organiser.
pub async fn set_up(State(app): State<App>, viewer: Viewer, Path(secret): Path<String>) -> Result<Response, AppError> {
    let open = store::open_link(app.db.read(), keys::hash(&secret), app.now()).await?;
    if open.is_none() || store::any_account(app.db.read()).await? {
        return Err(AppError::NotFound);
    }
    let seal = viewer.seal(&app);
    let page = SetUpPage { seal, email: String::new(), name: String::new(), problems: Problems::default() };
    Ok(Secret(page).into_response())
}

/// What the set-up form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SetUpForm {
    email: String,
    name: String,
}

/// `POST /set-up/{secret}`: makes the owner and signs them in.
///
/// # Errors
/// 404 once there is an organiser, 422 for a wrong field.
pub async fn finish_set_up(
    State(app): State<App>,
    viewer: Viewer,
    jar: CookieJar,
    Path(secret): Path<String>,
    Form(form): Form<SetUpForm>,
) -> Result<Response, AppError> {
    let mut problems = Problems::default();
    let email = problems.take("email", Email::new(&form.email));
    let name = problems.take("name", Name::required(&form.name, "Enter your name"));
    let (Some(email), Some(name)) = (email, name) else {
        let page = SetUpPage { seal: viewer.seal(&app), email: form.email, name: form.name, problems };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Secret(page)).into_response());
    };
    let cookie = actions::set_up(&app, &secret, email, name).await?;
    Ok((jar.add(session::browser_cookie(&app, cookie)), Redirect::to("/host")).into_response())
}

#[derive(Template)]
#[template(path = "accounts/account.html")]
struct AccountPage {
    seal: Seal,
    organiser: Organiser,
    tokens: u64,
    token: Option<String>,
    /// As it was typed.
    hours: String,
    problems: Problems,
}

/// `GET /host/account`
///
/// # Errors
/// 401 when nobody is signed in.
pub async fn account(State(app): State<App>, organiser: Organiser, viewer: Viewer) -> Result<Response, AppError> {
    account_page(&app, organiser, &viewer, None, "1".to_owned(), Problems::default()).await
}

async fn account_page(
    app: &App,
    organiser: Organiser,
    viewer: &Viewer,
    token: Option<String>,
    hours: String,
    problems: Problems,
) -> Result<Response, AppError> {
    let tokens = store::count_tokens(app.db.read(), organiser.id, app.now()).await?;
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = AccountPage { seal: viewer.seal(app), organiser, tokens, token, hours, problems };
    Ok((status, Private(page)).into_response())
}

/// What the token form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenForm {
    hours: String,
}

/// `POST /host/account/tokens`: shows the token once, in the answer itself; it is kept nowhere.
///
/// # Errors
/// 401 when nobody is signed in.
pub async fn make_token(
    State(app): State<App>,
    organiser: Organiser,
    viewer: Viewer,
    Form(TokenForm { hours }): Form<TokenForm>,
) -> Result<Response, AppError> {
    let made = actions::make_token(&app, organiser.id, hours.trim().parse().unwrap_or_default()).await;
    match made {
        Ok(token) => account_page(&app, organiser, &viewer, Some(token), hours, Problems::default()).await,
        Err(AppError::Invalid(problems)) => account_page(&app, organiser, &viewer, None, hours, problems).await,
        Err(error) => Err(error),
    }
}

/// `POST /host/account/tokens/revocation`
///
/// # Errors
/// 401 when nobody is signed in.
pub async fn revoke_tokens(
    State(app): State<App>,
    organiser: Organiser,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    actions::revoke_tokens(&app, &organiser).await?;
    Ok(Redirect::to("/host/account"))
}

/// The cookies of an answer to somebody who may have become a guest by asking.
pub fn with_newcomer(app: &App, jar: CookieJar, newcomer: Option<&Guest>) -> CookieJar {
    match newcomer {
        Some(guest) => jar.add(session::guest_cookie(app, guest)),
        None => jar,
    }
}
