//! Charities that became part of another.

use sea_orm::entity::prelude::*;

use crate::ids::CharityId;

/// One that became part of another. Taken back, the row is gone; that it was there is in the activity.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "charity_merger")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub charity_id: CharityId,
    pub into_id: CharityId,
    pub from_on: Date,
}

impl ActiveModelBehavior for ActiveModel {}
