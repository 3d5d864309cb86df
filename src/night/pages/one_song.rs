//! One song, for its hosts: its name, its links, and what else it is the same as.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::ids::{ShareId, TrackId};
use serde::Deserialize;
use uuid::Uuid;

use super::similar;
use crate::accounts::Viewer;
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::events::{Event, Here};
use crate::night::actions::{self, Apart, Renaming};
use crate::night::api::NO_LINK;
use crate::once::Once;
use crate::sent::Sent;
use crate::tracks::{self, Link, Share, ShareIn, Song, recognise};
use crate::web::form::{Form, Seal};
use crate::web::page::Private;

/// Everything that can be typed here, each by a form of its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SongForm {
    title: String,
    artist: String,
    /// One more link.
    link: String,
    /// What it is the same as: a link that it has, or the address of its page.
    other: String,
    /// A link of the song, and whether it leads nowhere any more.
    url: String,
    is_gone: bool,
    /// What is to be another song.
    urls: Vec<String>,
    share_id: String,
}

#[derive(Template)]
#[template(path = "night/one_song.html")]
struct SongPage {
    seal: Seal,
    event: Event,
    share: Share,
    /// Others of the night that are likely the same, and shares that became part of this one.
    alike: Vec<Share>,
    merged: Vec<Share>,
    form: SongForm,
    problems: Problems,
}

async fn page(
    app: &App,
    viewer: &Viewer,
    here: Here<Share>,
    form: SongForm,
    problems: Problems,
) -> Result<Response, AppError> {
    let Here { host, thing: share } = here;
    let db = app.db.snapshot().await?;
    let alike = match share.track.likeness() {
        Some(own) => similar::like(tracks::newest(&db, host.event.id, similar::READ).await?, &own)
            .filter(|other| other.track.id != share.track.id)
            .collect(),
        None => Vec::new(),
    };
    let merged = tracks::by_ids(&db, tracks::parts_of(&db, share.id).await?).await?;
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SongPage { seal: viewer.seal(app), event: host.event, share, alike, merged, form, problems };
    Ok((status, Private(page)).into_response())
}

/// What was pressed, done or refused in words beside its field: what can't be done now is said at `field`.
async fn answer(
    app: &App,
    viewer: &Viewer,
    here: Here<Share>,
    form: SongForm,
    field: &'static str,
    done: Result<Share, AppError>,
) -> Result<Response, AppError> {
    let mut problems = Problems::default();
    match done {
        Ok(share) => return Ok(Redirect::to(&path(&here.host.event, share.id)).into_response()),
        // What comes apart has one place on the page, be it links or a share.
        Err(AppError::Invalid(found)) => {
            problems = problems.and(&found, |name| if name == "share_id" { field } else { name });
        }
        Err(AppError::Conflict(why)) => problems.add(field, why),
        Err(error) => return Err(error),
    }
    page(app, viewer, here, form, problems).await
}

fn path(event: &Event, id: ShareId) -> String {
    format!("/host/events/{}/shares/{id}", event.slug)
}

/// `GET /host/events/{slug}/shares/{id}`
///
/// # Errors
/// 403 for those who don't host it, 404 for a song of another night.
pub async fn show(State(app): State<App>, viewer: Viewer, here: Here<Share>) -> Result<Response, AppError> {
    let Share { track, .. } = here.thing.clone();
    let (title, artist) = (track.title.unwrap_or_default(), track.artist.unwrap_or_default());
    let form = SongForm { title, artist, ..SongForm::default() };
    page(&app, &viewer, here, form, Problems::default()).await
}

/// `POST /host/events/{slug}/shares/{id}/name`
///
/// # Errors
/// 403 for those who don't host it, 409 when the song is gone.
pub async fn name(
    State(app): State<App>,
    viewer: Viewer,
    here: Here<Share>,
    Form(form): Form<SongForm>,
) -> Result<Response, AppError> {
    let typed = |text: &str| Some(text.to_owned());
    let input = ShareIn { title: typed(&form.title), artist: typed(&form.artist), ..ShareIn::default() };
    let done = match Song::new(&input) {
        Ok(song) => {
            let renaming = Renaming { song: Some(song), dedication: Sent::Not };
            actions::change_share(&app, Some(here.host.organiser.id.0), true, here.thing.id, renaming).await
        }
        // Without a title there is nothing to read it from either; here the title is what is missing.
        Err(AppError::Invalid(problems)) if problems.of("link").is_some() => {
            Err(AppError::field("title", "Enter the song’s title"))
        }
        Err(error) => Err(error),
    };
    answer(&app, &viewer, here, form, "title", done).await
}

/// `POST /host/events/{slug}/shares/{id}/links`: one more link.
///
/// # Errors
/// 403 for those who don't host it, 409 when the link is another song's.
pub async fn add_link(
    State(app): State<App>,
    viewer: Viewer,
    here: Here<Share>,
    once: Once,
    Form(form): Form<SongForm>,
) -> Result<Response, AppError> {
    let done = match read(&form.link, "link") {
        Ok(link) => actions::add_link(&app, &once, &here.host.organiser, here.thing.id, link).await,
        Err(error) => Err(error),
    };
    answer(&app, &viewer, here, form, "link", done).await
}

/// `POST /host/events/{slug}/shares/{id}/links/state`: a link leads nowhere any more, or does after all.
///
/// # Errors
/// 403 for those who don't host it, 404 for a link that isn't the song's.
pub async fn mark_link(
    State(app): State<App>,
    viewer: Viewer,
    here: Here<Share>,
    once: Once,
    Form(form): Form<SongForm>,
) -> Result<Response, AppError> {
    let link = recognise(&form.url).ok_or(AppError::NotFound)?;
    let done = actions::mark_link(&app, &once, &here.host.organiser, here.thing.id, link, form.is_gone).await;
    answer(&app, &viewer, here, form, "link", done).await
}

/// `POST /host/events/{slug}/shares/{id}/merger`: it is the same song as another.
///
/// # Errors
/// 403 for those who don't host it, 409 when they are one already or both stand on a night of others.
pub async fn merge(
    State(app): State<App>,
    viewer: Viewer,
    here: Here<Share>,
    once: Once,
    Form(form): Form<SongForm>,
) -> Result<Response, AppError> {
    let done = match meant(&app, &form.other).await? {
        Some(track) => actions::merge(&app, &once, &here.host.organiser, here.thing.id, track).await,
        None => Err(AppError::field(
            "other",
            "We don’t know this song. Paste a link that somebody shared it by, or the address of its page here.",
        )),
    };
    answer(&app, &viewer, here, form, "other", done).await
}

/// The song that somebody means by the address of its page here, its id, or a link that it has.
async fn meant(app: &App, text: &str) -> Result<Option<TrackId>, AppError> {
    if let Some(link) = recognise(text)
        && let Some(known) = tracks::track_with(app.db.read(), &link).await?
    {
        return Ok(Some(known));
    }
    let last = text.trim().rsplit('/').next().unwrap_or_default();
    match last.parse::<Uuid>() {
        Ok(id) => Ok(tracks::current(app.db.read(), TrackId(id)).await?),
        Err(_) => Ok(None),
    }
}

/// `POST /host/events/{slug}/shares/{id}/split`: some of it is another song.
///
/// # Errors
/// 403 for those who don't host it, 409 when nothing would go or nothing would be left.
pub async fn split(
    State(app): State<App>,
    viewer: Viewer,
    here: Here<Share>,
    once: Once,
    Form(form): Form<SongForm>,
) -> Result<Response, AppError> {
    let links = form.urls.iter().map(|url| read(url, "urls")).collect::<Result<Vec<Link>, _>>();
    let done = match links {
        Ok(links) if links.is_empty() && form.share_id.is_empty() => {
            Err(AppError::field("urls", "Tick what is another song"))
        }
        Ok(links) => {
            let apart = Apart { links, share: form.share_id.parse().ok().map(ShareId) };
            actions::split(&app, &once, &here.host.organiser, here.thing.id, apart).await
        }
        Err(error) => Err(error),
    };
    answer(&app, &viewer, here, form, "urls", done).await
}

fn read(text: &str, field: &'static str) -> Result<Link, AppError> {
    recognise(text).ok_or_else(|| AppError::field(field, NO_LINK))
}
