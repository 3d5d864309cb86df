//! One song, many links, over JSON: for hosts.

use axum::extract::State;
use axum::response::Response;
use entity::ids::{ShareId, TrackId};
use serde::Deserialize;
use uuid::Uuid;

use super::shares::ShareDesk;
use crate::app::App;
use crate::error::AppError;
use crate::night::actions::{self, Apart};
use crate::once::Once;
use crate::tracks::api::ShareOut;
use crate::tracks::{Link, recognise};
use crate::web::extract::Json;
use crate::web::faces::ProblemOut;

/// One more link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct LinkIn {
    /// Any text with a link in it.
    link: String,
}

/// Give a song one more link: to a service nobody gave, or in place of one that leads nowhere.
///
/// # Errors
/// 403 for those who don't host the night, 409 when the link is another song's, 422 without a link.
#[utoipa::path(post, path = "/api/v1/shares/{id}/links", tag = "songs", security(("bearer" = [])), request_body = LinkIn,
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ShareOut), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 404, body = ProblemOut), (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn add_link(
    State(app): State<App>,
    desk: ShareDesk,
    once: Once,
    Json(LinkIn { link }): Json<LinkIn>,
) -> Result<Response, AppError> {
    let link = recognise(&link).ok_or_else(|| AppError::field("link", super::NO_LINK))?;
    let share = actions::add_link(&app, &once, desk.organiser()?, desk.share.id, link).await?;
    Ok(desk.show(share))
}

/// What is known of one of a song's links.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct LinkChangeIn {
    /// One of the song's, as it is told.
    url: String,
    /// Whether it leads nowhere any more.
    is_gone: bool,
}

/// Say that a link leads nowhere any more, or that it does after all.
///
/// # Errors
/// 403 for those who don't host the night, 422 for a link that isn't the song's.
#[utoipa::path(patch, path = "/api/v1/shares/{id}/links", tag = "songs", security(("bearer" = [])),
    request_body = LinkChangeIn, params(("id" = Uuid, Path)),
    responses((status = 200, body = ShareOut), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 404, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn change_link(
    State(app): State<App>,
    desk: ShareDesk,
    once: Once,
    Json(LinkChangeIn { url, is_gone }): Json<LinkChangeIn>,
) -> Result<Response, AppError> {
    let link = recognise(&url).ok_or_else(|| AppError::field("url", super::NO_LINK))?;
    let share = actions::mark_link(&app, &once, desk.organiser()?, desk.share.id, link, is_gone).await?;
    Ok(desk.show(share))
}

/// The song that this one is the same as.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct MergerIn {
    /// A track's id.
    track_id: Uuid,
}

/// Make two songs one: this share's, on every night. Where both stand on a night, the later share becomes part of the
/// earlier. The answer is the share that stands.
///
/// # Errors
/// 403 for those who don't host the night, 409 when they are one already or both stand on a night of others, 422 for a
/// track that isn't there.
#[utoipa::path(post, path = "/api/v1/shares/{id}/merger", tag = "songs", security(("bearer" = [])), request_body = MergerIn,
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ShareOut), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 404, body = ProblemOut), (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn merge(
    State(app): State<App>,
    desk: ShareDesk,
    once: Once,
    Json(MergerIn { track_id }): Json<MergerIn>,
) -> Result<Response, AppError> {
    let share = actions::merge(&app, &once, desk.organiser()?, desk.share.id, TrackId(track_id)).await?;
    Ok(desk.show(share))
}

/// What is to be another song.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct SplitIn {
    /// Some of the song's links, as they are told. Whoever gave only these goes with them, on every night.
    urls: Vec<String>,
    /// A share that became part of this one when two songs were merged: it stands by itself again.
    share_id: Option<Uuid>,
}

/// Make two songs of one. The answer is this share.
///
/// # Errors
/// 403 for those who don't host the night, 409 when nothing would go or nothing would be left, 422 for what isn't the
/// song's.
#[utoipa::path(post, path = "/api/v1/shares/{id}/split", tag = "songs", security(("bearer" = [])), request_body = SplitIn,
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ShareOut), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 404, body = ProblemOut), (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn split(
    State(app): State<App>,
    desk: ShareDesk,
    once: Once,
    Json(SplitIn { urls, share_id }): Json<SplitIn>,
) -> Result<Response, AppError> {
    let read = |url: &String| recognise(url).ok_or_else(|| AppError::field("urls", super::NO_LINK));
    let links: Vec<Link> = urls.iter().map(read).collect::<Result<_, _>>()?;
    let apart = Apart { links, share: share_id.map(ShareId) };
    let share = actions::split(&app, &once, desk.organiser()?, desk.share.id, apart).await?;
    Ok(desk.show(share))
}
