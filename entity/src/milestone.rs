//! Milestones that a night has reached.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::EventId;
use crate::money::Pence;

/// One, under the number of its activity. Reached once, whatever is withdrawn afterwards.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "milestone")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// Of the target of that moment; none for one of the hosts' own.
    pub percent: Option<i64>,
    pub amount_pence: Pence,
    /// What was promised when it was reached.
    pub promised_pence: Pence,
    pub at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
