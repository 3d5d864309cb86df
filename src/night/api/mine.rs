//! What became of one's own songs, over JSON.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use entity::ids::ShareId;
use serde::Serialize;
use uuid::Uuid;

use crate::accounts;
use crate::app::App;
use crate::error::AppError;
use crate::events::Desk;
use crate::night::waiting::Why;
use crate::tracks::api::ShareOut;
use crate::tracks::{self, Share};
use crate::web::extract::{Json, Query};
use crate::web::faces::ProblemOut;
use crate::web::paging::{List, Paging};

/// One of my songs, and what became of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MyShareOut {
    #[serde(flatten)]
    share: ShareOut,
    /// Why it waits for a host, while it does: `words` (one is always looked at first), `first_song`, `every_song`,
    /// `removed_before`.
    waits_for: Option<&'static str>,
    /// What the host said who took it down.
    reason: Option<String>,
}

/// My songs on a night, whatever became of them, oldest first.
///
/// # Errors
/// 401 for someone without a nickname, 404 for a draft that isn't yours.
#[utoipa::path(get, path = "/api/v1/events/{slug}/shares/mine", tag = "songs", security(("bearer" = [])),
    params(("slug" = String, Path), Paging),
    responses((status = 200, body = List<MyShareOut>), (status = 401, body = ProblemOut), (status = 404, body = ProblemOut)))]
pub async fn list(State(app): State<App>, desk: Desk, Query(paging): Query<Paging>) -> Result<Response, AppError> {
    desk.viewer.actor().ok_or(AppError::Unauthorised("Choose a nickname first."))?;
    let (limit, after) = (paging.limit()?, paging.after::<Uuid>()?.map(ShareId));
    let shares = match accounts::guest_of(&app, &desk.viewer).await? {
        Some(guest) => tracks::shared_by_guest(app.db.read(), desk.event.id, guest, (limit + 1, after)).await?,
        None => Vec::new(),
    };
    let show = |share: Share| MyShareOut {
        waits_for: Why::of(&share, &desk.event).map(Why::as_str),
        reason: share.removed_for.clone(),
        share: ShareOut::of(share, &desk.event.slug),
    };
    let out = Json(List::cut(shares, limit, |share| share.id.to_string(), show));
    Ok(([(header::CACHE_CONTROL, "no-store")], out).into_response())
}
