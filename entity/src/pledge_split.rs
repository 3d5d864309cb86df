//! How a pledge divides over charities.

use sea_orm::entity::prelude::*;

use crate::ids::{CharityId, PledgeId};
use crate::money::Pence;

/// One charity's part of one pledge.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pledge_split")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub pledge_id: PledgeId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub charity_id: CharityId,
    pub position: i32,
    pub parts: i32,
    /// What the ledger has; nothing while the pledge is open.
    pub promised_pence: Pence,
    pub claimed_pence: Pence,
    pub received_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
