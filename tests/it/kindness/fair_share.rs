//! A fair share: how many songs each person may have standing on a night.

use serde_json::json;

use super::{id, live, share};
use crate::support::{House, on_both};

on_both!(each_person_has_their_share, a_fair_share_is_set_by_hosts);

async fn each_person_has_their_share(house: House) {
    let (host, slug, api) = live(&house, json!({ "songs_each": 2, "screening": "first" })).await;
    let (sam, priya) = (house.guest("Sam").await, house.guest("Priya").await);
    let first = share(&sam, &api, json!({ "title": "One" })).await;
    share(&sam, &api, json!({ "title": "Two" })).await;
    share(&priya, &api, json!({ "title": "Theirs" })).await;
    let songs = format!("{api}/shares");
    let refused = sam.post(&songs, json!({ "title": "Three" })).await.expect(409).json();
    let detail = refused["detail"].as_str().expect("words");
    assert!(detail.contains("2 songs") && detail.contains("take one of yours back"), "{detail}");
    // Joining somebody else's is free, and so is one's own again.
    sam.post(&songs, json!({ "title": "Theirs" })).await.expect(200);
    sam.post(&songs, json!({ "title": "One" })).await.expect(200);
    // One taken back makes room, and so does one that a host took down.
    sam.delete(&format!("/api/v1/shares/{}", id(&first))).await.expect(204);
    let third = share(&sam, &api, json!({ "title": "Three" })).await;
    sam.post(&songs, json!({ "title": "Four" })).await.expect(409);
    host.post(&format!("/api/v1/shares/{}/removal", id(&third)), json!({})).await.expect(200);
    let fourth = json!({ "title": "Four" });
    let made = sam.post_once(&songs, "fair-share-4", fourth.clone()).await.expect(201);
    // A retry of what was taken is answered, not refused.
    let again = sam.post_once(&songs, "fair-share-4", fourth).await.expect(201);
    assert_eq!(made.json(), again.json());
    for title in ["Hers 1", "Hers 2", "Hers 3"] {
        share(&host, &api, json!({ "title": title })).await;
    }
    let page = house.stranger().get(&format!("/events/{slug}/share")).await.expect(200);
    assert!(page.select("main").contains("Everyone can have 2 songs on this night"));
    house.check().await;
}

async fn a_fair_share_is_set_by_hosts(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let event = async || house.stranger().get(&api).await.expect(200).json()["songs_each"].clone();
    assert_eq!(event().await, json!(null));
    let sam = house.guest("Sam").await;
    for title in ["One", "Two"] {
        share(&sam, &api, json!({ "title": title })).await;
    }
    host.patch(&api, json!({ "songs_each": 1 })).await.expect(200);
    sam.post(&format!("{api}/shares"), json!({ "title": "Three" })).await.expect(409);
    for wrong in [json!(0), json!(101), json!(-1), json!(4_294_967_297_i64)] {
        let refused = host.patch(&api, json!({ "songs_each": wrong })).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["songs_each"], "{wrong}");
    }
    let browser = house.browser_of("Louise").await;
    let page = format!("/host/events/{slug}/kindness");
    assert_eq!(browser.get(&page).await.expect(200).attribute("#songs_each", "value"), "1");
    let wrong = browser.fill_in(&page, &page, &[("songs_each", "many"), ("screening", "open")]).await.expect(422);
    assert_eq!(wrong.attribute("#songs_each", "value"), "many");
    browser.fill_in(&page, &page, &[("songs_each", "3"), ("screening", "first")]).await.expect(303);
    assert_eq!(event().await, 3);
    // The night's own form has it too, and an empty field is no limit.
    let form = format!("/host/events/{slug}/details");
    assert_eq!(browser.get(&form).await.expect(200).attribute("#songs_each", "value"), "3");
    browser.fill_in(&page, &page, &[("songs_each", ""), ("screening", "open")]).await.expect(303);
    assert_eq!(event().await, json!(null));
    // The same again keeps it.
    host.patch(&api, json!({ "songs_each": 4 })).await.expect(200);
    let copy = host.post(&format!("{api}/copies"), json!({ "starts_local": "2027-04-02T21:00" })).await.expect(201);
    assert_eq!(copy.json()["songs_each"], 4);
}
