//! Changing a pledge: its form again, with what it holds.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::money::Pence;

use super::pledge_form::PledgeForm;
use crate::accounts::Viewer;
use crate::app::App;
use crate::charities::Book;
use crate::error::{AppError, Problems};
use crate::events::{self, Event};
use crate::limits::Deed;
use crate::pledges::actions;
use crate::pledges::parts::{PartView, parts_of};
use crate::pledges::pledge::Pledge;
use crate::web::client::Client;
use crate::web::extract::Path;
use crate::web::form::{Form, Seal};
use crate::web::page::Secret;

#[derive(Template)]
#[template(path = "pledges/change.html")]
struct ChangePage {
    seal: Seal,
    event: Event,
    pledge: Pledge,
    token: String,
    /// Whether the night still takes pledges; only then money can change.
    takes_money: bool,
    /// The charities to share it between; none where that can't change.
    parts: Vec<PartView>,
    form: PledgeForm,
    problems: Problems,
}

/// A pledge that can be changed, with what it is about.
struct Opened {
    token: String,
    pledge: Pledge,
    event: Event,
    book: Book,
}

impl Opened {
    async fn new(app: &App, token: String) -> Result<Self, AppError> {
        let pledge = actions::open(app, &token).await?;
        pledge.check_changes()?;
        let event = events::find(app.db.read(), pledge.event).await?.ok_or(AppError::NotFound)?;
        let book = Book::read(app.db.read()).await?;
        Ok(Self { token, pledge, event, book })
    }

    fn page(self, app: &App, viewer: &Viewer, form: PledgeForm, problems: Problems) -> Response {
        let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let Self { token, pledge, event, book } = self;
        let takes_money = event.state.takes_part() && pledge.check_moves().is_ok();
        let parts = if takes_money && !pledge.has_money() {
            parts_of(&event.split, &vec![Pence::ZERO; event.split.parts().len()], &event, &book)
        } else {
            Vec::new()
        };
        let seal = viewer.seal(app);
        (status, Secret(ChangePage { seal, event, pledge, token, takes_money, parts, form, problems })).into_response()
    }
}

/// `GET /pledges/{manage_token}/change`
///
/// # Errors
/// 404 for a secret that opens nothing, 409 once there is nothing left to change.
pub async fn change_form(
    State(app): State<App>,
    viewer: Viewer,
    Path(token): Path<String>,
) -> Result<Response, AppError> {
    let opened = Opened::new(&app, token).await?;
    let form = PledgeForm::of_pledge(&opened.pledge, &opened.event, &opened.book);
    Ok(opened.page(&app, &viewer, form, Problems::default()))
}

/// `POST /pledges/{manage_token}/change`
///
/// # Errors
/// 404 for a secret that opens nothing, 409 once it can't be changed so, 429 beyond 60 an hour.
pub async fn change(
    State(app): State<App>,
    Client(address): Client,
    viewer: Viewer,
    Path(token): Path<String>,
    Form(mut form): Form<PledgeForm>,
) -> Result<Response, AppError> {
    let opened = Opened::new(&app, token).await?;
    form.kind = opened.pledge.kind().to_string();
    let input = match form.check_change(&opened.pledge, &opened.event, &opened.book) {
        Ok(input) => input,
        Err(AppError::Invalid(problems)) => return Ok(opened.page(&app, &viewer, form, problems)),
        Err(error) => return Err(error),
    };
    app.limits.count(Deed::ChangePledge, Some(&opened.pledge.id.to_string()), address)?;
    actions::change(&app, opened.pledge.id, &input).await?;
    Ok(Redirect::to(&format!("/pledges/{}", opened.token)).into_response())
}
