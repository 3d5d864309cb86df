//! Becoming a guest, with a nickname or without, and taking part as one.

use std::net::IpAddr;

use chrono::TimeDelta;
use entity::Moment;
use entity::ids::GuestId;
use entity::session::SessionKind;
use serde::{Deserialize, Serialize};

use super::GUEST_TOKEN_LASTS;
use crate::accounts::account::Name;
use crate::accounts::session::{GUEST_COOKIE, GUEST_COOKIE_LASTS, Guest, Viewer};
use crate::accounts::{store, token};
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::keys;
use crate::limits::Deed;
use crate::once::Once;

/// A guest's new session, without its credential: what is kept for a retry.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GuestSession {
    pub guest: Guest,
    started_at: Moment,
}

impl GuestSession {
    /// The bearer token of this session: the same each time it is made.
    ///
    /// # Errors
    /// When signing fails, which it has no reason to.
    pub fn token(&self, app: &App) -> Result<String, AppError> {
        token::sign(&app.keys, self.guest.session, self.started_at, self.started_at + GUEST_TOKEN_LASTS)
    }
}

/// Makes a guest who comes back with a token.
///
/// # Errors
/// When the database fails.
pub async fn become_guest(app: &App, once: &Once, nickname: Name) -> Result<GuestSession, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let guest = insert_guest(tx, Some(nickname)).await?;
        start_guest_session(tx, guest, None, GUEST_TOKEN_LASTS).await
    })
    .await
}

/// Makes a guest who comes back with a cookie, within another unit of work.
///
/// # Errors
/// When the database fails.
pub async fn add_guest_here(app: &App, tx: &Tx, nickname: Name) -> Result<Guest, AppError> {
    add_guest_with_cookie(app, tx, Some(nickname)).await
}

async fn add_guest_with_cookie(app: &App, tx: &Tx, nickname: Option<Name>) -> Result<Guest, AppError> {
    let guest = insert_guest(tx, nickname).await?;
    let secret_hash = keys::hash(&app.keys.token(GUEST_COOKIE, guest.session.0, 1));
    Ok(start_guest_session(tx, guest, Some(secret_hash), GUEST_COOKIE_LASTS).await?.guest)
}

/// A fresh session, by token, for a guest who has a good credential.
pub(in crate::accounts) async fn renew_guest(app: &App, once: &Once, guest: &Guest) -> Result<GuestSession, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let guest = Guest { session: tx.new_id(), ..guest.clone() };
        start_guest_session(tx, guest, None, GUEST_TOKEN_LASTS).await
    })
    .await
}

async fn insert_guest(tx: &Tx, nickname: Option<Name>) -> Result<Guest, AppError> {
    let guest = Guest { id: tx.new_id(), nickname: nickname.map(Name::into_string), session: tx.new_id() };
    let nickname = guest.nickname.as_deref().unwrap_or_default();
    store::insert_guest(tx.db(), guest.id, nickname, None, tx.now()).await?;
    Ok(guest)
}

async fn start_guest_session(
    tx: &Tx,
    guest: Guest,
    secret_hash: Option<Vec<u8>>,
    lasts: TimeDelta,
) -> Result<GuestSession, AppError> {
    let session = store::NewSession {
        id: guest.session,
        kind: SessionKind::Guest,
        account_id: None,
        guest_id: Some(guest.id),
        secret_hash,
        lasts,
    };
    store::insert_session(tx.db(), session, tx.now()).await?;
    Ok(GuestSession { guest, started_at: tx.now() })
}

/// The guest that a viewer takes part as; an organiser gets one on first need.
///
/// # Errors
/// 401 for a viewer who is nobody yet.
pub async fn as_guest(tx: &Tx, viewer: &Viewer) -> Result<GuestId, AppError> {
    match viewer {
        Viewer::Anyone => Err(AppError::Unauthorised("Choose a nickname first.")),
        Viewer::Guest(guest) if guest.nickname.is_none() => Err(AppError::Unauthorised("Choose a nickname first.")),
        Viewer::Guest(guest) => Ok(guest.id),
        Viewer::Organiser(organiser) => {
            if let Some(id) = store::guest_of_account(tx.db(), organiser.id).await? {
                return Ok(id);
            }
            let id = tx.new_id();
            store::insert_guest(tx.db(), id, &organiser.name, Some(organiser.id), tx.now()).await?;
            store::guest_of_account(tx.db(), organiser.id).await?.ok_or(AppError::NotFound)
        }
    }
}

/// The guest that a viewer dances as: nobody needs a nickname for that. Somebody new becomes a guest, who is told too.
///
/// # Errors
/// When the database fails.
pub async fn as_dancer(app: &App, tx: &Tx, viewer: &Viewer) -> Result<(GuestId, Option<Guest>), AppError> {
    match viewer {
        Viewer::Anyone => {
            let guest = add_guest_with_cookie(app, tx, None).await?;
            Ok((guest.id, Some(guest)))
        }
        Viewer::Guest(guest) => Ok((guest.id, None)),
        Viewer::Organiser(_) => Ok((as_guest(tx, viewer).await?, None)),
    }
}

/// Gives a guest a nickname who only danced so far.
///
/// # Errors
/// 409 when they have one.
pub async fn name_guest(tx: &Tx, guest: GuestId, nickname: Name) -> Result<(), AppError> {
    if store::name_guest(tx.db(), guest, &nickname.into_string()).await? {
        return Ok(());
    }
    Err(AppError::conflict("You have a nickname already."))
}

/// Counts one deed that nobody needs a nickname for; who has no name yet becomes a guest by it, and that is counted too.
///
/// # Errors
/// 429 beyond the limit of the deed.
pub fn count_dancer(app: &App, deed: Deed, viewer: &Viewer, address: IpAddr) -> Result<(), AppError> {
    if matches!(viewer, Viewer::Anyone) {
        app.limits.count(Deed::BecomeGuest, None, address)?;
    }
    app.limits.count(deed, viewer.actor().map(|actor| actor.to_string()).as_deref(), address)
}

/// The guest that a viewer takes part as, if they have taken part.
///
/// # Errors
/// When the database fails.
pub async fn guest_of(app: &App, viewer: &Viewer) -> Result<Option<GuestId>, AppError> {
    match viewer {
        Viewer::Anyone => Ok(None),
        Viewer::Guest(guest) => Ok(Some(guest.id)),
        Viewer::Organiser(organiser) => Ok(store::guest_of_account(app.db.read(), organiser.id).await?),
    }
}
