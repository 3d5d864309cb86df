//! Payments over JSON.

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::PaymentId;
use serde::Serialize;
use uuid::Uuid;

use crate::accounts::{Organiser, Viewer};
use crate::app::App;
use crate::charities::Book;
use crate::error::AppError;
use crate::events::{self, Event, HostOf, may_host};
use crate::limits::Deed;
use crate::once::Once;
use crate::pledges::new_payment::{NewPayment, PaymentIn};
use crate::pledges::payment::Payment;
use crate::pledges::{actions, reference, store};
use crate::web::client::Client;
use crate::web::extract::{Json, Path, Query};
use crate::web::faces::ProblemOut;
use crate::web::once::OnceRequired;
use crate::web::paging::{List, Paging};

/// A payment.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PaymentOut {
    id: Uuid,
    /// Null for money that nobody promised.
    pledge_reference: Option<String>,
    charity: String,
    amount_pence: i64,
    /// The part of a claim that confirmed payments have settled: it counts with them.
    settled_pence: i64,
    method: &'static str,
    /// `claimed`, `confirmed` or `reversed`.
    state: &'static str,
    reference: Option<String>,
    name: Option<String>,
    note: Option<String>,
    paid_on: NaiveDate,
    made_at: DateTime<Utc>,
}

impl PaymentOut {
    /// A payment, with the reference of its pledge.
    #[must_use]
    pub fn of(payment: Payment, pledge_reference: Option<String>, book: &Book) -> Self {
        let Payment {
            id,
            event: _,
            pledge: _,
            charity,
            amount,
            settled,
            method,
            state,
            reference,
            name,
            note,
            paid_on,
            recorded_by: _,
            made_at,
        } = payment;
        Self {
            id: id.0,
            pledge_reference,
            charity: book.slug(charity),
            amount_pence: amount.0,
            settled_pence: settled.0,
            method: method.as_str(),
            state: state.as_str(),
            reference,
            name,
            note,
            paid_on,
            made_at,
        }
    }
}

async fn show(app: &App, status: StatusCode, payment: Payment) -> Result<Response, AppError> {
    let book = Book::read(app.db.read()).await?;
    let reference = match payment.pledge {
        Some(pledge) => store::find(app.db.read(), pledge).await?.map(|pledge| pledge.reference),
        None => None,
    };
    let out = Json(PaymentOut::of(payment, reference, &book));
    Ok((status, [(header::CACHE_CONTROL, "no-store")], out).into_response())
}

/// Say that I have given something: it counts as claimed until a host has seen it arrive.
///
/// # Errors
/// 400 without an Idempotency-Key, 404 for a secret that opens nothing, 409 for a pledge that has ended, 422 for wrong
/// fields.
#[utoipa::path(post, path = "/api/v1/pledges/{manage_token}/payments", tag = "payments", request_body = PaymentIn,
    params(("manage_token" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 201, body = PaymentOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn claim(
    State(app): State<App>,
    Client(address): Client,
    OnceRequired(once): OnceRequired,
    Path(token): Path<String>,
    Json(input): Json<PaymentIn>,
) -> Result<Response, AppError> {
    let pledge = actions::open(&app, &token).await?;
    let event = events::find(app.db.read(), pledge.event).await?.ok_or(AppError::NotFound)?;
    let input = PaymentIn { pledge_reference: None, name: None, reference: None, note: None, ..input };
    let new = NewPayment::new(&input, &event, &Book::read(app.db.read()).await?)?;
    if !app.was_done(&once).await? {
        app.limits.count(Deed::Claim, Some(&pledge.id.to_string()), address)?;
    }
    show(&app, StatusCode::CREATED, actions::claim(&app, &once, pledge.id, new).await?).await
}

/// The payments of a night, in the order they were recorded.
///
/// # Errors
/// 403 for those who don't host it.
#[utoipa::path(get, path = "/api/v1/events/{slug}/payments", tag = "payments", security(("bearer" = [])),
    params(("slug" = String, Path), Paging),
    responses((status = 200, body = List<PaymentOut>), (status = 403, body = ProblemOut)))]
pub async fn list(State(app): State<App>, host: HostOf, Query(paging): Query<Paging>) -> Result<Response, AppError> {
    let (limit, after) = (paging.limit()?, paging.after::<Uuid>()?.map(PaymentId));
    let payments = store::payments_of_event(app.db.read(), host.event.id, after, limit + 1).await?;
    let references =
        store::references_of_pledges(app.db.read(), payments.iter().filter_map(|payment| payment.pledge)).await?;
    let book = Book::read(app.db.read()).await?;
    let reference = |payment: &Payment| payment.pledge.and_then(|pledge| references.get(&pledge).cloned());
    let out = List::cut(
        payments,
        limit,
        |payment| payment.id.to_string(),
        |payment| {
            let reference = reference(&payment);
            PaymentOut::of(payment, reference, &book)
        },
    );
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(out)).into_response())
}

/// Record money that has arrived, for a pledge or for none.
///
/// # Errors
/// 400 without an Idempotency-Key, 403 for those who don't host it, 422 for wrong fields.
#[utoipa::path(post, path = "/api/v1/events/{slug}/payments", tag = "payments", security(("bearer" = [])),
    request_body = PaymentIn, params(("slug" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 201, body = PaymentOut), (status = 403, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn record(
    State(app): State<App>,
    host: HostOf,
    OnceRequired(once): OnceRequired,
    Json(input): Json<PaymentIn>,
) -> Result<Response, AppError> {
    let HostOf { organiser, event } = host;
    let new = NewPayment::new(&input, &event, &Book::read(app.db.read()).await?)?;
    let pledge = pledge_named(&app, &event, input.pledge_reference.as_deref()).await?;
    let payment = actions::record(&app, &once, organiser.id.0, event.id, pledge, new).await?;
    show(&app, StatusCode::CREATED, payment).await
}

/// The pledge of a night with this reference; none when none is given.
///
/// # Errors
/// 422 when no pledge of the night has it.
pub(in crate::pledges) async fn pledge_named(
    app: &App,
    event: &Event,
    given: Option<&str>,
) -> Result<Option<entity::ids::PledgeId>, AppError> {
    let Some(given) = given.map(reference::plain).filter(|given| !given.is_empty()) else { return Ok(None) };
    let found = store::find_by_reference(app.db.read(), event.id, &given).await?;
    let found =
        found.ok_or_else(|| AppError::field("pledge_reference", "No pledge of this night has this reference"))?;
    Ok(Some(found))
}

/// A payment, and a host of its night.
#[derive(Debug)]
pub struct PaymentDesk {
    organiser: Organiser,
    payment: Payment,
}

impl FromRequestParts<App> for PaymentDesk {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        // Who asks comes first: to nobody, no payment is there or not there.
        let organiser = <Organiser as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let Path(id) = Path::<Uuid>::from_request_parts(parts, app).await?;
        let payment = store::find_payment(app.db.read(), PaymentId(id)).await?.ok_or(AppError::NotFound)?;
        let event = events::find(app.db.read(), payment.event).await?.ok_or(AppError::NotFound)?;
        let viewer = <Viewer as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        if !may_host(app, &viewer, &event).await? {
            return Err(AppError::Forbidden("Only the hosts of this night can do this."));
        }
        Ok(Self { organiser, payment })
    }
}

/// Confirm that a claimed payment has arrived.
///
/// # Errors
/// 403 for those who don't host its night, 409 unless it is claimed.
#[utoipa::path(post, path = "/api/v1/payments/{id}/confirmation", tag = "payments", security(("bearer" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 200, body = PaymentOut), (status = 403, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn confirm(State(app): State<App>, desk: PaymentDesk, once: Once) -> Result<Response, AppError> {
    let payment = actions::confirm(&app, &once, desk.organiser.id.0, desk.payment.id).await?;
    show(&app, StatusCode::OK, payment).await
}

/// Take a payment back: it didn't arrive, or was recorded by mistake.
///
/// # Errors
/// 403 for those who don't host its night, 409 when it is reversed already.
#[utoipa::path(post, path = "/api/v1/payments/{id}/reversal", tag = "payments", security(("bearer" = [])),
    params(("id" = Uuid, Path)),
    responses((status = 200, body = PaymentOut), (status = 403, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn reverse(State(app): State<App>, desk: PaymentDesk, once: Once) -> Result<Response, AppError> {
    let payment = actions::reverse(&app, &once, desk.organiser.id.0, desk.payment.id).await?;
    show(&app, StatusCode::OK, payment).await
}
