//! The trail: everything that happened on a night, for its hosts, in plain words and as ids.

use std::collections::BTreeSet;

use serde_json::json;

use super::{id, list_word, live, share};
use crate::support::{House, on_both};

on_both!(the_trail_says_who_did_what, the_trail_comes_in_pages_and_for_hosts_only);

async fn the_trail_says_who_did_what(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let owner = house.owner("Moira").await;
    list_word(&owner, "wretch").await;
    let (sam, priya) = (house.guest("Sam").await, house.guest("Priya").await);
    let kept = share(&sam, &api, json!({ "title": "Blue Monday", "dedication": "Kept words" })).await;
    let gone = share(&priya, &api, json!({ "title": "Regretted title" })).await;
    priya.delete(&format!("/api/v1/shares/{}", id(&gone))).await.expect(204);
    host.put(&format!("{api}/now-playing"), json!({ "share_id": id(&kept) })).await.expect(200);
    let pledge = json!({ "kind": "fixed", "amount_pence": 500, "name": "Secret Jo" });
    let made = house.stranger().post_once(&format!("{api}/pledges"), "history-1", pledge).await.expect(201).json();
    let report = json!({ "about": format!("share:{}", id(&kept)), "reason": "unkind" });
    priya.post("/api/v1/reports", report).await.expect(201);
    host.post(&format!("/api/v1/shares/{}/removal", id(&kept)), json!({ "reason": "Off the record" }))
        .await
        .expect(200);
    host.post(&format!("{api}/closing"), json!({})).await.expect(200);
    let page = house.browser_of("Louise").await.get(&format!("/host/events/{slug}/history")).await.expect(200);
    let said = page.select("main").split_whitespace().collect::<Vec<_>>().join(" ");
    let reference = made["reference"].as_str().expect("a reference");
    for line in [
        "Louise closed the night.",
        "Louise took “Blue Monday” down.",
        "Somebody reported something.",
        &format!("A supporter made the pledge {reference}."),
        "Louise played “Blue Monday”.",
        "A guest took a song back.",
        "Sam (a guest) shared “Blue Monday”.",
        "Louise opened the night.",
        "Louise planned the night.",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    for never in ["Regretted title", "Secret Jo", "Kept words", "Off the record", "Priya"] {
        assert!(!said.contains(never), "{never}: {said}");
    }
    assert!(said.find("Louise closed") < said.find("Louise planned"), "newest first");
    let json = host.get(&format!("{api}/activity?limit=100")).await.expect(200);
    assert_eq!(json.header("cache-control"), Some("no-store"));
    let keys: BTreeSet<&str> = ["seq", "kind", "at", "subject", "actor"].into();
    for item in json.json()["items"].as_array().expect("items") {
        assert_eq!(item.as_object().expect("an object").keys().map(String::as_str).collect::<BTreeSet<_>>(), keys);
    }
    house.check().await;
}

async fn the_trail_comes_in_pages_and_for_hosts_only(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    for number in 0..60 {
        host.patch(&api, json!({ "summary": format!("Summary {number}") })).await.expect(200);
    }
    let browser = house.browser_of("Louise").await;
    let first = browser.get(&format!("/host/events/{slug}/history")).await.expect(200);
    let earlier = first.attribute("main a[href*='cursor=']", "href");
    let second = browser.get(&earlier).await.expect(200);
    assert_eq!((first.all("ul.nights > li").len(), second.all("ul.nights > li").len()), (50, 13));
    browser.get(&format!("/host/events/{slug}/history?cursor=x")).await.expect(422);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = host.get(&format!("{api}/activity?limit=25{cursor}")).await.expect(200).json();
        seen.extend(
            page["items"].as_array().expect("items").iter().map(|item| item["seq"].as_i64().expect("a number")),
        );
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, (1..=63).rev().collect::<Vec<i64>>(), "every one, once, newest first");
    for (who, status) in
        [(house.stranger(), 401), (house.guest("Sam").await, 403), (house.organiser("Ruth").await, 403)]
    {
        who.get(&format!("{api}/activity")).await.expect(status);
    }
}
