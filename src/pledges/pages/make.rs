//! Making a pledge: the form, check your answers, done.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::money::Pence;
use serde::Deserialize;

use super::pledge_form::PledgeForm;
use crate::app::App;
use crate::charities::Book;
use crate::error::{AppError, Problems};
use crate::events::{self, Desk, Event};
use crate::limits::Deed;
use crate::pledges::parts::{PartView, parts_of};
use crate::pledges::terms::{Counts, PledgeKind, Terms};
use crate::pledges::{actions, store};
use crate::web::client::Client;
use crate::web::extract::Query;
use crate::web::form::{Form, Seal};
use crate::web::once::OnceRequired;
use crate::web::page::Private;

/// Amounts to choose with one tap, in pounds.
const AMOUNTS: &[&str] = &["5", "10", "20"];
/// Rates to choose with one tap.
const RATES: &[&str] = &["10p", "20p", "50p"];

#[derive(Template)]
#[template(path = "pledges/make.html")]
struct MakePage {
    seal: Seal,
    event: Event,
    /// Who raises the money.
    hosts: Vec<String>,
    parts: Vec<PartView>,
    chips: &'static [&'static str],
    form: PledgeForm,
    /// Songs of the last night, for an example.
    last_songs: Option<i64>,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "pledges/check.html")]
struct CheckPage {
    seal: Seal,
    event: Event,
    /// Of the most it can come to.
    parts: Vec<PartView>,
    form: PledgeForm,
    terms: Terms,
    /// Songs of the last night, and what this pledge would have come to.
    like_last: Option<(i64, Pence)>,
}

async fn make_page(app: &App, desk: Desk, form: PledgeForm, problems: Problems) -> Result<Response, AppError> {
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let seal = desk.viewer.seal(app);
    let event = desk.event;
    let nothing = vec![Pence::ZERO; event.split.parts().len()];
    let parts = parts_of(&event.split, &nothing, &event, &Book::read(app.db.read()).await?);
    let chips = if form.kind() == PledgeKind::PerSong { RATES } else { AMOUNTS };
    let last_songs = last_songs(app).await?;
    let hosts = events::hosts_of(app.db.read(), event.id).await?;
    Ok((status, Private(MakePage { seal, event, hosts, parts, chips, form, last_songs, problems })).into_response())
}

/// How many songs the last night had; none before there was one with songs.
async fn last_songs(app: &App) -> Result<Option<i64>, AppError> {
    let Some(last) = events::last_ended(app.db.read(), 1).await?.pop() else { return Ok(None) };
    let songs = store::songs(app.db.read(), last.id).await?;
    Ok(Some(songs).filter(|songs| *songs > 0))
}

/// Which form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct KindQuery {
    kind: String,
}

/// `GET /events/{slug}/pledge?kind=fixed|per_song|match`
///
/// # Errors
/// 404 for a draft, 409 when the night takes no pledges.
pub async fn form(State(app): State<App>, desk: Desk, Query(query): Query<KindQuery>) -> Result<Response, AppError> {
    desk.event.check_takes_part()?;
    let kind = query.kind.parse().unwrap_or(PledgeKind::Fixed);
    make_page(&app, desk, PledgeForm::of_kind(kind), Problems::default()).await
}

/// `POST /events/{slug}/pledge/check`: shows what was understood, or the form again to change it; stores nothing.
///
/// # Errors
/// 404 for a draft, 409 when the night takes no pledges.
pub async fn check(State(app): State<App>, desk: Desk, Form(form): Form<PledgeForm>) -> Result<Response, AppError> {
    desk.event.check_takes_part()?;
    if form.change.is_some() {
        return make_page(&app, desk, form, Problems::default()).await;
    }
    let book = Book::read(app.db.read()).await?;
    match form.check(&desk.event, &book) {
        Ok((_, new)) => {
            let parts = parts_of(&new.split, &new.split.allocate(new.terms.at_most(), 0), &desk.event, &book);
            let seal = desk.viewer.seal(&app);
            let would_be = |songs| (songs, new.terms.so_far(Counts { songs, others: Pence::ZERO }));
            let like_last = last_songs(&app).await?.filter(|_| new.terms.kind() == PledgeKind::PerSong).map(would_be);
            let page = CheckPage { seal, event: desk.event, parts, form, terms: new.terms, like_last };
            Ok(Private(page).into_response())
        }
        Err(AppError::Invalid(problems)) => make_page(&app, desk, form, problems).await,
        Err(error) => Err(error),
    }
}

/// `POST /events/{slug}/pledge`
///
/// # Errors
/// 400 without the form's key, 404 for a draft, 409 when the night takes no pledges.
pub async fn make(
    State(app): State<App>,
    desk: Desk,
    Client(address): Client,
    OnceRequired(once): OnceRequired,
    Form(form): Form<PledgeForm>,
) -> Result<Response, AppError> {
    let is_retry = app.was_done(&once).await?;
    if !is_retry {
        desk.event.check_takes_part()?;
    }
    let book = Book::read(app.db.read()).await?;
    let input = match form.check(&desk.event, &book) {
        Ok((input, _)) => input,
        Err(AppError::Invalid(problems)) => return make_page(&app, desk, form, problems).await,
        Err(error) => return Err(error),
    };
    if !is_retry {
        app.limits.count(Deed::Pledge, desk.viewer.actor().map(|actor| actor.to_string()).as_deref(), address)?;
    }
    let pledge = actions::make(&app, &once, desk.event.id, &input).await?.pledge;
    let token = actions::manage_token(&app.keys, &pledge);
    Ok(Redirect::to(&format!("/pledges/{token}")).into_response())
}
