//! What something can be found by.

use sea_orm::entity::prelude::*;

/// The words of one night, song or story. The databases index them by columns and tables of their own, which no row
/// shows.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_entry")]
pub struct Model {
    /// `event`, `track` or `story`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: Uuid,
    /// Folded: what it is called.
    pub name: String,
    /// Folded: what else is told of it.
    pub words: String,
}

impl ActiveModelBehavior for ActiveModel {}
