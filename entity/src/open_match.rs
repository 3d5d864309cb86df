//! How far the matches of a group have gone, by their percentage.

use sea_orm::entity::prelude::*;

use crate::ids::{EventId, OpenGroupId};
use crate::money::Pence;

/// The open matches of a group with one percentage.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "open_match")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: OpenGroupId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub percent: i64,
    /// The percentage of what others promise, as it stands: what each whose pot is larger has come to.
    pub level_pence: Pence,
    /// How many have a larger pot.
    pub unused: i64,
    /// The pots of the others, used up.
    pub used_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
