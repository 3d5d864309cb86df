//! Calendar files: one night, and all of them. Drafts are in none; a cancelled night says that it is.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;

use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Event, calendar};
use crate::night::entries;

/// How long the calendar of all nights remembers one.
const KEPT_FOR: TimeDelta = TimeDelta::days(365);

/// `GET /events.ics`: nights to come, and those of the last year.
///
/// # Errors
/// When the database fails.
pub async fn all(State(app): State<App>) -> Result<Response, AppError> {
    let nights = events::published_since(app.db.read(), app.now() - KEPT_FOR).await?;
    answer(&app, "#TwitterDisco", &nights).await
}

/// `GET /events/{slug}.ics`
///
/// # Errors
/// 404 for a slug that isn't there, and for any draft: a calendar program asks as nobody.
pub async fn one(app: &App, slug: &str) -> Result<Response, AppError> {
    let night = events::find_by_slug(app.db.read(), slug).await?;
    let night = night.filter(|night| !night.state.is_hidden()).ok_or(AppError::NotFound)?;
    let title = night.title.clone();
    answer(app, &title, &[night]).await
}

async fn answer(app: &App, name: &str, nights: &[Event]) -> Result<Response, AppError> {
    let db = app.db.snapshot().await?;
    let file = calendar::file(name, &entries::of_nights(app, &db, nights).await?);
    Ok(([(header::CONTENT_TYPE, calendar::MEDIA_TYPE), (header::CACHE_CONTROL, "public, no-cache")], file)
        .into_response())
}
