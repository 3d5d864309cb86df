//! The open part of a night, by group of equal splits: running sums over pledges whose amount isn't counted yet.

use sea_orm::entity::prelude::*;

use crate::ids::{EventId, OpenGroupId};
use crate::money::Pence;

/// The open pledges of one event that divide alike and agree on Gift Aid.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "open_group")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OpenGroupId,
    pub event_id: EventId,
    /// The charities and their weights, in order, as JSON.
    pub split: String,
    pub gift_aid: bool,
    /// What one more song adds: the rates of the pledges that haven't come to their cap.
    pub rate_pence: Pence,
    /// The caps of those that have.
    pub capped_pence: Pence,
    /// The caps and pots of all of them.
    pub at_most_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
