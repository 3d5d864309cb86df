//! What the hosts of a night look after, over JSON: what waits, who sits out, and the audit trail.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use entity::ids::GuestId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::reports::MatterOut;
use crate::activity::{self, Logged};
use crate::app::App;
use crate::error::AppError;
use crate::events::{HostOf, Screening};
use crate::night::actions;
use crate::night::care::Care;
use crate::once::Once;
use crate::web::extract::{Json, OptionalJson, Path, Query};
use crate::web::faces::ProblemOut;
use crate::web::paging::{List, Paging};

/// What there is to look after on a night.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct KindnessOut {
    /// Reports that nobody has decided, the oldest first.
    reports: Vec<MatterOut>,
    /// What waits for a listed word in it.
    held: Vec<HeldOut>,
    blocked: Vec<BlockedOut>,
    /// Who shared or joined, whoever did last first.
    people: Vec<PersonOut>,
    songs_each: Option<i32>,
    #[schema(value_type = String)]
    screening: Screening,
}

/// Something that waits for a listed word in it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HeldOut {
    /// `share`, `pledge`, or `guest` for a name that waits where somebody joined.
    kind: &'static str,
    id: Uuid,
    /// The word of the list.
    word: String,
}

/// A guest who sits the night out.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BlockedOut {
    guest: Uuid,
    nickname: String,
    /// The host who asked them to.
    by: String,
    at: DateTime<Utc>,
}

/// Somebody who takes part.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PersonOut {
    guest: Uuid,
    nickname: String,
}

fn private(out: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(out)).into_response()
}

/// What there is to look after on a night.
///
/// # Errors
/// 403 for those who don't host it.
#[utoipa::path(get, path = "/api/v1/events/{slug}/kindness", tag = "kindness", security(("bearer" = [])),
    params(("slug" = String, Path)),
    responses((status = 200, body = KindnessOut), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut)))]
pub async fn show(State(app): State<App>, host: HostOf) -> Result<Response, AppError> {
    let Care { matters, songs, pledges, names, blocked, people } =
        Care::read(&app.db.snapshot().await?, &host.event).await?;
    let held = |kind, id, word: Option<String>| HeldOut { kind, id, word: word.unwrap_or_default() };
    let songs = songs.into_iter().map(|song| held("share", song.id.0, song.held_word));
    let pledges = pledges.into_iter().map(|pledge| held("pledge", pledge.id.0, pledge.held_word));
    let names = names.into_iter().map(|name| held("guest", name.guest.0, Some(name.word)));
    let blocked = blocked.into_iter().map(|one| {
        let (guest, nickname, by, at) = (one.guest.0, one.nickname, one.by, one.at);
        BlockedOut { guest, nickname, by, at }
    });
    let people = people.into_iter().map(|(guest, nickname)| PersonOut { guest: guest.0, nickname });
    Ok(private(KindnessOut {
        reports: matters.into_iter().map(MatterOut::of).collect(),
        held: songs.chain(pledges).chain(names).collect(),
        blocked: blocked.collect(),
        people: people.collect(),
        songs_each: host.event.songs_each,
        screening: host.event.screening,
    }))
}

/// How a guest is asked to sit a night out.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct BlockIn {
    /// Whether what they have standing on this night is taken down too; false unless said.
    take_down: bool,
}

/// What became of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BlockOut {
    guest: Uuid,
    /// Songs of theirs that were taken down with it.
    taken_down: usize,
}

/// Ask a guest to sit this night out: from now on they can't share or join. The body may be left out.
///
/// # Errors
/// 403 for those who don't host it, 404 for someone who took no part in it, 409 for hosts and owners.
#[utoipa::path(post, path = "/api/v1/events/{slug}/guests/{id}/block", tag = "kindness", security(("bearer" = [])),
    params(("slug" = String, Path), ("id" = Uuid, Path)), request_body = Option<BlockIn>,
    responses((status = 200, body = BlockOut), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 404, body = ProblemOut), (status = 409, body = ProblemOut)))]
pub async fn block(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    path: Path<(String, Uuid)>,
    OptionalJson(BlockIn { take_down }): OptionalJson<BlockIn>,
) -> Result<Response, AppError> {
    let Path((_, id)) = path;
    let whom = (host.event.id, GuestId(id));
    let blocked = actions::block(&app, &once, &host.organiser, whom, take_down).await?;
    Ok(private(BlockOut { guest: id, taken_down: blocked.taken_down }))
}

/// Let a guest back in. What was taken down stays down until a host shows it again.
///
/// # Errors
/// 403 for those who don't host it, 404 for someone who isn't blocked.
#[utoipa::path(delete, path = "/api/v1/events/{slug}/guests/{id}/block", tag = "kindness", security(("bearer" = [])),
    params(("slug" = String, Path), ("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 404, body = ProblemOut)))]
pub async fn unblock(State(app): State<App>, host: HostOf, path: Path<(String, Uuid)>) -> Result<StatusCode, AppError> {
    let Path((_, id)) = path;
    actions::unblock(&app, &host.organiser, host.event.id, GuestId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show a guest's name wherever they joined and it waits.
///
/// # Errors
/// 403 for those who don't host it, 404 for someone who took no part in it.
#[utoipa::path(post, path = "/api/v1/events/{slug}/guests/{id}/approval", tag = "kindness", security(("bearer" = [])),
    params(("slug" = String, Path), ("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 404, body = ProblemOut)))]
pub async fn show_guest(
    State(app): State<App>,
    host: HostOf,
    once: Once,
    path: Path<(String, Uuid)>,
) -> Result<StatusCode, AppError> {
    let Path((_, id)) = path;
    actions::show_guest(&app, &once, &host.organiser, host.event.id, GuestId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One thing that happened.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ActivityOut {
    /// Dense from 1, in the order things happened.
    seq: i64,
    /// A dotted verb such as `share.added`.
    kind: String,
    at: DateTime<Utc>,
    /// What it happened to, by the kind: a song, a pledge, a guest.
    subject: Option<Uuid>,
    /// The account or guest that did it; null for the clock, and for those whom nobody need know.
    actor: Option<Uuid>,
}

/// Everything that happened on a night, newest first: ids and no words.
///
/// # Errors
/// 403 for those who don't host it.
#[utoipa::path(get, path = "/api/v1/events/{slug}/activity", tag = "kindness", security(("bearer" = [])),
    params(("slug" = String, Path), Paging),
    responses((status = 200, body = List<ActivityOut>), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 422, body = ProblemOut)))]
pub async fn activity(
    State(app): State<App>,
    host: HostOf,
    Query(paging): Query<Paging>,
) -> Result<Response, AppError> {
    let (limit, before) = (paging.limit()?, paging.after::<i64>()?);
    let log = activity::before(app.db.read(), host.event.id.into(), before, limit + 1).await?;
    let show = |logged: Logged| {
        let Logged { seq, at, word, kind: _, subject, actor, amount_pence: _ } = logged;
        ActivityOut { seq, kind: word, at, subject, actor }
    };
    Ok(private(List::cut(log, limit, |logged| logged.seq.to_string(), show)))
}
