//! A list of songs on the host's side: bring a file or paste it, see what is in it, tick what goes on.

use std::collections::HashSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::accounts::Viewer;
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::events::{Event, HostOf};
use crate::night::actions::{self, Became, Outcome};
use crate::tracks::{Brought, Entry, Format, recognise};
use crate::web::extract::Query;
use crate::web::form::{Form, Seal, Upload};
use crate::web::once::OnceRequired;
use crate::web::page::Private;

/// What the form sends, and what the preview sends on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SongsForm {
    /// Pasted, or the text of the file.
    playlist: String,
    /// What the preview read it as.
    format: String,
    /// The places of the ticked songs, from 1.
    songs: Vec<usize>,
}

/// What became of the last list, to say above the form.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Done {
    added: Option<usize>,
    already_there: usize,
    refused: usize,
}

#[derive(Template)]
#[template(path = "night/songs.html")]
struct SongsPage {
    seal: Seal,
    event: Event,
    form: SongsForm,
    done: Done,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "night/songs_check.html")]
struct CheckPage {
    seal: Seal,
    event: Event,
    format: Format,
    /// The whole list, which the preview sends on.
    playlist: String,
    songs: Vec<SongView>,
    refused: Vec<SongView>,
    left_out: usize,
    problems: Problems,
}

/// A song of the list as the preview shows it.
struct SongView {
    position: usize,
    entry: Entry,
    outcome: Outcome,
    is_ticked: bool,
}

impl SongView {
    /// Where it is played: `YouTube, Deezer`.
    fn services(&self) -> String {
        let links = self.entry.links.iter().filter_map(|link| recognise(link));
        links.map(|link| link.service.label()).collect::<Vec<_>>().join(", ")
    }

    fn stands(&self) -> bool {
        self.outcome.became == Became::AlreadyThere
    }
}

fn form_page(app: &App, viewer: &Viewer, event: Event, form: SongsForm, done: Done, problems: Problems) -> Response {
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, Private(SongsPage { seal: viewer.seal(app), event, form, done, problems })).into_response()
}

/// `GET /host/events/{slug}/songs`
///
/// # Errors
/// 403 for those who don't host it, 404 for a draft, 409 when the night takes no songs.
pub async fn form(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    Query(done): Query<Done>,
) -> Result<Response, AppError> {
    host.event.check_takes_part()?;
    Ok(form_page(&app, &viewer, host.event, SongsForm::default(), done, Problems::default()))
}

/// `POST /host/events/{slug}/songs`: shows what is in the list; changes nothing.
///
/// # Errors
/// 403 for those who don't host it, 404 for a draft, 409 when the night takes no songs.
pub async fn check(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    Upload { fields: form, file, file_name }: Upload<SongsForm>,
) -> Result<Response, AppError> {
    host.event.check_takes_part()?;
    let text = if file.is_empty() { Ok(form.playlist.clone()) } else { Brought::text(&file, None) };
    let read = text.and_then(|text| {
        if text.trim().is_empty() {
            return Err("Choose the list’s file, or paste it".into());
        }
        let format = Format::of_content(&text, Format::of_name(&file_name))?;
        Ok((Brought::parse(&text, format)?, text))
    });
    match read {
        Ok((brought, text)) => check_page(&app, &viewer, host.event, brought, text, None).await,
        Err(reason) => {
            let mut problems = Problems::default();
            problems.add(if file.is_empty() { "playlist" } else { "file" }, reason);
            Ok(form_page(&app, &viewer, host.event, form, Done::default(), problems))
        }
    }
}

/// The preview; of one that comes back without a tick, with what is wrong.
async fn check_page(
    app: &App,
    viewer: &Viewer,
    event: Event,
    brought: Brought,
    playlist: String,
    problem: Option<&'static str>,
) -> Result<Response, AppError> {
    let Brought { format, playlist: read, left_out } = brought;
    let outcomes = actions::preview(app, event.id, &read.songs).await?;
    let views = (1..).zip(read.songs).zip(outcomes).map(|((position, entry), outcome)| {
        let is_ticked = problem.is_none() && outcome.is_plain();
        SongView { position, entry, outcome, is_ticked }
    });
    let (refused, songs) = views.partition(|view| view.outcome.became == Became::Refused);
    let mut problems = Problems::default();
    if let Some(problem) = problem {
        problems.add("songs", problem);
    }
    let status = if problem.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = CheckPage { seal: viewer.seal(app), event, format, playlist, songs, refused, left_out, problems };
    Ok((status, Private(page)).into_response())
}

/// `POST /host/events/{slug}/songs/confirmation`: puts the ticked songs on.
///
/// # Errors
/// 400 without the form's key, 403 for those who don't host it, 404 for a draft, 409 when the night takes no songs.
pub async fn bring(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    OnceRequired(once): OnceRequired,
    Form(form): Form<SongsForm>,
) -> Result<Response, AppError> {
    if !app.was_done(&once).await? {
        host.event.check_takes_part()?;
    }
    let format = Format::of_ending(&form.format).map_or_else(|| Format::of_content(&form.playlist, None), Ok);
    let brought = match format.and_then(|format| Brought::parse(&form.playlist, format)) {
        Ok(brought) => brought,
        Err(reason) => {
            let mut problems = Problems::default();
            problems.add("playlist", reason);
            return Ok(form_page(&app, &viewer, host.event, form, Done::default(), problems));
        }
    };
    let wanted: HashSet<usize> = form.songs.iter().copied().collect();
    let ticked = |(position, song): (usize, &Entry)| wanted.contains(&position).then(|| song.clone());
    let songs: Vec<Entry> = (1..).zip(&brought.playlist.songs).filter_map(ticked).collect();
    if songs.is_empty() {
        let problem = Some("Tick the songs that should go on the list");
        return check_page(&app, &viewer, host.event, brought, form.playlist, problem).await;
    }
    let outcomes = actions::bring(&app, &once, &viewer, host.event.id, &songs).await?;
    let count = |became| outcomes.iter().filter(|outcome| outcome.became == became).count();
    let (added, there, refused) = (count(Became::Added), count(Became::AlreadyThere), count(Became::Refused));
    let done = format!("added={added}&already_there={there}&refused={refused}");
    Ok(Redirect::to(&format!("/host{}/songs?{done}", host.event.path())).into_response())
}
