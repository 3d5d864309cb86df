//! An organiser's nights: the list, a new one, changing one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::night_form::{NightForm, in_form};
use crate::accounts::{Organiser, Role, Viewer};
use crate::app::App;
use crate::charities::{Book, Charity};
use crate::error::{AppError, Problems};
use crate::events::{self, Event, HostOf, Series};
use crate::night::actions;
use crate::once::Once;
use crate::pledges;
use crate::stories::{self, Story};
use crate::web::extract::Query;
use crate::web::form::{Form, Seal};
use crate::web::page::Private;

#[derive(Template)]
#[template(path = "night/host.html")]
struct HostPage {
    seal: Seal,
    organiser: Organiser,
    /// Drafts, planned and live ones.
    open: Vec<Event>,
    /// Ended and cancelled ones.
    over: Vec<Event>,
    series: Vec<Series>,
}

/// `GET /host`
///
/// # Errors
/// 401 when nobody is signed in.
pub async fn host(State(app): State<App>, organiser: Organiser, viewer: Viewer) -> Result<Response, AppError> {
    let account = (organiser.role != Role::Owner).then_some(organiser.id);
    let nights = events::hosted_by(app.db.read(), account).await?;
    let is_over = |night: &Event| matches!(night.state, events::State::Ended { .. } | events::State::Cancelled { .. });
    let (over, open) = nights.into_iter().partition(is_over);
    let series = events::series_of(app.db.read(), account).await?;
    Ok(Private(HostPage { seal: viewer.seal(&app), organiser, open, over, series }).into_response())
}

#[derive(Template)]
#[template(path = "night/form.html")]
struct FormPage {
    seal: Seal,
    /// None for a new night.
    event: Option<Event>,
    form: NightForm,
    /// The founding ones, those of this organiser's nights, and those of this one.
    charities: Vec<Charity>,
    /// All others that can be chosen.
    others: Vec<Charity>,
    stories: Vec<Story>,
    /// Whether the charities can still change.
    charities_open: bool,
    problems: Problems,
}

async fn form_page(
    app: &App,
    viewer: &Viewer,
    event: Option<Event>,
    form: NightForm,
    problems: Problems,
) -> Result<Response, AppError> {
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let db = app.db.read();
    let (charities, others) = charities_for(app, viewer, &form).await?;
    let charities_open = match &event {
        Some(event) => !pledges::has_book(db, event.id).await?,
        None => true,
    };
    let stories = stories::all(db).await?;
    let seal = viewer.seal(app);
    let page = FormPage { seal, event, form, charities, others, stories, charities_open, problems };
    Ok((status, Private(page)).into_response())
}

/// The charities to choose from: those that this organiser is likely to want, in order, and the others.
async fn charities_for(app: &App, viewer: &Viewer, form: &NightForm) -> Result<(Vec<Charity>, Vec<Charity>), AppError> {
    let db = app.db.read();
    let book = Book::read(db).await?;
    let nights = match viewer {
        Viewer::Organiser(organiser) => events::hosted_by(db, Some(organiser.id)).await?,
        _ => Vec::new(),
    };
    let founding = book.founding();
    let is_used =
        |charity: &Charity| nights.iter().flat_map(|night| night.split.parts()).any(|part| part.charity == charity.id);
    let is_choice = |charity: &Charity| book.part_of(charity).is_none();
    let is_founding = |charity: &Charity| founding.iter().any(|other| other.id == charity.id);
    let rest = book.list().iter().filter(|charity| !is_founding(charity)).cloned();
    // What is ticked is always in sight, whatever became of it.
    let (near, far): (Vec<Charity>, Vec<Charity>) = rest
        .filter(|charity| is_choice(charity) || form.raises_for(&charity.slug))
        .partition(|charity| is_used(charity) || form.raises_for(&charity.slug));
    Ok((founding.iter().cloned().chain(near).collect(), far))
}

/// A charity that was added for this night just now.
#[derive(Debug, Deserialize)]
pub struct With {
    with: Option<String>,
}

/// `GET /host/events/new`
///
/// # Errors
/// 401 when nobody is signed in.
pub async fn new(
    State(app): State<App>,
    _: Organiser,
    viewer: Viewer,
    Query(With { with }): Query<With>,
) -> Result<Response, AppError> {
    let book = Book::read(app.db.read()).await?;
    let form = NightForm::blank(&book.founding()).with(with.as_deref(), &book);
    form_page(&app, &viewer, None, form, Problems::default()).await
}

/// `POST /host/events/new`
///
/// # Errors
/// 401 when nobody is signed in.
pub async fn plan(
    State(app): State<App>,
    organiser: Organiser,
    viewer: Viewer,
    once: Once,
    Form(form): Form<NightForm>,
) -> Result<Response, AppError> {
    let mut problems = Problems::default();
    let input = form.input(None, &mut problems);
    if !problems.list().is_empty() {
        return form_page(&app, &viewer, None, form, problems).await;
    }
    match actions::plan(&app, &once, &organiser, &input).await {
        Ok(event) => Ok(Redirect::to(&format!("/host/events/{}", event.slug())).into_response()),
        Err(AppError::Invalid(found)) => form_page(&app, &viewer, None, form, problems.and(&found, in_form)).await,
        Err(error) => Err(error),
    }
}

/// `GET /host/events/{slug}/details`
///
/// # Errors
/// 403 for those who don't host it.
pub async fn edit(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    Query(With { with }): Query<With>,
) -> Result<Response, AppError> {
    let book = Book::read(app.db.read()).await?;
    let form = NightForm::of(&app, &host.event, &book).await?;
    let is_open = !pledges::has_book(app.db.read(), host.event.id).await?;
    let form = form.with(with.as_deref().filter(|_| is_open), &book);
    form_page(&app, &viewer, Some(host.event), form, Problems::default()).await
}

/// `POST /host/events/{slug}/details`
///
/// # Errors
/// 403 for those who don't host it, 409 for what can't change any more.
pub async fn change(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    Form(form): Form<NightForm>,
) -> Result<Response, AppError> {
    let HostOf { organiser, event } = host;
    let book = Book::read(app.db.read()).await?;
    let before = NightForm::of(&app, &event, &book).await?;
    let mut problems = Problems::default();
    let mut input = form.input(Some(&before), &mut problems);
    if form.lineup.replace("\r\n", "\n") == before.lineup {
        // Anchors that were set over the API aren't in the form, and must not be lost by saving it.
        input.lineup = None;
    }
    if !problems.list().is_empty() {
        return form_page(&app, &viewer, Some(event), form, problems).await;
    }
    match actions::change(&app, &organiser, event.id, &input).await {
        Ok(()) => Ok(Redirect::to(&format!("/host/events/{}", event.slug)).into_response()),
        Err(AppError::Invalid(found)) => {
            form_page(&app, &viewer, Some(event), form, problems.and(&found, in_form)).await
        }
        Err(error) => Err(error),
    }
}

/// What the "same again" form sends.
#[derive(Debug, Deserialize)]
pub struct CopyForm {
    starts_local: String,
}

/// `POST /host/events/{slug}/copies`
///
/// # Errors
/// 403 for those who don't host it, 422 for a time that can't be.
pub async fn copy(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    Form(CopyForm { starts_local }): Form<CopyForm>,
) -> Result<Redirect, AppError> {
    let event = actions::again(&app, &once, &host.organiser, host.event.id, &starts_local).await?;
    Ok(Redirect::to(&format!("/host/events/{}", event.slug())))
}
