//! Songs: shared by link or by words, met again in other words, held, shown, taken down, taken back, played; and what a
//! guest sees of their own.

#![expect(clippy::print_stdout, reason = "tests of promises print what they counted")]

use serde_json::{Value, json};

use crate::support::{Actor, House};

mod all_time;
mod apart;
mod bringing;
mod brought_files;
mod change;
mod field;
mod forged;
mod last_time;
mod links;
mod look_up;
mod one_song;
mod outcomes;
mod play;
mod playlists;
mod readers;
mod screen;
mod share;
mod short_links;
mod similar;

/// A live night with these fields; its host, its slug, and its path under `/api/v1`.
async fn live(house: &House, more: Value) -> (Actor, String, String) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, more).await;
    let api = format!("/api/v1/events/{slug}");
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    (host, slug, api)
}

/// Shares a song; what came of it.
async fn share(who: &Actor, api: &str, song: Value, status: u16) -> Value {
    who.post(&format!("{api}/shares"), song).await.expect(status).json()
}

/// The path of a share.
fn path(share: &Value) -> String {
    format!("/api/v1/shares/{}", share["id"].as_str().expect("an id"))
}

/// The titles on the public list, in its order.
async fn titles(house: &House, api: &str) -> Vec<String> {
    let list = house.stranger().get(&format!("{api}/shares?limit=100")).await.expect(200).json();
    let items = list["items"].as_array().expect("items").iter();
    items.map(|share| share["track"]["title"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Fails if the public can find `words` anywhere: the page, the list, the stream, the share itself.
async fn assert_nowhere(house: &House, slug: &str, id: &Value, words: &str) {
    let anyone = house.stranger();
    let id = id.as_str().expect("an id");
    for path in [format!("/events/{slug}"), "/".to_owned(), format!("/api/v1/events/{slug}/shares?limit=100")] {
        let text = anyone.get(&path).await.expect(200).text();
        assert!(!text.contains(words) && !text.contains(id), "{words} on {path}");
    }
    anyone.get(&format!("/api/v1/shares/{id}")).await.expect(404);
    let told = crate::support::stream::Listener::open(house, slug, None).await.until("now_playing").await;
    assert!(!told.iter().any(|message| message.data.to_string().contains(words)), "{words} on the stream: {told:?}");
}
