//! Making a pledge: the form, check your answers, done.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::money::Pence;
use serde::Deserialize;

use super::{PartView, parts_of};
use crate::app::App;
use crate::charities::Book;
use crate::error::{AppError, Problems};
use crate::events::{CharityIn, Desk, Event};
use crate::limits::Deed;
use crate::pledges::pledge::{NewPledge, PledgeIn};
use crate::pledges::{actions, pounds};
use crate::sent::Sent;
use crate::web::client::Client;
use crate::web::form::{Form, Seal};
use crate::web::once::OnceRequired;
use crate::web::page::Private;

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
    /// Slugs of the night's charities, and the percentage typed beside each.
    pub percent_of: Vec<String>,
    pub percent: Vec<String>,
    /// Asks for the form back, to change something.
    pub change: Option<String>,
}

impl PledgeForm {
    /// Every field with something in it, to be carried from one page to the next.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let Self { amount, amount_choice, name, email, message, gift_aid, show_name, show_amount, .. } = self;
        let typed = [("amount", amount), ("amount_choice", amount_choice), ("name", name), ("email", email)];
        let typed = typed.into_iter().chain([("message", message)]).filter(|(_, text)| !text.is_empty());
        let ticked = [("gift_aid", gift_aid), ("show_name", show_name), ("show_amount", show_amount)];
        let ticked = ticked.into_iter().chain([("show_message", &self.show_message)]);
        let ticked = ticked.filter(|(_, tick)| tick.is_some()).map(|(field, _)| (field, "true"));
        let percents = self.percent_of.iter().zip(&self.percent);
        let percents = percents.flat_map(|(of, percent)| [("percent_of", of.as_str()), ("percent", percent.as_str())]);
        typed.map(|(field, text)| (field, text.as_str())).chain(ticked).chain(percents).collect()
    }

    /// What was typed as the percentage of a charity.
    #[must_use]
    pub fn percent_of(&self, slug: &str) -> &str {
        let mut pairs = self.percent_of.iter().zip(&self.percent);
        pairs.find(|(of, _)| *of == slug).map_or("", |(_, percent)| percent.as_str())
    }

    /// Whether the supporter shares the money out in a way of their own.
    #[must_use]
    pub fn has_own_split(&self) -> bool {
        self.percent.iter().any(|percent| !percent.trim().is_empty())
    }

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
            split: CharityIn::typed("split", &self.percent_of, &self.percent, problems),
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

/// `POST /events/{slug}/pledge/check`: shows what was understood, or the form again to change it; stores nothing.
///
/// # Errors
/// 404 for a draft, 409 when the night takes no pledges.
pub async fn check(State(app): State<App>, desk: Desk, Form(form): Form<PledgeForm>) -> Result<Response, AppError> {
    desk.event.check_takes_part()?;
    let book = Book::read(app.db.read()).await?;
    if form.change.is_some() {
        return Ok(make_page(&app, desk, &book, form, Problems::default()));
    }
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
