//! What of a night's tellings goes into its replay, and how: each song once, and as it stood then.

use std::collections::{HashMap, HashSet};

use entity::Moment;
use entity::event::Mood;
use entity::ids::{GuestId, ShareId};
use uuid::Uuid;

use super::reel::{DataOut, JoinedOut, PassedOut, QuietOut, SlotBegunOut};
use crate::activity::Kind;
use crate::night::LineupOut;
use crate::night::api::events::NowPlayingOut;
use crate::site::telling::{DanceOut, MilestoneOut, Told};
use crate::tracks::api::ShareOut;

/// One thing that is told, and what it was that happened.
pub struct Shot {
    pub at: Moment,
    pub kind: Kind,
    /// What it is about, and who did it.
    pub subject: Option<Uuid>,
    pub actor: Option<Uuid>,
    pub data: Told,
}

/// A moment before its time is counted from the opening.
pub struct Scene {
    pub at: Moment,
    pub kind: &'static str,
    pub data: DataOut,
}

/// What stands of a song while the night is told in its order.
#[derive(Default)]
struct Standing {
    joined_by: Vec<String>,
    dances: i64,
}

/// Tells shots in their order, each song as it stood then.
pub struct Editor<'a> {
    joiners: &'a HashMap<(ShareId, GuestId), String>,
    /// Of each song the names that will come.
    still_to_join: HashMap<Uuid, Vec<String>>,
    standing: HashMap<Uuid, Standing>,
    playing: Option<Uuid>,
    counts_dances: bool,
}

impl<'a> Editor<'a> {
    /// For these shots, with the names of those who joined.
    #[must_use]
    pub fn new(shots: &[Shot], joiners: &'a HashMap<(ShareId, GuestId), String>, mood: Mood) -> Self {
        Self {
            joiners,
            still_to_join: joinings(shots, joiners),
            standing: HashMap::new(),
            playing: None,
            counts_dances: mood != Mood::Remembrance,
        }
    }

    /// What is told of a shot, if anything; they come in their order.
    pub fn scene(&mut self, shot: Shot) -> Option<Scene> {
        let Shot { at, kind, subject, actor, data } = shot;
        let word = data.kind();
        let (word, data) = match data {
            Told::Share(share) => (word, self.share(share)?),
            Told::ShareChanged(share) if kind == Kind::ShareJoined => ("share_joined", self.joined(share.id(), actor)?),
            // What only changed words, is today's words already; what is gone isn't told at all.
            Told::ShareChanged(_) | Told::ShareGone(_) => return None,
            Told::NowPlaying(now) => (word, self.now_playing(now)?),
            Told::Dance(dance) => (word, self.dance(dance)?),
            Told::Milestone(MilestoneOut { percent, promised_pence: _, amount_pence, label }) => {
                (word, DataOut::Passed(PassedOut { percent, amount_pence, label }))
            }
            // What hosts set and who comes on is told when it begins, not as it stands today.
            Told::Lineup(lineup) => ("slot", began(kind, &lineup, subject?)?),
            Told::Tonight(_) => ("quiet", quiet(kind)?),
            // Whatever else the stream tells, a replay tells as it is.
            told => (word, DataOut::Told(told)),
        };
        Some(Scene { at, kind: word, data })
    }

    /// A song, the first time it is told.
    fn share(&mut self, mut share: Box<ShareOut>) -> Option<DataOut> {
        if self.standing.contains_key(&share.id()) {
            return None;
        }
        let later = self.still_to_join.remove(&share.id()).unwrap_or_default();
        let stands = Standing { joined_by: without(share.joined_by(), &later), dances: 0 };
        share.stood(stands.joined_by.clone(), stands.dances);
        self.standing.insert(share.id(), stands);
        Some(DataOut::Told(Told::Share(share)))
    }

    fn joined(&mut self, share_id: Uuid, guest: Option<Uuid>) -> Option<DataOut> {
        let stands = self.standing.get_mut(&share_id)?;
        let name = self.joiners.get(&(ShareId(share_id), GuestId(guest?)))?.clone();
        stands.joined_by.push(name.clone());
        Some(DataOut::Joined(JoinedOut { share_id, name }))
    }

    /// What plays, where that is another song than before.
    fn now_playing(&mut self, mut now: Box<NowPlayingOut>) -> Option<DataOut> {
        let id = now.share.as_ref().map(ShareOut::id);
        if id == self.playing {
            return None;
        }
        self.playing = id;
        if let Some(share) = &mut now.share
            && let Some(stands) = self.standing.get(&share.id())
        {
            share.stood(stands.joined_by.clone(), stands.dances);
        }
        Some(DataOut::Told(Told::NowPlaying(now)))
    }

    fn dance(&mut self, mut dance: DanceOut) -> Option<DataOut> {
        let stands = self.standing.get_mut(&dance.share_id).filter(|_| self.counts_dances)?;
        stands.dances += 1;
        dance.dances = stands.dances;
        Some(DataOut::Told(Told::Dance(dance)))
    }
}

/// Somebody who came on, if the slot is still there.
fn began(kind: Kind, lineup: &LineupOut, slot: Uuid) -> Option<DataOut> {
    let slot = lineup.slots.iter().find(|one| kind == Kind::SlotBegun && one.id() == slot)?;
    Some(DataOut::Slot(SlotBegunOut { host: slot.host().to_owned(), title: slot.title().map(str::to_owned) }))
}

/// A quiet moment that begins or ends; of what else hosts set only today's word is known.
fn quiet(kind: Kind) -> Option<DataOut> {
    match kind {
        Kind::QuietBegun => Some(DataOut::Quiet(QuietOut { is_quiet: true })),
        Kind::QuietEnded => Some(DataOut::Quiet(QuietOut { is_quiet: false })),
        _ => None,
    }
}

/// The names of those whose joining will be told, by song.
fn joinings(shots: &[Shot], joiners: &HashMap<(ShareId, GuestId), String>) -> HashMap<Uuid, Vec<String>> {
    let mut names: HashMap<Uuid, Vec<String>> = HashMap::new();
    let mut arrived = HashSet::new();
    for Shot { kind, actor, data, .. } in shots {
        match data {
            Told::Share(share) => {
                arrived.insert(share.id());
            }
            Told::ShareChanged(share) if *kind == Kind::ShareJoined && arrived.contains(&share.id()) => {
                let name = actor.and_then(|guest| joiners.get(&(ShareId(share.id()), GuestId(guest))));
                names.entry(share.id()).or_default().extend(name.cloned());
            }
            _ => {}
        }
    }
    names
}

/// `names` less one of each of `others`: two people may have one name.
fn without(names: &[String], others: &[String]) -> Vec<String> {
    let mut left = names.to_vec();
    for other in others {
        if let Some(place) = left.iter().rposition(|name| name == other) {
            left.remove(place);
        }
    }
    left
}
