//! What an event raises for, and the running totals of each cause.

use sea_orm::entity::prelude::*;

use crate::ids::{CharityId, EventId};
use crate::money::Pence;

/// One charity of one event. The sums equal the entries; `check` proves it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_charity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub charity_id: CharityId,
    pub position: i32,
    /// The weight in the split, as given. Zero for a charity that only a pledge's own split named.
    pub parts: i32,
    pub promised_pence: Pence,
    pub claimed_pence: Pence,
    pub received_pence: Pence,
    /// The part of promised whose supporters would add Gift Aid.
    pub gift_aidable_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
