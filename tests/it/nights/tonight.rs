//! The stream tells what hosts set tonight, and how the line-up stands.

use serde_json::json;

use crate::support::stream::Listener;
use crate::support::{House, on_both};

on_both!(listeners_hear_of_tonight_and_the_line_up);

async fn listeners_hear_of_tonight_and_the_line_up(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let api = format!("/api/v1/events/{slug}");
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    let mut listener = Listener::open(&house, &slug, None).await;
    listener.until("now_playing").await;
    let mut tonight = json!({ "mood": "party", "welcome": "Hello", "is_paused": false, "quiet_since": null });
    host.patch(&api, json!({ "welcome": "Hello" })).await.expect(200);
    let told = listener.until("night").await.pop().expect("word");
    assert_eq!(told.data, tonight);
    host.patch(&api, json!({ "mood": "remembrance" })).await.expect(200);
    tonight["mood"] = json!("remembrance");
    assert_eq!(listener.until("night").await.pop().expect("word").data, tonight);
    host.patch(&api, json!({ "is_paused": true })).await.expect(200);
    tonight["is_paused"] = json!(true);
    assert_eq!(listener.until("night").await.pop().expect("word").data, tonight);
    host.patch(&api, json!({ "is_quiet": true })).await.expect(200);
    tonight["quiet_since"] = json!("2027-03-26T19:00:00Z");
    assert_eq!(listener.until("night").await.pop().expect("word").data, tonight);

    let slots = json!({ "slots": [{ "host": "Sam", "minutes": 30 }, { "host": "Priya", "minutes": 30 }] });
    let put = host.put(&format!("{api}/lineup"), slots).await.expect(200).json();
    assert_eq!(listener.until("lineup").await.pop().expect("word").data, put);
    let on = json!({ "slot_id": put["slots"][0]["id"] });
    let begun = host.put(&format!("{api}/decks"), on).await.expect(200).json();
    let told = listener.until("lineup").await.pop().expect("word");
    assert_eq!((&told.data, &told.data["behind_minutes"]), (&begun, &json!(-120)), "two hours early");
    assert_eq!(begun, house.stranger().get(&format!("{api}/lineup")).await.expect(200).json());
    // The night is moved, and the line-up with it.
    let planned = house.night(&host, json!({ "title": "Later", "lineup": [{ "host": "Jo", "minutes": 30 }] })).await;
    let mut listener = Listener::open(&house, &planned, None).await;
    listener.until("now_playing").await;
    host.patch(&format!("/api/v1/events/{planned}"), json!({ "starts_local": "2027-03-26T22:00" })).await.expect(200);
    let told = listener.until("lineup").await.pop().expect("word");
    assert_eq!(told.data["slots"][0]["starts_at"], "2027-03-26T22:00:00Z");
}
