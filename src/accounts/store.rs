//! Queries about accounts, guests, sessions and links.

use std::collections::HashMap;

use chrono::TimeDelta;
use entity::ids::{AccountId, GuestId, SessionId, SignInLinkId};
use entity::session::SessionKind;
use entity::sign_in_link::LinkPurpose;
use entity::{Moment, account, guest, session, sign_in_link};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, SelectExt, Set, SqlErr,
    sea_query::{Expr, OnConflict},
};

use super::account::{Account, Email};
use crate::error::AppError;

fn noun(row: account::Model) -> Account {
    let account::Model { id, email, name, role, created_at: _ } = row;
    Account { id, email, name, role }
}

/// An account.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<Account>, DbErr> {
    Ok(account::Entity::find_by_id(id).one(db).await?.map(noun))
}

/// The account of a mail address.
///
/// # Errors
/// When the database fails.
pub async fn find_by_email(db: &impl ConnectionTrait, email: &Email) -> Result<Option<Account>, DbErr> {
    Ok(account::Entity::find().filter(account::COLUMN.email.eq(email.as_str())).one(db).await?.map(noun))
}

pub(super) async fn any_account(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    account::Entity::find().exists(db).await
}

/// Adds an account; a conflict when the address has one.
pub(super) async fn insert(db: &impl ConnectionTrait, account: &Account, now: Moment) -> Result<(), AppError> {
    let Account { id, email, name, role } = account.clone();
    let row =
        account::ActiveModel { id: Set(id), email: Set(email), name: Set(name), role: Set(role), created_at: Set(now) };
    account::Entity::insert(row).exec_without_returning(db).await.map(|_| ()).map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => AppError::conflict("That mail address already has an account."),
        _ => error.into(),
    })
}

/// The nickname of each guest.
///
/// # Errors
/// When the database fails.
pub async fn nicknames(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = GuestId>,
) -> Result<HashMap<GuestId, String>, DbErr> {
    let rows = guest::Entity::find().filter(guest::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.nickname)).collect())
}

/// The name of each account.
///
/// # Errors
/// When the database fails.
pub async fn names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = AccountId>,
) -> Result<HashMap<AccountId, String>, DbErr> {
    let rows = account::Entity::find().filter(account::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The account of a guest who has one.
///
/// # Errors
/// When the database fails.
pub async fn account_of_guest(db: &impl ConnectionTrait, id: GuestId) -> Result<Option<AccountId>, DbErr> {
    Ok(find_guest(db, id).await?.and_then(|guest| guest.account_id))
}

pub(super) async fn find_guest(db: &impl ConnectionTrait, id: GuestId) -> Result<Option<guest::Model>, DbErr> {
    guest::Entity::find_by_id(id).one(db).await
}

pub(super) async fn guest_of_account(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<GuestId>, DbErr> {
    Ok(guest::Entity::find().filter(guest::COLUMN.account_id.eq(id)).one(db).await?.map(|row| row.id))
}

/// Gives a guest a nickname who has none yet; false for one who has.
pub(super) async fn name_guest(db: &impl ConnectionTrait, id: GuestId, nickname: &str) -> Result<bool, DbErr> {
    let named = guest::Entity::update_many()
        .col_expr(guest::Column::Nickname, Expr::value(nickname))
        .filter(guest::COLUMN.id.eq(id))
        .filter(guest::COLUMN.nickname.eq(""))
        .exec(db)
        .await?;
    Ok(named.rows_affected == 1)
}

/// Adds somebody who takes part under a name; one without a session has others act for them.
///
/// # Errors
/// When the database fails.
pub async fn insert_guest(
    db: &impl ConnectionTrait,
    id: GuestId,
    nickname: &str,
    account_id: Option<AccountId>,
    now: Moment,
) -> Result<(), DbErr> {
    let row = guest::ActiveModel {
        id: Set(id),
        nickname: Set(nickname.to_owned()),
        account_id: Set(account_id),
        created_at: Set(now),
    };
    // An organiser who begins to take part in two places at once becomes one guest.
    let or_nothing = OnConflict::new().do_nothing().to_owned();
    guest::Entity::insert(row).on_conflict(or_nothing).exec_without_returning(db).await?;
    Ok(())
}

/// A session to be.
pub(super) struct NewSession {
    pub id: SessionId,
    pub kind: SessionKind,
    pub account_id: Option<AccountId>,
    pub guest_id: Option<GuestId>,
    pub secret_hash: Option<Vec<u8>>,
    pub lasts: TimeDelta,
}

pub(super) async fn insert_session(db: &impl ConnectionTrait, new: NewSession, now: Moment) -> Result<(), DbErr> {
    let NewSession { id, kind, account_id, guest_id, secret_hash, lasts } = new;
    let row = session::ActiveModel {
        id: Set(id),
        kind: Set(kind),
        account_id: Set(account_id),
        guest_id: Set(guest_id),
        secret_hash: Set(secret_hash),
        created_at: Set(now),
        last_seen_at: Set(now),
        expires_at: Set(now + lasts),
        revoked_at: Set(None),
    };
    session::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// What a good session says.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub id: SessionId,
    pub kind: SessionKind,
    pub account_id: Option<AccountId>,
    pub guest_id: Option<GuestId>,
    pub last_seen_at: Moment,
}

fn good(row: &session::Model, now: Moment) -> Option<Session> {
    if row.revoked_at.is_some() || row.expires_at <= now {
        return None;
    }
    let session::Model { id, kind, account_id, guest_id, last_seen_at, .. } = *row;
    Some(Session { id, kind, account_id, guest_id, last_seen_at })
}

pub(super) async fn session(db: &impl ConnectionTrait, id: SessionId, now: Moment) -> Result<Option<Session>, DbErr> {
    Ok(session::Entity::find_by_id(id).one(db).await?.and_then(|row| good(&row, now)))
}

pub(super) async fn session_by_secret(
    db: &impl ConnectionTrait,
    secret_hash: Vec<u8>,
    now: Moment,
) -> Result<Option<Session>, DbErr> {
    let row = session::Entity::find().filter(session::COLUMN.secret_hash.eq(secret_hash)).one(db).await?;
    Ok(row.and_then(|row| good(&row, now)))
}

pub(super) async fn prolong(
    db: &impl ConnectionTrait,
    id: SessionId,
    lasts: TimeDelta,
    now: Moment,
) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::LastSeenAt, Expr::value(now))
        .col_expr(session::Column::ExpiresAt, Expr::value(now + lasts))
        .filter(session::COLUMN.id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn revoke(db: &impl ConnectionTrait, id: SessionId, now: Moment) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(session::COLUMN.id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends every API token of an account; returns how many were good until now.
pub(super) async fn revoke_tokens(db: &impl ConnectionTrait, account: AccountId, now: Moment) -> Result<u64, DbErr> {
    let tokens = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(session::COLUMN.account_id.eq(account))
        .filter(session::COLUMN.kind.eq(SessionKind::Api))
        .filter(session::COLUMN.revoked_at.is_null())
        .filter(session::COLUMN.expires_at.gt(now));
    Ok(tokens.exec(db).await?.rows_affected)
}

/// How many API tokens of an account are good.
pub(super) async fn count_tokens(db: &impl ConnectionTrait, account: AccountId, now: Moment) -> Result<u64, DbErr> {
    let tokens = session::Entity::find()
        .filter(session::COLUMN.account_id.eq(account))
        .filter(session::COLUMN.kind.eq(SessionKind::Api))
        .filter(session::COLUMN.revoked_at.is_null())
        .filter(session::COLUMN.expires_at.gt(now));
    tokens.count(db).await
}

/// Deletes sessions and links that ended before `before`.
pub(super) async fn delete_ended(db: &impl ConnectionTrait, before: Moment) -> Result<(), DbErr> {
    session::Entity::delete_many().filter(session::COLUMN.expires_at.lt(before)).exec(db).await?;
    sign_in_link::Entity::delete_many().filter(sign_in_link::COLUMN.expires_at.lt(before)).exec(db).await?;
    Ok(())
}

/// A link to be.
pub(super) struct NewLink {
    pub id: SignInLinkId,
    pub purpose: LinkPurpose,
    pub account_id: Option<AccountId>,
    pub secret_hash: Vec<u8>,
    pub lasts: TimeDelta,
}

pub(super) async fn insert_link(db: &impl ConnectionTrait, new: NewLink, now: Moment) -> Result<(), DbErr> {
    let NewLink { id, purpose, account_id, secret_hash, lasts } = new;
    let row = sign_in_link::ActiveModel {
        id: Set(id),
        purpose: Set(purpose),
        account_id: Set(account_id),
        secret_hash: Set(secret_hash),
        created_at: Set(now),
        expires_at: Set(now + lasts),
        used_at: Set(None),
    };
    sign_in_link::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The purpose of an unused link that still holds; looking uses nothing up.
pub(super) async fn open_link(
    db: &impl ConnectionTrait,
    secret_hash: Vec<u8>,
    now: Moment,
) -> Result<Option<LinkPurpose>, DbErr> {
    let row = sign_in_link::Entity::find()
        .filter(sign_in_link::COLUMN.secret_hash.eq(secret_hash))
        .filter(sign_in_link::COLUMN.used_at.is_null())
        .filter(sign_in_link::COLUMN.expires_at.gt(now))
        .one(db)
        .await?;
    Ok(row.map(|row| row.purpose))
}

/// Uses a link up. Of two at once only one gets it: the row changes once.
pub(super) async fn use_link(
    db: &impl ConnectionTrait,
    secret_hash: Vec<u8>,
    purpose: LinkPurpose,
    now: Moment,
) -> Result<Option<Option<AccountId>>, DbErr> {
    let used = sign_in_link::Entity::update_many()
        .col_expr(sign_in_link::Column::UsedAt, Expr::value(now))
        .filter(sign_in_link::COLUMN.secret_hash.eq(secret_hash))
        .filter(sign_in_link::COLUMN.purpose.eq(purpose))
        .filter(sign_in_link::COLUMN.used_at.is_null())
        .filter(sign_in_link::COLUMN.expires_at.gt(now))
        .exec_with_returning(db)
        .await?;
    Ok(used.into_iter().next().map(|row| row.account_id))
}

/// Every account; there are few.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Account>, DbErr> {
    Ok(account::Entity::find().all(db).await?.into_iter().map(noun).collect())
}
