//! Signing in and out, making tokens, and what guests do.

mod guests;

pub(in crate::accounts) use guests::renew_guest;
pub use guests::{GuestSession, add_guest_here, as_dancer, as_guest, become_guest, count_dancer, guest_of, name_guest};

use chrono::TimeDelta;
use entity::ids::{AccountId, Scope, SessionId, SignInLinkId};
use entity::session::SessionKind;
use entity::sign_in_link::LinkPurpose;

use crate::accounts::account::{Account, Email, Name, Role};
use crate::accounts::session::{BROWSER_LASTS, Organiser};
use crate::accounts::{store, token};
use crate::activity::Kind;
use crate::app::App;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::keys;

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
pub(in crate::accounts) async fn ask_for_link(app: &App, email: &Email) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        // The job finds out whether there is an account, so that both cases take the same time here.
        tx.enqueue(SEND_LINK, serde_json::json!({ "email_hash": keys::hash(email.as_str()), "asked_at": tx.now() }))
            .await
    })
    .await
}

/// Signs in with the secret of a link; returns the secret of the new cookie.
pub(in crate::accounts) async fn sign_in(app: &App, secret: &str) -> Result<String, AppError> {
    app.write(async |tx: &mut Tx| {
        let used = store::use_link(tx.db(), keys::hash(secret), LinkPurpose::SignIn, tx.now()).await?;
        let account = used.flatten().ok_or(AppError::NotFound)?;
        start_session(tx, account).await
    })
    .await
}

/// Makes the first account, an owner, and signs it in; returns the secret of the new cookie.
pub(in crate::accounts) async fn set_up(app: &App, secret: &str, email: Email, name: Name) -> Result<String, AppError> {
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
pub(in crate::accounts) async fn sign_out(app: &App, organiser: &Organiser) -> Result<(), AppError> {
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
pub(in crate::accounts) async fn revoke_tokens(app: &App, organiser: &Organiser) -> Result<u64, AppError> {
    app.write(async |tx: &mut Tx| {
        let ended = store::revoke_tokens(tx.db(), organiser.id, tx.now()).await?;
        let about = About { actor: Some(organiser.id.0), ..About::default() };
        tx.record(Scope::SITE, Kind::SignedOut, about).await?;
        Ok(ended)
    })
    .await
}

/// Deletes sessions and links that ended a week ago.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| Ok(store::delete_ended(tx.db(), tx.now() - TimeDelta::days(7)).await?)).await
}
