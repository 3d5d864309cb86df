//! A charity's names over time.

use sea_orm::entity::prelude::*;

use crate::ids::CharityId;

/// One name and when it was used.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "charity_name")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub charity_id: CharityId,
    /// 0 is the name today.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub name: String,
    pub from_on: Option<Date>,
    pub until_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
