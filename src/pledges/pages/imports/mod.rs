//! Statements on the host's side: send one, see what is in it, import it; say what waiting rows are for; take it back.

mod queue;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use queue::WaitingView;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{charities_of, name_of, time_of};
use crate::accounts::{Press, Viewer};
use crate::app::App;
use crate::charities::Book;
use crate::error::{AppError, Problems};
use crate::events::{Event, Here, HostOf};
use crate::once::Once;
use crate::pledges::api::imports::{assigned, target_of};
use crate::pledges::import::{Import, ImportRow, Report, Target};
use crate::pledges::statement::Statement;
use crate::pledges::{actions, store};
use crate::sent::Sent;
use crate::web::form::{Form, Seal, Upload};
use crate::web::once::OnceRequired;
use crate::web::page::Private;

/// Imports listed on the page; the API has them all.
const IMPORTS_MAX: u64 = 50;

/// What the form sends, and what the preview sends on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StatementForm {
    pub charity: String,
    pub source: String,
    /// Pasted, or read from the file.
    pub statement: String,
}

#[derive(Template)]
#[template(path = "pledges/imports.html")]
struct ImportsPage {
    seal: Seal,
    event: Event,
    /// Slugs, and names of the night's day.
    charities: Vec<(String, String)>,
    form: StatementForm,
    problems: Problems,
    waiting: Vec<WaitingView>,
    /// Those shown and all others.
    waiting_count: usize,
    imports: Vec<ImportView>,
}

/// A past import, as the page lists it.
struct ImportView {
    import: Import,
    charity: String,
    /// When it was made, by the night's clock.
    made_at: String,
}

#[derive(Template)]
#[template(path = "pledges/import_check.html")]
struct CheckPage {
    seal: Seal,
    event: Event,
    charity: String,
    form: StatementForm,
    report: Report,
}

#[derive(Template)]
#[template(path = "pledges/import.html")]
struct ImportPage {
    seal: Seal,
    event: Event,
    view: ImportView,
    report: Report,
}

impl ImportView {
    fn of(import: Import, event: &Event, book: &Book) -> Self {
        let made_at = time_of(import.made_at, event);
        Self { charity: name_of(import.charity, event, book), made_at, import }
    }

    fn stands(&self) -> bool {
        self.import.check_stands().is_ok()
    }
}

fn imports_path(event: &Event) -> String {
    format!("/host{}/imports", event.path())
}

async fn imports_page(
    app: &App,
    viewer: &Viewer,
    event: Event,
    form: StatementForm,
    problems: Problems,
) -> Result<Response, AppError> {
    let db = app.db.snapshot().await?;
    let book = Book::read(&db).await?;
    let charities = charities_of(&event, &book);
    let (waiting, waiting_count) = WaitingView::of_event(&db, &event, &book).await?;
    let imports = store::imports_of_event(&db, event.id, None, IMPORTS_MAX).await?;
    let imports = imports.into_iter().map(|import| ImportView::of(import, &event, &book)).collect();
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let seal = viewer.seal(app);
    let page = ImportsPage { seal, event, charities, form, problems, waiting, waiting_count, imports };
    Ok((status, Private(page)).into_response())
}

/// `GET /host/events/{slug}/imports`
///
/// # Errors
/// 403 for those who don't host it.
pub async fn list(State(app): State<App>, host: HostOf, viewer: Viewer) -> Result<Response, AppError> {
    let form = StatementForm { source: "justgiving".to_owned(), ..StatementForm::default() };
    imports_page(&app, &viewer, host.event, form, Problems::default()).await
}

/// Checks a form: where the statement goes, and what is in it.
fn read(form: &StatementForm, event: &Event, book: &Book) -> Result<(Target, Statement), AppError> {
    let target = target_of(event, Some(&form.charity), Some(&form.source), book);
    let missing = || AppError::field("file", "Choose the statement’s file, or paste it");
    let statement = if form.statement.trim().is_empty() {
        Err(missing())
    } else {
        Statement::parse(&form.statement).map_err(|reason| AppError::field("file", reason))
    };
    match (target, statement) {
        (Ok(target), Ok(statement)) => Ok((target, statement)),
        (Err(AppError::Invalid(one)), Err(AppError::Invalid(other))) => Err(one.and(&other, |field| field).refuse()),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// `POST /host/events/{slug}/imports`: shows what importing would come to; changes nothing.
///
/// # Errors
/// 403 for those who don't host it.
pub async fn check(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    Upload { fields, file, file_name: _ }: Upload<StatementForm>,
) -> Result<Response, AppError> {
    let mut form = fields;
    if !file.is_empty() {
        // No charset is said here, so there is none to be unknown.
        form.statement = Statement::text(&file, None).unwrap_or_default();
    }
    let book = Book::read(app.db.read()).await?;
    match read(&form, &host.event, &book) {
        Ok((target, statement)) => {
            let report = actions::preview(&app, target, statement).await?;
            let charity = name_of(target.charity, &host.event, &book);
            let page = CheckPage { seal: viewer.seal(&app), event: host.event, charity, form, report };
            Ok(Private(page).into_response())
        }
        Err(AppError::Invalid(problems)) => imports_page(&app, &viewer, host.event, form, problems).await,
        Err(error) => Err(error),
    }
}

/// `POST /host/events/{slug}/imports/confirmation`: imports what the preview showed.
///
/// # Errors
/// 400 without the form's key, 403 for those who don't host it.
pub async fn import(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    OnceRequired(once): OnceRequired,
    Form(form): Form<StatementForm>,
) -> Result<Response, AppError> {
    let book = Book::read(app.db.read()).await?;
    let (target, statement) = match read(&form, &host.event, &book) {
        Ok(read) => read,
        Err(AppError::Invalid(problems)) => {
            return imports_page(&app, &viewer, host.event, form, problems).await;
        }
        Err(error) => return Err(error),
    };
    let hash = Sha256::digest(form.statement.as_bytes()).to_vec();
    let report = actions::import(&app, &once, host.organiser.id.0, target, (statement, hash)).await?;
    let id = report.id.ok_or(AppError::NotFound)?;
    Ok(Redirect::to(&format!("{}/{id}", imports_path(&host.event))).into_response())
}

/// `GET /host/events/{slug}/imports/{id}`
///
/// # Errors
/// 403 for those who don't host it, 404 for an import of another night.
pub async fn show(
    State(app): State<App>,
    Here { host, thing: import }: Here<Import>,
    viewer: Viewer,
) -> Result<Response, AppError> {
    let report = actions::report(&app.db.snapshot().await?, &import).await?;
    let view = ImportView::of(import, &host.event, &Book::read(app.db.read()).await?);
    Ok(Private(ImportPage { seal: viewer.seal(&app), event: host.event, view, report }).into_response())
}

/// `POST /host/events/{slug}/imports/{id}/undoing`
///
/// # Errors
/// 403 for those who don't host it, 404 for an import of another night, 409 when it was undone already.
pub async fn undo(
    State(app): State<App>,
    Here { host, thing: import }: Here<Import>,
    once: Once,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    actions::undo(&app, &once, host.organiser.id.0, import.id).await?;
    Ok(Redirect::to(&format!("{}/{}", imports_path(&host.event), import.id)))
}

/// What a waiting row's forms send: a reference, or `none` alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AssignmentForm {
    pledge_reference: String,
    none: Option<String>,
}

/// `POST /host/events/{slug}/import-rows/{id}/assignment`
///
/// # Errors
/// 403 for those who don't host it, 404 for a row of another night, 409 unless it waits.
pub async fn assign(
    State(app): State<App>,
    Here { host, thing: row }: Here<ImportRow>,
    viewer: Viewer,
    once: Once,
    Form(form): Form<AssignmentForm>,
) -> Result<Response, AppError> {
    let is_none = form.none.is_some() && form.pledge_reference.is_empty();
    let given = if is_none { Sent::Null } else { Sent::Value(form.pledge_reference) };
    let pledge = match assigned(&app, &host.event, &given).await {
        Ok(pledge) => pledge,
        Err(AppError::Invalid(found)) => {
            let mut problems = Problems::default();
            for problem in found.list() {
                problems.add(queue::field_of(row.id), problem.message.clone());
            }
            return imports_page(&app, &viewer, host.event, StatementForm::default(), problems).await;
        }
        Err(error) => return Err(error),
    };
    actions::assign(&app, &once, host.organiser.id.0, row.id, pledge).await?;
    Ok(Redirect::to(&format!("{}#waiting", imports_path(&host.event))).into_response())
}
