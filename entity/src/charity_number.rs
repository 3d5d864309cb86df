//! A charity's registered numbers. Unconfirmed ones are not stored.

use sea_orm::entity::prelude::*;

use crate::ids::CharityId;

/// One number in one register.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "charity_number")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub charity_id: CharityId,
    /// Where it is registered: `England and Wales`, `Scotland`, `Isle of Man`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub register: String,
    pub number: String,
}

impl ActiveModelBehavior for ActiveModel {}
