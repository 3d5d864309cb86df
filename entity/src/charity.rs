//! Charities: causes, under all the names they have had.

use sea_orm::entity::prelude::*;

use crate::ids::CharityId;

/// One charity.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "charity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CharityId,
    pub slug: String,
    /// One plain sentence on what it does.
    pub about: String,
    pub giving_url: String,
    /// When the facts were last checked against a public source; none if never.
    pub checked_on: Option<Date>,
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
