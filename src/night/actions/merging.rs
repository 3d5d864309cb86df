//! Songs that turn out to be one, and songs that turn out to be two.

use entity::ids::{EventId, ShareId, TrackId};

use super::sharing::{audience, lock, reload, turn};
use super::{about, tell_of_track};
use crate::accounts::{Organiser, Role};
use crate::activity::Kind;
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Event};
use crate::once::Once;
use crate::tracks::{self, Doubled, Link, Share, ShareState};

/// Who makes two songs one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Merger<'a> {
    /// A host, on nights of theirs.
    Host(&'a Organiser),
    /// A music service, whose short link turned out to lead to a known song.
    Service,
}

impl Merger<'_> {
    fn actor(self) -> Option<uuid::Uuid> {
        match self {
            Self::Host(host) => Some(host.id.0),
            Self::Service => None,
        }
    }

    /// Where both songs stand on a night, one of the two shares goes: that is for its own hosts to decide.
    async fn check_may_change(self, tx: &Tx, event: &Event) -> Result<(), AppError> {
        let Self::Host(host) = self else { return Ok(()) };
        if host.role == Role::Owner || events::is_host(tx.db(), event.id, host.id).await? {
            return Ok(());
        }
        let title = &event.title;
        Err(AppError::conflict(format!(
            "Both songs are on the list of {title}, which you don’t host. Ask one of its hosts, or an owner."
        )))
    }
}

/// Makes the songs of two shares one: the first's, on every night.
///
/// # Errors
/// 409 when they are one already, or both stand on a night that `host` doesn't host.
pub async fn merge(app: &App, once: &Once, host: &Organiser, id: ShareId, other: TrackId) -> Result<Share, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let other = tracks::current(tx.db(), other).await?.ok_or(AppError::NotFound)?;
        let (event, share) = lock_song(tx, id, Some(other)).await?;
        if other == share.track.id {
            return Err(AppError::conflict("These two are one song already."));
        }
        make_one(tx, Merger::Host(host), other, share.track.id).await?;
        tx.record(event.id, Kind::TracksMerged, about(share.track.id.0, Some(host.id.0))).await?;
        // The share that stands for this one: itself, or what it became part of.
        let share = reload(tx, id).await?;
        match share.merged_into {
            Some(stays) => reload(tx, stays).await,
            None => Ok(share),
        }
    })
    .await
}

/// Makes `from` the same song as `into`, within a unit of work. On nights where both stand, one share becomes part of the
/// other: it is counted once from then on.
pub(super) async fn make_one(tx: &mut Tx, merger: Merger<'_>, from: TrackId, into: TrackId) -> Result<(), AppError> {
    let nights = lock_nights(tx, &[from, into], None).await?;
    let doubled = tracks::doubled(tx.db(), from, into).await?;
    for one in &doubled {
        let event = nights.iter().find(|night| night.id == one.event);
        let event = event.ok_or_else(|| AppError::conflict("Somebody shared one of them just now. Try again."))?;
        merger.check_may_change(tx, event).await?;
        fold(tx, event, *one, merger.actor()).await?;
    }
    tracks::merge(tx, from, into).await?;
    for one in doubled {
        tracks::inherit_links(tx, one.stays).await?;
    }
    // A link that is seen now may bring the name that its service told.
    tracks::index(tx, into).await?;
    tell_of_track(tx, into, merger.actor()).await
}

/// A share as it is now, with every night locked on which its song stands, or another.
pub(super) async fn lock_song(tx: &Tx, id: ShareId, other: Option<TrackId>) -> Result<(Event, Share), AppError> {
    let share = reload(tx, id).await?;
    let songs: Vec<TrackId> = [share.track.id].into_iter().chain(other).collect();
    lock_nights(tx, &songs, Some(share.event)).await?;
    lock(tx, id).await
}

/// The nights on which these songs stand, and another, their heads locked. Heads come before songs, as where one is shared,
/// and in the same order for all: so nobody waits for somebody who waits for them.
pub(super) async fn lock_nights(tx: &Tx, songs: &[TrackId], another: Option<EventId>) -> Result<Vec<Event>, AppError> {
    let mut ids = tracks::nights_of(tx.db(), songs).await?;
    ids.extend(another);
    ids.sort();
    ids.dedup();
    let mut nights = Vec::with_capacity(ids.len());
    for id in ids {
        nights.push(events::lock(tx, id).await?);
    }
    Ok(nights)
}

/// Makes one share of a night part of another.
async fn fold(tx: &mut Tx, event: &Event, one: Doubled, actor: Option<uuid::Uuid>) -> Result<(), AppError> {
    let was = reload(tx, one.goes).await?;
    tracks::fold(tx, one).await?;
    let mut gone = was.clone();
    gone.become_part(one.stays)?;
    turn(tx, event, &was, &gone, Kind::ShareMerged, actor).await?;
    if let Some(at) = was.played_at {
        tracks::played(tx.db(), one.stays, at).await?;
    }
    let stays = reload(tx, one.stays).await?;
    if event.now_playing == Some(one.goes) && stays.is_public() {
        events::set_now_playing(tx.db(), event.id, Some(one.stays)).await?;
        tx.record(event.id, Kind::NowPlaying, about(one.stays.0, actor)).await?;
    }
    tx.record_for(audience(&stays), event.id, Kind::ShareJoined, about(one.stays.0, Some(was.guest.0))).await?;
    Ok(())
}

/// Whoever shared what became part of another dances along there no more, when that is taken back or taken down.
pub(super) async fn leave(tx: &mut Tx, event: &Event, gone: &Share, actor: Option<uuid::Uuid>) -> Result<(), AppError> {
    let Some(stays) = gone.merged_into else { return Ok(()) };
    tracks::leave(tx, gone, stays).await?;
    let audience = audience(&reload(tx, stays).await?);
    tx.record_for(audience, event.id, Kind::ShareChanged, about(stays.0, actor)).await?;
    Ok(())
}

/// What is to be another song.
#[derive(Clone, Debug, Default)]
pub struct Apart {
    /// Links of the song. Whoever gave only these goes with them, on every night.
    pub links: Vec<Link>,
    /// A share of the same night that became part of this one when two songs were merged: it stands by itself again, with
    /// the links that it gave.
    pub share: Option<ShareId>,
}

/// Makes two songs of the one that a share is of. Where shares of both are one on a night, they come apart there too.
///
/// # Errors
/// 409 when nothing would be left of it, nothing would go, or a night of others would change; 422 for a share that isn't part
/// of this one.
pub async fn split(app: &App, once: &Once, host: &Organiser, id: ShareId, apart: Apart) -> Result<Share, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (event, share) = lock_song(tx, id, None).await?;
        let Apart { links, share: back } = &apart;
        if let Some(back) = back
            && !tracks::parts_of(tx.db(), id).await?.contains(back)
        {
            return Err(AppError::field("share_id", "Choose one that was made one with this song"));
        }
        let from = share.track.id;
        let (new, moved) = tracks::split(tx, from, links, back.as_slice()).await?;
        if moved.is_empty() {
            return Err(AppError::conflict("Nobody gave only those links, so there is no song to make of them."));
        }
        if tracks::is_unshared(tx.db(), from).await? {
            return Err(AppError::conflict("Nothing would be left of this song. Leave a link or a sharing with it."));
        }
        let mut parted = tracks::parted(tx.db(), &[from, new]).await?;
        if back.is_some_and(|back| parted.iter().all(|one| one.goes != back)) {
            return Err(AppError::conflict("Then both would go, and be one song still. Leave this one a link."));
        }
        parted.sort_by_key(|one| Some(one.goes) != *back);
        for one in parted {
            let night = events::lock(tx, one.event).await?;
            Merger::Host(host).check_may_change(tx, &night).await?;
            part(tx, &night, one, host).await?;
        }
        tx.record(event.id, Kind::TrackSplit, about(from.0, Some(host.id.0))).await?;
        for track in [from, new] {
            tell_of_track(tx, track, Some(host.id.0)).await?;
        }
        reload(tx, id).await
    })
    .await
}

/// Lets a share stand by itself again, shown as it was; where another of its song stands already, it becomes part of that.
async fn part(tx: &mut Tx, event: &Event, one: Doubled, host: &Organiser) -> Result<(), AppError> {
    let was = reload(tx, one.goes).await?;
    if let Some(stays) = tracks::live_share_of(tx.db(), event.id, was.track.id).await? {
        tracks::refold(tx, one, stays).await?;
        return tracks::inherit_links(tx, stays).await;
    }
    let mut back = was.clone();
    back.stand_again(tracks::unfold(tx, one).await? == ShareState::Shown)?;
    turn(tx, event, &was, &back, Kind::ShareApproved, Some(host.id.0)).await
}
