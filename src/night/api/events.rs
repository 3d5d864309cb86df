//! Nights over JSON.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use entity::ids::{EventId, ShareId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::accounts::Organiser;
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::events::{self, Desk, EventIn, HostOf, Listing, Slot, SlotIn, Window};
use crate::night::actions;
use crate::night::view::{EventOut, LineupOut};
use crate::once::Once;
use crate::tracks::api::ShareOut;
use crate::web::extract::{Json, Query};
use crate::web::faces::ProblemOut;
use crate::web::paging::{List, Paging};

/// Which nights to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventFilter {
    /// `upcoming`, `live` or `past`; all published ones unless said.
    when: Option<String>,
    limit: Option<u64>,
    cursor: Option<String>,
}

/// The published nights.
///
/// # Errors
/// 422 for an unknown `when`.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(EventFilter),
    responses((status = 200, body = List<EventOut>), (status = 422, body = ProblemOut)))]
pub async fn list(State(app): State<App>, Query(filter): Query<EventFilter>) -> Result<Json<List<EventOut>>, AppError> {
    let window = match filter.when.as_deref() {
        None | Some("") => Window::All,
        Some("upcoming") => Window::Upcoming,
        Some("live") => Window::Live,
        Some("past") => Window::Past,
        Some(_) => return Err(AppError::field("when", "Ask for upcoming, live or past")),
    };
    let paging = Paging { limit: filter.limit, cursor: filter.cursor };
    let limit = paging.limit()?;
    let listing = Listing { window, count: limit + 1, after: paging.after::<Uuid>()?.map(EventId) };
    let found = events::list(app.db.read(), listing).await?;
    let List { items, next } = List::cut(found, limit, |event| event.id.to_string(), |event| event);
    let mut shown = Vec::with_capacity(items.len());
    for event in items {
        shown.push(EventOut::read(&app, event).await?);
    }
    Ok(Json(List { items: shown, next }))
}

fn created(event: EventOut) -> Response {
    let location = format!("/api/v1/events/{}", event.slug());
    (StatusCode::CREATED, [(header::LOCATION, location)], Json(event)).into_response()
}

/// Plan a night. It begins as a draft.
///
/// # Errors
/// 401 without a token, 403 for a guest, 422 for wrong fields.
#[utoipa::path(post, path = "/api/v1/events", tag = "events", security(("bearer" = [])), request_body = EventIn,
    responses((status = 201, body = EventOut), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn plan(
    State(app): State<App>,
    organiser: Organiser,
    once: Once,
    Json(input): Json<EventIn>,
) -> Result<Response, AppError> {
    let event = actions::plan(&app, &once, &organiser, &input).await?;
    Ok(created(event))
}

/// One night; a draft for its hosts only.
///
/// # Errors
/// 404 for a slug that isn't there, or a draft that isn't yours.
#[utoipa::path(get, path = "/api/v1/events/{slug}", tag = "events", params(("slug" = String, Path)),
    responses((status = 200, body = EventOut), (status = 404, body = ProblemOut)))]
pub async fn show(State(app): State<App>, desk: Desk) -> Result<Response, AppError> {
    let out = Json(EventOut::read(&app, desk.event.clone()).await?);
    Ok(desk.answer(out))
}

/// Change a night. What isn't sent stays.
///
/// # Errors
/// 403 for those who don't host it, 409 for what can't change any more, 422 for wrong fields.
#[utoipa::path(patch, path = "/api/v1/events/{slug}", tag = "events", security(("bearer" = [])), request_body = EventIn,
    params(("slug" = String, Path)),
    responses((status = 200, body = EventOut), (status = 403, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn change(
    State(app): State<App>,
    host: HostOf,
    Json(input): Json<EventIn>,
) -> Result<Json<EventOut>, AppError> {
    actions::change(&app, &host.organiser, host.event.id, &input).await?;
    let event = events::find(app.db.read(), host.event.id).await?.ok_or(AppError::NotFound)?;
    EventOut::read(&app, event).await.map(Json)
}

/// Publish a draft.
///
/// # Errors
/// 403 for those who don't host it, 409 in the wrong state.
#[utoipa::path(post, path = "/api/v1/events/{slug}/publication", tag = "events", security(("bearer" = [])),
    params(("slug" = String, Path)),
    responses((status = 200, body = EventOut), (status = 403, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn publish(State(app): State<App>, host: HostOf, once: Once) -> Result<Json<EventOut>, AppError> {
    actions::publish(&app, &once, host.organiser.id.0, host.event.id).await.map(Json)
}

/// Open a night: any time while it is scheduled, and again within 24 hours of closing.
///
/// # Errors
/// 403 for those who don't host it, 409 in the wrong state.
#[utoipa::path(post, path = "/api/v1/events/{slug}/opening", tag = "events", security(("bearer" = [])),
    params(("slug" = String, Path)),
    responses((status = 200, body = EventOut), (status = 403, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn open(State(app): State<App>, host: HostOf, once: Once) -> Result<Json<EventOut>, AppError> {
    actions::open(&app, &once, Some(host.organiser.id.0), host.event.id).await.map(Json)
}

/// Close a night.
///
/// # Errors
/// 403 for those who don't host it, 409 in the wrong state.
#[utoipa::path(post, path = "/api/v1/events/{slug}/closing", tag = "events", security(("bearer" = [])),
    params(("slug" = String, Path)),
    responses((status = 200, body = EventOut), (status = 403, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn close(State(app): State<App>, host: HostOf, once: Once) -> Result<Json<EventOut>, AppError> {
    actions::close(&app, &once, Some(host.organiser.id.0), host.event.id).await.map(Json)
}

/// Cancel a night; its pledges lapse.
///
/// # Errors
/// 403 for those who don't host it, 409 in the wrong state.
#[utoipa::path(post, path = "/api/v1/events/{slug}/cancellation", tag = "events", security(("bearer" = [])),
    params(("slug" = String, Path)),
    responses((status = 200, body = EventOut), (status = 403, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn cancel(State(app): State<App>, host: HostOf, once: Once) -> Result<Json<EventOut>, AppError> {
    actions::cancel(&app, &once, host.organiser.id.0, host.event.id).await.map(Json)
}

/// When to hold the same again.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct CopyIn {
    /// A wall-clock time such as `2027-03-26T21:00`.
    starts_local: String,
}

/// The same again, as a draft.
///
/// # Errors
/// 403 for those who don't host it, 422 for a time that can't be.
#[utoipa::path(post, path = "/api/v1/events/{slug}/copies", tag = "events", security(("bearer" = [])),
    request_body = CopyIn, params(("slug" = String, Path)),
    responses((status = 201, body = EventOut), (status = 403, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn copy(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    Json(CopyIn { starts_local }): Json<CopyIn>,
) -> Result<Response, AppError> {
    let event = actions::again(&app, &once, &host.organiser, host.event.id, &starts_local).await?;
    Ok(created(event))
}

/// A line-up as it is sent.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct LineupIn {
    slots: Vec<SlotIn>,
}

/// The line-up of a night.
///
/// # Errors
/// 404 for a draft that isn't yours.
#[utoipa::path(get, path = "/api/v1/events/{slug}/lineup", tag = "events", params(("slug" = String, Path)),
    responses((status = 200, body = LineupOut), (status = 404, body = ProblemOut)))]
pub async fn lineup(State(app): State<App>, desk: Desk) -> Result<Response, AppError> {
    let out = Json(LineupOut::read(&app, &desk.event).await?);
    Ok(desk.answer(out))
}

/// Put a line-up in place of the one that is there. A slot that is named, or has the same host and title as one before,
/// stays the same slot: it keeps its id, its link, and when it began.
///
/// # Errors
/// 403 for those who don't host it, 422 for wrong slots.
#[utoipa::path(put, path = "/api/v1/events/{slug}/lineup", tag = "events", security(("bearer" = [])),
    request_body = LineupIn, params(("slug" = String, Path)),
    responses((status = 200, body = LineupOut), (status = 403, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn set_lineup(
    State(app): State<App>,
    host: HostOf,
    Json(LineupIn { slots }): Json<LineupIn>,
) -> Result<Json<LineupOut>, AppError> {
    let mut problems = Problems::default();
    let Some(slots) = Slot::check_all(&slots, host.event.zone(), &mut problems) else { return Err(problems.refuse()) };
    events::set_lineup(&app, &host.organiser, &host.event, slots).await?;
    LineupOut::read(&app, &host.event).await.map(Json)
}

/// What plays now.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct NowPlayingIn {
    /// A shown share of this night, or null for nothing. It must be sent.
    #[serde(deserialize_with = "must_be_sent")]
    pub share_id: Option<Uuid>,
}

fn must_be_sent<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Uuid>, D::Error> {
    Option::deserialize(from)
}

/// What plays now.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct NowPlayingOut {
    pub share: Option<ShareOut>,
}

/// Say what plays now.
///
/// # Errors
/// 403 for those who don't host it, 409 unless the night is live, 422 for a song that isn't one of its shown ones.
#[utoipa::path(put, path = "/api/v1/events/{slug}/now-playing", tag = "songs", security(("bearer" = [])),
    request_body = NowPlayingIn, params(("slug" = String, Path)),
    responses((status = 200, body = NowPlayingOut), (status = 403, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn set_now_playing(
    State(app): State<App>,
    host: HostOf,
    Json(NowPlayingIn { share_id }): Json<NowPlayingIn>,
) -> Result<Json<NowPlayingOut>, AppError> {
    let (actor, id) = (host.organiser.id.0, host.event.id);
    let share = actions::set_now_playing(&app, actor, id, share_id.map(ShareId)).await?;
    Ok(Json(NowPlayingOut { share: share.map(|share| ShareOut::of(share, &host.event.slug)) }))
}
