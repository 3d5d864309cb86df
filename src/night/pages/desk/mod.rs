//! The host's desk: one page to run a night with one thumb.

mod presses;

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use entity::ids::{ShareId, TrackId};
use serde::Deserialize;

pub use presses::{approve, change, move_slot, remove, remove_words, renew_link, set_decks, set_now_playing, turn};

use super::turns::Turns;
use crate::accounts::Viewer;
use crate::activity;
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::events::{Event, HostOf, State as NightState, clock_words, decks};
use crate::night::pages::elsewhere::Elsewhere;
use crate::night::view::{NightView, SlotView};
use crate::pledges::{self, Pledge};
use crate::tracks::{self, Share, ShareState};
use crate::web::extract::Query;
use crate::web::form::Seal;
use crate::web::page::Private;

/// What fits on the desk.
const PLEDGES_MAX: u64 = 300;

#[derive(Template)]
#[template(path = "night/desk.html")]
struct DeskPage {
    seal: Seal,
    /// The activity number that the page stands at.
    revision: i64,
    view: NightView,
    songs: Turns,
    /// Songs that are very likely the same as another: what that one is called.
    doubles: HashMap<TrackId, String>,
    held: Vec<Share>,
    removed: Vec<Share>,
    /// What was removed a moment ago, while it can be shown again.
    undo: Option<Share>,
    lineup: Vec<DeskSlot>,
    /// `12 min behind`
    drift: Option<String>,
    /// Newest first.
    pledges: Vec<Pledge>,
    can_reopen: bool,
    /// A week after this night, or the first such day to come, for "same again".
    next_week: String,
    /// `Friday 2 April, 9pm`
    next_week_said: String,
    /// The word of welcome, as it stands or as it was typed.
    welcome: String,
    elsewhere: Elsewhere,
    problems: Problems,
}

/// A slot as hosts see it.
#[derive(Debug)]
struct DeskSlot {
    view: SlotView,
    /// The secret link that runs it.
    link: String,
    /// The slots that it would stand before, one place up and one down; empty is the end. None where it can't go.
    up: Option<String>,
    down: Option<String>,
    /// It was on last, and can take the decks back.
    can_take_back: bool,
}

/// What was done a moment ago.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Done {
    /// A song that was removed.
    removed: String,
}

/// `GET /host/events/{slug}`
///
/// # Errors
/// 403 for those who don't host it.
pub async fn show(
    State(app): State<App>,
    host: HostOf,
    viewer: Viewer,
    Query(done): Query<Done>,
) -> Result<Response, AppError> {
    let page = page(&app, host.event, &viewer, &done).await?;
    Ok(Private(page).into_response())
}

async fn page(app: &App, event: Event, viewer: &Viewer, done: &Done) -> Result<DeskPage, AppError> {
    let db = app.db.read();
    // First, so that what happens meanwhile is told afterwards.
    let revision = activity::head(db, event.id.into()).await?;
    let can_reopen = matches!(event.state, NightState::Ended { .. }) && event.open(app.now()).is_ok();
    let week_on = event.when.a_week_on(app.now());
    let next_week = week_on.format("%Y-%m-%dT%H:%M").to_string();
    let next_week_said = format!("{}, {}", week_on.format("%A %-d %B"), clock_words(week_on));
    let removed = tracks::held(db, event.id, ShareState::Removed).await?;
    let undone = done.removed.parse().ok().map(ShareId);
    let songs = Turns::read(app, &event).await?;
    let doubles = tracks::doubles(songs.all().map(|share| &share.track));
    let doubles = doubles.into_iter().map(|(id, other)| (id, other.in_words())).collect();
    let held = tracks::held(db, event.id, ShareState::Held).await?;
    let pledges = pledges::newest(db, event.id, PLEDGES_MAX, false).await?;
    let view = NightView::read(app, event).await?;
    let drift = view.drift(app.now());
    Ok(DeskPage {
        seal: viewer.seal(app),
        revision,
        songs,
        doubles,
        held,
        undo: removed.iter().find(|share| Some(share.id) == undone).cloned(),
        removed,
        lineup: DeskSlot::list(&view, app),
        drift: drift.in_words().filter(|_| matches!(view.event.state, NightState::Live { .. })),
        pledges,
        can_reopen,
        next_week,
        next_week_said,
        welcome: view.event.tonight.welcome.clone().unwrap_or_default(),
        elsewhere: Elsewhere::of(app, &view.event),
        problems: Problems::default(),
        view,
    })
}

impl DeskPage {
    /// The slot that is on.
    fn on(&self) -> Option<&SlotView> {
        self.lineup.iter().map(|slot| &slot.view).find(|slot| slot.is_on)
    }

    /// The slot that comes next.
    fn next(&self) -> Option<&SlotView> {
        self.lineup.iter().map(|slot| &slot.view).find(|slot| slot.is_next)
    }

    /// Whether a host or a DJ has put anybody on.
    fn is_handed_over(&self) -> bool {
        self.view.lineup.iter().any(|slot| slot.kept.is_on())
    }
}

impl DeskSlot {
    fn list(view: &NightView, app: &App) -> Vec<Self> {
        let lineup = &view.lineup;
        let first = decks::next(lineup).unwrap_or(lineup.len());
        let id = |at: usize| lineup.get(at).map(|slot| slot.kept.id.to_string()).unwrap_or_default();
        let is_live = matches!(view.event.state, NightState::Live { .. });
        let slots = SlotView::list(&view.event, lineup, &view.drift(app.now()));
        let slot = |(at, view): (usize, SlotView)| Self {
            link: app.config.link(&lineup[at].kept.path(&app.keys)),
            up: (at > first).then(|| id(at - 1)),
            down: (at >= first && at + 1 < lineup.len()).then(|| id(at + 2)),
            can_take_back: is_live && lineup[at].kept.ended_at.is_some() && at + 2 >= first,
            view,
        };
        slots.into_iter().enumerate().map(slot).collect()
    }
}
