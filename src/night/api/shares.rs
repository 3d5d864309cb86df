//! Songs of a night over JSON.

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use entity::ids::{GuestId, ShareId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::accounts::{self, Organiser, Viewer};
use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Desk, Event, may_host};
use crate::limits::Deed;
use crate::night::actions::{self, Renaming, Shared, Sharer, removal_reason};
use crate::once::Once;
use crate::sent::Sent;
use crate::tracks::api::ShareOut;
use crate::tracks::{self, Order, Page, Share, ShareIn, Song};
use crate::web::client::Client;
use crate::web::extract::{Json, OptionalJson, Path, Query};
use crate::web::faces::ProblemOut;
use crate::web::paging::{List, Paging};

/// The songs of a night, oldest first.
///
/// # Errors
/// 404 for a draft that isn't yours.
#[utoipa::path(get, path = "/api/v1/events/{slug}/shares", tag = "songs", params(("slug" = String, Path), Paging),
    responses((status = 200, body = List<ShareOut>), (status = 404, body = ProblemOut)))]
pub async fn list(State(app): State<App>, desk: Desk, Query(paging): Query<Paging>) -> Result<Response, AppError> {
    let (limit, after) = (paging.limit()?, paging.after::<Uuid>()?.map(ShareId));
    let page = Page { order: Order::OldestFirst, count: limit + 1, after };
    let shares = tracks::of_event(app.db.read(), desk.event.id, page).await?;
    let show = |share| ShareOut::of(share, &desk.event.slug);
    Ok(desk.answer(Json(List::cut(shares, limit, |share| share.id.to_string(), show))))
}

/// A song that was shared, and whether the caller joined someone else's.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SharedOut {
    #[serde(flatten)]
    share: ShareOut,
    joined: bool,
}

impl SharedOut {
    /// A song that was shared to the night of this slug.
    #[must_use]
    pub fn of(share: Share, slug: &str, joined: bool) -> Self {
        Self { share: ShareOut::of(share, slug), joined }
    }
}

/// Share a song. One that is there already is joined.
///
/// # Errors
/// 401 without a nickname, 404 for a draft, 409 when the night takes no songs, 422 for wrong fields.
#[utoipa::path(post, path = "/api/v1/events/{slug}/shares", tag = "songs", security(("bearer" = [])),
    request_body = ShareIn, params(("slug" = String, Path)),
    responses((status = 200, body = SharedOut), (status = 201, body = SharedOut), (status = 401, body = ProblemOut),
        (status = 403, body = ProblemOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 422, body = ProblemOut), (status = 429, body = ProblemOut)))]
pub async fn share(
    State(app): State<App>,
    desk: Desk,
    Client(address): Client,
    once: Once,
    Json(input): Json<ShareIn>,
) -> Result<Response, AppError> {
    let actor = desk.viewer.actor().ok_or(AppError::Unauthorised("Choose a nickname first."))?;
    let song = Song::new(&input)?;
    if !app.was_done(&once).await? {
        desk.event.check_takes_part()?;
        app.limits.count(Deed::Share, Some(&actor.to_string()), address)?;
    }
    let Shared { share, is_new, joined, newcomer: _ } =
        actions::share(&app, &once, Sharer::Viewer(&desk.viewer), desk.is_host, desk.event.id, song).await?;
    let location = format!("/api/v1/shares/{}", share.id);
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let out = SharedOut::of(share, &desk.event.slug, joined);
    Ok((status, [(header::LOCATION, location)], Json(out)).into_response())
}

/// A share that the viewer may see, with what they may do to it.
#[derive(Debug)]
pub struct ShareDesk {
    pub(super) viewer: Viewer,
    event: Event,
    pub(super) share: Share,
    is_host: bool,
    is_mine: bool,
}

impl FromRequestParts<App> for ShareDesk {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let Path(id) = Path::<Uuid>::from_request_parts(parts, app).await?;
        let viewer = Viewer::from_request_parts(parts, app).await?;
        let share = tracks::find(app.db.read(), ShareId(id)).await?.ok_or(AppError::NotFound)?;
        let event = events::find(app.db.read(), share.event).await?.ok_or(AppError::NotFound)?;
        let is_host = may_host(app, &viewer, &event).await?;
        let is_mine = accounts::guest_of(app, &viewer).await? == Some(share.guest);
        let is_public = share.is_public() && !event.state.is_hidden();
        if !(is_public || is_host || is_mine) {
            return Err(AppError::NotFound);
        }
        Ok(Self { viewer, event, share, is_host, is_mine })
    }
}

impl ShareDesk {
    /// The one who shared it.
    fn mine(&self) -> Result<GuestId, AppError> {
        match (self.is_mine, &self.viewer) {
            (true, _) => Ok(self.share.guest),
            (false, Viewer::Anyone) => Err(AppError::Unauthorised("Send the token of the guest who shared it.")),
            _ => Err(AppError::Forbidden("Only the one who shared this song can do this.")),
        }
    }

    /// A host of its night.
    fn host(&self) -> Result<Uuid, AppError> {
        match (self.is_host, self.viewer.actor()) {
            (true, Some(actor)) => Ok(actor),
            (_, None) => Err(AppError::Unauthorised("Sign in as a host first.")),
            _ => Err(AppError::Forbidden("Only the hosts of this night can do this.")),
        }
    }

    /// A host of its night, with their account.
    pub(super) fn organiser(&self) -> Result<&Organiser, AppError> {
        self.host()?;
        match &self.viewer {
            Viewer::Organiser(organiser) => Ok(organiser),
            _ => Err(AppError::Unauthorised("Sign in as a host first.")),
        }
    }

    pub(super) fn show(&self, share: Share) -> Response {
        let out = Json(ShareOut::of(share, &self.event.slug));
        ([(header::CACHE_CONTROL, "no-store")], out).into_response()
    }
}

/// One song.
///
/// # Errors
/// 404 for one that isn't shown, unless it is yours or you host the night.
#[utoipa::path(get, path = "/api/v1/shares/{id}", tag = "songs", params(("id" = Uuid, Path)),
    responses((status = 200, body = ShareOut), (status = 404, body = ProblemOut)))]
pub async fn show(desk: ShareDesk) -> Response {
    let public = desk.share.is_public();
    let share = desk.share.clone();
    if public { Json(ShareOut::of(share, &desk.event.slug)).into_response() } else { desk.show(share) }
}

/// What of a song to change.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ShareChangeIn {
    /// A name, for a song that has none.
    title: Option<String>,
    artist: Option<String>,
    /// Null takes it away.
    #[schema(value_type = Option<String>)]
    dedication: Sent<String>,
}

/// Name a nameless song, change the dedication.
///
/// # Errors
/// 403 for others than its guest and the hosts, 409 when it has a name, 422 for wrong fields.
#[utoipa::path(patch, path = "/api/v1/shares/{id}", tag = "songs", security(("bearer" = [])),
    request_body = ShareChangeIn, params(("id" = Uuid, Path)),
    responses((status = 200, body = ShareOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn change(
    State(app): State<App>,
    desk: ShareDesk,
    Json(input): Json<ShareChangeIn>,
) -> Result<Response, AppError> {
    let actor = if desk.is_host { desk.host()? } else { desk.mine()?.0 };
    let renames = input.title.is_some() || input.artist.is_some();
    // A dedication alone is checked as part of a song that has a name.
    let title = if renames { input.title } else { Some("-".to_owned()) };
    let dedication = match &input.dedication {
        Sent::Value(words) => Some(words.clone()),
        Sent::Not | Sent::Null => None,
    };
    let song = Song::new(&ShareIn { link: None, title, artist: input.artist, dedication })?;
    let dedication = if input.dedication == Sent::Not { Sent::Not } else { Sent::from(song.dedication.clone()) };
    let renaming = Renaming { dedication, song: renames.then_some(song) };
    let share = actions::change_share(&app, Some(actor), desk.is_host, desk.share.id, renaming).await?;
    Ok(desk.show(share))
}

/// Take a song back.
///
/// # Errors
/// 403 for others than its guest, 409 when it is gone already.
#[utoipa::path(delete, path = "/api/v1/shares/{id}", tag = "songs", security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn withdraw(State(app): State<App>, desk: ShareDesk) -> Result<StatusCode, AppError> {
    actions::withdraw(&app, desk.mine()?, desk.share.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a song is taken down.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct RemovalIn {
    /// Up to 200 characters, for whoever shared it and nobody else.
    pub(super) reason: Option<String>,
}

/// Take a song down. The body may be left out.
///
/// # Errors
/// 403 for those who don't host the night, 409 when it is gone already, 422 for a reason that is too long.
#[utoipa::path(post, path = "/api/v1/shares/{id}/removal", tag = "songs", security(("bearer" = [])), params(("id" = Uuid, Path)),
    request_body = Option<RemovalIn>,
    responses((status = 200, body = ShareOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn remove(
    State(app): State<App>,
    desk: ShareDesk,
    once: Once,
    OptionalJson(RemovalIn { reason }): OptionalJson<RemovalIn>,
) -> Result<Response, AppError> {
    let actor = desk.host()?;
    let reason = removal_reason(reason.as_deref())?;
    let share = actions::remove(&app, &once, actor, desk.share.id, reason).await?;
    Ok(desk.show(share))
}

/// Show a song that was held or removed.
///
/// # Errors
/// 403 for those who don't host the night, 409 when it is shown already.
#[utoipa::path(post, path = "/api/v1/shares/{id}/approval", tag = "songs", security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = 200, body = ShareOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn approve(State(app): State<App>, desk: ShareDesk, once: Once) -> Result<Response, AppError> {
    let share = actions::approve(&app, &once, desk.host()?, desk.share.id).await?;
    Ok(desk.show(share))
}
