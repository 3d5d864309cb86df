//! Charities over JSON.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::Serialize;

use super::actions;
use super::book::Book;
use super::charity::Charity;
use super::facts::{CharityFactsIn, CharityMergerIn, CharityRenameIn};
use crate::accounts::Organiser;
use crate::app::App;
use crate::error::AppError;
use crate::once::Once;
use crate::web::extract::{Json, Path, Query};
use crate::web::faces::ProblemOut;
use crate::web::paging::{List, Paging};

/// A charity.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CharityOut {
    slug: String,
    /// The name today.
    name: String,
    about: String,
    names: Vec<CharityNameOut>,
    numbers: Vec<CharityNumberOut>,
    /// Where to give, without an amount. Of one that is part of another, that one's.
    giving_url: String,
    checked_on: Option<NaiveDate>,
    /// The slug of the charity it has become part of.
    merged_into: Option<String>,
}

/// One name and when it was used.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CharityNameOut {
    name: String,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

/// A number in a register.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CharityNumberOut {
    register: String,
    number: String,
}

impl CharityOut {
    fn of(charity: Charity, book: &Book) -> Self {
        let name = charity.name().to_owned();
        let giving_url = book.today(&charity).giving.plain();
        let Charity { id: _, slug, about, giving: _, checked_on, names, numbers, merged } = charity;
        let names =
            names.into_iter().map(|name| CharityNameOut { name: name.name, from: name.from, until: name.until });
        let numbers = numbers.into_iter().map(|n| CharityNumberOut { register: n.register, number: n.number });
        let (names, numbers) = (names.collect(), numbers.collect());
        let merged_into = merged.and_then(|merger| book.get(merger.into)).map(|other| other.slug.clone());
        Self { slug, name, about, names, numbers, giving_url, checked_on, merged_into }
    }
}

/// The charities.
///
/// # Errors
/// 422 for a limit outside 1 to 100, or a cursor that isn't ours.
#[utoipa::path(get, path = "/api/v1/charities", tag = "charities", params(Paging),
    responses((status = 200, body = List<CharityOut>)))]
pub async fn list(State(app): State<App>, Query(paging): Query<Paging>) -> Result<Json<List<CharityOut>>, AppError> {
    let limit = paging.limit()?;
    let book = Book::read(app.db.read()).await?;
    let begin = paging.begin(book.list(), |charity| &charity.slug)?;
    let rest: Vec<Charity> = book.list().iter().skip(begin).cloned().collect();
    Ok(Json(List::cut(rest, limit, |charity| charity.slug.clone(), |charity| CharityOut::of(charity, &book))))
}

/// One charity.
///
/// # Errors
/// 404 for a slug that isn't there.
#[utoipa::path(get, path = "/api/v1/charities/{slug}", tag = "charities", params(("slug" = String, Path)),
    responses((status = 200, body = CharityOut), (status = 404, body = ProblemOut)))]
pub async fn show(State(app): State<App>, Path(slug): Path<String>) -> Result<Json<CharityOut>, AppError> {
    let book = Book::read(app.db.read()).await?;
    let charity = book.by_slug(&slug).cloned().ok_or(AppError::NotFound)?;
    Ok(Json(CharityOut::of(charity, &book)))
}

async fn told(app: &App, charity: Charity) -> Result<Json<CharityOut>, AppError> {
    Ok(Json(CharityOut::of(charity, &Book::read(app.db.read()).await?)))
}

/// Add a charity.
///
/// # Errors
/// 401 without a token, 403 for a guest, 422 for wrong fields.
#[utoipa::path(post, path = "/api/v1/charities", tag = "charities", security(("bearer" = [])),
    request_body = CharityFactsIn,
    responses((status = 201, body = CharityOut), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn add(
    State(app): State<App>,
    organiser: Organiser,
    once: Once,
    Json(input): Json<CharityFactsIn>,
) -> Result<Response, AppError> {
    let charity = actions::add(&app, &once, &organiser, &input).await?;
    let location = format!("/api/v1/charities/{}", charity.slug);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], told(&app, charity).await?).into_response())
}

/// Change what is said about a charity. What isn't sent stays.
///
/// # Errors
/// 403 for a guest, 404 for a slug that isn't there, 409 for the link of one that is part of another, 422 for wrong fields.
#[utoipa::path(patch, path = "/api/v1/charities/{slug}", tag = "charities", security(("bearer" = [])),
    request_body = CharityFactsIn, params(("slug" = String, Path)),
    responses((status = 200, body = CharityOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn change(
    State(app): State<App>,
    organiser: Organiser,
    Path(slug): Path<String>,
    Json(input): Json<CharityFactsIn>,
) -> Result<Json<CharityOut>, AppError> {
    told(&app, actions::change(&app, &organiser, &slug, &input).await?).await
}

/// Give a charity a new name from a day on. From the day the present name began, it stands in its place.
///
/// # Errors
/// 403 for a guest, 404 for a slug that isn't there, 409 for one that is part of another, 422 for wrong fields.
#[utoipa::path(post, path = "/api/v1/charities/{slug}/names", tag = "charities", security(("bearer" = [])),
    request_body = CharityRenameIn, params(("slug" = String, Path)),
    responses((status = 200, body = CharityOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn rename(
    State(app): State<App>,
    organiser: Organiser,
    once: Once,
    Path(slug): Path<String>,
    Json(input): Json<CharityRenameIn>,
) -> Result<Json<CharityOut>, AppError> {
    told(&app, actions::rename(&app, &once, &organiser, &slug, &input).await?).await
}

/// Make a charity part of another from a day on.
///
/// # Errors
/// 403 for a guest, 404 for a slug that isn't there, 409 for one that is part of another already, 422 for wrong fields.
#[utoipa::path(post, path = "/api/v1/charities/{slug}/merger", tag = "charities", security(("bearer" = [])),
    request_body = CharityMergerIn, params(("slug" = String, Path)),
    responses((status = 200, body = CharityOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn merge(
    State(app): State<App>,
    organiser: Organiser,
    once: Once,
    Path(slug): Path<String>,
    Json(input): Json<CharityMergerIn>,
) -> Result<Json<CharityOut>, AppError> {
    told(&app, actions::merge(&app, &once, &organiser, &slug, &input).await?).await
}

/// Take a merger back.
///
/// # Errors
/// 403 for a guest, 404 for a slug that isn't there, 409 for one that is part of no other.
#[utoipa::path(delete, path = "/api/v1/charities/{slug}/merger", tag = "charities", security(("bearer" = [])),
    params(("slug" = String, Path)),
    responses((status = 200, body = CharityOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut)))]
pub async fn undo_merger(
    State(app): State<App>,
    organiser: Organiser,
    once: Once,
    Path(slug): Path<String>,
) -> Result<Json<CharityOut>, AppError> {
    told(&app, actions::undo_merger(&app, &once, &organiser, &slug).await?).await
}
