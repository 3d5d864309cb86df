//! Answers about songs, for the OpenAPI document to be held against.

use serde_json::json;

use crate::support::{Actor, Answer, House};

/// What the routes of songs answer on a live night whose API is at `at`.
pub async fn song_answers(house: &House, host: &Actor, at: &str) -> Vec<(&'static str, Answer)> {
    let guest = house.stranger().post("/api/v1/guests", json!({ "nickname": "Sam" })).await.expect(201);
    let renewed = json!({});
    let sam = house.guest("Sam").await;
    let song = json!({ "link": "https://youtu.be/HgzGwKwLmgM" });
    let shared = sam.post(&format!("{at}/shares"), song.clone()).await.expect(201);
    let share = format!("/api/v1/shares/{}", shared.json()["id"].as_str().expect("an id"));
    let now = json!({ "share_id": shared.json()["id"] });
    let other = "https://open.spotify.com/track/7hQJA50XrCWABAu5v6QZ4i";
    let gone = json!({ "url": other, "is_gone": true });
    let twin = host.post(&format!("{at}/shares"), json!({ "title": "Dont Stop Now" })).await.expect(201).json();
    let (same, apart) = (json!({ "track_id": twin["track"]["id"] }), json!({ "share_id": twin["id"] }));
    let name = json!({ "title": "Don't Stop Me Now", "dedication": "for Theatre 3" });
    let (list, brought) = (format!("{at}/playlist"), json!({ "playlist": { "track": [{ "title": "Africa" }, {}] } }));
    vec![
        ("POST /api/v1/events/{slug}/playlist", host.post(&list, brought.clone()).await.expect(200)),
        ("POST /api/v1/events/{slug}/playlist", host.post(&format!("{list}?dry_run=false"), brought).await.expect(201)),
        ("POST /api/v1/events/{slug}/playlist", host.post(&list, json!({})).await.expect(422)),
        ("POST /api/v1/guests", guest),
        ("POST /api/v1/guests/renewal", sam.post("/api/v1/guests/renewal", renewed).await.expect(201)),
        ("POST /api/v1/events/{slug}/shares", shared),
        (
            "POST /api/v1/events/{slug}/shares",
            house.guest("Jo").await.post(&format!("{at}/shares"), song).await.expect(200),
        ),
        ("POST /api/v1/events/{slug}/shares", sam.post(&format!("{at}/shares"), json!({})).await.expect(422)),
        ("GET /api/v1/shares/{id}", house.stranger().get(&share).await.expect(200)),
        ("PATCH /api/v1/shares/{id}", sam.patch(&share, name).await.expect(200)),
        ("PUT /api/v1/events/{slug}/now-playing", host.put(&format!("{at}/now-playing"), now).await.expect(200)),
        ("POST /api/v1/shares/{id}/dances", sam.post(&format!("{share}/dances"), json!({})).await.expect(200)),
        ("POST /api/v1/events/{slug}/presence", sam.post(&format!("{at}/presence"), json!({})).await.expect(200)),
        ("DELETE /api/v1/events/{slug}/presence", sam.delete(&format!("{at}/presence")).await.expect(200)),
        (
            "POST /api/v1/shares/{id}/links",
            host.post(&format!("{share}/links"), json!({ "link": other })).await.expect(200),
        ),
        (
            "POST /api/v1/shares/{id}/links",
            host.post(&format!("{share}/links"), json!({ "link": "" })).await.expect(422),
        ),
        ("PATCH /api/v1/shares/{id}/links", host.patch(&format!("{share}/links"), gone).await.expect(200)),
        ("POST /api/v1/shares/{id}/merger", host.post(&format!("{share}/merger"), same).await.expect(200)),
        ("POST /api/v1/shares/{id}/split", host.post(&format!("{share}/split"), apart).await.expect(200)),
        ("POST /api/v1/shares/{id}/removal", host.post(&format!("{share}/removal"), json!({})).await.expect(200)),
        ("POST /api/v1/shares/{id}/approval", host.post(&format!("{share}/approval"), json!({})).await.expect(200)),
        ("DELETE /api/v1/shares/{id}", sam.delete(&share).await.expect(204)),
    ]
}
