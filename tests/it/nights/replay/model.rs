//! A plain model of a night: what people did, in order, and what a replay of it must tell from how things stand today.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Who has the decks, in order.
pub const SLOTS: [&str; 3] = ["Dee", "Jay", "Kay"];

/// How a song stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Shown,
    Held,
    Removed,
    Withdrawn,
}

/// A song that somebody shared.
#[derive(Clone, Debug)]
pub struct Song {
    pub id: String,
    /// Which of the songs people know.
    pub song: usize,
    pub guest: usize,
    pub title: Option<String>,
    pub dedication: Option<String>,
    pub standing: Standing,
    /// Who joined, in order.
    pub joined: Vec<usize>,
    pub danced: Vec<usize>,
}

/// A promise.
#[derive(Clone, Debug)]
pub struct Pledge {
    pub id: String,
    pub token: String,
    pub amount_pence: i64,
    pub name: String,
    pub message: String,
    pub shows: [bool; 3],
    pub stands: bool,
}

/// What happened, by the places of songs and pledges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    Status(&'static str),
    /// A song came to be seen.
    Seen(usize),
    /// Somebody joined a song that was seen.
    Joined(usize, usize),
    Danced(usize),
    Playing(Option<usize>),
    Pledged(usize),
    /// A slot came on.
    Slot(usize),
    Quiet(bool),
}

/// A night.
#[derive(Debug, Default)]
pub struct Model {
    pub guests: Vec<String>,
    pub songs: Vec<Song>,
    pub pledges: Vec<Pledge>,
    pub playing: Option<usize>,
    /// The slot that is on.
    pub on: Option<usize>,
    pub is_quiet: bool,
    pub log: Vec<(DateTime<Utc>, Happened)>,
    pub opened_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
}

impl Model {
    fn is_shown(&self, song: usize) -> bool {
        self.songs[song].standing == Standing::Shown
    }

    /// What a replay must tell, but for the money: each moment with the parts of it that matter.
    pub fn replay(&self) -> Vec<Value> {
        let (begins, ends) = (self.opened_at.expect("an opening"), self.closed_at.expect("an end"));
        let mut told = Vec::new();
        let mut playing = None;
        for (number, (at, happened)) in self.log.iter().enumerate() {
            let at_ms = ((*at).clamp(begins, ends) - begins).num_milliseconds();
            let data = match happened {
                Happened::Status(status) => json!(["status", status]),
                Happened::Seen(song) if self.is_shown(*song) && !self.was_seen(number, *song) => {
                    self.seen(number, *song)
                }
                Happened::Joined(song, guest) if self.is_shown(*song) => {
                    json!(["share_joined", self.songs[*song].id, self.guests[*guest]])
                }
                Happened::Danced(song) if self.is_shown(*song) => {
                    let taps = self.log[..=number].iter().filter(|(_, one)| one == happened).count();
                    json!(["dance", self.songs[*song].id, taps])
                }
                Happened::Playing(song) if song.filter(|song| self.is_shown(*song)) != playing => {
                    playing = song.filter(|song| self.is_shown(*song));
                    json!(["now_playing", playing.map(|song| self.songs[song].id.clone())])
                }
                Happened::Slot(slot) => json!(["slot", SLOTS[*slot]]),
                Happened::Quiet(is_quiet) => json!(["quiet", is_quiet]),
                Happened::Pledged(pledge) if self.pledges[*pledge].stands => self.pledged(*pledge),
                _ => continue,
            };
            told.push(json!([at_ms, data]));
        }
        told
    }

    fn was_seen(&self, before: usize, song: usize) -> bool {
        self.log[..before].iter().any(|(_, one)| *one == Happened::Seen(song))
    }

    /// A song as it stood when it came: with those who had joined it unseen, and none of those who were to come.
    fn seen(&self, at: usize, song: usize) -> Value {
        let one = &self.songs[song];
        let is_later = |guest: &usize| self.log[at..].iter().any(|(_, told)| *told == Happened::Joined(song, *guest));
        let joined: Vec<&String> =
            one.joined.iter().filter(|guest| !is_later(guest)).map(|guest| &self.guests[*guest]).collect();
        json!(["share", one.id, one.title, self.guests[one.guest], one.dedication, joined])
    }

    fn pledged(&self, pledge: usize) -> Value {
        let Pledge { id, amount_pence, name, message, shows: [name_on, amount_on, message_on], .. } =
            &self.pledges[pledge];
        let shown = |is_on: &bool, value: Value| if *is_on { value } else { Value::Null };
        let (name, amount) = (shown(name_on, json!(name)), shown(amount_on, json!(amount_pence)));
        json!(["pledge", id, name, amount, shown(message_on, json!(message))])
    }
}

/// The same parts of what a replay told.
pub fn parts(moment: &Value) -> Value {
    let data = &moment["data"];
    let said = match moment["kind"].as_str().expect("a kind") {
        "status" => json!(["status", data["status"]]),
        "share" => json!([
            "share",
            data["id"],
            data["track"]["title"],
            data["shared_by"],
            data["dedication"],
            data["joined_by"]
        ]),
        "share_joined" => json!(["share_joined", data["share_id"], data["name"]]),
        "dance" => json!(["dance", data["share_id"], data["dances"]]),
        "now_playing" => json!(["now_playing", data["share"]["id"]]),
        "pledge" => json!(["pledge", data["id"], data["name"], data["amount_pence"], data["message"]]),
        "slot" => json!(["slot", data["host"]]),
        "quiet" => json!(["quiet", data["is_quiet"]]),
        other => panic!("the model knows no {other}: {moment}"),
    };
    json!([moment["at_ms"], said])
}
