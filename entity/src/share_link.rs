//! Which links people gave with their shares: a link is seen while one of those shares is.

use sea_orm::entity::prelude::*;

use crate::ids::{ShareId, TrackId};

/// One link given by one share, or by somebody who joined it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "share_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub share_id: ShareId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub track_id: TrackId,
    /// The link's place with the track.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
