//! Songs over all nights: the ones people come back to, and each with every night it was in.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::SecondsFormat;
use entity::ids::TrackId;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Event, Mood};
use crate::site::night::PlayView;
use crate::tracks::{self, Ranked, Ranking, Share, Sleeve, Track, searches};
use crate::web::extract::Path;
use crate::web::page::Public;

/// Songs in each list.
const LISTED: u64 = 25;
/// Nights on a song's page.
const NIGHTS_MAX: u64 = 200;

#[derive(Template)]
#[template(path = "site/songs.html")]
struct SongsPage {
    danced: Vec<Ranked>,
    shared: Vec<Ranked>,
}

/// `GET /songs`
///
/// # Errors
/// When the database fails.
pub async fn list(State(app): State<App>) -> Result<impl IntoResponse, AppError> {
    let db = app.db.snapshot().await?;
    let danced = tracks::ranked(&db, Ranking::Danced, LISTED).await?;
    let shared = tracks::ranked(&db, Ranking::Shared, LISTED).await?;
    Ok(Public(SongsPage { danced, shared }))
}

#[derive(Template)]
#[template(path = "site/song.html")]
struct SongPage {
    track: Track,
    sleeve: Sleeve,
    links: Vec<PlayView>,
    /// Where it can be looked for: services that nobody gave a link to.
    searches: Vec<PlayView>,
    /// The first time first.
    sharings: Vec<Sharing>,
    dances: i64,
}

impl SongPage {
    /// Whether one of its links leads somewhere, as far as we know.
    fn can_be_played(&self) -> bool {
        self.links.iter().any(|link| !link.is_gone)
    }
}

/// A sharing, and its night.
struct Sharing {
    share: Share,
    event: Event,
}

impl Sharing {
    /// `26 March 2027`, on the wall of the night.
    fn day(&self) -> String {
        self.event.when.on_the_wall(self.share.shared_at).format("%-d %B %Y").to_string()
    }

    /// RFC 3339.
    fn at(&self) -> String {
        self.share.shared_at.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

/// `GET /songs/{id}`
///
/// # Errors
/// 404 for a song that is shown on no night.
pub async fn show(State(app): State<App>, Path(id): Path<Uuid>) -> Result<Response, AppError> {
    let db = app.db.snapshot().await?;
    let current = tracks::current(&db, TrackId(id)).await?.ok_or(AppError::NotFound)?;
    if current != TrackId(id) {
        return Ok(Redirect::temporary(&format!("/songs/{current}")).into_response());
    }
    let shares = tracks::of_track(&db, TrackId(id), NIGHTS_MAX).await?;
    let nights = events::by_ids(&db, shares.iter().map(|share| share.event).collect()).await?;
    let with_night = |share: Share| {
        let event = nights.iter().find(|night| night.id == share.event)?.clone();
        Some(Sharing { share, event })
    };
    let sharings: Vec<Sharing> = shares.into_iter().filter_map(with_night).collect();
    // A name that somebody gave later is the song's as well.
    let named = sharings.iter().find(|sharing| sharing.share.track.title.is_some());
    let track = named.or(sharings.first()).ok_or(AppError::NotFound)?.share.track.clone();
    let mut links: Vec<tracks::TrackLink> = Vec::new();
    for link in sharings.iter().flat_map(|sharing| &sharing.share.track.links) {
        if !links.contains(link) {
            links.push(link.clone());
        }
    }
    let searches = track.title.as_ref().map(|_| searches(&track.in_words())).unwrap_or_default();
    let is_missing =
        |(service, _): &(tracks::Service, String)| links.iter().all(|link| link.is_gone || link.service != *service);
    let searches = searches.into_iter().filter(is_missing);
    let searches = searches.map(|(service, url)| PlayView::search(service, url)).collect();
    let counts = |sharing: &&Sharing| sharing.event.mood != Mood::Remembrance;
    let dances = sharings.iter().filter(counts).map(|sharing| sharing.share.dances).sum();
    let sleeve = Sleeve::of(&track);
    let links = links.into_iter().map(PlayView::of).collect();
    Ok(Public(SongPage { track, sleeve, links, searches, sharings, dances }).into_response())
}
