//! Who dances in their kitchen: when they last said so. Fades by itself, and is swept away.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{EventId, GuestId};

/// One kitchen.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "presence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub guest_id: GuestId,
    pub seen_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
