//! What became of one's own songs: shown, waiting and why, taken down and why, taken back.

use serde_json::json;

use super::{id, live, share};
use crate::support::{House, on_both};

on_both!(everyone_sees_what_became_of_their_own, a_removal_takes_a_reason_or_nothing_at_all);

async fn everyone_sees_what_became_of_their_own(house: House) {
    let (host, slug, api) = live(&house, json!({ "screening": "first" })).await;
    let (sam, priya) = (house.guest("Sam").await, house.guest("Priya").await);
    let first = share(&sam, &api, json!({ "title": "First" })).await;
    let approval = format!("/api/v1/shares/{}/approval", id(&first));
    let list = async || sam.get(&format!("{api}/shares/mine")).await.expect(200).json()["items"].clone();
    assert_eq!((&list().await[0]["state"], &list().await[0]["waits_for"]), (&json!("held"), &json!("first_song")));
    host.post(&approval, json!({})).await.expect(200);
    let removed = share(&sam, &api, json!({ "title": "Removed" })).await;
    let removal = format!("/api/v1/shares/{}/removal", id(&removed));
    host.post(&removal, json!({ "reason": "  It names a patient " })).await.expect(200);
    let gone = share(&sam, &api, json!({ "title": "Taken back" })).await;
    sam.delete(&format!("/api/v1/shares/{}", id(&gone))).await.expect(204);
    share(&priya, &api, json!({ "title": "Somebody else's" })).await;
    let mine = list().await;
    let told: Vec<_> =
        mine.as_array().expect("items").iter().map(|one| (one["state"].clone(), one["reason"].clone())).collect();
    assert_eq!(
        told,
        [
            (json!("shown"), json!(null)),
            (json!("removed"), json!("It names a patient")),
            (json!("withdrawn"), json!(null))
        ]
    );
    // The same song again, after a host took it down.
    host.patch(&api, json!({ "screening": "open" })).await.expect(200);
    share(&sam, &api, json!({ "title": "Removed" })).await;
    assert_eq!(list().await[3]["waits_for"], "removed_before");
    host.patch(&api, json!({ "screening": "all" })).await.expect(200);
    share(&sam, &api, json!({ "title": "Looked at" })).await;
    assert_eq!(list().await[4]["waits_for"], "every_song");
    // In pages, for oneself alone.
    let page = sam.get(&format!("{api}/shares/mine?limit=2")).await.expect(200).json();
    let next = page["next"].as_str().expect("more");
    let rest = sam.get(&format!("{api}/shares/mine?limit=3&cursor={next}")).await.expect(200).json();
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["next"]), (Some(3), &json!(null)));
    house.stranger().get(&format!("{api}/shares/mine")).await.expect(401);
    assert_eq!(house.guest("Jo").await.get(&format!("{api}/shares/mine")).await.expect(200).json()["items"], json!([]));
    // The reason is for its guest: nobody else reads it.
    let public = house.stranger().get(&format!("/events/{slug}")).await.expect(200).text();
    assert!(!public.contains("It names a patient"));
    assert!(!host.get(&format!("/api/v1/shares/{}", id(&removed))).await.expect(200).text().contains("reason"));
    house.check().await;
}

/// A script from before reasons sends nothing, or `{}`; the page's form sends what was typed.
async fn a_removal_takes_a_reason_or_nothing_at_all(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sam = house.stranger();
    let page = format!("/events/{slug}/share");
    sam.fill_in(&page, &page, &[("title", "One"), ("nickname", "Sam")]).await.expect(303);
    for title in ["Two", "Three", "Four"] {
        sam.fill_in(&page, &page, &[("title", title)]).await.expect(303);
    }
    let songs = house.stranger().get(&format!("{api}/shares")).await.expect(200).json();
    let removal = |at: usize| format!("/api/v1/shares/{}/removal", id(&songs["items"][at]));
    host.send(axum::http::Method::POST, &removal(0), &[], "").await.expect(200);
    host.post(&removal(1), json!({ "reason": null })).await.expect(200);
    let long = host.post(&removal(2), json!({ "reason": "x".repeat(201) })).await.expect(422);
    assert_eq!(long.wrong_fields(), ["reason"]);
    host.send(axum::http::Method::POST, &removal(2), &[], "reason=x").await.expect(415);
    host.post(&removal(2), json!({ "reason": 7 })).await.expect(422);
    let browser = house.browser_of("Louise").await;
    let desk = format!("/host/events/{slug}");
    let action = format!("{desk}/shares/{}/removal", id(&songs["items"][3]));
    browser.fill_in(&desk, &action, &[("reason", "Not <b>tonight")]).await.expect(303);
    let mine = sam.get(&format!("/events/{slug}/mine")).await.expect(200);
    assert!(mine.select("main").contains("They say: “Not <b>tonight”"), "{}", mine.select("main"));
    // Shown again, nothing of it is left.
    host.post(&format!("/api/v1/shares/{}/approval", id(&songs["items"][3])), json!({})).await.expect(200);
    assert!(!sam.get(&format!("/events/{slug}/mine")).await.expect(200).text().contains("They say"));
}
