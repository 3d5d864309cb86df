//! The charities' pages.

pub mod desk;
mod forms;

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;

use super::book::Book;
use super::charity::{Charity, day_words};
use crate::app::App;
use crate::error::AppError;
use crate::web::extract::Path;
use crate::web::page::Public;

#[derive(Template)]
#[template(path = "charities/list.html")]
struct ListPage {
    charities: Vec<Charity>,
}

/// `GET /charities`: those that stand for themselves; what became part of one is told on its page.
///
/// # Errors
/// When the database fails.
pub async fn list(State(app): State<App>) -> Result<impl IntoResponse, AppError> {
    let book = Book::read(app.db.read()).await?;
    Ok(Public(ListPage { charities: book.choices().cloned().collect() }))
}

#[derive(Template)]
#[template(path = "charities/show.html")]
struct ShowPage {
    charity: Charity,
    /// Where to give, without an amount.
    giving_url: String,
    /// The one it is part of today, and since when it is part of another.
    part_of: Option<(Charity, String)>,
    /// Those that became part of it, and since when.
    joined: Vec<(Charity, String)>,
}

/// `GET /charities/{slug}`
///
/// # Errors
/// 404 for a slug that isn't there.
pub async fn show(State(app): State<App>, Path(slug): Path<String>) -> Result<impl IntoResponse, AppError> {
    let book = Book::read(app.db.read()).await?;
    let charity = book.by_slug(&slug).cloned().ok_or(AppError::NotFound)?;
    let since = |charity: &Charity| charity.merged.map(|merger| day_words(merger.from)).unwrap_or_default();
    let page = ShowPage {
        giving_url: book.today(&charity).giving.plain(),
        part_of: book.part_of(&charity).map(|other| (other.clone(), since(&charity))),
        joined: book.joined(&charity).map(|other| (other.clone(), since(other))).collect(),
        charity,
    };
    Ok(Public(page))
}
