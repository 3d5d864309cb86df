//! Where per-song pledges come to their caps: what a group's rates lose and its capped sum gains at a number of songs.

use sea_orm::entity::prelude::*;

use crate::ids::{EventId, OpenGroupId};
use crate::money::Pence;

/// The open per-song pledges of a group whose rate fits their cap this many times.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "open_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    /// The last number of songs that they pay in full for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub songs: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: OpenGroupId,
    pub rate_pence: Pence,
    pub cap_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
