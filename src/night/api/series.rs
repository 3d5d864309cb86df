//! Series over JSON.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::accounts::{Organiser, Role};
use crate::app::App;
use crate::error::AppError;
use crate::events::{self, HostOf, SeriesDesk, SeriesIn};
use crate::night::actions;
use crate::night::view::SeriesOut;
use crate::once::Once;
use crate::web::extract::Json;
use crate::web::faces::ProblemOut;

/// The series an organiser may change.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SeriesListOut {
    items: Vec<SeriesOut>,
}

/// Which night is the pattern.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct PatternIn {
    /// The slug of one of the series' nights.
    event: String,
}

/// Repeat a night by a rule. It is the first of the series. Four are planned ahead, and one more is made as each begins.
///
/// # Errors
/// 403 for those who don't host the night, 409 when it is of a series already, 422 for a rule that isn't one.
#[utoipa::path(post, path = "/api/v1/events/{slug}/series", tag = "series", security(("bearer" = [])),
    params(("slug" = String, Path)), request_body = SeriesIn,
    responses((status = 201, body = SeriesOut), (status = 403, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn repeat(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    Json(input): Json<SeriesIn>,
) -> Result<Response, AppError> {
    let series = actions::repeat(&app, &once, &host.organiser, host.event.id, &input.check()?).await?;
    let location = format!("/api/v1/series/{}", series.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(series)).into_response())
}

/// Your series, newest first; an owner's are everybody's. At most 100.
///
/// # Errors
/// 401 without a token, 403 for a guest.
#[utoipa::path(get, path = "/api/v1/series", tag = "series", security(("bearer" = [])),
    responses((status = 200, body = SeriesListOut), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut)))]
pub async fn list(State(app): State<App>, organiser: Organiser) -> Result<Response, AppError> {
    let account = (organiser.role != Role::Owner).then_some(organiser.id);
    let mut items = Vec::new();
    for series in events::series_of(app.db.read(), account).await? {
        items.push(SeriesOut::read(&app, &series).await?);
    }
    Ok(private(SeriesListOut { items }))
}

fn private(out: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(out)).into_response()
}

/// One series.
///
/// # Errors
/// 403 for whoever didn't make it, 404 for one that isn't there.
#[utoipa::path(get, path = "/api/v1/series/{series}", tag = "series", security(("bearer" = [])),
    params(("series" = Uuid, Path)),
    responses((status = 200, body = SeriesOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut)))]
pub async fn show(State(app): State<App>, desk: SeriesDesk) -> Result<Response, AppError> {
    Ok(private(SeriesOut::read(&app, &desk.series).await?))
}

/// Change a series. Nights to come that weren't changed by themselves move with it; one whose day is gone is cancelled,
/// unless people have shared, promised or said they'll come: then it stays by itself.
///
/// # Errors
/// 403 for whoever didn't make it, 409 once it has ended, 422 for wrong fields.
#[utoipa::path(patch, path = "/api/v1/series/{series}", tag = "series", security(("bearer" = [])),
    params(("series" = Uuid, Path)), request_body = SeriesIn,
    responses((status = 200, body = SeriesOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn change(
    State(app): State<App>,
    desk: SeriesDesk,
    Json(input): Json<SeriesIn>,
) -> Result<Json<SeriesOut>, AppError> {
    actions::change_series(&app, &desk.organiser, desk.series.id, input.check()?).await.map(Json)
}

/// Take one of its nights as the pattern: nights to come that weren't changed by themselves become like it, and so do those
/// that are made from now on.
///
/// # Errors
/// 403 for whoever didn't make it, 404 for a night that isn't of this series, 409 once it has ended.
#[utoipa::path(put, path = "/api/v1/series/{series}/pattern", tag = "series", security(("bearer" = [])),
    params(("series" = Uuid, Path)), request_body = PatternIn,
    responses((status = 200, body = SeriesOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut)))]
pub async fn set_pattern(
    State(app): State<App>,
    desk: SeriesDesk,
    Json(PatternIn { event }): Json<PatternIn>,
) -> Result<Json<SeriesOut>, AppError> {
    let event = events::find_by_slug(app.db.read(), &event).await?.ok_or(AppError::NotFound)?;
    actions::set_pattern(&app, &desk.organiser, desk.series.id, event.id).await.map(Json)
}

/// End a series: no more nights are made. Those that are planned stay.
///
/// # Errors
/// 403 for whoever didn't make it.
#[utoipa::path(post, path = "/api/v1/series/{series}/ending", tag = "series", security(("bearer" = [])),
    params(("series" = Uuid, Path)),
    responses((status = 200, body = SeriesOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut)))]
pub async fn end(State(app): State<App>, desk: SeriesDesk, once: Once) -> Result<Json<SeriesOut>, AppError> {
    actions::end_series(&app, &once, &desk.organiser, desk.series.id).await.map(Json)
}
