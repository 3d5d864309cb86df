//! Who may run a night: its creator, those it appoints, and owners everywhere.

use axum::extract::FromRequestParts;
use axum::http::{header, request::Parts};
use axum::response::{IntoResponse, Response};
use entity::ids::{EventId, GuestId};
use serde::Deserialize;
use uuid::Uuid;

use super::event::Event;
use super::store::{self, OfNight};
use crate::accounts::{self, Organiser, Role, Viewer};
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::kindness;
use crate::web::extract::Path;

/// A host, and the event of the path's `{slug}` that they host.
#[derive(Debug)]
pub struct HostOf {
    pub organiser: Organiser,
    pub event: Event,
}

/// The event of the path's `{slug}`, as far as the viewer may see it: a draft is there for its hosts only.
#[derive(Debug)]
pub struct Desk {
    pub viewer: Viewer,
    pub event: Event,
    pub is_host: bool,
}

impl Desk {
    /// The event of this slug, as far as `viewer` may see it.
    ///
    /// # Errors
    /// 404 for a slug that isn't there, or a draft that isn't theirs.
    pub async fn of(app: &App, viewer: Viewer, slug: &str) -> Result<Self, AppError> {
        let event = store::find_by_slug(app.db.read(), slug).await?.ok_or(AppError::NotFound)?;
        let is_host = may_host(app, &viewer, &event).await?;
        if event.state.is_hidden() && !is_host {
            return Err(AppError::NotFound);
        }
        Ok(Self { viewer, event, is_host })
    }

    /// An answer about this night; nobody keeps one about a draft.
    pub fn answer(&self, out: impl IntoResponse) -> Response {
        if self.event.state.is_hidden() {
            return ([(header::CACHE_CONTROL, "no-store")], out).into_response();
        }
        out.into_response()
    }
}

#[derive(Deserialize)]
struct Named {
    slug: String,
}

impl FromRequestParts<App> for Desk {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let Path(Named { slug }) = Path::from_request_parts(parts, app).await?;
        let viewer = Viewer::from_request_parts(parts, app).await?;
        Self::of(app, viewer, &slug).await
    }
}

impl FromRequestParts<App> for HostOf {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        // Who asks comes first: to nobody, no night is there or not there.
        let organiser = Organiser::from_request_parts(parts, app).await?;
        let Desk { event, is_host, .. } = Desk::from_request_parts(parts, app).await?;
        if !is_host {
            return Err(AppError::Forbidden("Only the hosts of this night can do this."));
        }
        Ok(Self { organiser, event })
    }
}

/// A host, and the thing of the path's `{id}`, which is of the night of the path's `{slug}`.
#[derive(Debug)]
pub struct Here<T> {
    pub host: HostOf,
    pub thing: T,
}

#[derive(Deserialize)]
struct Numbered {
    id: Uuid,
}

impl<T: OfNight> FromRequestParts<App> for Here<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let host = HostOf::from_request_parts(parts, app).await?;
        let Path(Numbered { id }) = Path::from_request_parts(parts, app).await?;
        let found = T::find(app.db.read(), id).await?;
        let here = found.filter(|(event, _)| *event == host.event.id);
        let (_, thing) = here.ok_or(AppError::NotFound)?;
        Ok(Self { host, thing })
    }
}

/// Whether `viewer` hosts `event`.
///
/// # Errors
/// When the database fails.
pub async fn may_host(app: &App, viewer: &Viewer, event: &Event) -> Result<bool, AppError> {
    match viewer {
        Viewer::Organiser(organiser) if organiser.role == Role::Owner => Ok(true),
        Viewer::Organiser(organiser) => Ok(store::is_host(app.db.read(), event.id, organiser.id).await?),
        _ => Ok(false),
    }
}

/// What somebody hears who sits a night out.
const SITS_OUT: &str = "A host has asked you to sit this night out, so you can't post or join just now. You can still listen and read along.";

/// Whether a guest may take part in a night, within a unit of work.
///
/// # Errors
/// 403 for someone whom a host asked to sit it out. Hosts can't be.
pub async fn check_welcome(tx: &Tx, event: EventId, guest: GuestId) -> Result<(), AppError> {
    // Who became a host since is welcome again.
    if kindness::is_blocked(tx.db(), event, guest).await? && !is_hosted_by(tx, event, guest).await? {
        return Err(AppError::Forbidden(SITS_OUT));
    }
    Ok(())
}

/// Whether a guest is a host of the night, or an owner.
///
/// # Errors
/// When the database fails.
pub async fn is_hosted_by(tx: &Tx, event: EventId, guest: GuestId) -> Result<bool, AppError> {
    let Some(account) = accounts::account_of_guest(tx.db(), guest).await? else { return Ok(false) };
    let account = accounts::find_account(tx.db(), account).await?.ok_or(AppError::NotFound)?;
    Ok(account.role == Role::Owner || store::is_host(tx.db(), event, account.id).await?)
}
