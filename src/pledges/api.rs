//! Pledges and totals over JSON.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use entity::ids::PledgeId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::pledge::{NewPledge, Pledge, PledgeIn};
use super::totals::Totals;
use super::{actions, store};
use crate::accounts::Viewer;
use crate::app::App;
use crate::charities::Book;
use crate::error::AppError;
use crate::events::{self, Desk, Event, HostOf};
use crate::limits::Deed;
use crate::once::Once;
use crate::web::client::Client;
use crate::web::extract::{Json, Path, Query};
use crate::web::faces::ProblemOut;
use crate::web::once::OnceRequired;
use crate::web::paging::{List, Paging};

/// A pledge, as its holder and the hosts see it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PledgeOut {
    id: Uuid,
    reference: String,
    /// The event's slug.
    event: String,
    kind: &'static str,
    amount_pence: Option<i64>,
    rate_pence: Option<i64>,
    cap_pence: Option<i64>,
    percent: Option<i64>,
    pot_pence: Option<i64>,
    state: &'static str,
    promised_pence: i64,
    at_most_pence: i64,
    claimed_pence: i64,
    received_pence: i64,
    split: Vec<SplitOut>,
    allocations: Vec<AllocationOut>,
    name: Option<String>,
    message: Option<String>,
    gift_aid: bool,
    show_name: bool,
    show_amount: bool,
    show_message: bool,
    made_at: DateTime<Utc>,
}

/// A charity's weight in a split.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SplitOut {
    charity: String,
    parts: u32,
    /// Rounded; they sum to 100.
    percent: i64,
}

/// A charity's part of a pledge.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AllocationOut {
    charity: String,
    promised_pence: i64,
    received_pence: i64,
    /// Where to give it.
    pay_url: String,
}

/// A pledge just made, with the secret that opens it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MadePledgeOut {
    #[serde(flatten)]
    pledge: PledgeOut,
    manage_token: String,
    manage_url: String,
}

/// A pledge, as anyone may see it: what its switches show.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PublicPledgeOut {
    id: Uuid,
    kind: &'static str,
    made_at: DateTime<Utc>,
    name: Option<String>,
    amount_pence: Option<i64>,
    message: Option<String>,
}

impl PublicPledgeOut {
    /// What the pledge's switches show.
    #[must_use]
    pub fn of(pledge: &Pledge) -> Self {
        Self {
            id: pledge.id.0,
            kind: pledge.kind.as_str(),
            made_at: pledge.made_at,
            name: pledge.public_name().map(str::to_owned),
            amount_pence: pledge.public_amount().map(|amount| amount.0),
            message: pledge.public_message().map(str::to_owned),
        }
    }
}

impl PledgeOut {
    fn of(pledge: Pledge, event: &Event, book: &Book) -> Self {
        let promised_pence = pledge.promised().0;
        let split = pledge.split();
        let charity = |id| book.get(id).map(|charity| (charity.slug.clone(), charity.giving_url.clone()));
        let weights = split.parts().iter().zip(split.percents());
        let weights = weights.map(|(part, percent)| SplitOut {
            charity: charity(part.charity).unwrap_or_default().0,
            parts: part.parts,
            percent,
        });
        let parts = pledge.allocations.iter().map(|part| {
            let (slug, pay_url) = charity(part.charity).unwrap_or_default();
            AllocationOut { charity: slug, promised_pence: part.promised.0, received_pence: 0, pay_url }
        });
        Self {
            split: weights.collect(),
            allocations: parts.collect(),
            id: pledge.id.0,
            reference: pledge.reference,
            event: event.slug.clone(),
            kind: pledge.kind.as_str(),
            amount_pence: Some(pledge.amount.0),
            rate_pence: None,
            cap_pence: None,
            percent: None,
            pot_pence: None,
            state: pledge.state.as_str(),
            promised_pence,
            at_most_pence: promised_pence,
            claimed_pence: 0,
            received_pence: 0,
            name: pledge.words.name,
            message: pledge.words.message,
            gift_aid: pledge.gift_aid,
            show_name: pledge.show.show_name,
            show_amount: pledge.show.show_amount,
            show_message: pledge.show.show_message,
            made_at: pledge.made_at,
        }
    }
}

/// Totals: five numbers, never added together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TotalsOut {
    promised_pence: i64,
    at_most_pence: i64,
    claimed_pence: i64,
    received_pence: i64,
    gift_aid_estimate_pence: i64,
    target_pence: Option<i64>,
    pledges: i64,
    supporters: i64,
    shares: i64,
    dancing: i64,
    by_charity: Vec<CharityTotalOut>,
    /// The activity number these are true at.
    revision: i64,
    as_of: DateTime<Utc>,
}

/// What one charity has of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CharityTotalOut {
    charity: String,
    name: String,
    promised_pence: i64,
    claimed_pence: i64,
    received_pence: i64,
    gift_aid_estimate_pence: i64,
}

impl TotalsOut {
    /// The totals of a night, under the charities' names of its day; of all nights, under today's.
    #[must_use]
    pub fn of(totals: &Totals, event: Option<&Event>, book: &Book) -> Self {
        let by_charity = totals.by_charity.iter().filter_map(|part| {
            let charity = book.get(part.charity)?;
            let name = event.map_or(charity.name(), |event| charity.name_on(event.when.local.date()));
            Some(CharityTotalOut {
                charity: charity.slug.clone(),
                name: name.to_owned(),
                promised_pence: part.promised.0,
                claimed_pence: part.claimed.0,
                received_pence: part.received.0,
                gift_aid_estimate_pence: part.gift_aid_estimate().0,
            })
        });
        Self {
            by_charity: by_charity.collect(),
            promised_pence: totals.promised.0,
            at_most_pence: totals.at_most.0,
            claimed_pence: totals.claimed.0,
            received_pence: totals.received.0,
            gift_aid_estimate_pence: totals.gift_aid_estimate.0,
            target_pence: totals.target.map(|target| target.0),
            pledges: totals.pledges,
            supporters: totals.supporters,
            shares: totals.shares,
            dancing: 0,
            revision: totals.revision,
            as_of: totals.as_of,
        }
    }

    /// Whether the two tell a reader the same, whenever they were true.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        Self { revision: other.revision, as_of: other.as_of, ..self.clone() } == *other
    }

    /// Reads them in one snapshot.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(app: &App, event: &Event) -> Result<Self, AppError> {
        let snapshot = app.db.snapshot().await?;
        let book = Book::read(&snapshot).await?;
        let totals = store::totals_of_event(&snapshot, event.id, event.target).await?;
        Ok(Self::of(&totals, Some(event), &book))
    }
}

/// Whether the hosts' list is asked for, or everyone's.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PledgeFilter {
    /// `true`: only what the supporters' switches show.
    #[serde(default)]
    public: bool,
    limit: Option<u64>,
    cursor: Option<String>,
}

/// The pledges of a night: for hosts, or with `public=true` for anyone.
///
/// # Errors
/// 401 or 403 for the hosts' list, 404 for a draft that isn't yours.
#[utoipa::path(get, path = "/api/v1/events/{slug}/pledges", tag = "pledges", params(("slug" = String, Path), PledgeFilter),
    security(("bearer" = []), ()),
    responses((status = 200, body = List<PledgeOut>), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut)))]
pub async fn list(
    State(app): State<App>,
    desk: Desk,
    Query(filter): Query<PledgeFilter>,
) -> Result<Response, AppError> {
    let paging = Paging { limit: filter.limit, cursor: filter.cursor };
    let (limit, after) = (paging.limit()?, paging.after::<i64>()?.unwrap_or_default());
    let event = desk.event;
    if !filter.public && !desk.is_host {
        return Err(match desk.viewer {
            Viewer::Anyone => AppError::Unauthorised("Sign in as a host, or ask with public=true."),
            _ => AppError::Forbidden("Only the hosts of this night see every pledge. Ask with public=true."),
        });
    }
    let pledges = store::of_event(app.db.read(), event.id, after, limit + 1, filter.public).await?;
    let cursor = |pledge: &Pledge| pledge.number.to_string();
    if filter.public {
        let list = List::cut(pledges, limit, cursor, |pledge| PublicPledgeOut::of(&pledge));
        return Ok(Json(list).into_response());
    }
    let book = Book::read(app.db.read()).await?;
    let list = List::cut(pledges, limit, cursor, |pledge| PledgeOut::of(pledge, &event, &book));
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(list)).into_response())
}

/// Make a pledge.
///
/// # Errors
/// 400 without an Idempotency-Key, 404 for a draft, 409 when the night takes no pledges, 422 for wrong fields.
#[utoipa::path(post, path = "/api/v1/events/{slug}/pledges", tag = "pledges", request_body = PledgeIn,
    params(("slug" = String, Path), ("Idempotency-Key" = String, Header, description = "8 to 255 visible ASCII characters, random")),
    responses((status = 201, body = MadePledgeOut), (status = 400, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 422, body = ProblemOut), (status = 429, body = ProblemOut)))]
pub async fn make(
    State(app): State<App>,
    desk: Desk,
    Client(address): Client,
    OnceRequired(once): OnceRequired,
    Json(input): Json<PledgeIn>,
) -> Result<Response, AppError> {
    let event = desk.event;
    event.check_takes_part()?;
    let book = Book::read(app.db.read()).await?;
    let new = NewPledge::new(&input, &event, &book)?;
    app.limits.count(Deed::Pledge, desk.viewer.actor().map(|actor| actor.to_string()).as_deref(), address)?;
    let pledge = actions::make(&app, &once, event.id, new).await?;
    let manage_token = actions::manage_token(&app.keys, &pledge);
    let manage_url = app.config.link(&format!("/pledges/{manage_token}"));
    let location = format!("/api/v1/pledges/{manage_token}");
    let out = MadePledgeOut { pledge: PledgeOut::of(pledge, &event, &book), manage_token, manage_url };
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((StatusCode::CREATED, headers, Json(out)).into_response())
}

async fn private(app: &App, pledge: Pledge) -> Result<Response, AppError> {
    let event = events::find(app.db.read(), pledge.event).await?.ok_or(AppError::NotFound)?;
    let book = Book::read(app.db.read()).await?;
    let out = PledgeOut::of(pledge, &event, &book);
    Ok(([(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")], Json(out)).into_response())
}

/// My pledge.
///
/// # Errors
/// 404 for a secret that opens nothing.
#[utoipa::path(get, path = "/api/v1/pledges/{manage_token}", tag = "pledges", params(("manage_token" = String, Path)),
    responses((status = 200, body = PledgeOut), (status = 404, body = ProblemOut)))]
pub async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response, AppError> {
    private(&app, actions::open(&app, &token).await?).await
}

/// Change my pledge. What isn't sent stays.
///
/// # Errors
/// 404 for a secret that opens nothing, 409 once it can't be changed, 422 for wrong fields.
#[utoipa::path(patch, path = "/api/v1/pledges/{manage_token}", tag = "pledges", request_body = PledgeIn,
    params(("manage_token" = String, Path)),
    responses((status = 200, body = PledgeOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn change(
    State(app): State<App>,
    Path(token): Path<String>,
    Json(input): Json<PledgeIn>,
) -> Result<Response, AppError> {
    let pledge = actions::open(&app, &token).await?;
    private(&app, actions::change(&app, pledge.id, input).await?).await
}

/// Withdraw my pledge. No reason is asked.
///
/// # Errors
/// 404 for a secret that opens nothing.
#[utoipa::path(delete, path = "/api/v1/pledges/{manage_token}", tag = "pledges", params(("manage_token" = String, Path)),
    responses((status = 200, body = PledgeOut), (status = 404, body = ProblemOut)))]
pub async fn withdraw(State(app): State<App>, Path(token): Path<String>) -> Result<Response, AppError> {
    let pledge = actions::open(&app, &token).await?;
    private(&app, actions::withdraw(&app, pledge.id).await?).await
}

/// Hide what a supporter wrote; the money stays.
///
/// # Errors
/// 403 for those who don't host it, 404 for a pledge of another night.
#[utoipa::path(post, path = "/api/v1/events/{slug}/pledges/{id}/removal", tag = "pledges", security(("bearer" = [])),
    params(("slug" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = PledgeOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut)))]
pub async fn remove_words(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    path: Path<(String, Uuid)>,
) -> Result<Response, AppError> {
    let Path((_, id)) = path;
    let pledge = actions::remove_words(&app, &once, host.organiser.id.0, host.event.id, PledgeId(id)).await?;
    private(&app, pledge).await
}

/// The totals of a night.
///
/// # Errors
/// 404 for a draft that isn't yours.
#[utoipa::path(get, path = "/api/v1/events/{slug}/totals", tag = "totals", params(("slug" = String, Path)),
    responses((status = 200, body = TotalsOut), (status = 404, body = ProblemOut)))]
pub async fn totals(State(app): State<App>, desk: Desk) -> Result<Json<TotalsOut>, AppError> {
    Ok(Json(TotalsOut::read(&app, &desk.event).await?))
}

/// The totals of every night, under the charities' names of today.
///
/// # Errors
/// When the database fails.
#[utoipa::path(get, path = "/api/v1/totals", tag = "totals", responses((status = 200, body = TotalsOut)))]
pub async fn all_totals(State(app): State<App>) -> Result<Json<TotalsOut>, AppError> {
    let snapshot = app.db.snapshot().await?;
    let totals = store::totals_of_all(&snapshot).await?;
    Ok(Json(TotalsOut::of(&totals, None, &Book::read(&snapshot).await?)))
}
