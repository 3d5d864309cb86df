//! Songs collected beforehand: a host brings a list of them, and each goes on as one that is shared.

use std::collections::HashSet;

use entity::ids::{EventId, GuestId, ShareId};
use serde::{Deserialize, Serialize};

use super::linking::ask_about;
use super::sharing::add;
use crate::accounts::{self, Viewer};
use crate::app::App;
use crate::db::{Snapshot, Tx};
use crate::error::AppError;
use crate::events::{self, Event};
use crate::once::Once;
use crate::tracks::{self, Entry, Link, NewShare, Service, ShareIn, ShareState, Song, recognise};

/// What becomes of a song of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    Added,
    AlreadyThere,
    Refused,
}

/// What became of a song of the list, or would.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub became: Became,
    /// A sentence for the host, where there is more to say.
    pub reason: Option<String>,
    /// The share that it is now, or that stood before.
    pub share: Option<ShareId>,
}

impl Became {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::AlreadyThere => "already_there",
            Self::Refused => "refused",
        }
    }
}

impl Outcome {
    fn refused(reason: String) -> Self {
        Self { became: Became::Refused, reason: Some(reason), share: None }
    }

    /// Whether it goes on without a second thought: it is new, and nobody took it down before.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.became == Became::Added && self.reason.is_none()
    }
}

const TAKEN_DOWN: &str = "A host took it down from this night before.";
const WAITS: &str = "It waits for a host.";
const TWICE: &str = "It is in this list twice.";
const NOTHING: &str = "It has no name, and no link that we can use.";

/// Puts songs on a night's list, all in one unit of work. They are the host's who brings them, so none waits for a look. One
/// that stands already stays as it is: whoever brings a list doesn't dance to all of it.
///
/// # Errors
/// 404 for a draft, 409 when the night takes no songs.
pub async fn bring(
    app: &App,
    once: &Once,
    host: &Viewer,
    event: EventId,
    songs: &[Entry],
) -> Result<Vec<Outcome>, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        event.check_takes_part()?;
        let guest = accounts::as_guest(tx, host).await?;
        let songs: Vec<Result<Wanted, String>> = songs.iter().map(Wanted::new).collect();
        hold_known(tx, songs.iter().flatten()).await?;
        let mut outcomes = Vec::with_capacity(songs.len());
        for song in songs {
            outcomes.push(match song {
                Ok(wanted) => put_on(app, tx, &event, guest, &wanted).await?,
                Err(reason) => Outcome::refused(reason),
            });
        }
        Ok(outcomes)
    })
    .await
}

/// Holds those that are known already, in the order in which everyone holds several: two lists with the same songs in
/// another order would else wait for each other.
async fn hold_known(tx: &Tx, songs: impl Iterator<Item = &Wanted>) -> Result<(), AppError> {
    let mut known = Vec::new();
    for wanted in songs {
        known.extend(tracks::track_of(tx.db(), &wanted.as_known(tx.db()).await?).await?);
    }
    tracks::hold_all(tx, &known).await
}

/// What bringing songs would come to. Nothing is changed.
///
/// # Errors
/// When the database fails.
pub async fn preview(app: &App, event: EventId, songs: &[Entry]) -> Result<Vec<Outcome>, AppError> {
    judge(&app.db.snapshot().await?, event, songs).await
}

/// As [`preview`], under a key: a retry hears what the first one heard.
///
/// # Errors
/// As [`preview`].
pub async fn preview_once(app: &App, once: &Once, event: EventId, songs: &[Entry]) -> Result<Vec<Outcome>, AppError> {
    if once.key().is_none() {
        return preview(app, event, songs).await;
    }
    app.write_once(once, async |tx: &mut Tx| judge(tx.db(), event, songs).await).await
}

/// A song of the list that was checked as a typed one is.
struct Wanted {
    song: Song,
    /// Those that one song can have: the first of each service, and a page only in the first place.
    links: Vec<Link>,
}

impl Wanted {
    fn new(entry: &Entry) -> Result<Self, String> {
        let mut links: Vec<Link> = Vec::new();
        for link in entry.links.iter().filter_map(|link| recognise(link)) {
            let is_one_more = links.iter().all(|known| known.service != link.service) && link.service != Service::WEB;
            if links.is_empty() || is_one_more {
                links.push(link);
            }
        }
        if links.is_empty() && entry.title.is_none() {
            return Err(NOTHING.to_owned());
        }
        let Entry { title, artist, dedication, .. } = entry.clone();
        let song = Song::new(&ShareIn { link: links.first().map(|link| link.url.clone()), title, artist, dedication });
        let song = song.map_err(|error| match error {
            AppError::Invalid(problems) => {
                problems.list().iter().map(|problem| problem.message.as_ref()).collect::<Vec<_>>().join(". ")
            }
            other => other.to_string(),
        })?;
        Ok(Self { song, links })
    }

    /// The song under the link by which it is known already, where it is; and under the one that a short link leads to.
    async fn as_known(&self, db: &Snapshot) -> Result<Song, AppError> {
        let mut song = self.song.clone();
        for link in &self.links {
            if tracks::track_with(db, link).await?.is_some() {
                song.link = Some(link.clone());
                break;
            }
        }
        Ok(tracks::followed(db, song).await?)
    }
}

/// A link and nothing else.
fn alone(link: &Link) -> Song {
    Song { link: Some(link.clone()), title: None, artist: None, dedication: None }
}

async fn put_on(app: &App, tx: &mut Tx, event: &Event, guest: GuestId, wanted: &Wanted) -> Result<Outcome, AppError> {
    let song = wanted.as_known(tx.db()).await?;
    let track = tracks::find_or_add_track(tx, &song).await?;
    if let Some(there) = tracks::live_share_of(tx.db(), event.id, track).await? {
        return stands(tx.db(), there).await;
    }
    let was_removed = tracks::was_removed(tx.db(), event.id, track).await?;
    let (id, used) = (tx.new_id(), song.link.clone());
    let new = NewShare { id, event: event.id, track, guest, song, state: ShareState::Shown, held_word: None };
    let share = add(tx, event, new).await?.share;
    for link in wanted.links.iter().filter(|link| Some(*link) != used.as_ref()) {
        tracks::enrich(tx, &share, &alone(link)).await?;
    }
    for link in &wanted.links {
        ask_about(app, tx, link).await?;
    }
    Ok(added(Some(id), was_removed))
}

fn added(share: Option<ShareId>, was_removed: bool) -> Outcome {
    Outcome { became: Became::Added, reason: was_removed.then(|| TAKEN_DOWN.to_owned()), share }
}

async fn stands(db: &Snapshot, there: ShareId) -> Result<Outcome, AppError> {
    let share = tracks::find(db, there).await?;
    let waits = share.is_some_and(|share| share.state == ShareState::Held);
    Ok(Outcome { became: Became::AlreadyThere, reason: waits.then(|| WAITS.to_owned()), share: Some(there) })
}

/// What would become of each, told without doing it.
async fn judge(db: &Snapshot, event: EventId, songs: &[Entry]) -> Result<Vec<Outcome>, AppError> {
    let mut outcomes = Vec::with_capacity(songs.len());
    let mut seen: HashSet<String> = HashSet::new();
    for entry in songs {
        let wanted = match Wanted::new(entry) {
            Ok(wanted) => wanted,
            Err(reason) => {
                outcomes.push(Outcome::refused(reason));
                continue;
            }
        };
        let track = tracks::track_of(db, &wanted.as_known(db).await?).await?;
        let there = match track {
            Some(track) => tracks::live_share_of(db, event, track).await?,
            None => None,
        };
        if let Some(there) = there {
            outcomes.push(stands(db, there).await?);
            continue;
        }
        // What makes it the same song as another of this list.
        let links = wanted.links.iter().map(|link| match &link.id {
            Some(id) => format!("{} {} {id}", link.service.as_str(), link.kind.as_str()),
            None => link.url.clone(),
        });
        let name = track.map(|track| track.to_string()).or_else(|| wanted.song.title_key());
        let marks: Vec<String> = links.chain(name).collect();
        if marks.iter().any(|mark| seen.contains(mark)) {
            outcomes.push(Outcome { became: Became::AlreadyThere, reason: Some(TWICE.to_owned()), share: None });
            continue;
        }
        seen.extend(marks);
        let was_removed = match track {
            Some(track) => tracks::was_removed(db, event, track).await?,
            None => false,
        };
        outcomes.push(added(None, was_removed));
    }
    Ok(outcomes)
}
