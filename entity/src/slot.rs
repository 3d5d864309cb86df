//! The line-up: who holds the decks when.

use sea_orm::entity::prelude::*;

use crate::ids::EventId;

/// One slot.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub host: String,
    pub title: Option<String>,
    pub minutes: i32,
    /// A wall-clock time in the event's zone that this slot holds to.
    pub anchor_local: Option<DateTime>,
}

impl ActiveModelBehavior for ActiveModel {}
