//! An organiser's nights: the list, a new one, changing one.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::accounts::{Organiser, Role, Viewer};
use crate::app::App;
use crate::charities::{Book, Charity};
use crate::error::{AppError, Problems};
use crate::events::{self, CharityIn, Event, EventIn, HostOf, SlotIn};
use crate::night::actions;
use crate::once::Once;
use crate::pledges;
use crate::sent::Sent;
use crate::stories::{self, Story};
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
    Ok(Private(HostPage { seal: viewer.seal(&app), organiser, open, over }).into_response())
}

/// What the form of a night sends. Text stays as it was typed, so that a refused form comes back whole.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NightForm {
    pub title: String,
    pub starts_local: String,
    pub duration_minutes: String,
    pub time_zone: String,
    pub summary: String,
    pub description_markdown: String,
    pub mood: String,
    pub hashtag: String,
    pub screening: String,
    /// Pounds; empty for none.
    pub target: String,
    /// Slugs of the charities that are ticked.
    pub charities: Vec<String>,
    /// A line for each slot: `minutes, host, title`.
    pub lineup: String,
    /// Empty for none.
    pub story_slugs: Vec<String>,
}

impl NightForm {
    /// A new night's form: a Friday's worth of defaults.
    fn blank(charities: &[Charity]) -> Self {
        Self {
            duration_minutes: "120".to_owned(),
            time_zone: "Europe/London".to_owned(),
            mood: "party".to_owned(),
            hashtag: "TwitterDisco".to_owned(),
            screening: "open".to_owned(),
            charities: charities.iter().map(|charity| charity.slug.clone()).collect(),
            ..Self::default()
        }
    }

    async fn of(app: &App, event: &Event, book: &Book) -> Result<Self, AppError> {
        let db = app.db.read();
        let lineup = events::lineup_of(db, event).await?.into_iter().map(|timed| {
            let title = timed.slot.title.map(|title| format!(", {title}")).unwrap_or_default();
            format!("{}, {}{title}", timed.slot.minutes, timed.slot.host)
        });
        let charities = event.split.parts().iter().filter_map(|part| book.get(part.charity));
        let stories = stories::of_event(db, event.id).await?;
        Ok(Self {
            title: event.title.clone(),
            starts_local: event.when.local_text(),
            duration_minutes: event.when.minutes.to_string(),
            time_zone: event.when.zone.name().to_owned(),
            summary: event.summary.clone().unwrap_or_default(),
            description_markdown: event.description_markdown.clone().unwrap_or_default(),
            mood: event.mood.to_string(),
            hashtag: event.hashtag.clone(),
            screening: event.screening.to_string(),
            target: event.target.map(|target| target.to_string()).unwrap_or_default(),
            charities: charities.map(|charity| charity.slug.clone()).collect(),
            lineup: lineup.collect::<Vec<_>>().join("\n"),
            story_slugs: stories.into_iter().map(|story| story.slug).collect(),
        })
    }

    /// Whether a charity is ticked.
    #[must_use]
    pub fn raises_for(&self, slug: &str) -> bool {
        self.charities.iter().any(|charity| charity == slug)
    }

    /// Whether a story is chosen.
    #[must_use]
    pub fn stands_beside(&self, slug: &str) -> bool {
        self.story_slugs.iter().any(|story| story == slug)
    }

    fn input(&self, before: Option<&Self>, problems: &mut Problems) -> EventIn {
        let text = |text: &String| Some(text.clone());
        let minutes = self.duration_minutes.trim().parse::<i64>();
        let target = match self.target.trim() {
            "" => Sent::Null,
            typed => {
                problems.take("target", pledges::parse_pounds(typed)).map_or(Sent::Not, |pounds| Sent::Value(pounds.0))
            }
        };
        // Ticks say equal parts; a split that was set by weights stays unless other charities are ticked.
        let ticked = |form: &Self| form.charities.iter().cloned().collect::<BTreeSet<String>>();
        let ticked_anew = before.is_none_or(|before| ticked(before) != ticked(self));
        let charity = |slug: &String| CharityIn { slug: slug.clone(), parts: None, percent: None };
        EventIn {
            title: text(&self.title),
            starts_local: text(&self.starts_local),
            duration_minutes: problems.take("duration_minutes", minutes.map_err(|_| "Enter a whole number of minutes")),
            time_zone: text(&self.time_zone).filter(|zone| !zone.trim().is_empty()),
            summary: Sent::Value(self.summary.clone()),
            description_markdown: Sent::Value(self.description_markdown.clone()),
            mood: text(&self.mood).filter(|mood| !mood.is_empty()),
            hashtag: text(&self.hashtag).filter(|hashtag| !hashtag.trim().is_empty()),
            screening: text(&self.screening).filter(|screening| !screening.is_empty()),
            target_pence: target,
            charities: ticked_anew.then(|| self.charities.iter().map(charity).collect()),
            lineup: Some(self.lineup.lines().filter(|line| !line.trim().is_empty()).map(read_slot).collect()),
            story_slugs: Some(self.story_slugs.iter().filter(|slug| !slug.is_empty()).cloned().collect()),
        }
    }
}

/// Reads `30, Sam, Northern soul`; a line without minutes gets none, and the check says so.
fn read_slot(line: &str) -> SlotIn {
    let mut fields = line.splitn(3, ',').map(str::trim);
    let minutes = fields.next().and_then(|minutes| minutes.parse().ok()).unwrap_or_default();
    let host = fields.next().unwrap_or_default().to_owned();
    SlotIn { host, title: fields.next().map(str::to_owned), minutes, anchor_local: None }
}

#[derive(Template)]
#[template(path = "night/form.html")]
struct FormPage {
    seal: Seal,
    /// None for a new night.
    event: Option<Event>,
    form: NightForm,
    charities: Vec<Charity>,
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
    let charities = Book::read(db).await?.list().to_vec();
    let charities_open = match &event {
        Some(event) => !pledges::any_of_event(db, event.id).await?,
        None => true,
    };
    let stories = stories::all(db).await?;
    let seal = viewer.seal(app);
    let page = FormPage { seal, event, form, charities, stories, charities_open, problems };
    Ok((status, Private(page)).into_response())
}

/// `GET /host/events/new`
///
/// # Errors
/// 401 when nobody is signed in.
pub async fn new(State(app): State<App>, _: Organiser, viewer: Viewer) -> Result<Response, AppError> {
    let founding = crate::charities::founding(app.db.read()).await?;
    form_page(&app, &viewer, None, NightForm::blank(&founding), Problems::default()).await
}

/// The form's name of a field.
fn in_form(field: &str) -> &str {
    match field {
        "target_pence" => "target",
        field if field.starts_with("lineup") => "lineup",
        field => field,
    }
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
pub async fn edit(State(app): State<App>, host: HostOf, viewer: Viewer) -> Result<Response, AppError> {
    let book = Book::read(app.db.read()).await?;
    let form = NightForm::of(&app, &host.event, &book).await?;
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
