//! Kindness: reports, the word list, people who sit a night out, a fair share of songs, and the trail of it all.

use serde_json::{Value, json};

use crate::support::{Actor, House};

mod blocks;
mod fair_share;
mod history;
mod mine;
mod reports;
mod words;

/// A live night with these fields; its host, its slug, and its path under `/api/v1`.
async fn live(house: &House, more: Value) -> (Actor, String, String) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, more).await;
    let api = format!("/api/v1/events/{slug}");
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    (host, slug, api)
}

/// Shares a song; what came of it.
async fn share(who: &Actor, api: &str, song: Value) -> Value {
    who.post(&format!("{api}/shares"), song).await.expect(201).json()
}

/// An id of what JSON tells.
fn id(of: &Value) -> &str {
    of["id"].as_str().expect("an id")
}

/// What the hosts of a night have to look after.
async fn care(host: &Actor, api: &str) -> Value {
    host.get(&format!("{api}/kindness")).await.expect(200).json()
}

/// Puts a word on the list.
async fn list_word(owner: &Actor, word: &str) -> Value {
    owner.post("/api/v1/words", json!({ "word": word })).await.expect(201).json()
}

/// The kinds of a night's trail, newest first.
async fn kinds(host: &Actor, api: &str) -> Vec<String> {
    let log = host.get(&format!("{api}/activity?limit=100")).await.expect(200).json();
    let items = log["items"].as_array().expect("items").iter();
    items.map(|item| item["kind"].as_str().expect("a kind").to_owned()).collect()
}
