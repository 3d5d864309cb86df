//! What people do on a night, by chance: each deed goes through the API and into the model.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Chance;
use super::People;
use super::model::{CHARITIES, Model, Paid, Parts, Payment, Pledge, State, Status, Terms, divide};
use super::statements::Statements;
use crate::support::{Actor, House};

/// A night and its model.
pub struct Night {
    house: House,
    pub host: Actor,
    pub stranger: Actor,
    guest: Actor,
    pub slug: String,
    pub model: Model,
    /// More than a day has passed since it closed.
    is_final: bool,
    pub statements: Statements,
    keys: usize,
}

impl Night {
    pub async fn plan(house: &House, number: usize) -> Self {
        let host = house.organiser(&format!("Host{number}")).await;
        let People { host, stranger } = People { host, stranger: house.stranger() };
        let starts = house.app.now().with_timezone(&chrono_tz::Europe::London).naive_local() + TimeDelta::hours(2);
        let plan = json!({
            "title": format!("History {number}"), "duration_minutes": 720,
            "starts_local": starts.format("%Y-%m-%dT%H:%M").to_string(),
        });
        let slug = house.night(&host, plan).await;
        let guest = house.guest("Sam").await;
        Self {
            house: house.clone(),
            host,
            stranger,
            guest,
            slug,
            model: Model::new(),
            is_final: false,
            statements: Statements::default(),
            keys: 0,
        }
    }

    pub fn key(&mut self) -> String {
        self.keys += 1;
        format!("{}-{}", self.slug, self.keys)
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/events/{}{rest}", self.slug)
    }

    /// Something happens; says what.
    pub async fn act(&mut self, chance: &mut Chance) -> &'static str {
        match chance.below(27) {
            0..=6 => self.promise(chance).await,
            7..=10 => self.share().await,
            11 | 12 => self.remove(chance).await,
            13 => self.approve(chance).await,
            14 => self.change(chance).await,
            15 => self.withdraw(chance).await,
            16 | 17 => self.claim(chance).await,
            18 => self.record(chance).await,
            19 => self.confirm(chance).await,
            20 => self.reverse(chance).await,
            24 | 25 => self.import(chance).await,
            26 => self.undo_import(chance).await,
            21 if chance.once_in(4) => self.cancel().await,
            22 if self.model.status == Status::Closed && chance.once_in(2) => self.reopen().await,
            23 if self.model.status == Status::Closed => self.wait(),
            _ => self.close().await,
        }
    }

    async fn promise(&mut self, chance: &mut Chance) -> &'static str {
        let terms = match chance.below(5) {
            0 | 1 => Terms::Fixed(chance.between(100, 3_000)),
            2 | 3 => Terms::PerSong(chance.between(1, 120), chance.between(100, 400)),
            _ => Terms::Match(chance.between(1, 100), chance.between(100, 2_500)),
        };
        let weights = if chance.once_in(3) { [chance.between(1, 9), chance.between(0, 4), 2] } else { [1, 1, 1] };
        let email = chance.once_in(3).then(|| u8::try_from(chance.below(3)).unwrap_or_default());
        let gift_aid = chance.once_in(2);
        let mut body = amounts(terms);
        body["gift_aid"] = gift_aid.into();
        body["email"] = email.map_or(Value::Null, |email| format!("{email}@example.org").into());
        if weights != [1, 1, 1] {
            body["split"] = split(weights);
        }
        let key = self.key();
        let answer = self.stranger.post_once(&self.path("/pledges"), &key, body).await;
        if self.model.status != Status::Open {
            answer.expect(409);
            return "a pledge that comes too late";
        }
        let made = answer.expect(201).json();
        let number = i64::try_from(self.model.pledges.len() + 1).unwrap_or_default();
        let settled = if let Terms::Fixed(amount) = terms { Some(divide(amount, weights, number)) } else { None };
        let text = |field: &str| made[field].as_str().expect("a text").to_owned();
        let (token, reference) = (text("manage_token"), text("reference"));
        let state = State::Standing;
        self.model.pledges.push(Pledge { token, reference, terms, weights, gift_aid, email, state, settled });
        "a pledge"
    }

    async fn share(&mut self) -> &'static str {
        let title = format!("{} song {}", self.slug, self.model.songs.len());
        let answer = self.guest.post(&self.path("/shares"), json!({ "title": title })).await;
        if self.model.status != Status::Open {
            answer.expect(409);
            return "a song that comes too late";
        }
        self.model.songs.push((answer.expect(201).json()["id"].as_str().expect("an id").to_owned(), true));
        "a song"
    }

    fn song(&self, chance: &mut Chance, shown: bool) -> Option<usize> {
        let those: Vec<usize> = (0..self.model.songs.len()).filter(|at| self.model.songs[*at].1 == shown).collect();
        chance.one_of(&those)
    }

    async fn remove(&mut self, chance: &mut Chance) -> &'static str {
        let Some(at) = self.song(chance, true) else { return "no song to remove" };
        let path = format!("/api/v1/shares/{}/removal", self.model.songs[at].0);
        self.host.post(&path, json!({})).await.expect(200);
        self.turn_song(at, false);
        "a song is removed"
    }

    async fn approve(&mut self, chance: &mut Chance) -> &'static str {
        let Some(at) = self.song(chance, false) else { return "no song to show again" };
        let path = format!("/api/v1/shares/{}/approval", self.model.songs[at].0);
        self.host.post(&path, json!({})).await.expect(200);
        self.turn_song(at, true);
        "a song is shown again"
    }

    fn turn_song(&mut self, at: usize, shown: bool) {
        self.model.songs[at].1 = shown;
        if self.model.status == Status::Closed && !self.is_final {
            self.model.count_out();
        }
    }

    fn pledge(&self, chance: &mut Chance) -> Option<usize> {
        chance.one_of(&(0..self.model.pledges.len()).collect::<Vec<_>>())
    }

    /// Whether everything that it promises has arrived.
    fn is_settled(&self, at: usize) -> bool {
        let received = self.model.paid(Paid::Confirmed, Some(at));
        self.model.pledges[at].settled.is_some_and(|parts| (0..3).all(|charity| received[charity] >= parts[charity]))
    }

    async fn change(&mut self, chance: &mut Chance) -> &'static str {
        let Some(at) = self.pledge(chance) else { return "no pledge to change" };
        let (has_ended, is_settled) = (self.model.pledges[at].state != State::Standing, self.is_settled(at));
        let pledge = self.model.pledges[at].clone();
        let terms = match pledge.terms {
            Terms::Fixed(_) => Terms::Fixed(chance.between(100, 3_000)),
            Terms::PerSong(..) => Terms::PerSong(chance.between(1, 120), chance.between(100, 400)),
            Terms::Match(..) => Terms::Match(chance.between(1, 100), chance.between(100, 2_500)),
        };
        let mut body = amounts(terms);
        body["gift_aid"] = (!pledge.gift_aid).into();
        let answer = self.stranger.patch(&format!("/api/v1/pledges/{}", pledge.token), body).await;
        let changes_money = terms != pledge.terms;
        if has_ended || (changes_money && (is_settled || self.model.status != Status::Open)) {
            answer.expect(409);
            return "a change that comes too late";
        }
        answer.expect(200);
        let number = i64::try_from(at + 1).unwrap_or_default();
        let changed = &mut self.model.pledges[at];
        changed.terms = terms;
        changed.gift_aid = !pledge.gift_aid;
        if let Terms::Fixed(amount) = terms {
            changed.settled = Some(divide(amount, changed.weights, number));
        }
        "a change"
    }

    async fn withdraw(&mut self, chance: &mut Chance) -> &'static str {
        let Some(at) = self.pledge(chance) else { return "no pledge to withdraw" };
        let path = format!("/api/v1/pledges/{}", self.model.pledges[at].token);
        self.stranger.delete(&path).await.expect(200);
        if self.model.pledges[at].state == State::Standing {
            self.model.end(at, State::Withdrawn);
        }
        "a withdrawal"
    }

    async fn claim(&mut self, chance: &mut Chance) -> &'static str {
        let Some(at) = self.pledge(chance) else { return "no pledge to give for" };
        let (charity, amount) = (chance.below(3), chance.between(1, 900));
        let body = json!({ "charity": CHARITIES[charity], "amount_pence": amount });
        let path = format!("/api/v1/pledges/{}/payments", self.model.pledges[at].token);
        let key = self.key();
        let answer = self.stranger.post_once(&path, &key, body).await;
        if self.model.pledges[at].state != State::Standing {
            answer.expect(409);
            return "a claim on a pledge that has ended";
        }
        self.add_payment(&answer.expect(201).json(), Some(at), charity, amount, Paid::Claimed);
        "a claim"
    }

    pub fn add_payment(&mut self, told: &Value, pledge: Option<usize>, charity: usize, amount: i64, state: Paid) {
        let id = told["id"].as_str().expect("an id").to_owned();
        self.model.payments.push(Payment { id, pledge, charity, amount, settled: 0, state, settles: Vec::new() });
    }

    async fn record(&mut self, chance: &mut Chance) -> &'static str {
        let pledge = self.pledge(chance).filter(|_| !chance.once_in(4));
        let (charity, amount) = (chance.below(3), chance.between(1, 900));
        let reference = pledge.map(|at| self.model.pledges[at].reference.to_lowercase());
        let body = json!({
            "charity": CHARITIES[charity], "amount_pence": amount, "method": "cash", "pledge_reference": reference,
        });
        let key = self.key();
        let answer = self.host.post_once(&self.path("/payments"), &key, body).await.expect(201);
        self.add_payment(&answer.json(), pledge, charity, amount, Paid::Confirmed);
        self.model.settle_claims();
        "money is recorded"
    }

    async fn confirm(&mut self, chance: &mut Chance) -> &'static str {
        let Some(at) = self.payment(chance) else { return "no payment to confirm" };
        let path = format!("/api/v1/payments/{}/confirmation", self.model.payments[at].id);
        let answer = self.host.post(&path, json!({})).await;
        if self.model.payments[at].state != Paid::Claimed {
            answer.expect(409);
            return "a payment that is no claim";
        }
        answer.expect(200);
        self.model.payments[at].state = Paid::Confirmed;
        "a claim is confirmed"
    }

    fn payment(&self, chance: &mut Chance) -> Option<usize> {
        chance.one_of(&(0..self.model.payments.len()).collect::<Vec<_>>())
    }

    async fn reverse(&mut self, chance: &mut Chance) -> &'static str {
        let Some(at) = self.payment(chance) else { return "no payment to reverse" };
        let path = format!("/api/v1/payments/{}/reversal", self.model.payments[at].id);
        let answer = self.host.post(&path, json!({})).await;
        if self.model.payments[at].state == Paid::Reversed {
            answer.expect(409);
            return "a payment that is reversed already";
        }
        answer.expect(200);
        self.model.reverse(at);
        "a payment is reversed"
    }

    async fn close(&mut self) -> &'static str {
        if self.model.status != Status::Open {
            return "nothing";
        }
        if self.host.get(&self.path("")).await.expect(200).json()["status"] == "scheduled" {
            self.host.post(&self.path("/opening"), json!({})).await.expect(200);
        }
        self.host.post(&self.path("/closing"), json!({})).await.expect(200);
        self.model.status = Status::Closed;
        self.model.count_out();
        "the night ends"
    }

    async fn reopen(&mut self) -> &'static str {
        let answer = self.host.post(&self.path("/opening"), json!({})).await;
        if self.is_final {
            answer.expect(409);
            return "it is too late to open it again";
        }
        answer.expect(200);
        self.model.status = Status::Open;
        self.model.reopen();
        "the night is opened again"
    }

    fn wait(&mut self) -> &'static str {
        self.house.app.clock.advance(TimeDelta::hours(25));
        self.is_final = true;
        "a day passes"
    }

    async fn cancel(&mut self) -> &'static str {
        let answer = self.host.post(&self.path("/cancellation"), json!({})).await;
        if self.model.status != Status::Open {
            answer.expect(409);
            return "it is too late to cancel it";
        }
        answer.expect(200);
        self.model.status = Status::Cancelled;
        for at in 0..self.model.pledges.len() {
            if self.model.pledges[at].state == State::Standing {
                self.model.end(at, State::Lapsed);
            }
        }
        "the night is cancelled"
    }
}

fn amounts(terms: Terms) -> Value {
    match terms {
        Terms::Fixed(amount) => json!({ "kind": "fixed", "amount_pence": amount }),
        Terms::PerSong(rate, cap) => json!({ "kind": "per_song", "rate_pence": rate, "cap_pence": cap }),
        Terms::Match(percent, pot) => json!({ "kind": "match", "percent": percent, "pot_pence": pot }),
    }
}

fn split(weights: Parts) -> Value {
    let weighted = CHARITIES.iter().zip(weights).filter(|(_, weight)| *weight > 0);
    weighted.map(|(slug, weight)| json!({ "charity": slug, "parts": weight })).collect()
}
