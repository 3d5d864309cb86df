//! Reports over JSON.

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use entity::ids::MatterId;
use serde::Serialize;
use uuid::Uuid;

use crate::accounts::{Organiser, Owner, Role, Viewer};
use crate::app::App;
use crate::error::AppError;
use crate::events::{self, may_host};
use crate::kindness::{self, Asked, Matter, NewReport, Outcome, ReportIn};
use crate::limits::Deed;
use crate::night::actions::{self, removal_reason};
use crate::night::api::shares::RemovalIn;
use crate::night::care;
use crate::night::reported::Reported;
use crate::once::Once;
use crate::web::client::Client;
use crate::web::extract::{Json, OptionalJson, Path};
use crate::web::faces::ProblemOut;
use crate::web::paging::List;

/// A report that was taken down.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ReportOut {
    /// To ask about it by.
    reference: String,
    about: Option<String>,
    reason: &'static str,
    made_at: DateTime<Utc>,
}

/// Report something, or complain. Nothing is hidden by it until somebody has looked. The same thing again from the same
/// person is 200, with the first report.
///
/// # Errors
/// 404 for what isn't there for everyone to see, 422 for wrong fields, 429 beyond 10 an hour.
#[utoipa::path(post, path = "/api/v1/reports", tag = "kindness", request_body = ReportIn,
    responses((status = 200, body = ReportOut), (status = 201, body = ReportOut), (status = 404, body = ProblemOut),
        (status = 422, body = ProblemOut), (status = 429, body = ProblemOut)))]
pub async fn make(
    State(app): State<App>,
    viewer: Viewer,
    Client(address): Client,
    once: Once,
    Json(input): Json<ReportIn>,
) -> Result<Response, AppError> {
    let asked = Asked::read(input.about.as_deref())?;
    let new = NewReport::new(&input, &asked)?;
    let reporter = viewer.actor();
    if !app.was_done(&once).await? {
        app.limits.count(Deed::Report, reporter.map(|id| id.to_string()).as_deref(), address)?;
    }
    let taken = actions::report(&app, &once, &asked, reporter, new).await?;
    let status = if taken.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let kindness::Report { reference, reason, made_at, .. } = taken.report;
    let about = input.about.filter(|about| !about.is_empty());
    let out = ReportOut { reference, about, reason: reason.as_str(), made_at };
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Json(out)).into_response())
}

/// Something that was reported, by one person or by many.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MatterOut {
    id: Uuid,
    /// As a report says it; null for a complaint.
    about: Option<String>,
    name: String,
    /// What is written there today.
    written: Vec<WrittenOut>,
    /// The guest who wrote it, to block; null where it was no guest.
    guest: Option<Uuid>,
    /// Whether everyone can see it.
    is_public: bool,
    opened_at: DateTime<Utc>,
    /// How many reported it.
    count: i64,
    reports: Vec<MadeReportOut>,
}

/// Some words of what was reported.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WrittenOut {
    what: &'static str,
    words: String,
}

/// One report, without who made it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MadeReportOut {
    reference: String,
    /// `unkind`, `private`, `harmful`, `spam` or `other`.
    reason: &'static str,
    words: Option<String>,
    /// Where an answer is wanted.
    email: Option<String>,
    made_at: DateTime<Utc>,
}

impl MatterOut {
    /// A matter, with what it is about.
    #[must_use]
    pub fn of((matter, reported): (Matter, Reported)) -> Self {
        let Matter { id, subject: _, opened_at, outcome: _, count, reports } = matter;
        let Reported { subject: _, about, name, lines, path: _, by, is_public } = reported;
        let reports = reports.into_iter().map(|report| {
            let kindness::Report { id: _, reference, reason, words, email, made_at } = report;
            MadeReportOut { reference, reason: reason.as_str(), words, email, made_at }
        });
        Self {
            id: id.0,
            about,
            name,
            written: lines.into_iter().map(|(what, words)| WrittenOut { what, words }).collect(),
            guest: by.map(|guest| guest.0),
            is_public,
            opened_at,
            count,
            reports: reports.collect(),
        }
    }
}

/// What waits for the owners: complaints, and reports of nights' own words and of stories.
///
/// # Errors
/// 403 for others than owners.
#[utoipa::path(get, path = "/api/v1/reports", tag = "kindness", security(("bearer" = [])),
    responses((status = 200, body = List<MatterOut>), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut)))]
pub async fn list(State(app): State<App>, _: Owner) -> Result<Response, AppError> {
    let db = app.db.snapshot().await?;
    let matters = care::with_subjects(&db, kindness::matters_of_owners(&db).await?).await?;
    let items = matters.into_iter().map(MatterOut::of).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(List { items, next: None })).into_response())
}

/// A matter, and the organiser who may decide it: a host of its night, or an owner.
#[derive(Debug)]
pub struct MatterDesk {
    organiser: Organiser,
    matter: Matter,
}

impl FromRequestParts<App> for MatterDesk {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let organiser = <Organiser as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let Path(id) = Path::<Uuid>::from_request_parts(parts, app).await?;
        let db = app.db.read();
        let matter = kindness::find_matter(db, MatterId(id)).await?.ok_or(AppError::NotFound)?;
        let may_decide = match matter.subject.event {
            None => organiser.role == Role::Owner,
            Some(event) => {
                let event = events::find(db, event).await?.ok_or(AppError::NotFound)?;
                may_host(app, &Viewer::Organiser(organiser.clone()), &event).await?
            }
        };
        // To others there is no report.
        if may_decide { Ok(Self { organiser, matter }) } else { Err(AppError::NotFound) }
    }
}

/// Take down what was reported: a song, or the words of a pledge. The body may be left out.
///
/// # Errors
/// 404 for reports that others decide, 409 when somebody has, or when it can't be taken down from here.
#[utoipa::path(post, path = "/api/v1/reports/{id}/removal", tag = "kindness", security(("bearer" = [])),
    params(("id" = Uuid, Path)), request_body = Option<RemovalIn>,
    responses((status = 204), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 404, body = ProblemOut), (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn remove(
    State(app): State<App>,
    desk: MatterDesk,
    once: Once,
    OptionalJson(RemovalIn { reason }): OptionalJson<RemovalIn>,
) -> Result<StatusCode, AppError> {
    let outcome = (Outcome::Removed, removal_reason(reason.as_deref())?);
    actions::settle(&app, &once, &desk.organiser, desk.matter.id, outcome).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leave what was reported as it is, and close the report.
///
/// # Errors
/// 404 for reports that others decide, 409 when somebody has.
#[utoipa::path(post, path = "/api/v1/reports/{id}/dismissal", tag = "kindness", security(("bearer" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 404, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn leave(State(app): State<App>, desk: MatterDesk, once: Once) -> Result<StatusCode, AppError> {
    actions::settle(&app, &once, &desk.organiser, desk.matter.id, (Outcome::Left, None)).await?;
    Ok(StatusCode::NO_CONTENT)
}
