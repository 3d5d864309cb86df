//! Songs: shared, joined, taken back, taken down, shown again.

use entity::ids::{EventId, GuestId, ShareId};
use serde::{Deserialize, Serialize};

use super::decks::guest_of;
use super::linking::ask_about;
use super::manners::Words;
use super::merging::leave;
use super::{about, manners};
use crate::accounts::{self, Guest, Name, Viewer};
use crate::activity::{Audience, Kind};
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Dj, Event, Screening};
use crate::once::Once;
use crate::pledges;
use crate::tracks::{self, NewShare, Share, ShareState, Song};

/// What became of a song that was shared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shared {
    pub share: Share,
    /// False when the song was there already.
    pub is_new: bool,
    /// Whether the one who shared it joined someone else's.
    pub joined: bool,
    /// The guest that a newcomer became.
    pub newcomer: Option<Guest>,
}

/// Who shares.
#[derive(Clone, Debug)]
pub enum Sharer<'a> {
    /// Someone we know.
    Viewer(&'a Viewer),
    /// Someone who becomes a guest by sharing.
    Newcomer(Name),
    /// Someone who danced before, and chooses a nickname now.
    Dancer(GuestId, Name),
    /// Whoever runs a slot of the line-up, under the name that it has there.
    Dj(&'a Dj),
}

/// Shares a song, or joins the one who did. A newcomer becomes a guest in the same unit of work.
///
/// # Errors
/// 401 for someone without a nickname, 403 for someone who sits this night out, 404 for a draft, 409 when the night takes
/// no songs, no new ones for a while, or no more from this one.
pub async fn share(
    app: &App,
    once: &Once,
    sharer: Sharer<'_>,
    is_host: bool,
    event: EventId,
    song: Song,
) -> Result<Shared, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        event.check_takes_part()?;
        let is_dj = matches!(sharer, Sharer::Dj(_));
        let nickname = match &sharer {
            Sharer::Viewer(viewer) => viewer.nickname().map(str::to_owned),
            Sharer::Dj(_) => None,
            Sharer::Dancer(_, name) | Sharer::Newcomer(name) => Some(name.as_str().to_owned()),
        };
        let (guest, newcomer) = match sharer {
            Sharer::Viewer(viewer) => (accounts::as_guest(tx, viewer).await?, None),
            Sharer::Dancer(guest, name) => {
                accounts::name_guest(tx, guest, name).await?;
                (guest, None)
            }
            Sharer::Newcomer(name) => {
                let guest = accounts::add_guest_here(app, tx, name).await?;
                (guest.id, Some(guest))
            }
            Sharer::Dj(dj) => (guest_of(tx, dj).await?, None),
        };
        // Whoever a host gave the decks to is trusted with words and songs as a host is.
        let is_trusted = is_host || is_dj;
        if !is_host {
            events::check_welcome(tx, event.id, guest).await?;
        }
        let words = manners::look(tx, is_trusted, nickname.as_deref(), &song).await?;
        let is_screened = !is_trusted && is_screened(tx, &event, guest).await?;
        let song = tracks::followed(tx.db(), song).await?;
        let track = tracks::find_or_add_track(tx, &song).await?;
        if let Some(link) = &song.link {
            ask_about(app, tx, link).await?;
        }
        let shared = if let Some(there) = tracks::live_share_of(tx.db(), event.id, track).await? {
            join(tx, event.id, Joining { there, guest, is_screened, is_host, words, song }).await?
        } else {
            check_not_paused(&event, is_host || is_dj)?;
            manners::check_fair_share(tx, &event, guest, is_trusted).await?;
            let was_removed = tracks::was_removed(tx.db(), event.id, track).await?;
            let held_word = words.any();
            let is_shown = is_host || !(is_screened || was_removed || held_word.is_some());
            let state = if is_shown { ShareState::Shown } else { ShareState::Held };
            let id = tx.new_id();
            add(tx, &event, NewShare { id, event: event.id, track, guest, song, state, held_word }).await?
        };
        Ok(Shared { newcomer, ..shared })
    })
    .await
}

/// Joining goes on while sharing is paused, and so do hosts and DJs.
fn check_not_paused(event: &Event, is_at_the_decks: bool) -> Result<(), AppError> {
    if event.tonight.is_paused && !is_at_the_decks {
        return Err(AppError::conflict(PAUSED));
    }
    Ok(())
}

/// What whoever shares a new song is told meanwhile.
const PAUSED: &str =
    "The hosts are taking no new songs for a little while. Dance along with those on the list, and try again soon.";

async fn is_screened(tx: &Tx, event: &Event, guest: GuestId) -> Result<bool, AppError> {
    Ok(match event.screening {
        Screening::Open => false,
        Screening::First => !tracks::has_shared(tx.db(), guest).await?,
        Screening::All => true,
    })
}

/// A song that isn't on the list yet goes on it: stored, counted, told.
pub(super) async fn add(tx: &mut Tx, event: &Event, new: NewShare) -> Result<Shared, AppError> {
    let NewShare { id, guest, state, .. } = new;
    let song = new.song.clone();
    tracks::insert(tx, new).await?;
    tracks::enrich(tx, &reload(tx, id).await?, &song).await?;
    if state == ShareState::Shown {
        pledges::count_share(tx, event, 1).await?;
    }
    let kind = if state == ShareState::Shown { Kind::ShareAdded } else { Kind::ShareHeld };
    tx.record(event.id, kind, about(id.0, Some(guest.0))).await?;
    if state == ShareState::Shown {
        pledges::take_stock(tx, event).await?;
    }
    Ok(Shared { share: reload(tx, id).await?, is_new: true, joined: false, newcomer: None })
}

/// Somebody who posts a song that stands already.
struct Joining {
    there: ShareId,
    guest: GuestId,
    is_screened: bool,
    is_host: bool,
    words: Words,
    song: Song,
}

/// Joins a share that stands. Nothing that others see changes by one whom a host has yet to look at; and who joins a song
/// that waits for a host learns nothing of who shared it, or for whom.
async fn join(tx: &mut Tx, event: EventId, joining: Joining) -> Result<Shared, AppError> {
    let Joining { there: id, guest, is_screened, is_host, words, song } = joining;
    let there = reload(tx, id).await?;
    let is_mine = there.guest == guest;
    let is_trusted = !is_screened && words.any().is_none();
    // The name alone is seen where somebody joins, whatever they wrote beside it.
    let is_shown = !is_screened && words.name.is_none();
    let is_richer = is_trusted && tracks::enrich(tx, &there, &song).await?;
    let joined = !is_mine && tracks::join(tx, id, guest, is_shown, words.name).await?;
    if joined || is_richer {
        let kind = if joined { Kind::ShareJoined } else { Kind::ShareChanged };
        let audience = if is_shown { audience(&there) } else { Audience::Hosts };
        tx.record_for(audience, event, kind, about(id.0, Some(guest.0))).await?;
    }
    let share = reload(tx, id).await?;
    let may_see = is_mine || is_host || share.is_public();
    let share = if may_see { share } else { share.without_words() };
    Ok(Shared { share, is_new: false, joined: !is_mine, newcomer: None })
}

/// What befalls a song that isn't shown is for its hosts only.
pub(super) fn audience(share: &Share) -> Audience {
    if share.is_public() { Audience::Public } else { Audience::Hosts }
}

pub(super) async fn reload(tx: &Tx, id: ShareId) -> Result<Share, AppError> {
    tracks::find(tx.db(), id).await?.ok_or(AppError::NotFound)
}

/// The share as it is now, with its event's head locked.
pub(super) async fn lock(tx: &Tx, id: ShareId) -> Result<(Event, Share), AppError> {
    let event = reload(tx, id).await?.event;
    let event = events::lock(tx, event).await?;
    Ok((event, reload(tx, id).await?))
}

/// A guest takes a song back.
///
/// # Errors
/// 409 when it is gone already.
pub async fn withdraw(app: &App, guest: GuestId, id: ShareId) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        let (event, mut share) = lock(tx, id).await?;
        let was = share.clone();
        share.withdraw()?;
        leave(tx, &event, &was, Some(guest.0)).await?;
        turn(tx, &event, &was, &share, Kind::ShareWithdrawn, Some(guest.0)).await
    })
    .await
}

/// A host takes a song down, and may say why to its guest.
///
/// # Errors
/// 409 when it is gone already.
pub async fn remove(
    app: &App,
    once: &Once,
    actor: uuid::Uuid,
    id: ShareId,
    reason: Option<String>,
) -> Result<Share, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (event, share) = lock(tx, id).await?;
        take_down(tx, &event, share, reason, actor).await
    })
    .await
}

/// As [`remove`], within a unit of work that holds the event's head.
pub(super) async fn take_down(
    tx: &mut Tx,
    event: &Event,
    was: Share,
    reason: Option<String>,
    actor: uuid::Uuid,
) -> Result<Share, AppError> {
    let mut share = was.clone();
    share.remove(reason)?;
    leave(tx, event, &was, Some(actor)).await?;
    turn(tx, event, &was, &share, Kind::ShareRemoved, Some(actor)).await?;
    Ok(share)
}

/// A host shows a song that was held or removed.
///
/// # Errors
/// 409 when it is shown, its guest withdrew it, or the same song was shared again since.
pub async fn approve(app: &App, once: &Once, actor: uuid::Uuid, id: ShareId) -> Result<Share, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (event, mut share) = lock(tx, id).await?;
        let was = share.clone();
        share.approve()?;
        let standing = tracks::live_share_of(tx.db(), event.id, share.track.id).await?;
        if standing.is_some_and(|other| other != share.id) {
            return Err(AppError::conflict("Somebody has shared this song again since; that one stands."));
        }
        turn(tx, &event, &was, &share, Kind::ShareApproved, Some(actor)).await?;
        if event.screening != Screening::All {
            // Where only the first is looked at, the guest is let in with it.
            for joined in tracks::show_joins_of(tx, event.id, share.guest).await? {
                tx.record(event.id, Kind::ShareJoined, about(joined.0, Some(share.guest.0))).await?;
            }
        }
        reload(tx, id).await
    })
    .await
}

/// Stores a share's new state, counts it, stops it playing, and records what happened.
pub(super) async fn turn(
    tx: &mut Tx,
    event: &Event,
    was: &Share,
    share: &Share,
    kind: Kind,
    actor: Option<uuid::Uuid>,
) -> Result<(), AppError> {
    tracks::save(tx, share).await?;
    let by = i64::from(share.is_public()) - i64::from(was.is_public());
    if by != 0 {
        pledges::count_share(tx, event, by).await?;
    }
    let audience = if was.is_public() || share.is_public() { Audience::Public } else { Audience::Hosts };
    tx.record_for(audience, event.id, kind, about(share.id.0, actor)).await?;
    if event.now_playing == Some(share.id) && !share.is_public() {
        events::set_now_playing(tx.db(), event.id, None).await?;
        tx.record(event.id, Kind::NowPlaying, crate::db::About { actor, ..Default::default() }).await?;
    }
    if by != 0 {
        pledges::take_stock(tx, event).await?;
    }
    Ok(())
}
