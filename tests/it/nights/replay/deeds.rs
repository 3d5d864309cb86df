//! What people do on a random night, done to the service and to the model.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::model::{Happened, Model, Pledge, SLOTS, Song, Standing};
use crate::support::chance::Chance;
use crate::support::{Actor, House};

/// Songs that people know; each third is a link without a name.
const SONGS: usize = 6;

/// A night that goes on, and its model.
pub struct Played {
    pub house: House,
    pub host: Actor,
    pub guests: Vec<Actor>,
    pub slug: String,
    /// Of the line-up.
    slots: [String; 3],
    pub model: Model,
    number: usize,
    is_live: bool,
}

impl Played {
    pub async fn plan(house: &House, number: usize, host: Actor, guests: Vec<Actor>, names: Vec<String>) -> Self {
        // Far off, so that the clock opens none of them by itself.
        let lineup: Vec<Value> = SLOTS.iter().map(|slot| json!({ "host": slot, "minutes": 20 })).collect();
        let plan = json!({ "starts_local": "2031-03-26T21:00", "lineup": lineup });
        let slug = house.night(&host, plan).await;
        let lineup = host.get(&format!("/api/v1/events/{slug}/lineup")).await.expect(200).json();
        let id = |at: usize| lineup["slots"][at]["id"].as_str().expect("an id").to_owned();
        let slots = [id(0), id(1), id(2)];
        let mut model = Model { guests: names, ..Model::default() };
        model.log.push((house.app.clock.now(), Happened::Status("scheduled")));
        Self { house: house.clone(), host, guests, slug, slots, model, number, is_live: false }
    }

    pub fn is_live(&self) -> bool {
        self.is_live
    }

    fn log(&mut self, happened: Happened) {
        self.model.log.push((self.house.app.clock.now(), happened));
    }

    pub async fn turn(&mut self, verb: &str) {
        let path = format!("/api/v1/events/{}/{verb}", self.slug);
        self.host.post(&path, json!({})).await.expect(200);
        let now = self.house.app.clock.now();
        self.is_live = verb == "opening";
        if self.is_live {
            self.model.opened_at.get_or_insert(now);
            self.log(Happened::Status("live"));
        } else {
            self.model.closed_at = Some(now);
            self.model.playing = None;
            self.model.on = None;
            if std::mem::take(&mut self.model.is_quiet) {
                self.log(Happened::Quiet(false));
            }
            self.log(Happened::Status("ended"));
        }
    }

    /// One deed; what it was.
    pub async fn act(&mut self, chance: &mut Chance) -> &'static str {
        self.house.app.clock.advance(TimeDelta::milliseconds(chance.between(0, 90_000)));
        match chance.below(23) {
            0..=6 => self.share(chance).await,
            7..=9 => self.play(chance).await,
            10..=11 => self.remove_or_approve(chance).await,
            12 => self.withdraw(chance).await,
            13 => self.rename(chance).await,
            14..=15 => self.dance(chance).await,
            16..=17 => self.pledge(chance).await,
            18 => self.switch(chance).await,
            19..=20 => self.hand_over(chance).await,
            21 => self.hush(chance).await,
            _ => self.take_back(chance).await,
        }
    }

    async fn share(&mut self, chance: &mut Chance) -> &'static str {
        let (song, guest) = (chance.below(SONGS), chance.below(self.guests.len()));
        let mut body = match song % 3 {
            0 => json!({ "link": format!("https://youtu.be/{:05}{song:06}", self.number) }),
            _ => json!({ "title": format!("Song {song} of {}", self.number), "artist": "Queen" }),
        };
        body["dedication"] = if chance.once_in(2) { json!(format!("for {guest}")) } else { Value::Null };
        let answer = self.guests[guest].post(&format!("/api/v1/events/{}/shares", self.slug), body.clone()).await;
        let share = answer.json();
        match answer.status.as_u16() {
            201 => self.shared(
                &share,
                Song {
                    id: share["id"].as_str().expect("an id").to_owned(),
                    song,
                    guest,
                    title: body["title"].as_str().map(str::to_owned),
                    dedication: body["dedication"].as_str().map(str::to_owned),
                    standing: if share["state"] == "held" { Standing::Held } else { Standing::Shown },
                    joined: Vec::new(),
                    danced: Vec::new(),
                },
            ),
            200 => self.joined(song, guest),
            other => assert_eq!((other, self.is_live), (409, false), "{}", answer.text()),
        }
        "share"
    }

    fn shared(&mut self, share: &Value, song: Song) {
        assert!(["shown", "held"].contains(&share["state"].as_str().unwrap_or_default()), "{share}");
        let is_shown = song.standing == Standing::Shown;
        self.model.songs.push(song);
        if is_shown {
            self.log(Happened::Seen(self.model.songs.len() - 1));
        }
    }

    fn joined(&mut self, song: usize, guest: usize) {
        let stands = |one: &Song| one.song == song && matches!(one.standing, Standing::Shown | Standing::Held);
        let place = self.model.songs.iter().rposition(stands).expect("a song that stands");
        let one = &mut self.model.songs[place];
        if one.guest == guest || one.joined.contains(&guest) {
            return;
        }
        one.joined.push(guest);
        if one.standing == Standing::Shown {
            self.log(Happened::Joined(place, guest));
        }
    }

    async fn play(&mut self, chance: &mut Chance) -> &'static str {
        let shown = self.of(&[Standing::Shown]);
        let song = if chance.once_in(5) { None } else { chance.one_of(&shown) };
        let body = json!({ "share_id": song.map(|song| self.model.songs[song].id.clone()) });
        let answer = self.host.put(&format!("/api/v1/events/{}/now-playing", self.slug), body).await;
        if self.is_live {
            answer.expect(200);
            self.model.playing = song;
            self.log(Happened::Playing(song));
        } else {
            answer.expect(409);
        }
        "play"
    }

    async fn hand_over(&mut self, chance: &mut Chance) -> &'static str {
        let slot = if chance.once_in(4) { None } else { Some(chance.below(SLOTS.len())) };
        let body = json!({ "slot_id": slot.map(|slot| self.slots[slot].clone()) });
        let answer = self.host.put(&format!("/api/v1/events/{}/decks", self.slug), body).await;
        if !self.is_live {
            answer.expect(409);
            return "hand over, refused";
        }
        answer.expect(200);
        if let Some(slot) = slot.filter(|slot| self.model.on != Some(*slot)) {
            self.log(Happened::Slot(slot));
        }
        self.model.on = slot;
        "hand over"
    }

    async fn hush(&mut self, chance: &mut Chance) -> &'static str {
        let is_quiet = chance.once_in(2);
        let path = format!("/api/v1/events/{}", self.slug);
        let answer = self.host.patch(&path, json!({ "is_quiet": is_quiet })).await;
        if is_quiet && !self.is_live {
            answer.expect(409);
            return "hush, refused";
        }
        answer.expect(200);
        if std::mem::replace(&mut self.model.is_quiet, is_quiet) != is_quiet {
            self.log(Happened::Quiet(is_quiet));
        }
        "hush"
    }

    /// The places of the songs that stand so.
    fn of(&self, standings: &[Standing]) -> Vec<usize> {
        let places = self.model.songs.iter().enumerate();
        places.filter(|(_, song)| standings.contains(&song.standing)).map(|(place, _)| place).collect()
    }

    fn gone(&mut self, song: usize, standing: Standing) {
        self.model.songs[song].standing = standing;
        if self.model.playing == Some(song) {
            self.model.playing = None;
            self.log(Happened::Playing(None));
        }
    }

    async fn remove_or_approve(&mut self, chance: &mut Chance) -> &'static str {
        let removes = chance.once_in(2);
        let from = if removes { [Standing::Shown, Standing::Held] } else { [Standing::Held, Standing::Removed] };
        let Some(song) = chance.one_of(&self.of(&from)) else { return "nothing" };
        let id = self.model.songs[song].id.clone();
        if removes {
            self.host.post(&format!("/api/v1/shares/{id}/removal"), json!({})).await.expect(200);
            self.gone(song, Standing::Removed);
            return "remove";
        }
        let answer = self.host.post(&format!("/api/v1/shares/{id}/approval"), json!({})).await;
        // Refused where the same song stands again.
        if answer.status == 200 {
            self.model.songs[song].standing = Standing::Shown;
            self.log(Happened::Seen(song));
        }
        "approve"
    }

    async fn withdraw(&mut self, chance: &mut Chance) -> &'static str {
        let Some(song) = chance.one_of(&self.of(&[Standing::Shown, Standing::Held, Standing::Removed])) else {
            return "nothing";
        };
        let Song { id, guest, .. } = self.model.songs[song].clone();
        self.guests[guest].delete(&format!("/api/v1/shares/{id}")).await.expect(204);
        self.gone(song, Standing::Withdrawn);
        "withdraw"
    }

    async fn rename(&mut self, chance: &mut Chance) -> &'static str {
        let Some(song) = chance.one_of(&self.of(&[Standing::Shown, Standing::Held])) else { return "nothing" };
        let Song { id, guest, title, .. } = self.model.songs[song].clone();
        let mut body = json!({ "dedication": format!("again, for {}", chance.below(100)) });
        if title.is_none() {
            body["title"] = json!(format!("Named {song} of {}", self.number));
        }
        self.guests[guest].patch(&format!("/api/v1/shares/{id}"), body.clone()).await.expect(200);
        let one = &mut self.model.songs[song];
        one.dedication = body["dedication"].as_str().map(str::to_owned);
        one.title = title.or_else(|| body["title"].as_str().map(str::to_owned));
        "rename"
    }

    async fn dance(&mut self, chance: &mut Chance) -> &'static str {
        let Some(song) = chance.one_of(&self.of(&[Standing::Shown])) else { return "nothing" };
        let guest = chance.below(self.guests.len());
        let id = self.model.songs[song].id.clone();
        let answer = self.guests[guest].post(&format!("/api/v1/shares/{id}/dances"), json!({})).await;
        if answer.status == 200 && !self.model.songs[song].danced.contains(&guest) {
            self.model.songs[song].danced.push(guest);
            self.log(Happened::Danced(song));
        }
        "dance"
    }

    async fn pledge(&mut self, chance: &mut Chance) -> &'static str {
        let number = self.model.pledges.len();
        let (name, message) = (format!("Supporter {number}"), format!("Message {number}"));
        let shows = [chance.once_in(2), chance.once_in(2), chance.once_in(2)];
        let amount_pence = chance.between(100, 5_000);
        let body = json!({ "kind": "fixed", "amount_pence": amount_pence, "name": name, "message": message,
            "show_name": shows[0], "show_amount": shows[1], "show_message": shows[2] });
        let key = format!("replay-{}-{number}-{}", self.slug, self.model.log.len());
        let made = self.house.stranger().post_once(&format!("/api/v1/events/{}/pledges", self.slug), &key, body).await;
        if made.status != 201 {
            return "refused";
        }
        let text = |field: &str| made.json()[field].as_str().expect("a text").to_owned();
        let (id, token) = (text("id"), text("manage_token"));
        self.model.pledges.push(Pledge { id, token, amount_pence, name, message, shows, stands: true });
        self.log(Happened::Pledged(number));
        "pledge"
    }

    async fn switch(&mut self, chance: &mut Chance) -> &'static str {
        let Some(pledge) = self.standing_pledge(chance) else { return "nothing" };
        let shows = [chance.once_in(2), chance.once_in(2), chance.once_in(2)];
        let body = json!({ "show_name": shows[0], "show_amount": shows[1], "show_message": shows[2] });
        let path = format!("/api/v1/pledges/{}", self.model.pledges[pledge].token);
        self.house.stranger().patch(&path, body).await.expect(200);
        self.model.pledges[pledge].shows = shows;
        "switch"
    }

    async fn take_back(&mut self, chance: &mut Chance) -> &'static str {
        let Some(pledge) = self.standing_pledge(chance) else { return "nothing" };
        let path = format!("/api/v1/pledges/{}", self.model.pledges[pledge].token);
        self.house.stranger().delete(&path).await.expect(200);
        self.model.pledges[pledge].stands = false;
        "take back"
    }

    fn standing_pledge(&self, chance: &mut Chance) -> Option<usize> {
        let places = self.model.pledges.iter().enumerate();
        let stands: Vec<usize> = places.filter(|(_, pledge)| pledge.stands).map(|(place, _)| place).collect();
        chance.one_of(&stands)
    }
}
