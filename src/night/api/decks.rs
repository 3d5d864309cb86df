//! The decks over JSON: handed over by hosts, and run by whoever holds the link of a slot.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use entity::ids::{ShareId, SlotId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::events::NowPlayingOut;
use super::shares::SharedOut;
use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Dj, Event, Here, HostOf, KeptSlot, TimedSlot, decks};
use crate::limits::Deed;
use crate::night::actions::{self, Shared, Sharer};
use crate::night::view::{LineupOut, SlotOut};
use crate::once::Once;
use crate::tracks::api::ShareOut;
use crate::tracks::{self, Share, ShareIn, Song};
use crate::web::client::Client;
use crate::web::extract::Json;
use crate::web::faces::ProblemOut;

/// Who is on the decks.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct DecksIn {
    /// A slot of this night, or null for nobody. It must be sent.
    #[serde(deserialize_with = "must_be_sent")]
    slot_id: Option<Uuid>,
}

fn must_be_sent<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Uuid>, D::Error> {
    Option::deserialize(from)
}

/// Say who is on the decks. Whoever was on is over; one that was over takes them back.
///
/// # Errors
/// 403 for those who don't host it, 409 unless the night is live, 422 for a slot of another night.
#[utoipa::path(put, path = "/api/v1/events/{slug}/decks", tag = "decks", security(("bearer" = [])),
    request_body = DecksIn, params(("slug" = String, Path)),
    responses((status = 200, body = LineupOut), (status = 403, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn set(
    State(app): State<App>,
    host: HostOf,
    Json(DecksIn { slot_id }): Json<DecksIn>,
) -> Result<Json<LineupOut>, AppError> {
    actions::set_decks(&app, host.organiser.id.0, host.event.id, slot_id.map(SlotId)).await?;
    LineupOut::read(&app, &host.event).await.map(Json)
}

/// The secret links of a night's slots.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SlotLinksOut {
    links: Vec<SlotLinkOut>,
}

/// The secret link of a slot: whoever has it runs the slot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SlotLinkOut {
    slot_id: Uuid,
    decks_token: String,
    decks_url: String,
}

impl SlotLinkOut {
    fn of(app: &App, slot: &KeptSlot) -> Self {
        let decks_url = app.config.link(&slot.path(&app.keys));
        Self { slot_id: slot.id.0, decks_token: slot.token(&app.keys), decks_url }
    }
}

/// The links that let DJs without an account run their slots.
///
/// # Errors
/// 403 for those who don't host it.
#[utoipa::path(get, path = "/api/v1/events/{slug}/decks", tag = "decks", security(("bearer" = [])),
    params(("slug" = String, Path)),
    responses((status = 200, body = SlotLinksOut), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut)))]
pub async fn links(State(app): State<App>, host: HostOf) -> Result<Response, AppError> {
    let lineup = events::lineup_of(app.db.read(), &host.event).await?;
    let links = lineup.iter().map(|slot| SlotLinkOut::of(&app, &slot.kept)).collect();
    Ok(private(Json(SlotLinksOut { links })))
}

/// Make a new link for a slot: the old one opens nothing any more.
///
/// # Errors
/// 403 for those who don't host the night, 404 for a slot of another, 409 once that was done too often.
#[utoipa::path(post, path = "/api/v1/events/{slug}/slots/{id}/link", tag = "decks", security(("bearer" = [])),
    params(("slug" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = SlotLinkOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut)))]
pub async fn renew_link(
    State(app): State<App>,
    Here { host, thing: slot }: Here<KeptSlot>,
) -> Result<Response, AppError> {
    let slot = actions::renew_link(&app, host.organiser.id.0, host.event.id, slot.id).await?;
    Ok(private(Json(SlotLinkOut::of(&app, &slot))))
}

/// The decks as whoever runs a slot sees them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeckOut {
    /// The night's slug.
    event: String,
    title: String,
    status: String,
    /// The slot that this link runs.
    slot: SlotOut,
    /// Who is on, and who comes next.
    on: Option<SlotOut>,
    next: Option<SlotOut>,
    /// How many minutes the night is behind its line-up; negative when ahead, null while nothing has begun.
    behind_minutes: Option<i64>,
    now_playing: Option<ShareOut>,
    /// Whether it is this slot's turn, and whether what plays is for it to say.
    may_begin: bool,
    may_play: bool,
}

impl DeckOut {
    async fn read(app: &App, dj: &Dj) -> Result<Self, AppError> {
        let db = app.db.snapshot().await?;
        let event = events::find(&db, dj.event.id).await?.ok_or(AppError::NotFound)?;
        let lineup = events::lineup_of(&db, &event).await?;
        let at = decks::place(&lineup, dj.slot.id).ok_or(AppError::NotFound)?;
        let playing = tracks::playing(&db, &event).await?;
        Ok(Self::of(&event, lineup, at, playing, app))
    }

    fn of(event: &Event, lineup: Vec<TimedSlot>, at: usize, playing: Option<Share>, app: &App) -> Self {
        let is_live = matches!(event.state, events::State::Live { .. });
        let (on, next) = (decks::on(&lineup), decks::next(&lineup));
        let may_begin = is_live && on != Some(at) && decks::check_turn(&lineup, at).is_ok();
        let may_play = is_live && decks::check_plays(&lineup, at).is_ok();
        let out = LineupOut::of(event, lineup, app.now());
        let slot = |at: Option<usize>| at.and_then(|at| out.slots.get(at).cloned());
        Self {
            event: event.slug.clone(),
            title: event.title.clone(),
            status: event.status().to_string(),
            slot: out.slots[at].clone(),
            on: slot(on),
            next: slot(next),
            behind_minutes: out.behind_minutes,
            now_playing: playing.map(|share| ShareOut::of(share, &event.slug)),
            may_begin,
            may_play,
        }
    }
}

/// Nobody keeps what stands at an address with a secret, or holds one.
fn private(out: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")], out).into_response()
}

/// The decks, for whoever holds the link of a slot.
///
/// # Errors
/// 404 for a link that opens nothing.
#[utoipa::path(get, path = "/api/v1/decks/{token}", tag = "decks", params(("token" = String, Path)),
    responses((status = 200, body = DeckOut), (status = 404, body = ProblemOut)))]
pub async fn show(State(app): State<App>, dj: Dj) -> Result<Response, AppError> {
    Ok(private(Json(DeckOut::read(&app, &dj).await?)))
}

/// Begin my slot. Whoever was on is over.
///
/// # Errors
/// 404 for a link that opens nothing, 409 unless the night is live and it is my turn.
#[utoipa::path(post, path = "/api/v1/decks/{token}/beginning", tag = "decks", params(("token" = String, Path)),
    responses((status = 200, body = DeckOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn begin(State(app): State<App>, dj: Dj, once: Once) -> Result<Response, AppError> {
    actions::begin_own(&app, &once, &dj).await?;
    show(State(app), dj).await
}

/// Hand the decks over to whoever comes next, or leave them free.
///
/// # Errors
/// 404 for a link that opens nothing, 409 unless I am on.
#[utoipa::path(post, path = "/api/v1/decks/{token}/handover", tag = "decks", params(("token" = String, Path)),
    responses((status = 200, body = DeckOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn hand_over(State(app): State<App>, dj: Dj, once: Once) -> Result<Response, AppError> {
    actions::hand_over(&app, &once, &dj).await?;
    show(State(app), dj).await
}

/// Say what plays now, while I am on or nobody is.
///
/// # Errors
/// 404 for a link that opens nothing, 409 while somebody else is on, 422 for a song that isn't one of the shown ones.
#[utoipa::path(put, path = "/api/v1/decks/{token}/now-playing", tag = "decks",
    request_body = super::events::NowPlayingIn, params(("token" = String, Path)),
    responses((status = 200, body = NowPlayingOut), (status = 404, body = ProblemOut), (status = 409, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn play(
    State(app): State<App>,
    dj: Dj,
    Json(input): Json<super::events::NowPlayingIn>,
) -> Result<Response, AppError> {
    let share = actions::play_own(&app, &dj, input.share_id.map(ShareId)).await?;
    Ok(private(Json(NowPlayingOut { share: share.map(|share| ShareOut::of(share, &dj.event.slug)) })))
}

/// Share a song under the name that my slot has.
///
/// # Errors
/// 404 for a link that opens nothing, 409 when the night takes no songs, 422 for wrong fields, 429 beyond 20 an hour.
#[utoipa::path(post, path = "/api/v1/decks/{token}/shares", tag = "decks", request_body = ShareIn,
    params(("token" = String, Path)),
    responses((status = 200, body = SharedOut), (status = 201, body = SharedOut), (status = 404, body = ProblemOut),
        (status = 409, body = ProblemOut), (status = 422, body = ProblemOut), (status = 429, body = ProblemOut)))]
pub async fn share(
    State(app): State<App>,
    dj: Dj,
    Client(address): Client,
    once: Once,
    Json(input): Json<ShareIn>,
) -> Result<Response, AppError> {
    let song = Song::new(&input)?;
    if !app.was_done(&once).await? {
        dj.event.check_takes_part()?;
        app.limits.count(Deed::Share, Some(&dj.slot.id.to_string()), address)?;
    }
    let Shared { share, is_new, joined, newcomer: _ } =
        actions::share(&app, &once, Sharer::Dj(&dj), false, dj.event.id, song).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(private((status, Json(SharedOut::of(share, &dj.event.slug, joined)))))
}
