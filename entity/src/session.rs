//! Sessions: the revocable row behind every cookie and token.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{AccountId, GuestId, SessionId};

words! {
    /// What a session lets in.
    SessionKind {
        /// An organiser's browser.
        Browser = "browser",
        /// An organiser's API token.
        Api = "api",
        /// A guest, by cookie or token.
        Guest = "guest",
    }
}

/// One session.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub kind: SessionKind,
    pub account_id: Option<AccountId>,
    pub guest_id: Option<GuestId>,
    /// SHA-256 of the cookie's secret; none where the credential is a signed token.
    pub secret_hash: Option<Vec<u8>>,
    pub created_at: Moment,
    pub last_seen_at: Moment,
    pub expires_at: Moment,
    pub revoked_at: Option<Moment>,
}

impl ActiveModelBehavior for ActiveModel {}
