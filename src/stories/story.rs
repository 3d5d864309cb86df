//! A digital story.

use entity::ids::StoryId;

/// One story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    pub id: StoryId,
    pub slug: String,
    pub title: String,
    /// None where the teller isn't named in public.
    pub teller: Option<String>,
    /// Our own words.
    pub summary: String,
    pub themes: Vec<String>,
    /// What to know before opening it.
    pub content_note: Option<String>,
    /// Its home.
    pub source_url: String,
    pub media_url: Option<String>,
    pub transcript: Vec<Line>,
}

/// A line of a transcript.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Line {
    /// From the beginning of the story.
    pub at_ms: i64,
    pub text: String,
}
