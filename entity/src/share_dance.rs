//! Taps of people who dance to a song.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{GuestId, ShareId};

/// One person's tap for one song.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "share_dance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub share_id: ShareId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub guest_id: GuestId,
    pub danced_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
