//! What plays now: a soft pointer that hosts move, and that never points at what isn't shown.

use serde_json::json;

use super::{live, path, share};
use crate::support::{House, on_both};

on_both!(hosts_say_what_plays, what_is_taken_down_stops_playing, it_is_said_from_the_desk);

async fn hosts_say_what_plays(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    let song = share(&sam, &api, json!({ "title": "Blue Monday" }), 201).await;
    let now = format!("{api}/now-playing");
    let playing = host.put(&now, json!({ "share_id": song["id"] })).await.expect(200).json();
    assert_eq!(playing["share"]["id"], song["id"]);
    assert!(playing["share"]["played_at"].is_string(), "when it was played is kept");
    let page = async || house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert_eq!(page().await.attribute("#now", "data-share"), song["id"].as_str().expect("an id"));
    assert_eq!(host.put(&now, json!({ "share_id": null })).await.expect(200).json(), json!({ "share": null }));
    assert_eq!(page().await.attribute("#now", "data-share"), "");
    assert!(house.stranger().get(&path(&song)).await.json()["played_at"].is_string(), "it was played all the same");

    let elsewhere = house.night(&host, json!({ "title": "Elsewhere" })).await;
    let other = share(&sam, &format!("/api/v1/events/{elsewhere}"), json!({ "title": "Other" }), 201).await;
    for wrong in [other["id"].clone(), json!("nonsense"), json!("00000000-0000-7000-8000-000000000000"), json!(7)] {
        let refused = host.put(&now, json!({ "share_id": wrong })).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["share_id"], "{wrong}");
    }
    host.put(&now, json!({})).await.expect(422);
    sam.put(&now, json!({ "share_id": song["id"] })).await.expect(403);
    house.stranger().put(&now, json!({ "share_id": song["id"] })).await.expect(401);
    let early = format!("/api/v1/events/{elsewhere}/now-playing");
    host.put(&early, json!({ "share_id": other["id"] })).await.expect(409);
    host.put(&now, json!({ "share_id": song["id"] })).await.expect(200);
    host.post(&format!("{api}/closing"), json!({})).await.expect(200);
    host.put(&now, json!({ "share_id": null })).await.expect(409);
    // The last of a backlog is what plays at its end.
    let mut listener = crate::support::stream::Listener::open(&house, &slug, None).await;
    listener.until("totals").await;
    assert_eq!(
        listener.next().await.expect("what plays").data,
        json!({ "share": null }),
        "nothing plays once it is over"
    );
}

async fn what_is_taken_down_stops_playing(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    for way in ["removal", "withdrawal"] {
        let song = share(&sam, &api, json!({ "title": format!("Song for {way}") }), 201).await;
        host.put(&format!("{api}/now-playing"), json!({ "share_id": song["id"] })).await.expect(200);
        if way == "removal" {
            host.post(&format!("{}/removal", path(&song)), json!({})).await.expect(200);
        } else {
            sam.delete(&path(&song)).await.expect(204);
        }
        let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
        assert_eq!(page.attribute("#now", "data-share"), "", "{way}");
        assert!(!page.text().contains("Song for"), "{way}");
    }
    house.check().await;
}

async fn it_is_said_from_the_desk(house: House) {
    let (_, slug, api) = live(&house, json!({})).await;
    let song = share(&house.guest("Sam").await, &api, json!({ "title": "Blue Monday" }), 201).await;
    let browser = house.browser_of("Louise").await;
    let (desk, action) = (format!("/host/events/{slug}"), format!("/host/events/{slug}/now-playing"));
    let id = song["id"].as_str().expect("an id");
    browser.fill_in(&desk, &action, &[("share_id", id)]).await.expect(303);
    let playing =
        async || house.stranger().get(&format!("/events/{slug}")).await.expect(200).attribute("#now", "data-share");
    assert_eq!(playing().await, id);
    assert!(browser.get(&desk).await.expect(200).select("#part-decks .playing").contains("Blue Monday"));
    browser.fill_in(&desk, &action, &[("share_id", "")]).await.expect(303);
    assert_eq!(playing().await, "");
    browser.fill_in(&desk, &action, &[("share_id", "nonsense")]).await.expect(422);
    let removal = format!("{desk}/shares/{id}/removal");
    browser.fill_in(&desk, &removal, &[]).await.expect(303);
    assert_eq!(house.stranger().get(&path(&song)).await.status, 404);
}
