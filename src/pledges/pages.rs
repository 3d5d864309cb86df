//! Making a pledge, and the letter that a pledge becomes.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::money::Pence;
use serde::Deserialize;

use super::pledge::{NewPledge, Pledge, PledgeIn};
use super::{actions, pounds, reference};
use crate::accounts::Press;
use crate::app::App;
use crate::charities::Book;
use crate::error::{AppError, Problems};
use crate::events::{self, Desk, Event};
use crate::limits::Deed;
use crate::sent::Sent;
use crate::web::client::Client;
use crate::web::extract::Path;
use crate::web::form::{Form, Seal};
use crate::web::once::OnceRequired;
use crate::web::page::{Private, Secret};

/// The amounts a person can choose with one tap, in pounds.
const CHIPS: [&str; 3] = ["5", "10", "20"];

/// What the pledge form sends. Checkboxes are there when ticked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PledgeForm {
    /// Pounds, typed; counts before the chip.
    pub amount: String,
    /// Pounds, chosen.
    pub amount_choice: String,
    pub name: String,
    pub email: String,
    pub message: String,
    pub gift_aid: Option<String>,
    pub show_name: Option<String>,
    pub show_amount: Option<String>,
    pub show_message: Option<String>,
}

impl PledgeForm {
    /// Whether the chip of this many pounds is chosen.
    #[must_use]
    pub fn chose(&self, pounds: &str) -> bool {
        self.amount.trim().is_empty() && self.amount_choice == pounds
    }

    fn amount(&self) -> Result<Pence, Cow<'static, str>> {
        let typed = self.amount.trim();
        let chosen = if typed.is_empty() { self.amount_choice.trim() } else { typed };
        if chosen.is_empty() { Err("Choose or enter an amount".into()) } else { pounds::parse(chosen) }
    }

    fn input(&self, problems: &mut Problems) -> PledgeIn {
        let amount = problems.take("amount", self.amount());
        PledgeIn {
            kind: Some("fixed".to_owned()),
            amount_pence: amount.map(|amount| amount.0),
            name: Sent::Value(self.name.clone()),
            email: Sent::Value(self.email.clone()),
            message: Sent::Value(self.message.clone()),
            gift_aid: Some(self.gift_aid.is_some()),
            show_name: Some(self.show_name.is_some()),
            show_amount: Some(self.show_amount.is_some()),
            show_message: Some(self.show_message.is_some()),
            split: None,
        }
    }

    /// The pledge as the API would send it and as it checks out, or every problem under the form's names of its fields.
    fn check(&self, event: &Event, book: &Book) -> Result<(PledgeIn, NewPledge), AppError> {
        let mut problems = Problems::default();
        let input = self.input(&mut problems);
        match NewPledge::new(&input, event, book) {
            Ok(new) if problems.list().is_empty() => Ok((input, new)),
            Ok(_) => Err(problems.refuse()),
            Err(AppError::Invalid(found)) => Err(problems.and(&found, in_form).refuse()),
            Err(error) => Err(error),
        }
    }
}

/// The form's name of a field.
fn in_form(field: &str) -> &str {
    if field == "amount_pence" { "amount" } else { field }
}

/// A charity's part, as pages say it.
#[derive(Debug)]
pub struct PartView {
    pub name: String,
    pub about: String,
    pub percent: i64,
    pub amount: Pence,
    pub giving_url: String,
}

#[derive(Template)]
#[template(path = "pledges/make.html")]
struct MakePage {
    seal: Seal,
    event: Event,
    parts: Vec<PartView>,
    chips: [&'static str; 3],
    form: PledgeForm,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "pledges/check.html")]
struct CheckPage {
    seal: Seal,
    event: Event,
    parts: Vec<PartView>,
    form: PledgeForm,
    amount: Pence,
}

fn parts_of(split: &crate::charities::Split, amounts: &[Pence], event: &Event, book: &Book) -> Vec<PartView> {
    let parts = split.parts().iter().zip(split.percents()).zip(amounts);
    parts
        .filter_map(|((part, percent), amount)| {
            let charity = book.get(part.charity)?;
            Some(PartView {
                name: charity.name_on(event.when.local.date()).to_owned(),
                about: charity.about.clone(),
                percent,
                amount: *amount,
                giving_url: charity.giving_url.clone(),
            })
        })
        .collect()
}

fn make_page(app: &App, desk: Desk, book: &Book, form: PledgeForm, problems: Problems) -> Response {
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let seal = desk.viewer.seal(app);
    let event = desk.event;
    let nothing = vec![Pence::ZERO; event.split.parts().len()];
    let parts = parts_of(&event.split, &nothing, &event, book);
    (status, Private(MakePage { seal, event, parts, chips: CHIPS, form, problems })).into_response()
}

/// `GET /events/{slug}/pledge`
///
/// # Errors
/// 404 for a draft, 409 when the night takes no pledges.
pub async fn form(State(app): State<App>, desk: Desk) -> Result<Response, AppError> {
    desk.event.check_takes_part()?;
    let book = Book::read(app.db.read()).await?;
    Ok(make_page(&app, desk, &book, PledgeForm::default(), Problems::default()))
}

/// `POST /events/{slug}/pledge/check`: shows what was understood; changes nothing.
///
/// # Errors
/// 404 for a draft, 409 when the night takes no pledges.
pub async fn check(State(app): State<App>, desk: Desk, Form(form): Form<PledgeForm>) -> Result<Response, AppError> {
    desk.event.check_takes_part()?;
    let book = Book::read(app.db.read()).await?;
    match form.check(&desk.event, &book) {
        Ok((_, new)) => {
            let amounts: Vec<Pence> = new.split.allocate(new.amount, 0);
            let parts = parts_of(&new.split, &amounts, &desk.event, &book);
            let seal = desk.viewer.seal(&app);
            let page = CheckPage { seal, event: desk.event, parts, form, amount: new.amount };
            Ok(Private(page).into_response())
        }
        Err(AppError::Invalid(problems)) => Ok(make_page(&app, desk, &book, form, problems)),
        Err(error) => Err(error),
    }
}

/// `POST /events/{slug}/pledge`
///
/// # Errors
/// 400 without the form's key, 404 for a draft, 409 when the night takes no pledges.
pub async fn make(
    State(app): State<App>,
    desk: Desk,
    Client(address): Client,
    OnceRequired(once): OnceRequired,
    Form(form): Form<PledgeForm>,
) -> Result<Response, AppError> {
    let is_retry = app.was_done(&once).await?;
    if !is_retry {
        desk.event.check_takes_part()?;
    }
    let book = Book::read(app.db.read()).await?;
    let input = match form.check(&desk.event, &book) {
        Ok((input, _)) => input,
        Err(AppError::Invalid(problems)) => return Ok(make_page(&app, desk, &book, form, problems)),
        Err(error) => return Err(error),
    };
    if !is_retry {
        app.limits.count(Deed::Pledge, desk.viewer.actor().map(|actor| actor.to_string()).as_deref(), address)?;
    }
    let pledge = actions::make(&app, &once, desk.event.id, &input).await?;
    let token = actions::manage_token(&app.keys, &pledge);
    Ok(Redirect::to(&format!("/pledges/{token}")).into_response())
}

#[derive(Template)]
#[template(path = "pledges/letter.html")]
struct LetterPage {
    seal: Seal,
    event: Event,
    pledge: Pledge,
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
pub async fn letter(
    State(app): State<App>,
    viewer: crate::accounts::Viewer,
    Path(token): Path<String>,
) -> Result<Response, AppError> {
    let pledge = actions::open(&app, &token).await?;
    let event = events::find(app.db.read(), pledge.event).await?.ok_or(AppError::NotFound)?;
    let book = Book::read(app.db.read()).await?;
    let amounts: Vec<Pence> = pledge.allocations.iter().map(|part| part.promised).collect();
    let parts = parts_of(&pledge.split(), &amounts, &event, &book);
    let link = app.config.link(&format!("/pledges/{token}"));
    let (qr, reference) = (qr(&link)?, reference::spaced(&pledge.reference));
    let page = LetterPage { seal: viewer.seal(&app), event, pledge, parts, reference, token, link, qr };
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
    Path(token): Path<String>,
    Form(form): Form<SwitchesForm>,
) -> Result<Redirect, AppError> {
    let pledge = actions::open(&app, &token).await?;
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
