//! Organisers' accounts.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::AccountId;

words! {
    /// What an account may do across the site.
    Role {
        /// Hosts every event and may raise limits.
        Owner = "owner",
        /// Makes events and hosts those.
        Organiser = "organiser",
    }
}

/// One organiser.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    /// Lower-cased and unique: the address that sign-in links go to.
    pub email: String,
    pub name: String,
    pub role: Role,
    pub created_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
