//! A series' pages: repeating a night, and the series with its nights to come.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::accounts::{Press, Viewer};
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::events::{self, Event, HostOf, SeriesDesk, SeriesIn, rule};
use crate::night::actions;
use crate::night::view::SeriesOut;
use crate::once::Once;
use crate::sent::Sent;
use crate::web::form::{Form, Seal};
use crate::web::page::Private;

#[derive(Template)]
#[template(path = "night/repeat.html")]
struct RepeatPage {
    seal: Seal,
    event: Event,
    form: SeriesForm,
    /// `Friday`
    day: String,
    /// `The last Friday of each month`
    monthly: String,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "night/series.html")]
struct SeriesPage {
    seal: Seal,
    series: SeriesOut,
    form: SeriesForm,
    problems: Problems,
}

/// What the forms of a series send. Text stays as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SeriesForm {
    /// `week`, `fortnight`, `month` or `rule`.
    pub every: String,
    /// With `rule`.
    pub rule: String,
    pub time: String,
    /// Empty for no end.
    pub until: String,
    /// `on` where nights are published as they are made.
    pub is_published: Option<String>,
}

impl SeriesForm {
    fn of(series: &SeriesOut) -> Self {
        Self {
            every: "rule".to_owned(),
            rule: series.rule.clone(),
            time: series.starts_local.split('T').nth(1).unwrap_or_default().to_owned(),
            until: series.until.clone().unwrap_or_default(),
            is_published: series.is_published.then(|| "on".to_owned()),
        }
    }

    /// What is sent to repeat a night of this day.
    fn beginning(&self, event: &Event) -> SeriesIn {
        let rule = match self.every.as_str() {
            "week" => "FREQ=WEEKLY".to_owned(),
            "fortnight" => "FREQ=WEEKLY;INTERVAL=2".to_owned(),
            "month" => rule::monthly(event.when.local.date()),
            _ => self.rule.clone(),
        };
        SeriesIn { rule: Some(rule), time: None, ..self.rest() }
    }

    /// What is sent to change a series: only what is another now.
    fn change(&self, before: &Self) -> SeriesIn {
        let other = |now: &String, before: &String| Some(now.clone()).filter(|now| now.trim() != before.trim());
        let rest = self.rest();
        SeriesIn {
            rule: other(&self.rule, &before.rule),
            time: other(&self.time, &before.time),
            until: if self.until.trim() == before.until { Sent::Not } else { rest.until },
            is_published: rest.is_published,
        }
    }

    fn rest(&self) -> SeriesIn {
        let until = match self.until.trim() {
            "" => Sent::Null,
            day => Sent::Value(day.to_owned()),
        };
        SeriesIn { until, is_published: Some(self.is_published.is_some()), ..SeriesIn::default() }
    }
}

fn repeat_page(app: &App, viewer: &Viewer, event: Event, form: SeriesForm, problems: Problems) -> Response {
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let first = event.when.local;
    let monthly = events::Rule::parse(&rule::monthly(first.date())).map(|rule| rule.days_in_words(first));
    let monthly = monthly.unwrap_or_default().replacen("the", "The", 1);
    let day = first.format("%A").to_string();
    (status, Private(RepeatPage { seal: viewer.seal(app), event, form, day, monthly, problems })).into_response()
}

/// `GET /host/events/{slug}/series`: how often a night comes again; the series, once it does.
///
/// # Errors
/// 403 for those who don't host it.
pub async fn ask(State(app): State<App>, host: HostOf, viewer: Viewer) -> Result<Response, AppError> {
    if let Some(place) = events::place_of(app.db.read(), host.event.id).await? {
        return Ok(Redirect::to(&format!("/host/series/{}", place.series)).into_response());
    }
    let form = SeriesForm { every: "week".to_owned(), is_published: Some("on".to_owned()), ..SeriesForm::default() };
    Ok(repeat_page(&app, &viewer, host.event, form, Problems::default()))
}

/// `POST /host/events/{slug}/series`
///
/// # Errors
/// 403 for those who don't host it, 409 when it is of a series already.
pub async fn repeat(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    once: Once,
    Form(form): Form<SeriesForm>,
) -> Result<Response, AppError> {
    let made = match form.beginning(&host.event).check() {
        Ok(change) => actions::repeat(&app, &once, &host.organiser, host.event.id, &change).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(series) => Ok(Redirect::to(&format!("/host/series/{}", series.id)).into_response()),
        Err(AppError::Invalid(problems)) => Ok(repeat_page(&app, &viewer, host.event, form, problems)),
        Err(error) => Err(error),
    }
}

/// `GET /host/series/{series}`
///
/// # Errors
/// 403 for whoever didn't make it.
pub async fn show(State(app): State<App>, desk: SeriesDesk, viewer: Viewer) -> Result<Response, AppError> {
    let series = SeriesOut::read(&app, &desk.series).await?;
    let form = SeriesForm::of(&series);
    let page = SeriesPage { seal: viewer.seal(&app), series, form, problems: Problems::default() };
    Ok(Private(page).into_response())
}

/// `POST /host/series/{series}`
///
/// # Errors
/// 403 for whoever didn't make it, 409 once it has ended.
pub async fn change(
    State(app): State<App>,
    desk: SeriesDesk,
    viewer: Viewer,
    Form(form): Form<SeriesForm>,
) -> Result<Response, AppError> {
    let series = SeriesOut::read(&app, &desk.series).await?;
    let changed = match form.change(&SeriesForm::of(&series)).check() {
        Ok(change) => actions::change_series(&app, &desk.organiser, desk.series.id, change).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(series) => Ok(back(&series)),
        Err(AppError::Invalid(problems)) => {
            let page = SeriesPage { seal: viewer.seal(&app), series, form, problems };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Private(page)).into_response())
        }
        Err(error) => Err(error),
    }
}

fn back(series: &SeriesOut) -> Response {
    Redirect::to(&format!("/host/series/{}", series.id)).into_response()
}

/// What the pattern button sends.
#[derive(Debug, Deserialize)]
pub struct PatternForm {
    event: String,
}

/// `POST /host/series/{series}/pattern`
///
/// # Errors
/// 403 for whoever didn't make it, 404 for a night of another, 409 once it has ended.
pub async fn set_pattern(
    State(app): State<App>,
    desk: SeriesDesk,
    Form(PatternForm { event }): Form<PatternForm>,
) -> Result<Response, AppError> {
    let event = events::find_by_slug(app.db.read(), &event).await?.ok_or(AppError::NotFound)?;
    let series = actions::set_pattern(&app, &desk.organiser, desk.series.id, event.id).await?;
    Ok(back(&series))
}

/// `POST /host/series/{series}/ending`
///
/// # Errors
/// 403 for whoever didn't make it.
pub async fn end(
    State(app): State<App>,
    desk: SeriesDesk,
    once: Once,
    Form(Press {}): Form<Press>,
) -> Result<Response, AppError> {
    let series = actions::end_series(&app, &once, &desk.organiser, desk.series.id).await?;
    Ok(back(&series))
}
