//! Search: what is found by which words, what is never found, what may be asked, and how an old database gets an index.

#![expect(clippy::print_stdout, reason = "tests of promises print what they counted")]

use serde_json::{Value, json};

use crate::support::{Actor, Answer, House};

mod asks;
mod fills;
mod finds;
mod hides;

/// An address with what is looked for in it.
fn at(path: &str, words: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
    format!("{path}?{query}")
}

/// What anyone finds.
async fn found(house: &House, words: &str) -> Value {
    house.stranger().get(&at("/api/v1/search", words)).await.expect(200).json()
}

/// The page of what anyone finds.
async fn page(house: &House, words: &str) -> Answer {
    house.stranger().get(&at("/search", words)).await.expect(200)
}

/// The titles of what anyone finds of one kind, in its order; the page says the same.
async fn titles(house: &House, kind: &str, words: &str) -> Vec<String> {
    let found = found(house, words).await;
    let title = |thing: &Value| thing["title"].as_str().unwrap_or_default().to_owned();
    let titles: Vec<String> = found[kind].as_array().expect("a list").iter().map(title).collect();
    let section = match kind {
        "events" => "nights",
        "tracks" => "songs",
        _ => "stories",
    };
    let shown = page(house, words).await.all(&format!("section[aria-labelledby={section}] h3"));
    assert_eq!(shown, titles, "the page and the API find the same by {words}");
    titles
}

async fn events(house: &House, words: &str) -> Vec<String> {
    titles(house, "events", words).await
}

async fn songs(house: &House, words: &str) -> Vec<String> {
    titles(house, "tracks", words).await
}

async fn stories(house: &House, words: &str) -> Vec<String> {
    titles(house, "stories", words).await
}

/// Fails if anything at all is found.
async fn assert_nothing(house: &House, words: &str) {
    assert_eq!(found(house, words).await, json!({ "events": [], "tracks": [], "stories": [] }), "by {words}");
    let page = page(house, words).await;
    assert_eq!(page.all("main h3"), [""; 0], "by {words}");
}

/// Shares a song; what came of it.
async fn share(who: &Actor, slug: &str, song: Value) -> Value {
    let shared = who.post(&format!("/api/v1/events/{slug}/shares"), song).await;
    assert!([200, 201].contains(&shared.status.as_u16()), "{}", shared.text());
    shared.json()
}

/// The path of a share.
fn path(share: &Value) -> String {
    format!("/api/v1/shares/{}", share["id"].as_str().expect("an id"))
}
