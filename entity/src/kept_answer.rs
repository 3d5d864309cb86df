//! Answers kept for a retry, so that it never counts twice.

use sea_orm::entity::prelude::*;

use crate::Moment;

/// One answer under one Idempotency-Key.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "kept_answer")]
pub struct Model {
    /// The caller: `account:…`, `guest:…` or `anyone`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub caller: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of method, path, query and body.
    pub request_hash: Vec<u8>,
    /// What the action returned, as JSON, without secrets.
    pub outcome: Json,
    pub made_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
