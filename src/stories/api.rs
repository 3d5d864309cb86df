//! Stories over JSON.

use axum::extract::State;
use serde::Serialize;

use super::store;
use super::story::{Line, Story};
use crate::app::App;
use crate::error::AppError;
use crate::events::Event;
use crate::web::extract::{Json, Path, Query};
use crate::web::paging::{List, Paging};

/// A story: our own summary and a link to its home.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StoryOut {
    slug: String,
    title: String,
    /// Null where the teller isn't named in public.
    teller: Option<String>,
    summary: String,
    themes: Vec<String>,
    content_note: Option<String>,
    source_url: String,
    media_url: Option<String>,
    transcript: Vec<Line>,
    /// Slugs of the nights it stands beside.
    events: Vec<String>,
    /// Ids of songs that belong to it.
    tracks: Vec<String>,
}

impl StoryOut {
    /// A story as JSON has it, with the nights it stands beside.
    #[must_use]
    pub fn of(story: Story, nights: Vec<Event>) -> Self {
        let Story { id: _, slug, title, teller, summary, themes, .. } = story;
        let Story { content_note, source_url, media_url, transcript, .. } = story;
        let events = nights.into_iter().map(|night| night.slug).collect();
        Self {
            slug,
            title,
            teller,
            summary,
            themes,
            content_note,
            source_url,
            media_url,
            transcript,
            events,
            tracks: Vec::new(),
        }
    }
}

async fn view(app: &App, story: Story) -> Result<StoryOut, AppError> {
    let nights = store::nights_beside(app.db.read(), story.id).await?;
    Ok(StoryOut::of(story, nights))
}

/// The stories.
///
/// # Errors
/// 422 for a limit outside 1 to 100, or a cursor that isn't ours.
#[utoipa::path(get, path = "/api/v1/stories", tag = "stories", params(Paging),
    responses((status = 200, body = List<StoryOut>)))]
pub async fn list(State(app): State<App>, Query(paging): Query<Paging>) -> Result<Json<List<StoryOut>>, AppError> {
    let limit = paging.limit()?;
    let stories = store::all(app.db.read()).await?;
    let begin = paging.begin(&stories, |story| &story.slug)?;
    let rest: Vec<Story> = stories.into_iter().skip(begin).collect();
    let List { items, next } = List::cut(rest, limit, |story| story.slug.clone(), |story| story);
    let mut shown = Vec::with_capacity(items.len());
    for story in items {
        shown.push(view(&app, story).await?);
    }
    Ok(Json(List { items: shown, next }))
}

/// One story.
///
/// # Errors
/// 404 for a slug that isn't there.
#[utoipa::path(get, path = "/api/v1/stories/{slug}", tag = "stories", params(("slug" = String, Path)),
    responses((status = 200, body = StoryOut), (status = 404, body = crate::web::faces::ProblemOut)))]
pub async fn show(State(app): State<App>, Path(slug): Path<String>) -> Result<Json<StoryOut>, AppError> {
    let story = store::find_by_slug(app.db.read(), &slug).await?.ok_or(AppError::NotFound)?;
    Ok(Json(view(&app, story).await?))
}
