//! Sharing a song, and what became of mine.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use entity::ids::ShareId;
use serde::Deserialize;
use uuid::Uuid;

use super::last_time::LastTime;
use super::similar;
use crate::accounts::{self, Name, Press, Viewer};
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::events::{Desk, Event};
use crate::limits::Deed;
use crate::night::actions::{self, Sharer};
use crate::night::waiting::Why;
use crate::once::Once;
use crate::tracks::{self, Link, Share, ShareIn, Song, recognise};
use crate::web::client::Client;
use crate::web::extract::{Path, Query};
use crate::web::form::{Form, Seal};
use crate::web::page::Private;

/// What the share form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShareForm {
    pub link: String,
    pub title: String,
    pub artist: String,
    pub dedication: String,
    pub nickname: String,
    /// Somebody was asked whether it is a song that is there, and says that it isn't.
    pub is_another: Option<String>,
}

impl ShareForm {
    fn input(&self) -> ShareIn {
        let field = |text: &String| Some(text.clone()).filter(|text| !text.trim().is_empty());
        ShareIn {
            link: field(&self.link),
            title: field(&self.title),
            artist: field(&self.artist),
            dedication: field(&self.dedication),
        }
    }
}

#[derive(Template)]
#[template(path = "night/share.html")]
struct SharePage {
    seal: Seal,
    event: Event,
    form: ShareForm,
    /// What the link was recognised as.
    link: Option<Link>,
    /// None for someone who has yet to choose one.
    nickname: Option<String>,
    /// Whether the link's service will be asked what it is called.
    asks: bool,
    /// On an empty form only.
    last: Option<LastTime>,
    problems: Problems,
}

async fn share_page(app: &App, desk: Desk, form: ShareForm, problems: Problems) -> Result<Response, AppError> {
    let is_empty = form.link.trim().is_empty() && form.title.trim().is_empty();
    let last = if is_empty { LastTime::read(app, &desk.event).await? } else { None };
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let seal = desk.viewer.seal(app);
    let nickname = desk.viewer.nickname().map(str::to_owned);
    let link = recognise(&form.link);
    let asks = link.as_ref().is_some_and(|link| actions::is_asked_about(app, link));
    let page = SharePage { seal, event: desk.event, form, link, nickname, asks, last, problems };
    Ok((status, Private(page)).into_response())
}

/// `GET /events/{slug}/share?link=…`: the event page's one field leads here, so that the page itself holds no token.
///
/// # Errors
/// 404 for a draft, 409 when the night takes no songs.
pub async fn form(State(app): State<App>, desk: Desk, Query(form): Query<ShareForm>) -> Result<Response, AppError> {
    desk.event.check_takes_part()?;
    share_page(&app, desk, form, Problems::default()).await
}

/// `POST /events/{slug}/share`
///
/// # Errors
/// 404 for a draft, 409 when the night takes no songs, 429 beyond 20 songs an hour.
pub async fn share(
    State(app): State<App>,
    desk: Desk,
    Client(address): Client,
    once: Once,
    jar: CookieJar,
    Form(form): Form<ShareForm>,
) -> Result<Response, AppError> {
    let is_retry = app.was_done(&once).await?;
    if !is_retry {
        desk.event.check_takes_part()?;
    }
    let mut problems = Problems::default();
    let song = match Song::from_field(&form.input()) {
        Ok(song) => Some(song),
        Err(AppError::Invalid(found)) => {
            problems = found;
            None
        }
        Err(error) => return Err(error),
    };
    let sharer = match &desk.viewer {
        viewer if viewer.nickname().is_some() => Some(Sharer::Viewer(viewer)),
        viewer => {
            let name = problems.take("nickname", Name::required(&form.nickname, "Enter a nickname"));
            name.map(|name| match viewer {
                Viewer::Guest(guest) => Sharer::Dancer(guest.id, name),
                _ => Sharer::Newcomer(name),
            })
        }
    };
    let (Some(song), Some(sharer), true) = (song, sharer, problems.list().is_empty()) else {
        return share_page(&app, desk, form, problems).await;
    };
    if !is_retry {
        if form.is_another.is_none()
            && let Some(like) = similar::find(&app, &desk.event, &song).await?
        {
            return similar::ask(&app, &desk.viewer, desk.event, like, form, song).await;
        }
        count(&app, &desk.viewer, address)?;
    }
    let shared = match actions::share(&app, &once, sharer, desk.is_host, desk.event.id, song).await {
        // Nothing that was typed is lost when the hosts pause songs, or somebody has had their share.
        Err(AppError::Conflict(why)) => {
            problems.add("link", why);
            return share_page(&app, desk, form, problems).await;
        }
        shared => shared?,
    };
    let jar = accounts::with_newcomer(&app, jar, shared.newcomer.as_ref());
    Ok((jar, Redirect::to(&format!("/events/{}/mine", desk.event.slug))).into_response())
}

fn count(app: &App, viewer: &Viewer, address: std::net::IpAddr) -> Result<(), AppError> {
    if matches!(viewer, Viewer::Anyone) {
        app.limits.count(Deed::BecomeGuest, None, address)?;
    }
    let actor = viewer.actor().map(|actor| actor.to_string());
    app.limits.count(Deed::Share, actor.as_deref(), address)
}

#[derive(Template)]
#[template(path = "night/mine.html")]
struct MinePage {
    seal: Seal,
    event: Event,
    nickname: Option<String>,
    songs: Vec<MySong>,
}

/// A song of mine, or one I dance to.
#[derive(Debug)]
pub struct MySong {
    pub share: Share,
    pub is_mine: bool,
    pub can_withdraw: bool,
    /// It became part of another, which everyone can see.
    pub dances_along: bool,
    /// Why it waits for a host, while it does.
    pub why: Option<Why>,
}

/// `GET /events/{slug}/mine`: what I shared, and what became of it.
///
/// # Errors
/// 404 for a draft.
pub async fn mine(State(app): State<App>, desk: Desk) -> Result<Response, AppError> {
    let guest = accounts::guest_of(&app, &desk.viewer).await?;
    let shares = match guest {
        Some(guest) => tracks::of_guest(app.db.read(), desk.event.id, guest).await?,
        None => Vec::new(),
    };
    let on_the_list: Vec<ShareId> = shares.iter().filter(|share| share.is_public()).map(|share| share.id).collect();
    let songs = shares.into_iter().map(|share| {
        let is_mine = Some(share.guest) == guest;
        let can_withdraw = is_mine && share.can_go();
        let dances_along = share.merged_into.is_some_and(|id| on_the_list.contains(&id));
        let why = Why::of(&share, &desk.event);
        MySong { share, is_mine, can_withdraw, dances_along, why }
    });
    let songs = songs.filter(|song| song.is_mine || song.share.is_public()).collect();
    let nickname = desk.viewer.nickname().map(str::to_owned);
    Ok(Private(MinePage { seal: desk.viewer.seal(&app), event: desk.event, nickname, songs }).into_response())
}

/// `POST /events/{slug}/shares/{id}/withdrawal`
///
/// # Errors
/// 404 for a song that isn't the viewer's, 409 when it is gone already.
pub async fn withdraw(
    State(app): State<App>,
    desk: Desk,
    Path((_, id)): Path<(String, Uuid)>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    let guest = accounts::guest_of(&app, &desk.viewer).await?.ok_or(AppError::NotFound)?;
    let share = tracks::find(app.db.read(), ShareId(id)).await?;
    let mine = share.filter(|share| share.guest == guest && share.event == desk.event.id);
    actions::withdraw(&app, guest, mine.ok_or(AppError::NotFound)?.id).await?;
    Ok(Redirect::to(&format!("/events/{}/mine", desk.event.slug)))
}
