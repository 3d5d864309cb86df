//! Nights that come again by a rule.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{AccountId, SeriesId};

/// One series.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "series")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SeriesId,
    /// RFC 5545, without an end.
    pub rule: String,
    /// What the rule counts from, on the wall of `time_zone`.
    pub first_local: DateTime,
    pub time_zone: String,
    /// The last day that may have a night.
    pub until: Option<Date>,
    /// What each night begins as, as JSON.
    pub pattern: String,
    /// Whether its nights are published as they are made.
    pub is_published: bool,
    /// When nights may be missing again; none once none will come.
    pub look_at: Option<Moment>,
    pub ended_at: Option<Moment>,
    pub created_by: AccountId,
    pub created_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
