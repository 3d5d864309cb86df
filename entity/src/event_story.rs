//! Stories that stand beside an event.

use sea_orm::entity::prelude::*;

use crate::ids::{EventId, StoryId};

/// One story beside one event.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_story")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub story_id: StoryId,
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
