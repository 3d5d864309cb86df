//! The spine: everything that happened, numbered per scope, append-only (triggers refuse change).

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::Scope;
use crate::money::Pence;

words! {
    /// Who may be told of an activity.
    Audience { Public = "public", Hosts = "hosts" }
}

/// One thing that happened. Ids and numbers only, never people's words.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: Scope,
    /// Dense from 1 within the scope, in commit order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub at: Moment,
    /// A dotted verb such as `share.added`; the list is `twitterdisco::activity::Kind`.
    pub kind: String,
    pub audience: Audience,
    /// What it happened to, by the kind: a share, a pledge, an event.
    pub subject: Option<Uuid>,
    /// The account or guest that did it; none for the clock and for strangers.
    pub actor: Option<Uuid>,
    /// An amount of money, when the kind has one.
    pub amount_pence: Option<Pence>,
    /// SHA-256 of the hash of the activity before it and this row.
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
