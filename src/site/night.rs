//! A night's page: before, live and after. The same bytes for every visitor; what is personal has its own routes.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use entity::ids::{PledgeId, ShareId, TrackId};
use entity::money::Pence;

use crate::accounts::Viewer;
use crate::app::App;
use crate::error::AppError;
use crate::events::{Desk, Event, State as NightState, clock_words};
use crate::night::{NightView, SlotView};
use crate::pledges;
use crate::site::calendars;
use crate::site::record::{MilestoneView, Record};
use crate::site::totals::CauseView;
use crate::tracks::{self, LinkKind, Order, Page, Service, Share, Sleeve, TrackLink};
use crate::web::extract::Path;
use crate::web::page::{Private, Public};

/// Songs on the page; the API has them all.
const SONGS_MAX: u64 = 300;
/// Newest pledges that have something to show.
const PLEDGES_MAX: u64 = 12;
/// Pledges looked through for those.
const PLEDGES_READ: u64 = 100;

/// A song as its card shows it.
#[derive(Clone, Debug)]
pub struct SongView {
    pub id: ShareId,
    pub track: TrackId,
    pub name: String,
    /// Whether somebody, or its service, named it; else the name only stands in for one.
    pub is_named: bool,
    pub artist: Option<String>,
    pub shared_by: String,
    pub joined_by: Vec<String>,
    pub dedication: Option<String>,
    /// `9:14pm`, on the wall of the night; `beforehand` for a song put by before it began.
    pub time: String,
    /// RFC 3339.
    pub at: String,
    /// The first link: what Play opens.
    pub play: Option<PlayView>,
    /// The other links.
    pub links: Vec<PlayView>,
    pub sleeve: Sleeve,
    pub was_played: bool,
    /// Taps of people who dance to it, and where one more is made while the night goes on.
    pub dances: i64,
    pub dance: Option<String>,
}

/// Where a song can be played.
#[derive(Clone, Debug)]
pub struct PlayView {
    /// `YouTube`; for a plain page, `the web`.
    pub label: &'static str,
    pub url: String,
    /// The player that a tap opens, where there is one, and what decides its shape.
    pub player: Option<String>,
    pub service: Service,
    pub kind: LinkKind,
    /// Whether it leads nowhere any more.
    pub is_gone: bool,
}

impl PlayView {
    /// Of a track's link.
    #[must_use]
    pub fn of(link: TrackLink) -> Self {
        let label = if link.service == Service::WEB { "the web" } else { link.service.label() };
        let player = link.player();
        let TrackLink { service, kind, url, is_gone, .. } = link;
        Self { label, url, player, service, kind, is_gone }
    }

    /// A search for a song on a service.
    #[must_use]
    pub fn search(service: Service, url: String) -> Self {
        Self { label: service.label(), url, player: None, service, kind: LinkKind::Page, is_gone: false }
    }
}

impl SongView {
    /// A share as its card shows it.
    #[must_use]
    pub fn of(share: Share, event: &Event) -> Self {
        let sleeve = Sleeve::of(&share.track);
        let name = share.track.name();
        let mut links: Vec<PlayView> = share.track.links.into_iter().map(PlayView::of).collect();
        let play = links.iter().position(|link| !link.is_gone).map(|first| links.remove(first));
        Self {
            id: share.id,
            track: share.track.id,
            name,
            is_named: share.track.title.is_some(),
            artist: share.track.artist,
            shared_by: share.shared_by,
            joined_by: share.joined_by,
            dedication: share.dedication,
            time: if share.shared_at < event.began_at() {
                "beforehand".to_owned()
            } else {
                clock_words(event.when.on_the_wall(share.shared_at).naive_local())
            },
            at: share.shared_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            play,
            links,
            sleeve,
            was_played: share.played_at.is_some(),
            dances: share.dances,
            dance: event.state.takes_part().then(|| format!("{}/shares/{}/dance", event.path(), share.id)),
        }
    }

    /// `Sam, and Priya and Jo dance too`; just the sharer where nobody joined.
    #[must_use]
    pub fn joiners(&self) -> Option<String> {
        crate::words::listed(&self.joined_by)
    }
}

/// A pledge as the page shows it: what its switches allow.
#[derive(Clone, Debug)]
pub struct PledgeView {
    pub id: PledgeId,
    pub name: Option<String>,
    pub amount: Option<Pence>,
    pub message: Option<String>,
}

/// Everything on a night's page.
pub struct Night {
    pub view: NightView,
    /// Newest first while it goes on, oldest first once it is over.
    pub songs: Vec<SongView>,
    pub now: Option<SongView>,
    pub causes: Vec<CauseView>,
    pub pledges: Vec<PledgeView>,
    pub lineup: Vec<SlotView>,
    /// `12 min behind`; none while nothing has begun, and once the night is over.
    pub drift: Option<String>,
    pub ring: pledges::Ring,
    pub milestones: Vec<MilestoneView>,
    pub record: Record,
    pub is_draft: bool,
}

#[derive(Template)]
#[template(path = "site/night_before.html")]
struct BeforePage {
    night: Night,
}

#[derive(Template)]
#[template(path = "site/night_live.html")]
struct LivePage {
    night: Night,
}

#[derive(Template)]
#[template(path = "site/night_after.html")]
struct AfterPage {
    night: Night,
}

/// `GET /events/{slug}`, and its calendar file, `/events/{slug}.ics`: a slug holds no dot. A draft is shown to its hosts, as
/// a preview that nobody keeps.
///
/// # Errors
/// 404 for a slug that isn't there, or a draft that isn't yours.
pub async fn show(State(app): State<App>, viewer: Viewer, Path(name): Path<String>) -> Result<Response, AppError> {
    if let Some(slug) = name.strip_suffix(".ics") {
        return calendars::one(&app, slug).await;
    }
    let desk = Desk::of(&app, viewer, &name).await?;
    let night = Night::read(&app, desk.event).await?;
    Ok(match night.view.event.state {
        NightState::Draft | NightState::Cancelled { was_published: false } => {
            Private(BeforePage { night }).into_response()
        }
        NightState::Scheduled => Public(BeforePage { night }).into_response(),
        NightState::Live { .. } => Public(LivePage { night }).into_response(),
        NightState::Ended { .. } | NightState::Cancelled { .. } => Public(AfterPage { night }).into_response(),
    })
}

impl Night {
    async fn read(app: &App, event: Event) -> Result<Self, AppError> {
        let is_over = matches!(event.state, NightState::Ended { .. } | NightState::Cancelled { .. });
        let order = if is_over { Order::OldestFirst } else { Order::NewestFirst };
        let db = app.db.snapshot().await?;
        let shares = tracks::of_event(&db, event.id, Page { order, count: SONGS_MAX, after: None }).await?;
        let newest = pledges::newest(&db, event.id, PLEDGES_READ, true).await?;
        let playing = tracks::playing(&db, &event).await?;
        let view = NightView::read_in(&db, event, app.now()).await?;
        let songs: Vec<SongView> = shares.into_iter().map(|share| SongView::of(share, &view.event)).collect();
        let pledges = newest.iter().map(|pledge| PledgeView {
            id: pledge.id,
            name: pledge.public_name().map(str::to_owned),
            amount: pledge.public_amount(),
            message: pledge.public_message().map(str::to_owned),
        });
        let says_something = |pledge: &PledgeView| pledge.name.is_some() || pledge.message.is_some();
        let drift = view.drift(app.now());
        let shown = usize::try_from(PLEDGES_MAX).unwrap_or_default();
        Ok(Self {
            now: playing.map(|share| SongView::of(share, &view.event)),
            causes: CauseView::list(&view.totals.by_charity, &view.book, Some(&view.event)),
            pledges: pledges.filter(says_something).take(shown).collect(),
            lineup: SlotView::list(&view.event, &view.lineup, &drift),
            drift: drift.in_words().filter(|_| matches!(view.event.state, NightState::Live { .. })),
            ring: pledges::Ring::of(&view.totals),
            is_draft: view.event.state.is_hidden(),
            milestones: view.milestones.iter().map(MilestoneView::of).collect(),
            record: Record::read(&db, &view.event).await?,
            songs,
            view,
        })
    }
}

impl Night {
    /// Songs shown: so many windows of the street are lit.
    #[must_use]
    pub fn count_songs(&self) -> i64 {
        self.view.totals.shares
    }

    /// Whether its opening and its end are known, so that it can be played again.
    #[must_use]
    pub fn can_be_replayed(&self) -> bool {
        matches!(self.view.event.state, NightState::Ended { opened_at: Some(_), closed_at: Some(_) })
    }

    /// Songs that aren't on the page; none when all are.
    #[must_use]
    pub fn more_songs(&self) -> Option<i64> {
        self.view.songs_beyond(self.songs.len())
    }

    /// When it began or is meant to, RFC 3339; what was shared before that was shared beforehand.
    #[must_use]
    pub fn began(&self) -> String {
        self.view.event.began_at().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    /// `9:02pm`: when it opened, on the wall of the night.
    #[must_use]
    pub fn opened(&self) -> Option<String> {
        match self.view.event.state {
            NightState::Live { opened_at, .. } => {
                Some(clock_words(self.view.event.when.on_the_wall(opened_at).naive_local()))
            }
            _ => None,
        }
    }
}
