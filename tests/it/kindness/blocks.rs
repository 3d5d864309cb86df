//! Sitting a night out: one guest, one night, undone at will, and never a host.

use serde_json::json;

use super::{care, id, kinds, live, share};
use crate::support::stream::Listener;
use crate::support::{House, on_both};

on_both!(
    a_blocked_guest_takes_no_part_in_that_night,
    a_blocked_guest_says_of_no_planned_night_that_theyll_be_there,
    what_stands_is_taken_down_in_the_same_step,
    hosts_and_owners_cannot_be_blocked,
    only_hosts_block_and_only_those_who_were_here,
);

async fn a_blocked_guest_takes_no_part_in_that_night(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sam = house.stranger();
    let page = format!("/events/{slug}/share");
    sam.fill_in(&page, &page, &[("title", "Blue Monday"), ("nickname", "Sam")]).await.expect(303);
    let own = [("sec-fetch-site", "same-origin")];
    sam.with_json(axum::http::Method::POST, &format!("{api}/presence"), &json!({}), &own).await.expect(200);
    let guest = care(&host, &api).await["people"][0]["guest"].as_str().expect("an id").to_owned();
    let browser = house.browser_of("Louise").await;
    let about = format!("/host/events/{slug}/guests/{guest}");
    let sheet = browser.get(&about).await.expect(200);
    assert!(sheet.select("main").contains("Blue Monday") && sheet.select("main").contains("clears their cookies"));
    browser.fill_in(&about, &format!("{about}/block"), &[]).await.expect(303);
    // Without the tick, what stands stays.
    assert!(house.stranger().get(&format!("/events/{slug}")).await.text().contains("Blue Monday"));
    let priya = house.guest("Priya").await;
    share(&priya, &api, json!({ "title": "Le Freak" })).await;
    for title in ["Africa", "Le Freak"] {
        let refused = sam.fill_in(&page, &page, &[("title", title)]).await.expect(403);
        assert!(refused.select("main").contains("sit this night out"), "{}", refused.select("main"));
    }
    let mine = sam.with_json(axum::http::Method::GET, &format!("{api}/shares/mine"), &json!({}), &own).await;
    let mine = mine.expect(200).json();
    let path = format!("/api/v1/shares/{}", id(&mine["items"][0]));
    let patch = async |body| sam.with_json(axum::http::Method::PATCH, &path, &body, &own).await;
    patch(json!({ "dedication": "and another thing" })).await.expect(403);
    // Nor do they dance, which needs no name; what they said of their kitchen is forgotten.
    for deed in [format!("{path}/dances"), format!("{api}/presence")] {
        let refused = sam.with_json(axum::http::Method::POST, &deed, &json!({}), &own).await.expect(403);
        assert!(refused.text().contains("sit this night out"), "{deed}");
    }
    let dance = format!("{}/shares/{}/dance", format_args!("/events/{slug}"), id(&mine["items"][0]));
    sam.fill_in(&dance, &dance, &[]).await.expect(403);
    assert_eq!(house.count("SELECT COUNT(*) FROM presence").await, 0);
    // Taking one's own words back is always free.
    patch(json!({ "dedication": null })).await.expect(200);
    // Another night isn't touched, and nobody else is.
    let other = house.night(&host, json!({ "title": "Another" })).await;
    let page_of_other = format!("/events/{other}/share");
    sam.fill_in(&page_of_other, &page_of_other, &[("title", "Africa")]).await.expect(303);
    share(&priya, &api, json!({ "title": "Africa" })).await;
    let blocked = care(&host, &api).await["blocked"].clone();
    assert_eq!((&blocked[0]["nickname"], &blocked[0]["by"]), (&json!("Sam"), &json!("Louise")));
    let desk = format!("/host/events/{slug}/kindness");
    browser.fill_in(&desk, &format!("{about}/block/undoing"), &[]).await.expect(303);
    sam.fill_in(&page, &page, &[("title", "September")]).await.expect(303);
    host.delete(&format!("{api}/guests/{guest}/block")).await.expect(404);
    let kinds = kinds(&host, &api).await;
    assert!(kinds.contains(&"guest.blocked".to_owned()) && kinds.contains(&"guest.unblocked".to_owned()));
    house.check().await;
}

async fn a_blocked_guest_says_of_no_planned_night_that_theyll_be_there(house: House) {
    let host = house.organiser("Louise").await;
    let api = format!("/api/v1/events/{}", house.night(&host, json!({})).await);
    let (sam, rsvp) = (house.guest("Sam").await, format!("{api}/rsvp"));
    share(&sam, &api, json!({ "title": "Blue Monday" })).await;
    let block =
        format!("{api}/guests/{}/block", care(&host, &api).await["people"][0]["guest"].as_str().expect("an id"));
    host.post(&block, json!({})).await.expect(200);
    let refused = sam.post(&rsvp, json!({ "email": "sam@example.org" })).await.expect(403);
    assert!(refused.text().contains("sit this night out"), "{}", refused.text());
    assert_eq!(house.count("SELECT COUNT(*) FROM rsvp").await, 0);
    host.delete(&block).await.expect(204);
    sam.post(&rsvp, json!({})).await.expect(200);
}

async fn what_stands_is_taken_down_in_the_same_step(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let (sam, priya) = (house.guest("Sam").await, house.guest("Priya").await);
    let song = share(&sam, &api, json!({ "title": "Blue Monday" })).await;
    share(&sam, &api, json!({ "title": "Africa" })).await;
    share(&priya, &api, json!({ "title": "Le Freak" })).await;
    sam.post(&format!("{api}/shares"), json!({ "title": "Le Freak" })).await.expect(200);
    host.put(&format!("{api}/now-playing"), json!({ "share_id": id(&song) })).await.expect(200);
    let trail = host.get(&format!("{api}/activity?limit=100")).await.expect(200).json();
    let added = trail["items"]
        .as_array()
        .expect("items")
        .iter()
        .find(|item| item["subject"] == song["id"] && item["kind"] == "share.added");
    let guest = added.expect("it")["actor"].as_str().expect("an id").to_owned();
    let mut listener = Listener::open(&house, &slug, None).await;
    listener.until("totals").await;
    listener.until("now_playing").await;
    let block = format!("{api}/guests/{guest}/block");
    let done = host.post(&block, json!({ "take_down": true })).await.expect(200).json();
    assert_eq!(done, json!({ "guest": guest, "taken_down": 2 }));
    let told = listener.until("now_playing").await;
    let gone = told.iter().filter(|message| message.data["state"] == "removed").count();
    assert!(gone >= 1, "the page hears of it: {told:?}");
    let left = house.stranger().get(&format!("{api}/shares")).await.expect(200).json();
    assert_eq!(left["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(left["items"][0]["joined_by"], json!([]), "their name is gone where they danced along");
    let totals = house.stranger().get(&format!("{api}/totals")).await.json();
    assert_eq!(totals["shares"], 1);
    // Twice is once; with nothing sent, nothing more is taken down.
    let again = host.send(axum::http::Method::POST, &block, &[], "").await.expect(200).json();
    assert_eq!(again["taken_down"], 0);
    assert_eq!(kinds(&host, &api).await.iter().filter(|kind| *kind == "guest.blocked").count(), 1);
    // Let back in, their songs stay down until a host shows them again; so does their name.
    host.delete(&block).await.expect(204);
    host.post(&format!("/api/v1/shares/{}/approval", id(&song)), json!({})).await.expect(200);
    host.post(&format!("{api}/guests/{guest}/approval"), json!({})).await.expect(204);
    let left = house.stranger().get(&format!("{api}/shares?limit=100")).await.expect(200).json();
    assert!(left.to_string().contains("\"joined_by\":[\"Sam\"]"), "{left}");
    house.check().await;
}

async fn hosts_and_owners_cannot_be_blocked(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    let (owner, ruth) = (house.owner("Moira").await, house.organiser("Ruth").await);
    for (who, title) in [(&host, "One"), (&owner, "Two"), (&ruth, "Three")] {
        share(who, &api, json!({ "title": title })).await;
    }
    let people = care(&host, &api).await["people"].clone();
    let guest = |name: &str| {
        let mut all = people.as_array().expect("people").iter();
        all.find(|one| one["nickname"] == name).expect("them")["guest"].as_str().expect("an id").to_owned()
    };
    for (name, status) in [("Louise", 409), ("Moira", 409), ("Ruth", 200)] {
        host.post(&format!("{api}/guests/{}/block", guest(name)), json!({})).await.expect(status);
    }
    ruth.post(&format!("{api}/shares"), json!({ "title": "Four" })).await.expect(403);
    share(&owner, &api, json!({ "title": "Five" })).await;
}

async fn only_hosts_block_and_only_those_who_were_here(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    share(&sam, &api, json!({ "title": "Blue Monday" })).await;
    let guest = care(&host, &api).await["people"][0]["guest"].as_str().expect("an id").to_owned();
    let block = format!("{api}/guests/{guest}/block");
    for (who, status) in [(house.stranger(), 401), (sam, 403), (house.organiser("Ruth").await, 403)] {
        who.post(&block, json!({})).await.expect(status);
        who.delete(&block).await.expect(status);
        who.get(&format!("{api}/kindness")).await.expect(status);
    }
    let other = house.night(&host, json!({ "title": "Another" })).await;
    host.post(&format!("/api/v1/events/{other}/guests/{guest}/block"), json!({})).await.expect(404);
    host.post(&format!("{api}/guests/00000000-0000-7000-8000-000000000000/block"), json!({})).await.expect(404);
    host.post(&format!("{api}/guests/sam/block"), json!({})).await.expect(404);
    host.post(&block, json!({ "take_down": "yes" })).await.expect(422);
    let browser = house.browser_of("Louise").await;
    browser.get(&format!("/host/events/{other}/guests/{guest}")).await.expect(404);
    browser.get(&format!("/host/events/{slug}/guests/{guest}")).await.expect(200);
    assert_eq!(house.count("SELECT COUNT(*) FROM guest_block").await, 0);
}
