//! Digital stories.

use sea_orm::entity::prelude::*;

use crate::ids::StoryId;

/// One story: our own summary and a link to its home.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "story")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StoryId,
    pub slug: String,
    pub title: String,
    /// None where the teller isn't named in public.
    pub teller: Option<String>,
    pub summary: String,
    /// A list of words, as JSON.
    pub themes: Json,
    pub content_note: Option<String>,
    pub source_url: String,
    pub media_url: Option<String>,
    /// A list of `{at_ms, text}`, as JSON.
    pub transcript: Json,
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
