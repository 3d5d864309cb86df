//! Tracks: songs, independent of where they are played.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{ShareId, TrackId};

/// One song.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "track")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TrackId,
    pub title: Option<String>,
    pub artist: Option<String>,
    /// Title and artist without case, accents and punctuation: so typed songs meet.
    pub title_key: Option<String>,
    /// The share that named it: the name is seen while that is.
    pub named_by: Option<ShareId>,
    pub created_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
