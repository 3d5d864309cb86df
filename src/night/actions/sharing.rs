//! Songs: shared, joined, taken back, taken down, shown again.

use entity::ids::{EventId, GuestId, ShareId};
use serde::{Deserialize, Serialize};

use super::about;
use super::decks::guest_of;
use crate::accounts::{self, Guest, Name, Viewer};
use crate::activity::{Audience, Kind};
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Dj, Event, Screening};
use crate::once::Once;
use crate::pledges;
use crate::sent::Sent;
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
/// 401 for someone without a nickname, 404 for a draft, 409 when the night takes no songs, or no new ones for a while.
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
        let is_trusted = is_host || is_dj || !is_screened(tx, &event, guest).await?;
        let track = tracks::find_or_add_track(tx, &song).await?;
        let shared = if let Some(there) = tracks::live_share_of(tx.db(), event.id, track).await? {
            join(tx, event.id, Joining { there, guest, is_trusted, is_host, song }).await?
        } else {
            check_not_paused(&event, is_host || is_dj)?;
            let was_removed = tracks::was_removed(tx.db(), event.id, track).await?;
            let is_shown = is_host || (is_trusted && !was_removed);
            let state = if is_shown { ShareState::Shown } else { ShareState::Held };
            add(tx, &event, NewShare { id: tx.new_id(), event: event.id, track, guest, song, state }).await?
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

async fn add(tx: &mut Tx, event: &Event, new: NewShare) -> Result<Shared, AppError> {
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
    is_trusted: bool,
    is_host: bool,
    song: Song,
}

/// Joins a share that stands. Nothing that others see changes by one whom a host has yet to look at; and who joins a song
/// that waits for a host learns nothing of who shared it, or for whom.
async fn join(tx: &mut Tx, event: EventId, joining: Joining) -> Result<Shared, AppError> {
    let Joining { there: id, guest, is_trusted, is_host, song } = joining;
    let there = reload(tx, id).await?;
    let is_mine = there.guest == guest;
    let is_richer = is_trusted && tracks::enrich(tx, &there, &song).await?;
    let joined = !is_mine && tracks::join(tx, id, guest, is_trusted).await?;
    if joined || is_richer {
        let kind = if joined { Kind::ShareJoined } else { Kind::ShareChanged };
        let audience = if is_trusted { audience(&there) } else { Audience::Hosts };
        tx.record_for(audience, event, kind, about(id.0, Some(guest.0))).await?;
    }
    let share = reload(tx, id).await?;
    let may_see = is_mine || is_host || share.is_public();
    let share = if may_see { share } else { share.without_words() };
    Ok(Shared { share, is_new: false, joined: !is_mine, newcomer: None })
}

/// What befalls a song that isn't shown is for its hosts only.
fn audience(share: &Share) -> Audience {
    if share.is_public() { Audience::Public } else { Audience::Hosts }
}

async fn reload(tx: &Tx, id: ShareId) -> Result<Share, AppError> {
    tracks::find(tx.db(), id).await?.ok_or(AppError::NotFound)
}

/// The share as it is now, with its event's head locked.
async fn lock(tx: &Tx, id: ShareId) -> Result<(Event, Share), AppError> {
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
        turn(tx, &event, &was, &share, Kind::ShareWithdrawn, Some(guest.0)).await
    })
    .await
}

/// A host takes a song down.
///
/// # Errors
/// 409 when it is gone already.
pub async fn remove(app: &App, once: &Once, actor: uuid::Uuid, id: ShareId) -> Result<Share, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (event, mut share) = lock(tx, id).await?;
        let was = share.clone();
        share.remove()?;
        turn(tx, &event, &was, &share, Kind::ShareRemoved, Some(actor)).await?;
        Ok(share)
    })
    .await
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
async fn turn(
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

/// What can be changed about a share. What isn't sent stays.
#[derive(Clone, Debug, Default)]
pub struct Renaming {
    pub song: Option<Song>,
    pub dedication: Sent<String>,
}

/// Names a nameless song, changes the dedication.
///
/// # Errors
/// 409 when the song has a name already or is gone, or when every word waits for a host on this night.
pub async fn change_share(
    app: &App,
    actor: Option<uuid::Uuid>,
    is_host: bool,
    id: ShareId,
    renaming: Renaming,
) -> Result<Share, AppError> {
    app.write(async |tx: &mut Tx| {
        let (event, mut share) = lock(tx, id).await?;
        if !matches!(share.state, ShareState::Shown | ShareState::Held) {
            return Err(AppError::conflict(format!("This song is {}; it can't be changed.", share.state)));
        }
        let takes_words_back = renaming.song.is_none() && renaming.dedication == Sent::Null;
        if event.screening == Screening::All && !is_host && !takes_words_back {
            return Err(AppError::conflict("Songs are looked at by a host on this night. Ask one to change it."));
        }
        if let Some(song) = &renaming.song {
            if share.track.title.is_some() && !is_host {
                return Err(AppError::conflict("This song has a name already. A host can correct it."));
            }
            tracks::name(tx, &share, song).await?;
        }
        renaming.dedication.when_sent(|dedication| share.dedication = dedication.cloned());
        tracks::save(tx, &share).await?;
        tx.record_for(audience(&share), event.id, Kind::ShareChanged, about(id.0, actor)).await?;
        reload(tx, id).await
    })
    .await
}
