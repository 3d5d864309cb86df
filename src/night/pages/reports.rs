//! What waits for the owners: complaints, and reports of what hosts and tellers wrote.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use entity::ids::MatterId;
use uuid::Uuid;

use crate::accounts::{Owner, Press, Viewer};
use crate::app::App;
use crate::error::AppError;
use crate::kindness::{self, Matter, Outcome};
use crate::night::actions;
use crate::night::care;
use crate::night::reported::Reported;
use crate::once::Once;
use crate::web::extract::Path;
use crate::web::form::{Form, Seal};
use crate::web::page::Private;

#[derive(Template)]
#[template(path = "kindness/reports.html")]
struct ReportsPage {
    seal: Seal,
    matters: Vec<(Matter, Reported)>,
}

/// `GET /host/reports`
///
/// # Errors
/// 403 for others than owners.
pub async fn list(State(app): State<App>, _: Owner, viewer: Viewer) -> Result<Response, AppError> {
    let db = app.db.snapshot().await?;
    let matters = care::with_subjects(&db, kindness::matters_of_owners(&db).await?).await?;
    Ok(Private(ReportsPage { seal: viewer.seal(&app), matters }).into_response())
}

/// `POST /host/reports/{id}/dismissal`: it is dealt with.
///
/// # Errors
/// 403 for others than owners, 404 for a report of a night's hosts, 409 when it is decided.
pub async fn close(
    State(app): State<App>,
    Owner(owner): Owner,
    once: Once,
    Path(id): Path<Uuid>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    let matter = kindness::find_matter(app.db.read(), MatterId(id)).await?;
    let matter = matter.filter(|matter| matter.subject.event.is_none()).ok_or(AppError::NotFound)?;
    actions::settle(&app, &once, &owner, matter.id, (Outcome::Left, None)).await?;
    Ok(Redirect::to("/host/reports"))
}
