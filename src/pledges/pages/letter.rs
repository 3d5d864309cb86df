//! The letter that a pledge becomes: its holder's own page.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use entity::money::Pence;
use serde::Deserialize;

use super::PartView;
use crate::accounts::{Press, Viewer};
use crate::app::App;
use crate::charities::Book;
use crate::error::AppError;
use crate::events::{self, Event};
use crate::limits::Deed;
use crate::pledges::new_pledge::PledgeIn;
use crate::pledges::pledge::Pledge;
use crate::pledges::{actions, reference, store};
use crate::web::client::Client;
use crate::web::extract::Path;
use crate::web::form::{Form, Seal};
use crate::web::page::Secret;

#[derive(Template)]
#[template(path = "pledges/letter.html")]
struct LetterPage {
    seal: Seal,
    event: Event,
    pledge: Pledge,
    /// What it has come to, and the most it can.
    promised: Pence,
    at_most: Pence,
    parts: Vec<PartView>,
    /// As pages print it, in groups.
    reference: String,
    token: String,
    link: String,
    /// An SVG drawing of the link.
    qr: String,
}

/// `GET /pledges/{manage_token}`
///
/// # Errors
/// 404 for a secret that opens nothing.
pub async fn letter(State(app): State<App>, viewer: Viewer, Path(token): Path<String>) -> Result<Response, AppError> {
    let pledge = actions::open(&app, &token).await?;
    let event = events::find(app.db.read(), pledge.event).await?.ok_or(AppError::NotFound)?;
    let book = Book::read(app.db.read()).await?;
    let counts = store::open_of_event(app.db.read(), event.id).await?.counts();
    let (promised, at_most) = (pledge.promised(counts), pledge.at_most(counts));
    let parts = PartView::of_pledge(&pledge.parts(counts), &event, &book);
    let link = app.config.link(&format!("/pledges/{token}"));
    let (qr, reference) = (qr(&link)?, reference::spaced(&pledge.reference));
    let page =
        LetterPage { seal: viewer.seal(&app), event, pledge, promised, at_most, parts, reference, token, link, qr };
    Ok(Secret(page).into_response())
}

/// Dark on light whatever the page's colours: that is what cameras expect.
fn qr(link: &str) -> Result<String, AppError> {
    let code = qrcode::QrCode::new(link).map_err(AppError::internal)?;
    let svg = code.render::<qrcode::render::svg::Color<'_>>().min_dimensions(180, 180).build();
    // An XML declaration has no place inside a page.
    Ok(svg.split_once("?>").map_or(svg.clone(), |(_, drawing)| drawing.to_owned()))
}

/// What the switches' form sends.
#[derive(Debug, Deserialize)]
pub struct SwitchesForm {
    show_name: Option<String>,
    show_amount: Option<String>,
    show_message: Option<String>,
}

/// `POST /pledges/{manage_token}/switches`
///
/// # Errors
/// 404 for a secret that opens nothing, 409 once the pledge can't be changed.
pub async fn set_switches(
    State(app): State<App>,
    Client(address): Client,
    Path(token): Path<String>,
    Form(form): Form<SwitchesForm>,
) -> Result<Redirect, AppError> {
    let pledge = actions::open(&app, &token).await?;
    app.limits.count(Deed::ChangePledge, Some(&pledge.id.to_string()), address)?;
    let input = PledgeIn {
        show_name: Some(form.show_name.is_some()),
        show_amount: Some(form.show_amount.is_some()),
        show_message: Some(form.show_message.is_some()),
        ..PledgeIn::default()
    };
    actions::change(&app, pledge.id, &input).await?;
    Ok(Redirect::to(&format!("/pledges/{token}")))
}

/// `POST /pledges/{manage_token}/withdrawal`: no reason is asked.
///
/// # Errors
/// 404 for a secret that opens nothing.
pub async fn withdraw(
    State(app): State<App>,
    Path(token): Path<String>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    let pledge = actions::open(&app, &token).await?;
    actions::withdraw(&app, pledge.id).await?;
    Ok(Redirect::to(&format!("/pledges/{token}")))
}
