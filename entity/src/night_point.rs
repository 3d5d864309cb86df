//! What stood when: the points of a night's chart.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::EventId;
use crate::money::Pence;

/// What was promised, and how many songs were shown, at the end of an hour before a night or a minute of it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "night_point")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    /// When the hour or minute began; once the night has ended, when it was closed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub at: Moment,
    pub promised_pence: Pence,
    pub songs: i64,
}

impl ActiveModelBehavior for ActiveModel {}
