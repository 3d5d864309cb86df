//! A night's songs as a file: `/events/{slug}/playlist.xspf` and its like.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::AppError;
use crate::events::Desk;
use crate::tracks::{self, Entry, Format, Order, Page, Playlist, Share};
use crate::web::extract::Path;

/// Songs read at once.
const BATCH: u64 = 500;
/// More songs than any night has had; a file of them is some megabytes.
const SONGS_MAX: usize = 10_000;

/// `GET /events/{slug}/playlist.{xspf|jspf|m3u8|csv|txt}`: the shown songs, the oldest first.
///
/// # Errors
/// 404 for a format that isn't one, a slug that isn't there, or a draft that isn't yours.
pub async fn show(
    State(app): State<App>,
    desk: Desk,
    Path((_, file)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let ending = file.strip_prefix("playlist.").ok_or(AppError::NotFound)?;
    let format = Format::of_ending(ending).ok_or(AppError::NotFound)?;
    let playlist = Playlist {
        title: Some(desk.event.title.clone()),
        page: Some(app.config.link(&desk.event.path())),
        date: Some(desk.event.when.starts_at),
        songs: songs(&app, &desk).await?,
    };
    let name = format!("attachment; filename=\"{}.{}\"", desk.event.slug, format.ending());
    let cache = if desk.event.state.is_hidden() { "no-store" } else { "public, no-cache" };
    let head = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, cache.to_owned()),
    ];
    Ok((head, format.write(&playlist)?).into_response())
}

async fn songs(app: &App, desk: &Desk) -> Result<Vec<Entry>, AppError> {
    let db = app.db.snapshot().await?;
    let mut songs: Vec<Entry> = Vec::new();
    let mut after = None;
    while songs.len() < SONGS_MAX {
        let page = Page { order: Order::OldestFirst, count: BATCH, after };
        let batch = tracks::of_event(&db, desk.event.id, page).await?;
        let Some(last) = batch.last() else { break };
        after = Some(last.id);
        songs.extend(batch.into_iter().map(entry));
    }
    Ok(songs)
}

fn entry(share: Share) -> Entry {
    let Share { track, shared_by, dedication, shared_at, .. } = share;
    Entry {
        title: track.title,
        artist: track.artist,
        links: track.links.into_iter().map(|link| link.url).collect(),
        shared_by: Some(shared_by),
        dedication,
        shared_at: Some(shared_at),
    }
}
