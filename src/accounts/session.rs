//! Who is asking: the viewer behind a cookie or a token, found once and handed to those who ask for it.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, SameSite};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use entity::ids::{AccountId, GuestId, SessionId};
use entity::session::SessionKind;

use super::account::Role;
use super::{store, token};
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::keys;
use crate::web::extract::is_json;
use crate::web::form::{CsrfToken, Seal};
pub use crate::web::once::Caller;

/// An organiser's browser stays signed in this long after it was last seen.
pub(super) const BROWSER_LASTS: TimeDelta = TimeDelta::days(30);
/// A guest's cookie, sliding (contract.md).
pub(super) const GUEST_COOKIE_LASTS: TimeDelta = TimeDelta::days(180);
/// What signs the secret of a guest's cookie: the same each time it is made, so that a retry gets the same cookie.
pub(super) const GUEST_COOKIE: &str = "guest cookie";
/// A cookie is prolonged when it was last seen longer ago than this.
const PROLONG_AFTER: TimeDelta = TimeDelta::days(1);

/// Who is asking.
#[derive(Clone, Debug)]
pub enum Viewer {
    /// Nobody we know.
    Anyone,
    /// Someone who takes part.
    Guest(Guest),
    /// Someone with an account.
    Organiser(Organiser),
}

/// A guest who is asking.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Guest {
    pub id: GuestId,
    /// None for one who only danced so far.
    pub nickname: Option<String>,
    pub session: SessionId,
}

/// An organiser who is asking.
#[derive(Clone, Debug)]
pub struct Organiser {
    pub id: AccountId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub session: SessionId,
}

impl Viewer {
    fn session(&self) -> Option<SessionId> {
        match self {
            Self::Anyone => None,
            Self::Guest(guest) => Some(guest.session),
            Self::Organiser(organiser) => Some(organiser.session),
        }
    }

    /// The name that this viewer takes part under, if there is one yet.
    #[must_use]
    pub fn nickname(&self) -> Option<&str> {
        match self {
            Self::Anyone => None,
            Self::Guest(guest) => guest.nickname.as_deref(),
            Self::Organiser(organiser) => Some(&organiser.name),
        }
    }

    /// The id that limits count against and activity names.
    #[must_use]
    pub fn actor(&self) -> Option<uuid::Uuid> {
        match self {
            Self::Anyone => None,
            Self::Guest(guest) => Some(guest.id.0),
            Self::Organiser(organiser) => Some(organiser.id.0),
        }
    }

    /// What the forms on a page for this viewer carry.
    #[must_use]
    pub fn seal(&self, app: &App) -> Seal {
        Seal::new(self.session().map(|session| csrf(app, session)))
    }

    fn caller(&self) -> Caller {
        Caller(match self {
            Self::Anyone => "anyone".to_owned(),
            Self::Guest(guest) => format!("guest:{}", guest.id),
            Self::Organiser(organiser) => format!("account:{}", organiser.id),
        })
    }
}

fn csrf(app: &App, session: SessionId) -> String {
    URL_SAFE_NO_PAD.encode(app.keys.sign("csrf", session.0.as_bytes()))
}

/// Finds out who sends a change, before anything reads the form: forms then check their token against it, and
/// retries are kept apart by caller.
pub async fn who_is_asking(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let aging = Aging::default();
    parts.extensions.insert(aging.clone());
    // A page or a list that needs nobody asks nobody; but whoever shows a token means it, and hears when it is no good.
    if parts.method.is_safe() && bearer(&parts.headers).is_none() {
        let response = next.run(Request::from_parts(parts, body)).await;
        return prolong(&app, &aging, response).await;
    }
    let viewer = match look(&app, &parts).await {
        Ok(viewer) => viewer,
        Err(error) => return error.into_response(),
    };
    if let Some(session) = viewer.session().filter(|_| bearer(&parts.headers).is_none()) {
        parts.extensions.insert(CsrfToken(csrf(&app, session)));
    }
    parts.extensions.insert(viewer.caller());
    parts.extensions.insert(viewer);
    let response = next.run(Request::from_parts(parts, body)).await;
    prolong(&app, &aging, response).await
}

/// A session that was last seen a while ago, and the secret it came with.
#[derive(Clone, Debug, Default)]
struct Aging(Arc<Mutex<Option<(store::Session, String)>>>);

/// Prolongs an aging session with its cookie, on answers that nobody keeps: a cookie on a kept one would reach others.
async fn prolong(app: &App, aging: &Aging, mut response: Response) -> Response {
    let found = aging.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let is_private = response.headers().get(header::CACHE_CONTROL).is_some_and(|cache| cache == "no-store")
        || response.status().is_redirection();
    let Some((session, secret)) = found.filter(|_| is_private) else { return response };
    let is_guest = session.kind == SessionKind::Guest;
    let lasts = if is_guest { GUEST_COOKIE_LASTS } else { BROWSER_LASTS };
    let prolonged =
        app.write(async |tx: &mut Tx| Ok(store::prolong(tx.db(), session.id, lasts, tx.now()).await?)).await;
    let name = if is_guest { guest_cookie_name(app) } else { browser_cookie_name(app) };
    let cookie = build_cookie(app, name, secret, lasts).to_string();
    // The answer itself says who may have changed the cookie: a sign-out must not be undone here.
    if prolonged.is_ok()
        && !response.headers().contains_key(header::SET_COOKIE)
        && let Ok(value) = HeaderValue::from_str(&cookie)
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

async fn look(app: &App, parts: &Parts) -> Result<Viewer, AppError> {
    if let Some(token) = bearer(&parts.headers) {
        let stale = || AppError::Unauthorised("This token is no longer good. Make a new one.");
        let session = token::read(&app.keys, token, app.now()).ok_or_else(stale)?;
        let session = store::session(app.db.read(), session, app.now()).await?.ok_or_else(stale)?;
        return viewer_of(app, session).await;
    }
    for name in [browser_cookie_name(app), guest_cookie_name(app)] {
        let Some(secret) = cookie(&parts.headers, name) else { continue };
        let found = store::session_by_secret(app.db.read(), keys::hash(&secret), app.now()).await?;
        let Some(session) = found else { continue };
        check_cookie_on_api(parts)?;
        if session.last_seen_at + PROLONG_AFTER < app.now()
            && let Some(aging) = parts.extensions.get::<Aging>()
        {
            *aging.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((session.clone(), secret));
        }
        return viewer_of(app, session).await;
    }
    Ok(Viewer::Anyone)
}

async fn viewer_of(app: &App, session: store::Session) -> Result<Viewer, AppError> {
    let store::Session { id, account_id, guest_id, .. } = session;
    if let Some(account) = account_id {
        let account = store::find(app.db.read(), account).await?.ok_or(AppError::Unauthorised("Sign in again."))?;
        let super::Account { id: account_id, email, name, role } = account;
        return Ok(Viewer::Organiser(Organiser { id: account_id, name, email, role, session: id }));
    }
    let Some(guest) = guest_id else { return Ok(Viewer::Anyone) };
    let guest = store::find_guest(app.db.read(), guest).await?.ok_or(AppError::Unauthorised("Choose a nickname."))?;
    let nickname = Some(guest.nickname).filter(|nickname| !nickname.is_empty());
    Ok(Viewer::Guest(Guest { id: guest.id, nickname, session: id }))
}

/// The API takes a cookie only from our own pages, and only with JSON: what no other site's form can send.
fn check_cookie_on_api(parts: &Parts) -> Result<(), AppError> {
    if !parts.uri.path().starts_with("/api/") || parts.method.is_safe() {
        return Ok(());
    }
    if !is_json(&parts.headers) {
        return Err(AppError::WrongMediaType);
    }
    let text = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let fetch_site = text(header::HeaderName::from_static("sec-fetch-site"));
    let own_origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    if fetch_site == Some("same-origin") || (own_origin.is_some() && own_origin == text(header::HOST)) {
        return Ok(());
    }
    Err(AppError::Forbidden("The cookie counts only on our own pages. Use a token."))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = all.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

fn browser_cookie_name(app: &App) -> &'static str {
    if app.config.is_https() { "__Host-disco" } else { "disco" }
}

fn guest_cookie_name(app: &App) -> &'static str {
    if app.config.is_https() { "__Host-disco-guest" } else { "disco-guest" }
}

fn build_cookie(app: &App, name: &'static str, value: String, max_age: TimeDelta) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(app.config.is_https())
        .same_site(SameSite::Lax)
        .max_age(cookie::time::Duration::seconds(max_age.num_seconds()))
        .build()
}

/// The cookie of a signed-in browser.
pub(super) fn browser_cookie(app: &App, secret: String) -> Cookie<'static> {
    build_cookie(app, browser_cookie_name(app), secret, BROWSER_LASTS)
}

/// The cookie of a guest.
pub(super) fn guest_cookie(app: &App, guest: &Guest) -> Cookie<'static> {
    let secret = app.keys.token(GUEST_COOKIE, guest.session.0, 1);
    build_cookie(app, guest_cookie_name(app), secret, GUEST_COOKIE_LASTS)
}

/// What takes the browser's cookie away.
pub(super) fn no_cookie(app: &App) -> Cookie<'static> {
    build_cookie(app, browser_cookie_name(app), String::new(), TimeDelta::zero())
}

impl FromRequestParts<App> for Viewer {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        if let Some(viewer) = parts.extensions.get::<Self>() {
            return Ok(viewer.clone());
        }
        let viewer = look(app, parts).await?;
        parts.extensions.insert(viewer.clone());
        Ok(viewer)
    }
}

impl FromRequestParts<App> for Organiser {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        match <Viewer as FromRequestParts<App>>::from_request_parts(parts, app).await? {
            Viewer::Organiser(organiser) => Ok(organiser),
            Viewer::Guest(_) => Err(AppError::Forbidden("Only an organiser can do this. Sign in first.")),
            Viewer::Anyone => Err(AppError::Unauthorised("Sign in as an organiser first.")),
        }
    }
}

impl OptionalFromRequestParts<App> for Organiser {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, AppError> {
        Ok(match <Viewer as FromRequestParts<App>>::from_request_parts(parts, app).await? {
            Viewer::Organiser(organiser) => Some(organiser),
            _ => None,
        })
    }
}
