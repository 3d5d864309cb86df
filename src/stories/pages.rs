//! The archive of stories: quiet pages.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;

use super::store;
use super::story::Story;
use crate::app::App;
use crate::error::AppError;
use crate::events::Event;
use crate::web::extract::Path;
use crate::web::page::Public;

#[derive(Template)]
#[template(path = "stories/list.html")]
struct ListPage {
    stories: Vec<Story>,
}

/// `GET /stories`
///
/// # Errors
/// When the database fails.
pub async fn list(State(app): State<App>) -> Result<impl IntoResponse, AppError> {
    Ok(Public(ListPage { stories: store::all(app.db.read()).await? }))
}

#[derive(Template)]
#[template(path = "stories/show.html")]
struct ShowPage {
    story: Story,
    nights: Vec<Event>,
}

/// `GET /stories/{slug}`
///
/// # Errors
/// 404 for a slug that isn't there.
pub async fn show(State(app): State<App>, Path(slug): Path<String>) -> Result<impl IntoResponse, AppError> {
    let story = store::find_by_slug(app.db.read(), &slug).await?.ok_or(AppError::NotFound)?;
    let nights = store::nights_beside(app.db.read(), story.id).await?;
    Ok(Public(ShowPage { story, nights }))
}
