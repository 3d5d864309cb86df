//! The letter that a pledge becomes: its holder's own page.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::money::Pence;
use serde::Deserialize;

use crate::accounts::{Press, Viewer};
use crate::app::App;
use crate::charities::Book;
use crate::error::{AppError, Problems};
use crate::events::{self, Event};
use crate::limits::Deed;
use crate::pledges::mails::MailKind;
use crate::pledges::new_payment::{NewPayment, PaymentIn};
use crate::pledges::new_pledge::PledgeIn;
use crate::pledges::parts::PartView;
use crate::pledges::payment::PaymentState;
use crate::pledges::pledge::Pledge;
use crate::pledges::{actions, pounds, reference, store};
use crate::web::client::Client;
use crate::web::extract::Path;
use crate::web::form::{Form, Seal};
use crate::web::once::OnceRequired;
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
    payments: Vec<PaymentView>,
    /// How far its receipt is; none where none was asked for.
    receipt: Option<&'static str>,
    /// What the form of a payment held when it was refused.
    given: GivenForm,
    problems: Problems,
    /// As pages print it, in groups.
    reference: String,
    token: String,
    link: String,
    /// An SVG drawing of the link.
    qr: String,
}

/// A payment, as the letter lists it.
#[derive(Debug)]
struct PaymentView {
    /// `Friday 26 March 2027`.
    day: String,
    amount: Pence,
    charity: String,
    state: PaymentState,
}

/// `GET /pledges/{manage_token}`
///
/// # Errors
/// 404 for a secret that opens nothing.
pub async fn letter(State(app): State<App>, viewer: Viewer, Path(token): Path<String>) -> Result<Response, AppError> {
    show(&app, &viewer, token, GivenForm::default(), Problems::default()).await
}

async fn show(
    app: &App,
    viewer: &Viewer,
    token: String,
    given: GivenForm,
    problems: Problems,
) -> Result<Response, AppError> {
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let pledge = actions::open(app, &token).await?;
    let db = app.db.read();
    let event = events::find(db, pledge.event).await?.ok_or(AppError::NotFound)?;
    let book = Book::read(db).await?;
    let counts = store::open_of_event(db, event.id).await?.counts();
    let payments = store::payments_of_pledge(db, pledge.id).await?;
    let payments = payments.into_iter().map(|payment| PaymentView {
        day: payment.paid_on.format("%A %-d %B %Y").to_string(),
        amount: payment.amount,
        charity: book.get(payment.charity).map(|charity| charity.name().to_owned()).unwrap_or_default(),
        state: payment.state,
    });
    let payments = payments.filter(|payment| payment.state != PaymentState::Reversed).collect();
    let link = app.config.link(&format!("/pledges/{token}"));
    let page = LetterPage {
        seal: viewer.seal(app),
        promised: pledge.promised(counts),
        at_most: pledge.at_most(counts),
        parts: PartView::of_pledge(&pledge.parts(counts), &pledge.reference, &event, &book),
        payments,
        receipt: store::mail(db, pledge.id, MailKind::Receipt).await?.map(|(state, _)| state.as_str()),
        given,
        problems,
        reference: reference::spaced(&pledge.reference),
        qr: qr(&link)?,
        event,
        pledge,
        token,
        link,
    };
    Ok((status, Secret(page)).into_response())
}

/// What the "I've given it" form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GivenForm {
    /// A charity's slug.
    charity: String,
    /// Pounds.
    amount: String,
}

/// `POST /pledges/{manage_token}/payments`: "I've given it".
///
/// # Errors
/// 400 without the form's key, 404 for a secret that opens nothing, 409 for a pledge that has ended, 429 beyond 20 an hour.
pub async fn claim(
    State(app): State<App>,
    Client(address): Client,
    viewer: Viewer,
    OnceRequired(once): OnceRequired,
    Path(token): Path<String>,
    Form(form): Form<GivenForm>,
) -> Result<Response, AppError> {
    let pledge = actions::open(&app, &token).await?;
    let event = events::find(app.db.read(), pledge.event).await?.ok_or(AppError::NotFound)?;
    let mut problems = Problems::default();
    let amount = problems.take("amount", pounds::parse(&form.amount)).map(|amount| amount.0);
    let input = PaymentIn { charity: Some(form.charity.clone()), amount_pence: amount, ..PaymentIn::default() };
    let new = match NewPayment::new(&input, &event, &Book::read(app.db.read()).await?) {
        Ok(new) => new,
        Err(AppError::Invalid(found)) => {
            let problems = problems.and(&found, |field| field.strip_suffix("_pence").unwrap_or(field));
            return show(&app, &viewer, token, form, problems).await;
        }
        Err(error) => return Err(error),
    };
    if !app.was_done(&once).await? {
        app.limits.count(Deed::Claim, Some(&pledge.id.to_string()), address)?;
    }
    actions::claim(&app, &once, pledge.id, new).await?;
    Ok(Redirect::to(&format!("/pledges/{token}")).into_response())
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

/// `POST /pledges/{manage_token}/link`: a new secret, for whoever fears that somebody else has the old one.
///
/// # Errors
/// 404 for a secret that opens nothing, 409 once that was done too often, 429 beyond 60 an hour.
pub async fn renew_link(
    State(app): State<App>,
    Client(address): Client,
    Path(token): Path<String>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    let pledge = actions::open(&app, &token).await?;
    app.limits.count(Deed::ChangePledge, Some(&pledge.id.to_string()), address)?;
    let pledge = actions::renew_link(&app, pledge.id).await?;
    Ok(Redirect::to(&format!("/pledges/{}", actions::manage_token(&app.keys, &pledge))))
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
