//! What the hosts of a night have to look at: reports, words that wait, people who sit the night out.

use entity::ids::GuestId;

use crate::accounts;
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::Event;
use crate::kindness::{self, Matter};
use crate::night::reported::Reported;
use crate::pledges::{self, Pledge};
use crate::tracks::{self, Share, ShareState};

/// The last deeds that are looked through for people.
const DEEDS_MAX: u64 = 300;

/// A guest whose name waits for a host where they joined.
#[derive(Clone, Debug)]
pub struct WaitingName {
    pub guest: GuestId,
    pub nickname: String,
    /// The listed word in it.
    pub word: String,
}

/// A guest who sits the night out.
#[derive(Clone, Debug)]
pub struct SittingOut {
    pub guest: GuestId,
    pub nickname: String,
    /// The host who asked them to.
    pub by: String,
    pub at: entity::Moment,
}

/// All of it, read in one snapshot.
#[derive(Clone, Debug)]
pub struct Care {
    /// Reports that wait, oldest first, each with what it is about.
    pub matters: Vec<(Matter, Reported)>,
    /// Songs that wait for a listed word in them.
    pub songs: Vec<Share>,
    /// Pledges whose words wait.
    pub pledges: Vec<Pledge>,
    pub names: Vec<WaitingName>,
    pub blocked: Vec<SittingOut>,
    /// Who shared or joined, whoever did last first.
    pub people: Vec<(GuestId, String)>,
}

impl Care {
    /// Reads what there is to look at on a night.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(db: &Snapshot, event: &Event) -> Result<Self, AppError> {
        let waiting = tracks::waiting_names(db, event.id).await?;
        let blocks = kindness::blocks_of_event(db, event.id).await?;
        let people = tracks::people_of(db, event.id, DEEDS_MAX).await?;
        let guests = waiting.iter().map(|(guest, _)| *guest).chain(blocks.iter().map(|block| block.guest));
        let nicknames = accounts::nicknames(db, guests.chain(people.iter().copied())).await?;
        let nickname = |guest: GuestId| nicknames.get(&guest).cloned().unwrap_or_default();
        let hosts = accounts::names(db, blocks.iter().map(|block| block.by)).await?;
        let names = waiting.into_iter();
        let names = names.map(|(guest, word)| WaitingName { guest, nickname: nickname(guest), word });
        let blocked = blocks.iter().map(|block| SittingOut {
            guest: block.guest,
            nickname: nickname(block.guest),
            by: hosts.get(&block.by).cloned().unwrap_or_default(),
            at: block.at,
        });
        let mut songs = tracks::held(db, event.id, ShareState::Held).await?;
        songs.retain(|song| song.held_word.is_some());
        Ok(Self {
            matters: with_subjects(db, kindness::matters_of_event(db, event.id).await?).await?,
            songs,
            pledges: pledges::held_of_event(db, event.id).await?,
            names: names.collect(),
            blocked: blocked.collect(),
            people: people.into_iter().map(|guest| (guest, nickname(guest))).collect(),
        })
    }
}

/// Matters, each with what it is about.
///
/// # Errors
/// When the database fails.
pub async fn with_subjects(db: &Snapshot, matters: Vec<Matter>) -> Result<Vec<(Matter, Reported)>, AppError> {
    let mut found = Vec::with_capacity(matters.len());
    for matter in matters {
        let reported = Reported::read(db, matter.subject).await?;
        found.push((matter, reported));
    }
    Ok(found)
}
