//! The charities' pages.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;

use super::charity::Charity;
use super::store;
use crate::app::App;
use crate::error::AppError;
use crate::web::extract::Path;
use crate::web::page::Public;

#[derive(Template)]
#[template(path = "charities/list.html")]
struct ListPage {
    charities: Vec<Charity>,
}

/// `GET /charities`
///
/// # Errors
/// When the database fails.
pub async fn list(State(app): State<App>) -> Result<impl IntoResponse, AppError> {
    Ok(Public(ListPage { charities: store::all(app.db.read()).await? }))
}

#[derive(Template)]
#[template(path = "charities/show.html")]
struct ShowPage {
    charity: Charity,
}

/// `GET /charities/{slug}`
///
/// # Errors
/// 404 for a slug that isn't there.
pub async fn show(State(app): State<App>, Path(slug): Path<String>) -> Result<impl IntoResponse, AppError> {
    let charity = store::find_by_slug(app.db.read(), &slug).await?.ok_or(AppError::NotFound)?;
    Ok(Public(ShowPage { charity }))
}
