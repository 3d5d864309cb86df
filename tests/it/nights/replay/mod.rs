//! A night played again: its activity in order, from today's rows and switches, with nothing in it that was removed,
//! withdrawn or switched off.

mod deeds;
mod model;
mod scenes;

use serde_json::Value;

use self::deeds::Played;
use self::model::parts;
use crate::support::chance::Chance;
use crate::support::{Backend, House, on_both, scale, seed};

/// The money of a replay is looked at apart: the model knows none.
const MONEY: [&str; 2] = ["totals", "milestone"];

on_both!(a_replay_equals_the_night);

/// The faults: a song that was taken down and is told, one that is told twice or too early, a name from another time, a
/// switch that isn't heeded, an order that isn't the night's.
async fn a_replay_equals_the_night(house: House) {
    let seed = seed();
    let quick = if house.backend == Backend::Postgres { 15 } else { 60 };
    let count = scale(quick, 5_000);
    let host = house.organiser("Louise").await;
    let names: Vec<String> = ["Sam", "Priya", "Jo", "Sam"].map(str::to_owned).into();
    let mut guests = Vec::new();
    for name in &names {
        guests.push(house.guest(name).await);
    }
    let (mut steps, mut told) = (0, 0);
    for number in 0..count {
        let mut chance = Chance::new(seed ^ (u64::try_from(number).unwrap_or_default() << 20));
        let mut night = Played::plan(&house, number, host.clone(), guests.clone(), names.clone()).await;
        let mut deeds = Vec::new();
        let lengths = [chance.between(0, 8), chance.between(4, 24), chance.between(0, 4), chance.between(0, 8)];
        for (part, length) in lengths.into_iter().enumerate() {
            // Beforehand, live, over; now and then opened again.
            match part {
                1 => night.turn("opening").await,
                2 => night.turn("closing").await,
                3 if chance.once_in(2) => night.turn("opening").await,
                _ => {}
            }
            for _ in 0..length {
                deeds.push(night.act(&mut chance).await);
                steps += 1;
            }
        }
        if night.is_live() {
            night.turn("closing").await;
        }
        let replay = house.stranger().get(&format!("/api/v1/events/{}/replay", night.slug)).await.expect(200).json();
        let moments = replay["moments"].as_array().expect("moments");
        assert!(moments.iter().is_sorted_by_key(|moment| moment["at_ms"].as_i64()), "in time order");
        let people = moments.iter().filter(|moment| !MONEY.iter().any(|kind| moment["kind"] == *kind));
        let found: Vec<Value> = people.map(parts).collect();
        let expected = night.model.replay();
        let differs = expected.iter().zip(&found).find(|(one, other)| one != other);
        assert!(
            differs.is_none() && expected.len() == found.len(),
            "seed {seed}, night {number}, {} expected, {} found, first difference {differs:#?}\n{deeds:?}",
            expected.len(),
            found.len()
        );
        told += found.len();
    }
    println!("seed {seed}: {count} nights, {steps} deeds, {told} moments: 0 differences");
}
