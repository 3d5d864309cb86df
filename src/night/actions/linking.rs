//! The links of a song: one more, one that leads nowhere any more, and what services say of them.

use entity::ids::{ShareId, TrackId};

use super::merging::{Merger, lock_nights, lock_song, make_one};
use super::sharing::{audience, lock, reload};
use super::{about, tell_of_track};
use crate::accounts::Organiser;
use crate::activity::Kind;
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::kindness;
use crate::night::jobs;
use crate::once::Once;
use crate::outgoing::{Failure, Outgoing};
use crate::tracks::{self, Finding, Link, Share};

/// A host gives a song one more link: to a service nobody gave, or in place of one that leads nowhere.
///
/// # Errors
/// 409 when the link is another song's.
pub async fn add_link(app: &App, once: &Once, host: &Organiser, id: ShareId, link: Link) -> Result<Share, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (event, share) = lock(tx, id).await?;
        if !tracks::give_link(tx, &share, &link).await? {
            return Err(AppError::conflict(
                "This link is another song’s. Make the two one song, if that is what they are.",
            ));
        }
        tracks::set_gone(tx, &link, None).await?;
        ask_about(app, tx, &link).await?;
        tx.record_for(audience(&share), event.id, Kind::ShareChanged, about(id.0, Some(host.id.0))).await?;
        reload(tx, id).await
    })
    .await
}

/// A host says that a link of a song leads nowhere any more, or that it does after all.
///
/// # Errors
/// 404 for a link that isn't the song's.
pub async fn mark_link(
    app: &App,
    once: &Once,
    host: &Organiser,
    id: ShareId,
    link: Link,
    is_gone: bool,
) -> Result<Share, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (_, share) = lock_song(tx, id, None).await?;
        if tracks::track_with(tx.db(), &link).await? != Some(share.track.id) {
            return Err(AppError::NotFound);
        }
        if tracks::set_gone(tx, &link, is_gone.then_some(tx.now())).await? {
            tell_of_track(tx, share.track.id, Some(host.id.0)).await?;
        }
        reload(tx, id).await
    })
    .await
}

/// Whether anyone is asked about such a link: its service, or `MusicBrainz`.
#[must_use]
pub fn is_asked_about(app: &App, link: &Link) -> bool {
    let is_askable = tracks::can_be_asked(link) || (app.config.musicbrainz && link.id.is_some());
    app.outgoing.is_some() && is_askable
}

/// Queues the question what a link is called or where it leads, if there is anyone to ask and nobody has asked before.
pub(super) async fn ask_about(app: &App, tx: &Tx, link: &Link) -> Result<(), AppError> {
    if is_asked_about(app, link) && tracks::finding(tx.db(), link).await?.is_none() {
        queue(tx, link).await?;
    }
    Ok(())
}

/// Queues a question, once.
async fn queue(tx: &Tx, link: &Link) -> Result<(), AppError> {
    tracks::note_asked(tx, link).await?;
    tx.enqueue(jobs::LOOK_UP, jobs::look_up_payload(&link.url, 0)).await
}

/// How often a service is asked about a link that it doesn't answer for, or found to be left alone; with the waits between,
/// over two days.
const TRIES_MAX: u32 = 16;
/// The waits are three times as long each time, until here: four hours.
const LONGEST_AFTER: u32 = 5;
/// Links asked about again at one time.
const ROUND: u64 = 20;
/// A link is asked about again after this long: it may have died.
const KNOWN_FOR: chrono::TimeDelta = chrono::TimeDelta::days(90);

/// Asks a service about a link, and takes what it says. A service that doesn't answer is asked again later.
///
/// # Errors
/// When the database fails.
pub async fn look_up(app: &App, url: &str, tries: u32) -> Result<(), AppError> {
    let Some(outgoing) = &app.outgoing else { return Ok(()) };
    let Some(link) = tracks::recognise(url) else { return Ok(()) };
    if tracks::track_with(app.db.read(), &link).await?.is_none() {
        return Ok(());
    }
    let (at, tries) = match tracks::ask(outgoing, &link, app.now()).await {
        Ok(finding) => {
            let finding = with_artist(app, outgoing, &link, finding).await;
            return app.write(async |tx: &mut Tx| take(app, tx, &link, finding).await).await;
        }
        Err(Failure::Resting(until)) => (until, tries + 1),
        Err(failure) => {
            tracing::info!(url, tries, %failure, "a music service didn't say what a link is");
            let wait = chrono::TimeDelta::minutes(1) * 3_i32.pow(tries.min(LONGEST_AFTER));
            (app.now() + wait, tries + 1)
        }
    };
    if tries >= TRIES_MAX {
        return Ok(());
    }
    let payload = jobs::look_up_payload(&link.url, tries);
    app.write(async |tx: &mut Tx| tx.enqueue_at(at, jobs::LOOK_UP, payload.clone()).await).await
}

/// What `MusicBrainz` knows of a thing whose service told no artist, where it is to be asked. It may know nothing, or not
/// answer: then what the service said stands.
async fn with_artist(app: &App, outgoing: &Outgoing, link: &Link, finding: Finding) -> Finding {
    let lacks_artist = matches!(finding, Finding::Named { artist: None, .. } | Finding::Nothing);
    if !(app.config.musicbrainz && lacks_artist && link.id.is_some()) {
        return finding;
    }
    match tracks::ask_musicbrainz(outgoing, link, app.now()).await {
        Ok(known @ Finding::Named { .. }) => known,
        _ => finding,
    }
}

/// Queues questions about links that were shared while nobody asked, and about those that were asked about long ago.
///
/// # Errors
/// When the database fails.
pub async fn ask_again(app: &App) -> Result<(), AppError> {
    if app.outgoing.is_none() {
        return Ok(());
    }
    let links = tracks::unasked(app.db.read(), app.now() - KNOWN_FOR, ROUND).await?;
    app.write(async |tx: &mut Tx| {
        for link in links.iter().filter_map(|url| tracks::recognise(url)) {
            queue(tx, &link).await?;
        }
        Ok(())
    })
    .await
}

async fn take(app: &App, tx: &mut Tx, link: &Link, finding: Finding) -> Result<(), AppError> {
    let finding = without_listed_words(tx, finding).await?;
    let Some(track) = tracks::track_with(tx.db(), link).await? else { return Ok(()) };
    let known = match &finding {
        Finding::Leads(target) => tracks::track_with(tx.db(), target).await?,
        _ => None,
    };
    let songs: Vec<TrackId> = [track].into_iter().chain(known).collect();
    lock_nights(tx, &songs, None).await?;
    tracks::keep_finding(tx, link, &finding).await?;
    match finding {
        Finding::Named { title, artist } => {
            tracks::set_gone(tx, link, None).await?;
            tracks::meet_under(tx, track, &title, artist.as_deref()).await?;
            tell_of_track(tx, track, None).await
        }
        Finding::Gone if tracks::set_gone(tx, link, Some(tx.now())).await? => tell_of_track(tx, track, None).await,
        Finding::Leads(target) => follow(app, tx, track, link, &target).await,
        Finding::Gone | Finding::Nothing => Ok(()),
    }
}

/// What a service calls a thing is looked at as what people write is; with a listed word in it, it isn't taken.
async fn without_listed_words(tx: &Tx, finding: Finding) -> Result<Finding, AppError> {
    let Finding::Named { title, artist } = &finding else { return Ok(finding) };
    let list = kindness::word_list(tx.db()).await?;
    let is_listed = list.find_in([Some(title.as_str()), artist.as_deref()]).is_some();
    Ok(if is_listed { Finding::Nothing } else { finding })
}

/// A short link gives way to the one that it leads to. If that is another song's, the two are one, the older, where nobody
/// can mean anything else by it; else the short link stays as it is, and hosts may know better.
async fn follow(app: &App, tx: &mut Tx, track: TrackId, short: &Link, target: &Link) -> Result<(), AppError> {
    let mut track = track;
    if let Some(known) = tracks::track_with(tx.db(), target).await?
        && known != track
    {
        if !tracks::is_meant_by(tx.db(), track, short, known).await? {
            return Ok(());
        }
        let (from, into) = (track.max(known), track.min(known));
        make_one(tx, Merger::Service, from, into).await?;
        track = into;
    }
    tracks::replace_link(tx, track, short, target).await?;
    ask_about(app, tx, target).await?;
    tell_of_track(tx, track, None).await
}
