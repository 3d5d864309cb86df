//! Guests whom a host asked to sit a night out.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{AccountId, EventId, GuestId};

/// One guest, on one night.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guest_block")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub guest_id: GuestId,
    pub blocked_by: AccountId,
    pub blocked_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
