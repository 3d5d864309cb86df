//! Words and phrases that are held for a host.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{AccountId, ListedWordId};

/// One word or phrase.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "listed_word")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ListedWordId,
    /// As its owner typed it.
    pub word: String,
    /// What it is matched by.
    pub key: String,
    pub added_by: AccountId,
    pub added_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
