//! Signing in and out, becoming a guest, making tokens.

use chrono::TimeDelta;
use entity::Moment;
use entity::ids::{AccountId, GuestId, Scope, SessionId, SignInLinkId};
use entity::session::SessionKind;
use entity::sign_in_link::LinkPurpose;
use serde::{Deserialize, Serialize};

use super::account::{Account, Email, Name, Role};
use super::session::{BROWSER_LASTS, GUEST_COOKIE, GUEST_COOKIE_LASTS, Guest, Organiser, Viewer};
use super::{store, token};
use crate::activity::Kind;
use crate::app::App;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::keys;
use crate::once::Once;

/// The job that sends a sign-in link to the account whose address has a hash, if there is one.
pub const SEND_LINK: &str = "accounts.send_link";
/// A mailed link works this long (quality.md).
const LINK_LASTS: TimeDelta = TimeDelta::minutes(10);
/// The set-up link waits for whoever installs the service; it dies with the first account.
const SET_UP_LASTS: TimeDelta = TimeDelta::days(7);
/// A guest's token (contract.md).
const GUEST_TOKEN_LASTS: TimeDelta = TimeDelta::days(30);
/// The longest an API token may last.
const TOKEN_HOURS_MAX: i64 = 24 * 30;

/// Makes an account.
///
/// # Errors
/// 409 when the address has one.
pub async fn add_organiser(app: &App, email: Email, name: Name, role: Role) -> Result<Account, AppError> {
    app.write(async |tx: &mut Tx| add(tx, email, name, role).await).await
}

async fn add(tx: &mut Tx, email: Email, name: Name, role: Role) -> Result<Account, AppError> {
    let account = Account { id: tx.new_id(), email: email.into_string(), name: name.into_string(), role };
    store::insert(tx.db(), &account, tx.now()).await?;
    tx.record(Scope::SITE, Kind::AccountAdded, About { subject: Some(account.id.0), ..About::default() }).await?;
    Ok(account)
}

/// A fresh link that signs `account` in, as a path. Stored as a hash; good once, for ten minutes.
///
/// # Errors
/// When the database fails.
pub async fn make_sign_in_link(app: &App, account: AccountId) -> Result<String, AppError> {
    make_link(app, LinkPurpose::SignIn, Some(account), LINK_LASTS).await
}

/// The link that makes the first account, as a path; `None` once there is one.
///
/// # Errors
/// When the database fails.
pub async fn make_set_up_link(app: &App) -> Result<Option<String>, AppError> {
    if store::any_account(app.db.read()).await? {
        return Ok(None);
    }
    make_link(app, LinkPurpose::SetUp, None, SET_UP_LASTS).await.map(Some)
}

async fn make_link(
    app: &App,
    purpose: LinkPurpose,
    account_id: Option<AccountId>,
    lasts: TimeDelta,
) -> Result<String, AppError> {
    let secret = keys::random_secret();
    app.write(async |tx: &mut Tx| {
        let secret_hash = keys::hash(&secret);
        let link = store::NewLink { id: tx.new_id::<SignInLinkId>(), purpose, account_id, secret_hash, lasts };
        Ok(store::insert_link(tx.db(), link, tx.now()).await?)
    })
    .await?;
    Ok(match purpose {
        LinkPurpose::SignIn => format!("/sign-in/{secret}"),
        LinkPurpose::SetUp => format!("/set-up/{secret}"),
    })
}

/// Queues the mail with a link, if the address has an account. Looks the same when it has none.
pub(super) async fn ask_for_link(app: &App, email: &Email) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        // The job finds out whether there is an account, so that both cases take the same time here.
        tx.enqueue(SEND_LINK, serde_json::json!({ "email_hash": keys::hash(email.as_str()), "asked_at": tx.now() }))
            .await
    })
    .await
}

/// Signs in with the secret of a link; returns the secret of the new cookie.
pub(super) async fn sign_in(app: &App, secret: &str) -> Result<String, AppError> {
    app.write(async |tx: &mut Tx| {
        let used = store::use_link(tx.db(), keys::hash(secret), LinkPurpose::SignIn, tx.now()).await?;
        let account = used.flatten().ok_or(AppError::NotFound)?;
        start_session(tx, account).await
    })
    .await
}

/// Makes the first account, an owner, and signs it in; returns the secret of the new cookie.
pub(super) async fn set_up(app: &App, secret: &str, email: Email, name: Name) -> Result<String, AppError> {
    app.write(async |tx: &mut Tx| {
        tx.lock(Scope::SITE).await?;
        if store::any_account(tx.db()).await? {
            return Err(AppError::NotFound);
        }
        let used = store::use_link(tx.db(), keys::hash(secret), LinkPurpose::SetUp, tx.now()).await?;
        used.ok_or(AppError::NotFound)?;
        let account = add(tx, email, name, Role::Owner).await?;
        start_session(tx, account.id).await
    })
    .await
}

async fn start_session(tx: &mut Tx, account: AccountId) -> Result<String, AppError> {
    let secret = keys::random_secret();
    let id: SessionId = tx.new_id();
    let session = store::NewSession {
        id,
        kind: SessionKind::Browser,
        account_id: Some(account),
        guest_id: None,
        secret_hash: Some(keys::hash(&secret)),
        lasts: BROWSER_LASTS,
    };
    store::insert_session(tx.db(), session, tx.now()).await?;
    let about = About { subject: Some(id.0), actor: Some(account.0), ..About::default() };
    tx.record(Scope::SITE, Kind::SignedIn, about).await?;
    Ok(secret)
}

/// Ends the session; the cookie is worth nothing from here on.
pub(super) async fn sign_out(app: &App, organiser: &Organiser) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        store::revoke(tx.db(), organiser.session, tx.now()).await?;
        let about = About { subject: Some(organiser.session.0), actor: Some(organiser.id.0), ..About::default() };
        tx.record(Scope::SITE, Kind::SignedOut, about).await?;
        Ok(())
    })
    .await
}

/// An API token for an account: a session row, and a JWT that points to it.
///
/// # Errors
/// 422 for a time under one hour or over 30 days.
pub async fn make_token(app: &App, account: AccountId, hours: i64) -> Result<String, AppError> {
    if !(1..=TOKEN_HOURS_MAX).contains(&hours) {
        return Err(AppError::field("hours", "Choose 1 to 720 hours"));
    }
    let lasts = TimeDelta::hours(hours);
    app.write(async |tx: &mut Tx| {
        let id: SessionId = tx.new_id();
        let session = store::NewSession {
            id,
            kind: SessionKind::Api,
            account_id: Some(account),
            guest_id: None,
            secret_hash: None,
            lasts,
        };
        store::insert_session(tx.db(), session, tx.now()).await?;
        let about = About { subject: Some(id.0), actor: Some(account.0), ..About::default() };
        tx.record(Scope::SITE, Kind::TokenMade, about).await?;
        token::sign(&app.keys, id, tx.now(), tx.now() + lasts)
    })
    .await
}

/// Ends every API token of the organiser.
pub(super) async fn revoke_tokens(app: &App, organiser: &Organiser) -> Result<u64, AppError> {
    app.write(async |tx: &mut Tx| {
        let ended = store::revoke_tokens(tx.db(), organiser.id, tx.now()).await?;
        let about = About { actor: Some(organiser.id.0), ..About::default() };
        tx.record(Scope::SITE, Kind::SignedOut, about).await?;
        Ok(ended)
    })
    .await
}

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
        let guest = insert_guest(tx, nickname).await?;
        start_guest_session(tx, guest, None, GUEST_TOKEN_LASTS).await
    })
    .await
}

/// Makes a guest who comes back with a cookie, within another unit of work.
///
/// # Errors
/// When the database fails.
pub async fn add_guest_here(app: &App, tx: &Tx, nickname: Name) -> Result<Guest, AppError> {
    let guest = insert_guest(tx, nickname).await?;
    let secret_hash = keys::hash(&app.keys.token(GUEST_COOKIE, guest.session.0, 1));
    Ok(start_guest_session(tx, guest, Some(secret_hash), GUEST_COOKIE_LASTS).await?.guest)
}

/// A fresh session, by token, for a guest who has a good credential.
pub(super) async fn renew_guest(app: &App, once: &Once, guest: &Guest) -> Result<GuestSession, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let guest = Guest { session: tx.new_id(), ..guest.clone() };
        start_guest_session(tx, guest, None, GUEST_TOKEN_LASTS).await
    })
    .await
}

async fn insert_guest(tx: &Tx, nickname: Name) -> Result<Guest, AppError> {
    let guest = Guest { id: tx.new_id(), nickname: nickname.into_string(), session: tx.new_id() };
    store::insert_guest(tx.db(), guest.id, &guest.nickname, None, tx.now()).await?;
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

/// Deletes sessions and links that ended a week ago.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| Ok(store::delete_ended(tx.db(), tx.now() - TimeDelta::days(7)).await?)).await
}
