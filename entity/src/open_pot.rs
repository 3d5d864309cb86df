//! The pots of open matches, counted: which of them a new level uses up.

use sea_orm::entity::prelude::*;

use crate::ids::OpenGroupId;
use crate::money::Pence;

/// How many open matches of a group with one percentage have a pot of this size.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "open_pot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: OpenGroupId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub percent: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub pot_pence: Pence,
    pub pledges: i64,
}

impl ActiveModelBehavior for ActiveModel {}
