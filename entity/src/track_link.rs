//! Where a track is played.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::TrackId;

/// One link of one track.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "track_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub track_id: TrackId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub service: String,
    pub kind: String,
    /// What identifies the song on the service; for a plain web page, its address.
    pub key: String,
    pub url: String,
    pub embed_url: Option<String>,
    /// Since when it leads nowhere, as far as we know.
    pub gone_at: Option<Moment>,
}

impl ActiveModelBehavior for ActiveModel {}
