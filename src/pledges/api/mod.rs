//! Pledges and totals over JSON.

pub mod exports;
pub mod imports;
mod out;
pub mod payments;
pub mod reminders;
pub mod sums;

use out::{MadePledgeOut, PledgeLinkOut, PledgeOut};
pub use out::{PublicPledgeOut, TotalsOut};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use entity::ids::PledgeId;
use serde::Deserialize;
use uuid::Uuid;

use crate::accounts::Viewer;
use crate::app::App;
use crate::charities::Book;
use crate::error::AppError;
use crate::events::{self, Desk, HostOf};
use crate::limits::Deed;
use crate::once::Once;
use crate::pledges::actions::{self, Told};
use crate::pledges::new_pledge::{NewPledge, PledgeIn};
use crate::pledges::pledge::Pledge;
use crate::pledges::store;
use crate::web::client::Client;
use crate::web::extract::{Json, Path, Query};
use crate::web::faces::ProblemOut;
use crate::web::once::OnceRequired;
use crate::web::paging::{List, Paging};

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
    let event = &desk.event;
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
        return Ok(desk.answer(Json(list)));
    }
    let book = Book::read(app.db.read()).await?;
    let counts = store::open_of_event(app.db.read(), event.id).await?.counts();
    let list = List::cut(pledges, limit, cursor, |pledge| PledgeOut::of(Told { pledge, counts }, event, &book));
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
    let book = Book::read(app.db.read()).await?;
    if !app.was_done(&once).await? {
        event.check_takes_part()?;
        // What is wrong anyway doesn't count against the limits.
        NewPledge::new(&input, &event, &book)?;
        app.limits.count(Deed::Pledge, desk.viewer.actor().map(|actor| actor.to_string()).as_deref(), address)?;
    }
    let told = actions::make(&app, &once, event.id, &input).await?;
    let manage_token = actions::manage_token(&app.keys, &told.pledge);
    let manage_url = app.config.link(&format!("/pledges/{manage_token}"));
    let location = format!("/api/v1/pledges/{manage_token}");
    let out = MadePledgeOut { pledge: PledgeOut::of(told, &event, &book), manage_token, manage_url };
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((StatusCode::CREATED, headers, Json(out)).into_response())
}

async fn private(app: &App, pledge: Pledge) -> Result<Response, AppError> {
    let counts = store::open_of_event(app.db.read(), pledge.event).await?.counts();
    told(app, Told { pledge, counts }).await
}

async fn told(app: &App, told: Told) -> Result<Response, AppError> {
    let event = events::find(app.db.read(), told.pledge.event).await?.ok_or(AppError::NotFound)?;
    let book = Book::read(app.db.read()).await?;
    let out = PledgeOut::of(told, &event, &book);
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
/// 404 for a secret that opens nothing, 409 once it can't be changed, 422 for wrong fields, 429 beyond 60 an hour.
#[utoipa::path(patch, path = "/api/v1/pledges/{manage_token}", tag = "pledges", request_body = PledgeIn,
    params(("manage_token" = String, Path)),
    responses((status = 200, body = PledgeOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn change(
    State(app): State<App>,
    Client(address): Client,
    Path(token): Path<String>,
    Json(input): Json<PledgeIn>,
) -> Result<Response, AppError> {
    let pledge = actions::open(&app, &token).await?;
    app.limits.count(Deed::ChangePledge, Some(&pledge.id.to_string()), address)?;
    private(&app, actions::change(&app, pledge.id, &input).await?).await
}

/// Make a new secret for my pledge: the old one opens nothing any more.
///
/// # Errors
/// 404 for a secret that opens nothing, 409 once that was done too often, 429 beyond 60 an hour.
#[utoipa::path(post, path = "/api/v1/pledges/{manage_token}/link", tag = "pledges",
    params(("manage_token" = String, Path)),
    responses((status = 200, body = PledgeLinkOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 429, body = ProblemOut)))]
pub async fn renew_link(
    State(app): State<App>,
    Client(address): Client,
    Path(token): Path<String>,
) -> Result<Response, AppError> {
    let pledge = actions::open(&app, &token).await?;
    app.limits.count(Deed::ChangePledge, Some(&pledge.id.to_string()), address)?;
    let pledge = actions::renew_link(&app, pledge.id).await?;
    let manage_token = actions::manage_token(&app.keys, &pledge);
    let manage_url = app.config.link(&format!("/pledges/{manage_token}"));
    let out = Json(PledgeLinkOut { manage_token, manage_url });
    Ok(([(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")], out).into_response())
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
    told(&app, actions::remove_words(&app, &once, host.organiser.id.0, host.event.id, PledgeId(id)).await?).await
}

/// Show what a supporter wrote, as far as their switches do, whoever or whatever hid it.
///
/// # Errors
/// 403 for those who don't host it, 404 for a pledge of another night.
#[utoipa::path(post, path = "/api/v1/events/{slug}/pledges/{id}/approval", tag = "pledges", security(("bearer" = [])),
    params(("slug" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = PledgeOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut)))]
pub async fn show_words(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    path: Path<(String, Uuid)>,
) -> Result<Response, AppError> {
    let Path((_, id)) = path;
    told(&app, actions::show_words(&app, &once, host.organiser.id.0, host.event.id, PledgeId(id)).await?).await
}

/// The totals of a night.
///
/// # Errors
/// 404 for a draft that isn't yours.
#[utoipa::path(get, path = "/api/v1/events/{slug}/totals", tag = "totals", params(("slug" = String, Path)),
    responses((status = 200, body = TotalsOut), (status = 404, body = ProblemOut)))]
pub async fn totals(State(app): State<App>, desk: Desk) -> Result<Response, AppError> {
    let out = Json(TotalsOut::read(&app, &desk.event).await?);
    Ok(desk.answer(out))
}

/// The totals of every night, under the charities' names of today.
///
/// # Errors
/// When the database fails.
#[utoipa::path(get, path = "/api/v1/totals", tag = "totals", responses((status = 200, body = TotalsOut)))]
pub async fn all_totals(State(app): State<App>) -> Result<Json<TotalsOut>, AppError> {
    let snapshot = app.db.snapshot().await?;
    let totals = store::totals_of_all(&snapshot).await?;
    let dancing = events::count_dancing(&snapshot, None, app.now()).await?;
    Ok(Json(TotalsOut::of(&totals, None, &Book::read(&snapshot).await?, dancing)))
}
