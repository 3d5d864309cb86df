//! Charities over JSON.

use axum::extract::State;
use chrono::NaiveDate;
use serde::Serialize;

use super::charity::Charity;
use super::store;
use crate::app::App;
use crate::error::AppError;
use crate::web::extract::{Json, Path, Query};
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
    giving_url: String,
    checked_on: Option<NaiveDate>,
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

impl From<Charity> for CharityOut {
    fn from(charity: Charity) -> Self {
        let name = charity.name().to_owned();
        let Charity { id: _, slug, about, giving_url, checked_on, names, numbers } = charity;
        let names =
            names.into_iter().map(|name| CharityNameOut { name: name.name, from: name.from, until: name.until });
        let numbers = numbers.into_iter().map(|n| CharityNumberOut { register: n.register, number: n.number });
        Self { slug, name, about, names: names.collect(), numbers: numbers.collect(), giving_url, checked_on }
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
    let charities = store::all(app.db.read()).await?;
    let begin = paging.begin(&charities, |charity| &charity.slug)?;
    let rest: Vec<Charity> = charities.into_iter().skip(begin).collect();
    Ok(Json(List::cut(rest, limit, |charity| charity.slug.clone(), CharityOut::from)))
}

/// One charity.
///
/// # Errors
/// 404 for a slug that isn't there.
#[utoipa::path(get, path = "/api/v1/charities/{slug}", tag = "charities", params(("slug" = String, Path)),
    responses((status = 200, body = CharityOut), (status = 404, body = crate::web::faces::ProblemOut)))]
pub async fn show(State(app): State<App>, Path(slug): Path<String>) -> Result<Json<CharityOut>, AppError> {
    let charity = store::find_by_slug(app.db.read(), &slug).await?.ok_or(AppError::NotFound)?;
    Ok(Json(charity.into()))
}
