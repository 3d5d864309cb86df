//! Who says they'll be there on a night.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{EventId, GuestId, RsvpId};

/// One person, on one night.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rsvp")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RsvpId,
    pub event_id: EventId,
    pub guest_id: GuestId,
    /// Where to remind them; none unless they wish it, and none any more once the night is over.
    pub email: Option<String>,
    /// The start that they were told last.
    pub told_start: Moment,
    /// When they were reminded of it.
    pub reminded_at: Option<Moment>,
    pub made_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
