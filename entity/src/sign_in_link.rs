//! One-use links: sign in, or set up the first account.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{AccountId, SignInLinkId};

words! {
    /// What a link does once.
    LinkPurpose { SignIn = "sign_in", SetUp = "set_up" }
}

/// One link.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignInLinkId,
    pub purpose: LinkPurpose,
    pub account_id: Option<AccountId>,
    /// SHA-256 of the secret in the link.
    pub secret_hash: Vec<u8>,
    pub created_at: Moment,
    pub expires_at: Moment,
    pub used_at: Option<Moment>,
}

impl ActiveModelBehavior for ActiveModel {}
