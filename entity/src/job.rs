//! The queue: work that was promised in the same transaction as the change that needs it.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::JobId;

/// One job. A finished job is deleted.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub kind: String,
    /// Ids and numbers only, as JSON.
    pub payload: Json,
    pub run_at: Moment,
    pub attempts: i32,
    /// While a worker has it; a worker that dies frees it by this running out.
    pub claimed_until: Option<Moment>,
    pub last_error: Option<String>,
    pub created_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
