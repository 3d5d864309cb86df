//! Who holds the decks when: slots follow one another, an anchor holds whatever came before.

use serde_json::{Value, json};

use super::{event, plan};
use crate::support::{House, on_both};

on_both!(slots_follow_one_another_and_anchors_hold, wrong_slots_are_named, a_bare_record_tells_what_is_known);

async fn slots_follow_one_another_and_anchors_hold(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let path = format!("/api/v1/events/{slug}/lineup");
    let slots = json!({ "slots": [
        { "host": "Sam", "title": "Northern soul", "minutes": 30 },
        { "host": "Priya", "minutes": 45 },
        { "host": "Jo", "minutes": 20, "anchor_local": "2027-03-26T22:30" },
        { "host": "Femi", "minutes": 10 },
    ] });
    let put = host.put(&path, slots).await.expect(200).json();
    let times: Vec<(&str, &str)> = put["slots"]
        .as_array()
        .expect("slots")
        .iter()
        .map(|slot| (slot["starts_at"].as_str().unwrap_or_default(), slot["ends_at"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(
        times,
        [
            ("2027-03-26T21:00:00Z", "2027-03-26T21:30:00Z"),
            ("2027-03-26T21:30:00Z", "2027-03-26T22:15:00Z"),
            ("2027-03-26T22:30:00Z", "2027-03-26T22:50:00Z"),
            ("2027-03-26T22:50:00Z", "2027-03-26T23:00:00Z"),
        ]
    );
    assert_eq!(house.stranger().get(&path).await.expect(200).json(), put);
    assert_eq!(event(&host, &slug).await["lineup"], put["slots"]);
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert!(page.select("ol.lineup").contains("Sam: Northern soul"));
    // The night moves, and the slots with it; the anchor stays at its hour.
    host.patch(&format!("/api/v1/events/{slug}"), json!({ "starts_local": "2027-03-26T21:15" })).await.expect(200);
    let moved = house.stranger().get(&path).await.expect(200).json();
    assert_eq!(
        (&moved["slots"][0]["starts_at"], &moved["slots"][2]["starts_at"]),
        (&json!("2027-03-26T21:15:00Z"), &json!("2027-03-26T22:30:00Z"))
    );
    let empty = json!({ "slots": [], "behind_minutes": null });
    assert_eq!(host.put(&path, json!({ "slots": [] })).await.expect(200).json(), empty);
    house.stranger().put(&path, json!({ "slots": [] })).await.expect(401);
    house.organiser("Ruth").await.put(&path, json!({ "slots": [] })).await.expect(403);
}

async fn wrong_slots_are_named(house: House) {
    let host = house.organiser("Louise").await;
    let slug = plan(&host, json!({ "lineup": [{ "host": "Sam", "minutes": 30 }] })).await;
    let path = format!("/api/v1/events/{slug}/lineup");
    for (slot, field) in [
        (json!({ "host": "", "minutes": 30 }), "lineup[1].host"),
        (json!({ "host": "h".repeat(81), "minutes": 30 }), "lineup[1].host"),
        (json!({ "host": "Sam", "minutes": 0 }), "lineup[1].minutes"),
        (json!({ "host": "Sam", "minutes": 721 }), "lineup[1].minutes"),
        (json!({ "host": "Sam", "minutes": 30, "title": "t".repeat(121) }), "lineup[1].title"),
        (json!({ "host": "Sam", "minutes": 30, "anchor_local": "ten" }), "lineup[1].anchor_local"),
    ] {
        let refused = host.put(&path, json!({ "slots": [{ "host": "A", "minutes": 1 }, slot] })).await.expect(422);
        assert_eq!(refused.wrong_fields(), [field]);
    }
    let many: Vec<Value> = (0..51).map(|_| json!({ "host": "Sam", "minutes": 1 })).collect();
    host.put(&path, json!({ "slots": many })).await.expect(422);
    host.put(&path, json!({})).await.expect(422);
    assert_eq!(event(&host, &slug).await["lineup"][0]["minutes"], 30, "what was there stands");
}

/// A historic night: date, host, source; no invented songs or money, and nothing to be turned.
async fn a_bare_record_tells_what_is_known(house: House) {
    twitterdisco::site::demo::fill(&house.app).await.expect("a demo");
    let owner = house.owner("Moira").await;
    let past = owner.get("/api/v1/events?when=past&limit=100").await.expect(200).json();
    let records: Vec<&Value> =
        past["items"].as_array().expect("items").iter().filter(|event| event["charities"] == json!([])).collect();
    let [record] = records[..] else { panic!("one bare record: {records:?}") };
    assert!(record["starts_local"].as_str().is_some_and(|local| local.starts_with("2017-06-09")));
    assert_eq!(
        (&record["share_count"], &record["totals"]["promised_pence"], &record["totals"]["pledges"]),
        (&json!(0), &json!(0), &json!(0))
    );
    let slug = record["slug"].as_str().expect("a slug");
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    let main = page.select("main");
    assert!(main.contains("Friday 9 June 2017") && main.contains("isn’t known"), "{main}");
    assert!(!main.contains("9pm") && !main.contains('£') && !main.contains("Set list"), "nothing is invented: {main}");
    assert!(page.try_select("main a[href^='https://fairyruth.com/']").is_some(), "its source is named");
    for verb in ["publication", "opening", "closing", "cancellation"] {
        owner.post(&format!("/api/v1/events/{slug}/{verb}"), json!({})).await.expect(409);
    }
    house
        .guest("Sam")
        .await
        .post(&format!("/api/v1/events/{slug}/shares"), json!({ "title": "Late" }))
        .await
        .expect(409);
    let pledge = json!({ "kind": "fixed", "amount_pence": 500 });
    house.stranger().post_once(&format!("/api/v1/events/{slug}/pledges"), "to-a-record", pledge).await.expect(409);
    house.check().await;
}
