//! Songs collected beforehand, brought over the API as a playlist's file.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::accounts::Viewer;
use crate::app::App;
use crate::error::AppError;
use crate::events::HostOf;
use crate::night::actions::{self, Became, Outcome};
use crate::once::Once;
use crate::tracks::{Brought, Entry, Format};
use crate::web::extract::{Json, MediaType, Query};
use crate::web::faces::ProblemOut;

/// A playlist as it is sent, with what its media type says of it.
#[derive(Debug)]
pub struct SentPlaylist {
    bytes: Bytes,
    said: Format,
    charset: Option<String>,
}

impl<S: Send + Sync> FromRequest<S> for SentPlaylist {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let MediaType { kind, charset } = MediaType::of(request.headers());
        let said = Format::of_media_type(&kind).ok_or(AppError::WrongMediaType)?;
        let bytes = Bytes::from_request(request, state).await.map_err(|_| AppError::TooLarge)?;
        Ok(Self { bytes, said, charset })
    }
}

/// Whether it is for real.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct BringParams {
    /// Whether to tell what would become of each song, and change nothing. True unless said.
    dry_run: Option<bool>,
}

/// What became of a playlist, or would.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BroughtOut {
    dry_run: bool,
    /// In the order of the file.
    songs: Vec<BroughtSongOut>,
    added: usize,
    already_there: usize,
    refused: usize,
    /// Songs beyond the first 500, which aren't looked at.
    left_out: usize,
}

/// One song of a playlist.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BroughtSongOut {
    /// Its place in the file, from 1.
    position: usize,
    title: Option<String>,
    artist: Option<String>,
    /// The first of its links that we can use.
    link: Option<String>,
    /// `added`, `already_there` or `refused`.
    outcome: &'static str,
    /// Why, or what else to know.
    reason: Option<String>,
    /// The share that it is now, or that stood before.
    share_id: Option<Uuid>,
}

impl BroughtOut {
    fn of(brought: Brought, outcomes: Vec<Outcome>, dry_run: bool) -> Self {
        let count = |became| outcomes.iter().filter(|outcome| outcome.became == became).count();
        let (added, already_there) = (count(Became::Added), count(Became::AlreadyThere));
        let refused = count(Became::Refused);
        let songs = (1..).zip(brought.playlist.songs).zip(outcomes).map(|((position, song), outcome)| {
            let Entry { title, artist, links, .. } = song;
            let Outcome { became, reason, share } = outcome;
            let link = links.into_iter().next();
            let share_id = share.map(|share| share.0);
            BroughtSongOut { position, title, artist, link, outcome: became.as_str(), reason, share_id }
        });
        Self { dry_run, songs: songs.collect(), added, already_there, refused, left_out: brought.left_out }
    }
}

/// Bring songs that were collected beforehand to a night, or see what would become of them.
///
/// The body is the file: XSPF, JSPF, M3U, CSV or text, as `playlist.{…}` of a night writes them. They are shared by the host
/// who brings them, in one unit of work; a song that stands already stays as it is.
///
/// # Errors
/// 403 for those who don't host it, 404 for a draft, 409 when the night takes no songs, 413 beyond 1 MB, 415 for another
/// media type, 422 for what is no playlist.
#[utoipa::path(post, path = "/api/v1/events/{slug}/playlist", tag = "songs", security(("bearer" = [])),
    params(("slug" = String, Path), BringParams, ("Idempotency-Key" = Option<String>, Header)),
    request_body(content((String = "application/xspf+xml"), (Object = "application/json"), (Object = "application/jspf+json"),
        (String = "audio/x-mpegurl"), (String = "application/vnd.apple.mpegurl"), (String = "text/csv"), (String = "text/plain")),
        description = "A playlist's file, up to 1 MB; its first 500 songs count. Its content says what it is, where that differs from its type."),
    responses((status = 200, description = "A dry run", body = BroughtOut), (status = 201, body = BroughtOut),
        (status = 401, body = ProblemOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 413, body = ProblemOut), (status = 415, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn bring(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    once: Once,
    Query(BringParams { dry_run }): Query<BringParams>,
    sent: SentPlaylist,
) -> Result<Response, AppError> {
    if !app.was_done(&once).await? {
        host.event.check_takes_part()?;
    }
    let brought = Brought::read(&sent.bytes, Some(sent.said), sent.charset.as_deref());
    let brought = brought.map_err(|reason| AppError::field("playlist", reason))?;
    let (event, songs, dry_run) = (host.event.id, &brought.playlist.songs, dry_run.unwrap_or(true));
    let (status, outcomes) = if dry_run {
        (StatusCode::OK, actions::preview_once(&app, &once, event, songs).await?)
    } else {
        (StatusCode::CREATED, actions::bring(&app, &once, &viewer, event, songs).await?)
    };
    let out = Json(BroughtOut::of(brought, outcomes, dry_run));
    Ok((status, [(header::CACHE_CONTROL, "no-store")], out).into_response())
}
