//! Statements over the API: import, look back, assign what waits, take back.

mod desk;
mod out;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
pub use desk::ImportDesk;
use desk::{RowDesk, hosted};
use entity::ids::{ImportId, PledgeId};
use out::{ImportOut, ImportReportOut, ImportRowOut};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::payments::pledge_named;
use crate::accounts::{Organiser, Viewer};
use crate::app::App;
use crate::charities::Book;
use crate::error::{AppError, Problems};
use crate::events::Event;
use crate::once::Once;
use crate::pledges::import::{Import, ImportSource, Report, Target};
use crate::pledges::statement::Statement;
use crate::pledges::{actions, store};
use crate::sent::Sent;
use crate::web::extract::{Json, MediaType, Query};
use crate::web::faces::ProblemOut;
use crate::web::once::OnceRequired;
use crate::web::paging::{List, Paging};

/// A statement as it is sent: `text/csv`, with the charset it says it is in.
#[derive(Debug)]
pub struct SentStatement {
    bytes: Bytes,
    charset: Option<String>,
}

impl<S: Send + Sync> FromRequest<S> for SentStatement {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let MediaType { kind, charset } = MediaType::of(request.headers());
        if kind != "text/csv" {
            return Err(AppError::WrongMediaType);
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| AppError::TooLarge)?;
        Ok(Self { bytes, charset })
    }
}

/// Where a statement goes.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ImportParams {
    /// The slug of a night you host.
    #[param(required = true)]
    event: Option<String>,
    /// The slug of the charity that got the money: one of the night's.
    #[param(required = true)]
    charity: Option<String>,
    /// `justgiving`, or `csv` for any other.
    #[param(required = true)]
    source: Option<String>,
    /// Whether to tell what it would come to, and change nothing. True unless said.
    dry_run: Option<bool>,
}

/// Checks where a statement goes.
///
/// # Errors
/// 422 with every wrong field.
pub(in crate::pledges) fn target_of(
    event: &Event,
    charity: Option<&str>,
    source: Option<&str>,
    book: &Book,
) -> Result<Target, AppError> {
    let mut problems = Problems::default();
    let of_night = |id| event.split.parts().iter().any(|part| part.charity == id);
    let charity = charity.and_then(|slug| book.by_slug(slug)).map(|charity| charity.id).filter(|id| of_night(*id));
    let charity = problems.take("charity", charity.ok_or("Choose one of this night’s charities"));
    let source = source.unwrap_or_default().parse::<ImportSource>();
    let source = problems.take("source", source.map_err(|_| "Choose justgiving, or csv for any other statement"));
    let (Some(charity), Some(source)) = (charity, source) else { return Err(problems.refuse()) };
    Ok(Target { event: event.id, charity, source })
}

/// Import a charity's statement for a night, or see what it would come to.
///
/// Rows that name a pledge become confirmed payments; others wait until a host assigns them. A row that was counted
/// before is a duplicate, in whichever statement it comes.
///
/// # Errors
/// 400 without an Idempotency-Key, 403 for those who don't host it, 413 beyond 5 MB, 415 unless it is `text/csv`, 422 for
/// what is no statement.
#[utoipa::path(post, path = "/api/v1/imports", tag = "imports", security(("bearer" = [])),
    params(ImportParams, ("Idempotency-Key" = String, Header)),
    request_body(content = String, content_type = "text/csv", description = "With a row of column names. At most 20,000 rows."),
    responses((status = 200, description = "A dry run", body = ImportReportOut), (status = 201, body = ImportReportOut),
        (status = 400, body = ProblemOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 413, body = ProblemOut), (status = 415, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn import(
    State(app): State<App>,
    organiser: Organiser,
    viewer: Viewer,
    OnceRequired(once): OnceRequired,
    Query(params): Query<ImportParams>,
    sent: SentStatement,
) -> Result<Response, AppError> {
    let ImportParams { event, charity, source, dry_run } = params;
    let event = hosted(&app, &viewer, event.as_deref()).await?;
    let book = Book::read(app.db.read()).await?;
    let target = target_of(&event, charity.as_deref(), source.as_deref(), &book)?;
    let statement = Statement::read(&sent.bytes, sent.charset.as_deref());
    let statement = statement.map_err(|reason| AppError::field("statement", reason))?;
    let (status, report) = if dry_run.unwrap_or(true) {
        (StatusCode::OK, actions::preview_once(&app, &once, target, statement).await?)
    } else {
        let hash = Sha256::digest(&sent.bytes).to_vec();
        let report = actions::import(&app, &once, organiser.id.0, target, (statement, hash)).await?;
        (StatusCode::CREATED, report)
    };
    let out = Json(ImportReportOut::of(report, target, &event, &book));
    Ok((status, [(header::CACHE_CONTROL, "no-store")], out).into_response())
}

/// Which night's imports.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ImportsOf {
    /// The slug of a night you host.
    #[param(required = true)]
    event: Option<String>,
    #[param(inline)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// The imports of a night, the newest first.
///
/// # Errors
/// 403 for those who don't host it.
#[utoipa::path(get, path = "/api/v1/imports", tag = "imports", security(("bearer" = [])), params(ImportsOf),
    responses((status = 200, body = List<ImportOut>), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut)))]
pub async fn list(
    State(app): State<App>,
    _: Organiser,
    viewer: Viewer,
    Query(query): Query<ImportsOf>,
) -> Result<Response, AppError> {
    let event = hosted(&app, &viewer, query.event.as_deref()).await?;
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let (limit, before) = (paging.limit()?, paging.after::<Uuid>()?.map(ImportId));
    let imports = store::imports_of_event(app.db.read(), event.id, before, limit + 1).await?;
    let book = Book::read(app.db.read()).await?;
    let show = |import: Import| ImportOut::of(&import, &event, &book);
    let out = List::cut(imports, limit, |import| import.id.to_string(), show);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(out)).into_response())
}

async fn told(app: &App, desk: ImportDesk, report: Report) -> Result<Response, AppError> {
    let Import { event, charity, source, .. } = desk.import;
    let book = Book::read(app.db.read()).await?;
    let out = ImportReportOut::of(report, Target { event, charity, source }, &desk.event, &book);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(out)).into_response())
}

/// An import, with what became of its rows.
///
/// # Errors
/// 403 for those who don't host its night.
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "imports", security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportReportOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut)))]
pub async fn show(State(app): State<App>, desk: ImportDesk) -> Result<Response, AppError> {
    let snapshot = app.db.snapshot().await?;
    let report = actions::report(&snapshot, &desk.import).await?;
    drop(snapshot);
    told(&app, desk, report).await
}

/// Take an import back: each of its payments is reversed.
///
/// # Errors
/// 403 for those who don't host its night, 409 when it was undone already.
#[utoipa::path(delete, path = "/api/v1/imports/{id}", tag = "imports", security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportReportOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut)))]
pub async fn undo(State(app): State<App>, desk: ImportDesk, once: Once) -> Result<Response, AppError> {
    let report = actions::undo(&app, &once, desk.organiser.id.0, desk.import.id).await?;
    told(&app, desk, report).await
}

/// What a waiting row is for.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct AssignmentIn {
    /// The pledge it belongs to; null for none. Case, spaces and hyphens don't matter.
    #[schema(value_type = Option<String>, required = true)]
    pledge_reference: Sent<String>,
}

/// The pledge a row is for, as it was sent: null for none.
pub(in crate::pledges) async fn assigned(
    app: &App,
    event: &Event,
    given: &Sent<String>,
) -> Result<Option<PledgeId>, AppError> {
    let missing = || AppError::field("pledge_reference", "Enter a pledge’s reference, or say that it is for none");
    match given {
        Sent::Not => Err(missing()),
        Sent::Null => Ok(None),
        Sent::Value(given) => Ok(Some(pledge_named(app, event, Some(given)).await?.ok_or_else(missing)?)),
    }
}

/// Say what a waiting row is for: a pledge, or none. Then it counts.
///
/// # Errors
/// 403 for those who don't host its night, 409 unless it waits, 422 for a reference that no pledge has.
#[utoipa::path(post, path = "/api/v1/import-rows/{id}/assignment", tag = "imports", security(("bearer" = [])),
    request_body = AssignmentIn, params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportRowOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn assign(
    State(app): State<App>,
    RowDesk { desk, row }: RowDesk,
    once: Once,
    Json(input): Json<AssignmentIn>,
) -> Result<Response, AppError> {
    let pledge = assigned(&app, &desk.event, &input.pledge_reference).await?;
    let row = actions::assign(&app, &once, desk.organiser.id.0, row, pledge).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(ImportRowOut::of(row))).into_response())
}
