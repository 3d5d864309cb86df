//! The line-up: who holds the decks when.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{EventId, GuestId, SlotId};

/// One slot.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SlotId,
    pub event_id: EventId,
    /// Unique within the event.
    pub position: i32,
    pub host: String,
    pub title: Option<String>,
    pub minutes: i32,
    /// A wall-clock time in the event's zone that this slot holds to.
    pub anchor_local: Option<DateTime>,
    /// When it really began.
    pub begun_at: Option<Moment>,
    /// When it was over.
    pub ended_at: Option<Moment>,
    /// Of the secret link that runs it; one more makes the links before it open nothing.
    pub link_version: i32,
    /// Whoever shares songs from it.
    pub guest_id: Option<GuestId>,
}

impl ActiveModelBehavior for ActiveModel {}
