//! People who shared a song that was already there.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{GuestId, ShareId};

/// One person dancing with another.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "share_join")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub share_id: ShareId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub guest_id: GuestId,
    pub joined_at: Moment,
    /// False while a host has yet to look at one who joins a night whose people are looked at first.
    pub is_shown: bool,
    /// The listed word in its guest's name, for which it waits for a host, or waited.
    pub held_word: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
