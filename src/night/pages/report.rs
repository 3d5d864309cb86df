//! Reporting something, and complaining about anything.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::accounts::Viewer;
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::kindness::{self, Asked, NewReport, Reason, ReportIn};
use crate::limits::Deed;
use crate::night::actions;
use crate::night::reported::Reported;
use crate::once::Once;
use crate::web::client::Client;
use crate::web::extract::Query;
use crate::web::form::{Form, Seal};
use crate::web::page::Private;

/// What the report form sends; the link to it has `about` alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReportForm {
    pub about: String,
    pub reason: String,
    pub words: String,
    pub email: String,
}

impl ReportForm {
    fn input(&self) -> ReportIn {
        let field = |text: &String| Some(text.clone()).filter(|text| !text.trim().is_empty());
        ReportIn {
            about: field(&self.about),
            reason: field(&self.reason),
            words: field(&self.words),
            email: field(&self.email),
        }
    }
}

#[derive(Template)]
#[template(path = "kindness/report.html")]
struct ReportPage {
    seal: Seal,
    form: ReportForm,
    reported: Reported,
    problems: Problems,
}

impl ReportPage {
    /// Every reason, with how pages say it.
    fn reasons() -> impl Iterator<Item = (&'static str, &'static str)> {
        Reason::ALL.iter().map(|reason| (reason.as_str(), kindness::in_words(*reason)))
    }
}

async fn report_page(
    app: &App,
    viewer: &Viewer,
    asked: &Asked,
    form: ReportForm,
    problems: Problems,
) -> Result<Response, AppError> {
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let reported = Reported::public(&app.db.snapshot().await?, asked).await?;
    Ok((status, Private(ReportPage { seal: viewer.seal(app), form, reported, problems })).into_response())
}

/// `GET /report?about=share:…`; without `about`, the way for complaints.
///
/// # Errors
/// 404 for what isn't there for everyone to see.
pub async fn form(
    State(app): State<App>,
    viewer: Viewer,
    Query(form): Query<ReportForm>,
) -> Result<Response, AppError> {
    let asked = Asked::read(Some(&form.about))?;
    let form = ReportForm { about: form.about, ..ReportForm::default() };
    report_page(&app, &viewer, &asked, form, Problems::default()).await
}

/// `POST /report`
///
/// # Errors
/// 404 for what isn't there for everyone to see, 429 beyond 10 an hour.
pub async fn report(
    State(app): State<App>,
    viewer: Viewer,
    Client(address): Client,
    once: Once,
    Form(form): Form<ReportForm>,
) -> Result<Response, AppError> {
    let asked = Asked::read(Some(&form.about))?;
    let new = match NewReport::new(&form.input(), &asked) {
        Ok(new) => new,
        Err(AppError::Invalid(problems)) => return report_page(&app, &viewer, &asked, form, problems).await,
        Err(error) => return Err(error),
    };
    let reporter = viewer.actor();
    if !app.was_done(&once).await? {
        app.limits.count(Deed::Report, reporter.map(|id| id.to_string()).as_deref(), address)?;
    }
    let taken = actions::report(&app, &once, &asked, reporter, new).await?;
    Ok(Redirect::to(&format!("/report/thanks?reference={}", taken.report.reference)).into_response())
}

#[derive(Template)]
#[template(path = "kindness/thanks.html")]
struct ThanksPage {
    /// None where the address was changed by hand.
    reference: Option<String>,
}

/// Which report is thanked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Thanks {
    reference: String,
}

/// `GET /report/thanks?reference=…`
pub async fn thanks(Query(Thanks { reference }): Query<Thanks>) -> impl IntoResponse {
    Private(ThanksPage { reference: Some(reference).filter(|reference| kindness::is_reference(reference)) })
}
