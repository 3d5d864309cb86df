//! Promise 4, "totals add up": random histories of every kind of pledge, songs, removals, payments, statements, withdrawals and
//! reversals, on a night that opens, closes, opens again and is cancelled, against a plain model that sums everything
//! afresh. Catches any drift between the running sums, the open part, the ledger and what people did.

mod deeds;
mod model;
mod statements;

use serde_json::Value;

pub use crate::support::chance::Chance;
use crate::support::{Actor, House, on_both, scale};
pub use deeds::Night;
pub use model::CHARITIES;
use model::{Model, Paid, State};

/// Histories of each of the four parts, quick and deep. Quick ones are a thousand in all; on PostgreSQL each write waits for
/// the disk, so it has fewer of them.
const QUICK: usize = 190;
const DEEP: usize = 25_000;
const QUICK_ON_POSTGRES: usize = 60;
const STEPS: std::ops::RangeInclusive<i64> = 6..=18;

on_both!(part_one, part_two, part_three, part_four);

async fn part_one(house: House) {
    histories(house, 1).await;
}

async fn part_two(house: House) {
    histories(house, 2).await;
}

async fn part_three(house: House) {
    histories(house, 3).await;
}

async fn part_four(house: House) {
    histories(house, 4).await;
}

async fn histories(house: House, part: u64) {
    let seed = crate::support::seed();
    let quick = if house.backend == crate::support::Backend::Postgres { QUICK_ON_POSTGRES } else { QUICK };
    let count = scale(quick, DEEP);
    let mut steps = 0;
    for history in 0..count {
        let mut chance = Chance::new(seed ^ (part << 40) ^ u64::try_from(history).unwrap_or_default());
        let mut night = Night::plan(&house, history).await;
        for step in 0..chance.between(*STEPS.start(), *STEPS.end()) {
            let deed = night.act(&mut chance).await;
            steps += 1;
            if chance.once_in(3) {
                agree(&night, &format!("seed {seed}, part {part}, history {history}, step {step}: {deed}")).await;
            }
        }
        agree(&night, &format!("seed {seed}, part {part}, history {history}, at its end")).await;
        agree_on_sums(&night, &format!("seed {seed}, part {part}, history {history}")).await;
        agree_on_pledges(&night, &format!("seed {seed}, part {part}, history {history}")).await;
    }
    house.check().await;
    println!("histories: seed {seed}, part {part}: {count} histories, {steps} steps, 0 differences");
}

async fn agree(night: &Night, when: &str) {
    let told = night.stranger.get(&format!("/api/v1/events/{}/totals", night.slug)).await.expect(200).json();
    let expected = totals(&night.model);
    for (field, value) in &expected {
        assert_eq!(told[field], *value, "{field}, {when}\n{:#?}", night.model);
    }
    let (promised, aided) = night.model.promised_parts();
    let (claimed, received) = (night.model.paid(Paid::Claimed, None), night.model.paid(Paid::Confirmed, None));
    for (at, slug) in CHARITIES.iter().enumerate() {
        let part = told["by_charity"].as_array().expect("charities").iter().find(|part| part["charity"] == *slug);
        let part = part.expect("the charity");
        let told = ["promised_pence", "claimed_pence", "received_pence", "gift_aid_estimate_pence"]
            .map(|field| part[field].as_i64().expect("pence"));
        let expected = [promised[at], claimed[at], received[at], aided[at] / 4];
        assert_eq!(told, expected, "{slug}, {when}\n{:#?}", night.model);
    }
}

/// The public proof says the same, kind by kind, and that it all adds up.
async fn agree_on_sums(night: &Night, when: &str) {
    let told = night.stranger.get(&format!("/api/v1/events/{}/sums", night.slug)).await.expect(200).json();
    assert_eq!(told["balanced"], true, "{when}\n{told:#}\n{:#?}", night.model);
    for (kind, promised) in night.model.promised_by_kind() {
        let found = told["kinds"].as_array().expect("kinds").iter().find(|one| one["kind"] == kind);
        let found = found.map_or(0, |one| one["promised_pence"].as_i64().expect("pence"));
        assert_eq!(found, promised, "{kind}, {when}\n{told:#}\n{:#?}", night.model);
    }
}

fn totals(model: &Model) -> Vec<(&'static str, Value)> {
    let (promised, aided) = model.promised_parts();
    let sum = |parts: model::Parts| Value::from(parts.iter().sum::<i64>());
    let standing = model.pledges.iter().filter(|pledge| pledge.state != State::Withdrawn).count();
    vec![
        ("promised_pence", sum(promised)),
        ("at_most_pence", model.pledges.iter().map(Model::at_most).sum::<i64>().into()),
        ("claimed_pence", sum(model.paid(Paid::Claimed, None))),
        ("received_pence", sum(model.paid(Paid::Confirmed, None))),
        ("gift_aid_estimate_pence", (aided.iter().sum::<i64>() / 4).into()),
        ("pledges", standing.into()),
        ("supporters", model.supporters().into()),
        ("shares", model.shown().into()),
    ]
}

async fn agree_on_pledges(night: &Night, when: &str) {
    let list = night.host.get(&format!("/api/v1/events/{}/pledges?limit=100", night.slug)).await.expect(200).json();
    let list = list["items"].as_array().expect("pledges").clone();
    assert_eq!(list.len(), night.model.pledges.len());
    for ((number, pledge), told) in night.model.numbered().zip(&list) {
        let at = usize::try_from(number - 1).unwrap_or_default();
        let promised =
            pledge.settled.unwrap_or_else(|| model::divide(night.model.promised(pledge), pledge.weights, number));
        let (claimed, received) =
            (night.model.paid(Paid::Claimed, Some(at)), night.model.paid(Paid::Confirmed, Some(at)));
        let sum = |parts: model::Parts| parts.iter().sum::<i64>();
        let expected = [sum(promised), Model::at_most(pledge), sum(claimed), sum(received)];
        let fields = ["promised_pence", "at_most_pence", "claimed_pence", "received_pence"];
        assert_eq!(fields.map(|field| told[field].as_i64().expect("pence")), expected, "{when}, {told}");
        for part in told["allocations"].as_array().expect("parts") {
            let charity = CHARITIES.iter().position(|slug| part["charity"] == *slug).expect("a charity");
            let both = [part["promised_pence"].as_i64(), part["received_pence"].as_i64()];
            assert_eq!(both, [Some(promised[charity]), Some(received[charity])], "{when}, {told}");
        }
    }
}

/// Who acts in a history.
struct People {
    host: Actor,
    stranger: Actor,
}
