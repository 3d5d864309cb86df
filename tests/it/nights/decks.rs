//! The decks: handed over by hosts, with the drift that follows from it, and run by whoever holds the link of a slot.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::stream::Listener;
use crate::support::{Actor, House, on_both};

on_both!(
    handing_over_makes_the_drift,
    two_hosts_hand_over_once,
    slots_keep_their_ids_and_when_they_began,
    a_link_runs_its_slot_and_nothing_else,
    a_dj_shares_under_the_name_of_the_slot,
    a_link_works_from_publication_to_the_end,
    a_new_link_kills_the_old_one,
    the_page_of_the_decks_works_without_scripts,
);

/// A live night with three slots from nine; its host, its slug, and its path under `/api/v1`.
async fn live(house: &House) -> (Actor, String, String) {
    let host = house.organiser("Louise").await;
    let lineup = json!([
        { "host": "Sam", "title": "Northern soul", "minutes": 30 },
        { "host": "Priya", "minutes": 30 },
        { "host": "Jo", "minutes": 20, "anchor_local": "2027-03-26T22:05" },
    ]);
    let slug = house.night(&host, json!({ "lineup": lineup })).await;
    let api = format!("/api/v1/events/{slug}");
    // Nine o'clock: it opens by itself.
    house.pass(TimeDelta::hours(2)).await;
    (host, slug, api)
}

async fn slots(house: &House, api: &str) -> Value {
    house.stranger().get(&format!("{api}/lineup")).await.expect(200).json()
}

/// The tokens of a night's slots, in the line-up's order.
async fn tokens(host: &Actor, api: &str) -> Vec<String> {
    let links = host.get(&format!("{api}/decks")).await.expect(200).json();
    let links = links["links"].as_array().expect("links").iter();
    links.map(|link| link["decks_token"].as_str().expect("a token").to_owned()).collect()
}

fn times<'a>(lineup: &'a Value, field: &str) -> Vec<&'a str> {
    let slots = lineup["slots"].as_array().expect("slots").iter();
    slots.map(|slot| slot[field].as_str().unwrap_or("-").trim_start_matches("2027-03-26T")).collect()
}

async fn handing_over_makes_the_drift(house: House) {
    let (host, slug, api) = live(&house).await;
    let anyone = house.stranger();
    let planned = slots(&house, &api).await;
    assert_eq!((planned["behind_minutes"].clone(), planned["slots"][0]["is_on"].clone()), (Value::Null, json!(true)));
    let id = |at: usize| planned["slots"][at]["id"].clone();
    house.pass(TimeDelta::minutes(12)).await;
    let put = async |slot: Value| host.put(&format!("{api}/decks"), json!({ "slot_id": slot })).await;
    let begun = put(id(0)).await.expect(200).json();
    assert_eq!(begun, slots(&house, &api).await);
    assert_eq!(begun["behind_minutes"], 12);
    assert_eq!(times(&begun, "begun_at"), ["21:12:00Z", "-", "-"]);
    // The five minutes before the anchor take up five of the twelve.
    assert_eq!(times(&begun, "expected_at"), ["21:12:00Z", "21:42:00Z", "22:12:00Z"]);
    assert_eq!(times(&begun, "starts_at"), ["21:00:00Z", "21:30:00Z", "22:05:00Z"]);
    let page = anyone.get(&format!("/events/{slug}")).await.expect(200);
    assert_eq!(page.select("#drift"), "12 min behind");
    assert!(page.select("ol.lineup li:nth-child(2)").contains("next"));
    assert!(page.select("ol.lineup li:nth-child(2)").contains("planned for 9:30pm"));
    let desk = house.browser_of("Louise").await.get(&format!("/host/events/{slug}")).await.expect(200);
    assert!(desk.select("#part-decks").contains("12 min behind"));
    // Whoever stays on makes the others later; by the server's clock.
    house.pass(TimeDelta::minutes(33)).await;
    assert_eq!(slots(&house, &api).await["behind_minutes"], 15);
    let handed = put(id(1)).await.expect(200).json();
    assert_eq!(times(&handed, "ended_at"), ["21:45:00Z", "-", "-"]);
    assert_eq!(times(&handed, "expected_at"), ["21:12:00Z", "21:45:00Z", "22:15:00Z"]);
    // Given back, as if Sam had never let go.
    let back = put(id(0)).await.expect(200).json();
    assert_eq!(
        (times(&back, "begun_at"), times(&back, "ended_at")),
        (vec!["21:12:00Z", "-", "-"], vec!["-", "-", "-"])
    );
    let nobody = put(Value::Null).await.expect(200).json();
    assert!(nobody["slots"].as_array().is_some_and(|slots| slots.iter().all(|slot| slot["is_on"] == false)));
    assert_eq!(put(Value::Null).await.expect(200).json(), nobody, "twice is once");

    for wrong in [json!("nonsense"), json!(7), json!("00000000-0000-7000-8000-000000000000")] {
        assert_eq!(put(wrong).await.expect(422).wrong_fields(), ["slot_id"]);
    }
    host.put(&format!("{api}/decks"), json!({})).await.expect(422);
    house.guest("Sam").await.put(&format!("{api}/decks"), json!({ "slot_id": id(0) })).await.expect(403);
    anyone.get(&format!("{api}/decks")).await.expect(401);
    let planned = house.night(&host, json!({ "lineup": [{ "host": "Sam", "minutes": 30 }] })).await;
    let early = slots(&house, &format!("/api/v1/events/{planned}")).await["slots"][0]["id"].clone();
    host.put(&format!("/api/v1/events/{planned}/decks"), json!({ "slot_id": early })).await.expect(409);
    host.put(&format!("{api}/decks"), json!({ "slot_id": early })).await.expect(422);
    house.check().await;
}

/// The fault: two thumbs that hand over at once, and the third slot is on.
async fn two_hosts_hand_over_once(house: House) {
    let (host, slug, api) = live(&house).await;
    let other = house.owner("Olga").await;
    let lineup = slots(&house, &api).await;
    let id = |at: usize| lineup["slots"][at]["id"].clone();
    let path = format!("{api}/decks");
    host.put(&path, json!({ "slot_id": id(0) })).await.expect(200);
    let count = async || house.count("SELECT COUNT(*) FROM activity WHERE kind = 'slot.begun'").await;
    assert_eq!(count().await, 1);
    let over = json!({ "slot_id": id(1) });
    let (one, two) = tokio::join!(host.put(&path, over.clone()), other.put(&path, over));
    one.expect(200);
    two.expect(200);
    assert_eq!(count().await, 2, "told once");
    let now = slots(&house, &api).await;
    assert_eq!((&now["slots"][1]["is_on"], &now["slots"][2]["begun_at"]), (&json!(true), &Value::Null));
    // The same on the page, with a desk that is out of date.
    let (browser, page) = (house.browser_of("Louise").await, format!("/host/events/{slug}"));
    let stale = browser.get(&page).await.expect(200);
    let action = format!("{page}/decks");
    for _ in 0..2 {
        let id = id(2);
        let fields = crate::support::actor::with_hidden(&stale, &action, &[("slot_id", id.as_str().expect("an id"))]);
        browser.post_form(&action, &fields).await.expect(303);
    }
    assert_eq!(count().await, 3);
    // Moved up by two at once: one place. And a slot that has begun stays where it is.
    let first = house.count("SELECT COUNT(*) FROM activity WHERE kind = 'lineup.changed'").await;
    let place = |at: usize| format!("{page}/slots/{}/place", id(at).as_str().expect("an id"));
    let csrf = ("csrf".to_owned(), stale.attribute("input[name=csrf]", "value"));
    let refused = [csrf, ("before".to_owned(), id(1).as_str().expect("an id").to_owned())];
    browser.post_form(&place(2), &refused).await.expect(409);
    assert_eq!(house.count("SELECT COUNT(*) FROM activity WHERE kind = 'lineup.changed'").await, first);
    let spare = json!({ "slots": [{ "host": "A", "minutes": 5 }, { "host": "B", "minutes": 5 }, { "host": "C", "minutes": 5 }] });
    let planned = house.night(&host, json!({ "lineup": spare["slots"] })).await;
    let page = format!("/host/events/{planned}");
    let opened = browser.get(&page).await.expect(200);
    let up = opened.attribute("#part-lineup li:nth-child(3) form", "action");
    for _ in 0..2 {
        let fields = crate::support::actor::with_hidden(&opened, &up, &[]);
        // Both buttons of the last slot lead here; the first is the one that moves it up.
        let before = opened.attribute("#part-lineup li:nth-child(3) input[name=before]", "value");
        let fields: Vec<_> =
            fields.into_iter().filter(|(name, _)| name != "before").chain([("before".to_owned(), before)]).collect();
        browser.post_form(&up, &fields).await.expect(303);
    }
    let moved = slots(&house, &format!("/api/v1/events/{planned}")).await;
    let hosts: Vec<&Value> = moved["slots"].as_array().expect("slots").iter().map(|slot| &slot["host"]).collect();
    assert_eq!(hosts, ["A", "C", "B"]);
}

async fn slots_keep_their_ids_and_when_they_began(house: House) {
    let (host, _, api) = live(&house).await;
    let before = slots(&house, &api).await;
    let id = |at: usize| before["slots"][at]["id"].clone();
    host.put(&format!("{api}/decks"), json!({ "slot_id": id(0) })).await.expect(200);
    let links = tokens(&host, &api).await;
    let path = format!("{api}/lineup");
    let put = json!({ "slots": [
        { "host": "Sam", "title": "Northern soul", "minutes": 45 },
        { "host": "New", "minutes": 10 },
        { "id": id(1), "host": "Priya and Dev", "minutes": 30 },
    ] });
    let after = host.put(&path, put).await.expect(200).json();
    assert_eq!((&after["slots"][0]["id"], &after["slots"][2]["id"]), (&id(0), &id(1)));
    assert_eq!(after["slots"][0]["begun_at"], "2027-03-26T21:00:00Z");
    assert!(after["slots"][0]["is_on"] == true && after["slots"][1]["id"] != id(2));
    let now = tokens(&host, &api).await;
    assert_eq!((&now[0], &now[2]), (&links[0], &links[1]), "their links go on working");
    house.stranger().get(&format!("/api/v1/decks/{}", links[2])).await.expect(404);

    let elsewhere = json!([{ "host": "Sam", "minutes": 5 }]);
    let elsewhere = house.night(&host, json!({ "title": "Elsewhere", "lineup": elsewhere })).await;
    let other = slots(&house, &format!("/api/v1/events/{elsewhere}")).await["slots"][0]["id"].clone();
    for (wrong, field) in [
        (json!([{ "id": other, "host": "Sam", "minutes": 5 }]), "lineup[0].id"),
        (
            json!([{ "id": id(0), "host": "A", "minutes": 5 }, { "id": id(0), "host": "B", "minutes": 5 }]),
            "lineup[1].id",
        ),
        (json!([{ "id": "nonsense", "host": "A", "minutes": 5 }]), "slots[0].id"),
    ] {
        assert_eq!(host.put(&path, json!({ "slots": wrong })).await.expect(422).wrong_fields(), [field]);
    }
    assert_eq!(slots(&house, &api).await, after, "what was refused changed nothing");
    // The same again has slots of its own.
    let copy =
        host.post(&format!("{api}/copies"), json!({ "starts_local": "2027-04-02T21:00" })).await.expect(201).json();
    assert!(copy["lineup"][0]["id"] != id(0) && copy["lineup"][0]["begun_at"].is_null(), "{copy}");
}

async fn a_link_runs_its_slot_and_nothing_else(house: House) {
    let (host, slug, api) = live(&house).await;
    let dj = house.stranger();
    let links: Vec<String> = tokens(&host, &api).await.iter().map(|token| format!("/api/v1/decks/{token}")).collect();
    let sam = house.guest("Guest").await;
    let song = sam.post(&format!("{api}/shares"), json!({ "title": "Blue Monday" })).await.expect(201).json();
    let (now, none) = (json!({ "share_id": song["id"] }), json!({}));
    let seen = dj.get(&links[0]).await.expect(200);
    assert_eq!(seen.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(seen.header("cache-control"), Some("no-store"));
    let seen = seen.json();
    assert_eq!(
        (&seen["slot"]["host"], &seen["on"], &seen["next"]["host"]),
        (&json!("Sam"), &Value::Null, &json!("Sam"))
    );
    assert!(seen["may_begin"] == true && seen["may_play"] == true, "nobody is on: {seen}");
    assert_eq!(dj.get(&links[1]).await.expect(200).json()["may_begin"], false, "Sam comes first");
    dj.post(&format!("{}/beginning", links[1]), none.clone()).await.expect(409);
    dj.post(&format!("{}/handover", links[0]), none.clone()).await.expect(409);

    let begun = dj.post(&format!("{}/beginning", links[0]), none.clone()).await.expect(200).json();
    assert!(begun["on"]["host"] == "Sam" && begun["may_begin"] == false, "{begun}");
    dj.post(&format!("{}/beginning", links[0]), none.clone()).await.expect(200);
    let playing = dj.put(&format!("{}/now-playing", links[0]), now.clone()).await.expect(200).json();
    assert_eq!(playing["share"]["id"], song["id"]);
    // Before her slot begins, what plays isn't Priya's to say.
    dj.put(&format!("{}/now-playing", links[1]), now.clone()).await.expect(409);
    dj.put(&format!("{}/now-playing", links[1]), json!({ "share_id": null })).await.expect(409);
    let handed = dj.post(&format!("{}/handover", links[0]), none.clone()).await.expect(200).json();
    assert!(handed["on"]["host"] == "Priya" && handed["may_play"] == false, "{handed}");
    dj.post(&format!("{}/handover", links[0]), none.clone()).await.expect(409);
    dj.post(&format!("{}/beginning", links[0]), none.clone()).await.expect(409);
    dj.put(&format!("{}/now-playing", links[0]), now.clone()).await.expect(409);
    dj.put(&format!("{}/now-playing", links[1]), json!({ "share_id": null })).await.expect(200);
    // Jo needn't wait for Priya's button.
    dj.post(&format!("{}/beginning", links[2]), none.clone()).await.expect(200);
    let free = dj.post(&format!("{}/handover", links[2]), none.clone()).await.expect(200).json();
    assert!(free["on"].is_null() && free["next"].is_null(), "{free}");

    // The audit trail names the slots; the secret is no key to anything else.
    let begun = house.rows("SELECT * FROM activity WHERE kind = 'slot.begun'").await;
    assert_eq!(begun.len(), 3);
    assert_eq!(
        house.count("SELECT COUNT(*) FROM activity a JOIN slot s ON s.id = a.subject WHERE a.kind LIKE 'slot.%'").await,
        4
    );
    let token = links[0].trim_start_matches("/api/v1/decks/");
    for path in [format!("/pledges/{token}"), format!("/api/v1/pledges/{token}"), format!("/sign-in/{token}")] {
        dj.get(&path).await.expect(404);
    }
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    dj.send(axum::http::Method::GET, &format!("{api}/pledges"), &headers, String::new()).await.expect(401);
    dj.get(&format!("/host/events/{slug}")).await.expect(303);
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200).text();
    let told = format!("{:?}", Listener::open(&house, &slug, None).await.until("now_playing").await);
    for token in tokens(&host, &api).await {
        assert!(!page.contains(&token) && !told.contains(&token), "a secret is out");
    }
    house.check().await;
}

async fn a_dj_shares_under_the_name_of_the_slot(house: House) {
    let (host, slug, api) = live(&house).await;
    host.patch(&api, json!({ "screening": "all", "is_paused": true })).await.expect(200);
    let link = format!("/api/v1/decks/{}", tokens(&host, &api).await[0]);
    let dj = house.stranger();
    let shared = dj.post(&format!("{link}/shares"), json!({ "title": "Le Freak" })).await.expect(201);
    assert_eq!(shared.header("cache-control"), Some("no-store"));
    let shared = shared.json();
    assert_eq!((&shared["shared_by"], &shared["state"]), (&json!("Sam"), &json!("shown")));
    dj.post(&format!("{link}/shares"), json!({ "title": "Lovely Day" })).await.expect(201);
    assert_eq!(house.count("SELECT COUNT(*) FROM guest WHERE nickname = 'Sam'").await, 1, "one person");
    assert_eq!(dj.post(&format!("{link}/shares"), json!({})).await.expect(422).wrong_fields(), ["link"]);
    // A link that is no link; and what a host took down stays down till a host shows it.
    dj.post(&format!("{link}/shares"), json!({ "link": "no link" })).await.expect(422);
    let path = format!("/api/v1/shares/{}", shared["id"].as_str().expect("an id"));
    host.post(&format!("{path}/removal"), json!({})).await.expect(200);
    let again = dj.post(&format!("{link}/shares"), json!({ "title": "Le Freak" })).await.expect(201).json();
    assert_eq!(again["state"], "held");
    assert!(!house.stranger().get(&format!("/events/{slug}")).await.expect(200).text().contains("Le Freak"));
    // Renamed, the slot shares under its new name.
    let id = slots(&house, &api).await["slots"][0]["id"].clone();
    let renamed = json!({ "slots": [{ "id": id, "host": "Sam and Jo", "minutes": 30 }] });
    host.put(&format!("{api}/lineup"), renamed).await.expect(200);
    let shared = dj.post(&format!("{link}/shares"), json!({ "title": "Good Times" })).await.expect(201).json();
    assert_eq!(shared["shared_by"], "Sam and Jo");
    house.check().await;
}

async fn a_link_works_from_publication_to_the_end(house: House) {
    let host = house.organiser("Louise").await;
    let plan = json!({ "title": "Kept", "starts_local": "2027-03-26T21:00", "duration_minutes": 60,
        "lineup": [{ "host": "Sam", "minutes": 30 }] });
    let slug = host.post("/api/v1/events", plan).await.expect(201).json()["slug"].as_str().expect("a slug").to_owned();
    let api = format!("/api/v1/events/{slug}");
    let token = tokens(&host, &api).await.remove(0);
    let (dj, page, link) = (house.stranger(), format!("/decks/{token}"), format!("/api/v1/decks/{token}"));
    for path in [&page, &link] {
        dj.get(path).await.expect(404);
    }
    host.post(&format!("{api}/publication"), json!({})).await.expect(200);
    assert!(dj.get(&page).await.expect(200).select("#part-decks").contains("The night opens on"));
    dj.post(&format!("{link}/shares"), json!({ "title": "Beforehand" })).await.expect(201);
    dj.post(&format!("{link}/beginning"), json!({})).await.expect(409);
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    dj.post(&format!("{link}/beginning"), json!({})).await.expect(200);
    host.post(&format!("{api}/closing"), json!({})).await.expect(200);
    let over = dj.get(&page).await.expect(200);
    assert_eq!(over.select("h1"), "Thank you, the night is over");
    assert!(over.try_select("form").is_none());
    assert_eq!(dj.get(&link).await.expect(200).json()["status"], "ended");
    for (verb, body) in [("beginning", json!({})), ("handover", json!({})), ("shares", json!({ "title": "Late" }))] {
        dj.post(&format!("{link}/{verb}"), body).await.expect(409);
    }
    dj.put(&format!("{link}/now-playing"), json!({ "share_id": null })).await.expect(409);
    // Opened again, it works again.
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    dj.post(&format!("{link}/shares"), json!({ "title": "Encore" })).await.expect(201);
    host.post(&format!("{api}/cancellation"), json!({})).await.expect(200);
    assert_eq!(dj.get(&page).await.expect(200).select("h1"), "The night was cancelled");
}

async fn a_new_link_kills_the_old_one(house: House) {
    let (host, slug, api) = live(&house).await;
    let lineup = slots(&house, &api).await;
    let id = lineup["slots"][0]["id"].as_str().expect("an id");
    let old = tokens(&host, &api).await.remove(0);
    let dj = house.stranger();
    dj.get(&format!("/decks/{old}")).await.expect(200);
    let made = host.post(&format!("{api}/slots/{id}/link"), json!({})).await.expect(200);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let new = made.json()["decks_token"].as_str().expect("a token").to_owned();
    assert_eq!(made.json()["decks_url"], format!("http://disco.test/decks/{new}"));
    for path in [format!("/decks/{old}"), format!("/api/v1/decks/{old}")] {
        let gone = dj.get(&path).await.expect(404);
        assert_eq!(gone.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(gone.header("cache-control"), Some("no-store"));
    }
    dj.post(&format!("/api/v1/decks/{old}/beginning"), json!({})).await.expect(404);
    dj.get(&format!("/decks/{new}")).await.expect(200);
    let page = format!("/host/events/{slug}");
    let browser = house.browser_of("Louise").await;
    browser.fill_in(&page, &format!("{page}/slots/{id}/link"), &[]).await.expect(303);
    dj.get(&format!("/decks/{new}")).await.expect(404);
    let field = browser.get(&page).await.expect(200).attribute(&format!("#deck-{id}"), "value");
    dj.get(field.trim_start_matches("http://disco.test")).await.expect(200);
    // Another night's host has no hand in it.
    let ruth = house.organiser("Ruth").await;
    let own = house.night(&ruth, json!({ "title": "Ruth's" })).await;
    ruth.post(&format!("{api}/slots/{id}/link"), json!({})).await.expect(403);
    ruth.post(&format!("/api/v1/events/{own}/slots/{id}/link"), json!({})).await.expect(404);
    ruth.put(&format!("/api/v1/events/{own}/decks"), json!({ "slot_id": id })).await.expect(409);
}

async fn the_page_of_the_decks_works_without_scripts(house: House) {
    let (host, slug, api) = live(&house).await;
    let page = format!("/decks/{}", tokens(&host, &api).await[0]);
    let dj = house.stranger();
    let first = dj.get(&page).await.expect(200);
    assert_eq!(first.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(first.header("cache-control"), Some("no-store"));
    dj.fill_in(&page, &format!("{page}/beginning"), &[]).await.expect(303);
    let on = dj.get(&page).await.expect(200);
    assert_eq!(on.select(".label"), "You have the decks");
    let songs = format!("{page}/songs");
    let wrong = dj.fill_in(&page, &songs, &[("link", ""), ("dedication", "for Theatre 3")]).await.expect(422);
    assert!(wrong.select("title").starts_with("Error:"));
    assert_eq!(wrong.attribute("#dedication", "value"), "for Theatre 3", "what was typed isn't lost");
    assert_eq!(wrong.attribute("#link", "aria-invalid"), "true");
    dj.fill_in(&page, &songs, &[("link", "New Order - Blue Monday"), ("dedication", "for Theatre 3")])
        .await
        .expect(303);
    let list = house.stranger().get(&format!("{api}/shares")).await.json();
    let id = list["items"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(list["items"][0]["shared_by"], "Sam");
    dj.fill_in(&page, &format!("{page}/now-playing"), &[("share_id", &id)]).await.expect(303);
    let night = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert_eq!(night.attribute("#now", "data-share"), id);
    dj.fill_in(&page, &format!("{page}/handover"), &[]).await.expect(303);
    let over = dj.get(&page).await.expect(200);
    assert_eq!(over.select(".label"), "Your slot is over");
    assert!(over.try_select(&format!("form[action='{page}/handover']")).is_none());
    let fields = [("share_id".to_owned(), String::new())];
    dj.post_form(&format!("{page}/now-playing"), &fields).await.expect(409);
}
