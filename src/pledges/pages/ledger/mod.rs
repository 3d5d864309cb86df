//! "The money": the host's side of a night's money. What came to what, claims to look at, money to record, and a way back.

mod view;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::ids::{PaymentId, PledgeId};
use serde::Deserialize;
use uuid::Uuid;
use view::Money;

use crate::accounts::{Press, Viewer};
use crate::app::App;
use crate::charities::Book;
use crate::error::{AppError, Problems};
use crate::events::{Event, Here, HostOf};
use crate::once::Once;
use crate::pledges::api::payments::pledge_named;
use crate::pledges::new_payment::{NewPayment, PaymentIn};
use crate::pledges::payment::{Payment, how};
use crate::pledges::{actions, pounds};
use crate::web::extract::Query;
use crate::web::form::{Form, Seal};
use crate::web::once::OnceRequired;
use crate::web::page::Private;
use crate::web::paging::Paging;

#[derive(Template)]
#[template(path = "pledges/ledger.html")]
struct LedgerPage {
    seal: Seal,
    event: Event,
    money: Money,
    form: PaymentForm,
    problems: Problems,
}

/// Where on the page one is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct At {
    /// Pledges after this number.
    pledges: Option<String>,
    /// Payments recorded before this one.
    payments: Option<String>,
    /// What was just done is told of this payment.
    done: Option<Uuid>,
    /// Money is to be recorded for this pledge.
    pledge: Option<String>,
}

/// What the form that records money sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PaymentForm {
    /// A charity's slug.
    charity: String,
    /// Pounds.
    amount: String,
    method: String,
    paid_on: String,
    pledge_reference: String,
    name: String,
    reference: String,
    note: String,
}

impl PaymentForm {
    /// How money is given, each with its words.
    fn methods() -> [(&'static str, String); 5] {
        ["cash", "direct", "justgiving", "cheque", "other"]
            .map(|word| (word, capitalised(word.parse().map_or("", how))))
    }
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// `GET /host/events/{slug}/ledger`
///
/// # Errors
/// 403 for those who don't host it, 422 for a cursor that isn't ours.
pub async fn show(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    Query(at): Query<At>,
) -> Result<Response, AppError> {
    let pledge_reference = at.pledge.clone().unwrap_or_default();
    let form = PaymentForm { pledge_reference, method: "cash".to_owned(), ..PaymentForm::default() };
    page(&app, &viewer, host.event, (at, form), Problems::default()).await
}

async fn page(
    app: &App,
    viewer: &Viewer,
    event: Event,
    (at, form): (At, PaymentForm),
    problems: Problems,
) -> Result<Response, AppError> {
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let pledges = Paging { limit: None, cursor: at.pledges }.after::<i64>()?;
    let payments = Paging { limit: None, cursor: at.payments }.after::<Uuid>()?.map(PaymentId);
    let db = app.db.snapshot().await?;
    let money = Money::read(&db, &event, pledges, payments, at.done.map(PaymentId)).await?;
    let page = LedgerPage { seal: viewer.seal(app), event, money, form, problems };
    Ok((status, Private(page)).into_response())
}

/// Back to the page, which says what was done.
fn told(event: &Event, payment: &Payment) -> Redirect {
    Redirect::to(&format!("/host{}/ledger?done={}#done", event.path(), payment.id))
}

/// `POST /host/events/{slug}/payments`: money that the host knows has arrived, for a pledge or for none.
///
/// # Errors
/// 400 without the form's key, 403 for those who don't host it.
pub async fn record(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    OnceRequired(once): OnceRequired,
    Form(form): Form<PaymentForm>,
) -> Result<Response, AppError> {
    let HostOf { organiser, event } = host;
    let (new, pledge) = match read(&app, &event, &form).await {
        Ok(read) => read,
        Err(AppError::Invalid(problems)) => {
            return page(&app, &viewer, event, (At::default(), form), problems).await;
        }
        Err(error) => return Err(error),
    };
    let payment = actions::record(&app, &once, organiser.id.0, event.id, pledge, new).await?;
    Ok(told(&event, &payment).into_response())
}

/// Checks the form: what is to be booked, and for which pledge.
async fn read(app: &App, event: &Event, form: &PaymentForm) -> Result<(NewPayment, Option<PledgeId>), AppError> {
    let form = form.clone();
    let mut problems = Problems::default();
    let amount = problems.take("amount", pounds::parse(&form.amount)).map(|amount| amount.0);
    let pledge = pledge_named(app, event, Some(&form.pledge_reference)).await;
    let input = PaymentIn {
        charity: Some(form.charity),
        amount_pence: amount,
        method: Some(form.method),
        pledge_reference: None,
        name: Some(form.name),
        reference: Some(form.reference),
        note: Some(form.note),
        paid_on: Some(form.paid_on),
    };
    let new = NewPayment::new(&input, event, &Book::read(app.db.read()).await?);
    match (new, pledge, problems.list().is_empty()) {
        (Ok(new), Ok(pledge), true) => Ok((new, pledge)),
        (new, pledge, _) => Err(gathered(problems, [new.err(), pledge.err()])),
    }
}

/// All problems under the form's own names; an error that is none of these comes first.
fn gathered(mut problems: Problems, errors: [Option<AppError>; 2]) -> AppError {
    for error in errors.into_iter().flatten() {
        match error {
            AppError::Invalid(found) => {
                problems = problems.and(&found, |field| field.strip_suffix("_pence").unwrap_or(field));
            }
            other => return other,
        }
    }
    problems.refuse()
}

/// `POST /host/events/{slug}/payments/{id}/confirmation`: "It has arrived".
///
/// # Errors
/// 403 for those who don't host it, 404 for a payment of another night, 409 unless it is claimed.
pub async fn confirm(
    State(app): State<App>,
    Here { host, thing: payment }: Here<Payment>,
    once: Once,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    let payment = actions::confirm(&app, &once, host.organiser.id.0, payment.id).await?;
    Ok(told(&host.event, &payment))
}

/// `POST /host/events/{slug}/payments/{id}/reversal`: "It didn't", and "Take it back".
///
/// # Errors
/// 403 for those who don't host it, 404 for a payment of another night, 409 when it is reversed already.
pub async fn reverse(
    State(app): State<App>,
    Here { host, thing: payment }: Here<Payment>,
    once: Once,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    let payment = actions::reverse(&app, &once, host.organiser.id.0, payment.id).await?;
    Ok(told(&host.event, &payment))
}
