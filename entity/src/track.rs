//! Tracks: songs, independent of where they are played.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::TrackId;

/// One song.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "track")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TrackId,
    /// Title and artist without case, accents and punctuation: so typed songs meet. Its words are its shares'.
    pub title_key: Option<String>,
    pub created_at: Moment,
    /// The song that this one turned out to be; then no share and no link is its own.
    pub same_as: Option<TrackId>,
}

impl ActiveModelBehavior for ActiveModel {}
