//! Dancing: taps for a song, kitchens that dance, with no account; told live, faded in time, private where it should be.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::stream::Listener;
use crate::support::{Actor, House, on_both};

on_both!(
    a_tap_counts_once_for_each_guest,
    a_stranger_dances_by_one_tap_and_is_known_again,
    kitchens_are_counted_and_fade,
    whoever_danced_shares_later_under_a_name,
    only_a_shown_song_of_an_open_night_is_danced_to,
    floods_are_held_back_and_slow_nobody,
);

const OWN_PAGE: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

async fn live_night(house: &House) -> (Actor, String, String) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let api = format!("/api/v1/events/{slug}");
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    (host, slug, api)
}

async fn song(who: &Actor, api: &str, title: &str) -> String {
    let shared = who.post(&format!("{api}/shares"), json!({ "title": title })).await.expect(201).json();
    format!("/api/v1/shares/{}", shared["id"].as_str().expect("an id"))
}

async fn tap(browser: &Actor, path: &str) -> Value {
    browser.with_json(Method::POST, path, &json!({}), &OWN_PAGE).await.expect(200).json()
}

async fn a_tap_counts_once_for_each_guest(house: House) {
    let (_, slug, api) = live_night(&house).await;
    let (sam, priya) = (house.guest("Sam").await, house.guest("Priya").await);
    let share = song(&sam, &api, "Blue Monday").await;
    let mut listener = Listener::open(&house, &slug, None).await;
    listener.until("now_playing").await;
    for (who, expected) in [(&sam, 1), (&sam, 1), (&priya, 2), (&priya, 2)] {
        let danced = who.post(&format!("{share}/dances"), json!({})).await.expect(200).json();
        assert_eq!(danced, json!({ "dances": expected }));
    }
    assert_eq!(house.stranger().get(&share).await.expect(200).json()["dances"], 2);
    // Of taps for one song only the latest need be told.
    let id = share.rsplit('/').next();
    let mut told = listener.until("dance").await.pop().expect("a dance");
    while told.data["dances"] != 2 {
        told = listener.until("dance").await.pop().expect("a dance");
    }
    assert!(told.id.is_some());
    assert_eq!(told.data["share_id"].as_str(), id);
    // A late-comer is told how many there are, and the page says so without a script.
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200).text();
    assert!(page.contains("<span class=\"n\">2</span>"), "{page}");
    house.check().await;
    // The fault: a count that was changed behind the book's back, to nothing too.
    house.sql("UPDATE share SET dances = 0").await.expect("an update");
    let findings = twitterdisco::pledges::check(&house.app, |_, _| {}).await.expect("an audit");
    assert!(findings.iter().any(|finding| finding.broken.iter().any(|what| what.contains("dances to the songs"))));
}

async fn a_stranger_dances_by_one_tap_and_is_known_again(house: House) {
    let (host, slug, api) = live_night(&house).await;
    let share = song(&host, &api, "Blue Monday").await;
    let phone = house.stranger();
    assert_eq!(tap(&phone, &format!("{share}/dances")).await["dances"], 1);
    assert_eq!(tap(&phone, &format!("{share}/dances")).await["dances"], 1, "the cookie says who it is");
    assert_eq!(tap(&phone, &format!("{api}/presence")).await["dancing"], 1);
    assert_eq!(tap(&house.stranger(), &format!("{share}/dances")).await["dances"], 2);
    // The same by forms, without a script.
    let id = share.rsplit('/').next().expect("an id");
    let old_phone = house.stranger();
    let dance = format!("/events/{slug}/shares/{id}/dance");
    let answer = old_phone.fill_in(&dance, &dance, &[]).await.expect(303);
    assert_eq!(answer.header("location"), Some(format!("/events/{slug}#s-{id}").as_str()));
    old_phone.fill_in(&dance, &dance, &[]).await.expect(303);
    assert_eq!(house.stranger().get(&share).await.json()["dances"], 3);
    let dancing = format!("/events/{slug}/dancing");
    old_phone.fill_in(&dancing, &dancing, &[]).await.expect(303);
    assert!(old_phone.get(&dancing).await.expect(200).text().contains("2 kitchens dancing"));
    house.check().await;
}

async fn kitchens_are_counted_and_fade(house: House) {
    let (_, slug, api) = live_night(&house).await;
    let presence = format!("{api}/presence");
    let mut listener = Listener::open(&house, &slug, None).await;
    listener.until("now_playing").await;
    let sam = house.guest("Sam").await;
    for (at, guest) in ["Priya", "Jo"].into_iter().enumerate() {
        let told = house.guest(guest).await.post(&presence, json!({})).await.expect(200).json();
        assert_eq!(told, json!({ "dancing": at + 1 }));
    }
    let told = listener.until("presence").await.pop().expect("presence");
    assert_eq!(told.id, None, "presence is no activity");
    house.app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(sam.post(&presence, json!({})).await.expect(200).json()["dancing"], 3);
    assert_eq!(house.stranger().get(&format!("{api}/totals")).await.json()["dancing"], 3);
    assert_eq!(house.stranger().get("/api/v1/totals").await.json()["dancing"], 3);
    house.app.clock.advance(TimeDelta::seconds(61));
    assert_eq!(house.stranger().get(&format!("{api}/totals")).await.json()["dancing"], 1, "two have faded");
    let mut told = Value::Null;
    while told != 1 {
        told = listener.until("presence").await.pop().expect("presence").data["dancing"].clone();
    }
    assert_eq!(sam.delete(&presence).await.expect(200).json()["dancing"], 0);
    assert_eq!(sam.delete(&presence).await.expect(200).json()["dancing"], 0);
    // What has faded is swept away.
    house.guest("Ada").await.post(&presence, json!({})).await.expect(200);
    house.pass(TimeDelta::hours(2)).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM presence").await, 0);
}

async fn whoever_danced_shares_later_under_a_name(house: House) {
    let (_, slug, api) = live_night(&house).await;
    let phone = house.stranger();
    tap(&phone, &format!("{api}/presence")).await;
    let path = format!("{api}/shares");
    phone.with_json(Method::POST, &path, &json!({ "title": "Le Freak" }), &OWN_PAGE).await.expect(401);
    let form = format!("/events/{slug}/share");
    let refused = phone.fill_in(&form, &form, &[("title", "Le Freak")]).await.expect(422);
    assert!(refused.text().contains("Enter a nickname"));
    phone.fill_in(&form, &form, &[("title", "Le Freak"), ("nickname", "Nell")]).await.expect(303);
    // From then on it has the name, and isn't asked again.
    phone.fill_in(&form, &form, &[("title", "Good Times")]).await.expect(303);
    let songs = house.stranger().get(&path).await.json();
    let names: Vec<_> =
        songs["items"].as_array().expect("songs").iter().map(|song| song["shared_by"].clone()).collect();
    assert_eq!(names, ["Nell", "Nell"]);
    assert_eq!(house.count("SELECT COUNT(*) FROM guest WHERE nickname = ''").await, 0, "one guest all along");
}

async fn only_a_shown_song_of_an_open_night_is_danced_to(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "screening": "all" })).await;
    let api = format!("/api/v1/events/{slug}");
    let (sam, priya) = (house.guest("Sam").await, house.guest("Priya").await);
    let held = song(&sam, &api, "Blue Monday").await;
    let shown = song(&host, &api, "Le Freak").await;
    sam.post(&format!("{held}/dances"), json!({})).await.expect(404);
    priya.post(&format!("{held}/dances"), json!({})).await.expect(404);
    priya.post(&format!("{shown}/dances"), json!({})).await.expect(200);
    priya.post(&format!("{api}/presence"), json!({})).await.expect(409);
    priya.get(&format!("/events/{slug}/dancing")).await.expect(409);
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    host.post(&format!("{shown}/removal"), json!({})).await.expect(200);
    sam.post(&format!("{shown}/dances"), json!({})).await.expect(404);
    host.post(&format!("{shown}/approval"), json!({})).await.expect(200);
    assert_eq!(sam.post(&format!("{shown}/dances"), json!({})).await.expect(200).json()["dances"], 2, "taps stay");
    // Another night's page doesn't dance for this one.
    let elsewhere = house.night(&host, json!({})).await;
    let id = shown.rsplit('/').next().expect("an id");
    house.stranger().get(&format!("/events/{elsewhere}/shares/{id}/dance")).await.expect(404);
    host.post(&format!("{api}/closing"), json!({})).await.expect(200);
    sam.post(&format!("{shown}/dances"), json!({})).await.expect(409);
    sam.post(&format!("{api}/presence"), json!({})).await.expect(409);
    let nobody = "/api/v1/shares/0198c1a0-0000-7000-8000-000000000000/dances";
    sam.post(nobody, json!({})).await.expect(404);
    house.check().await;
}

/// The fault: one who taps without end fills the table, or keeps others from tapping.
async fn floods_are_held_back_and_slow_nobody(house: House) {
    let house = House::furnished(house.backend, |config| config.limits = true).await;
    let (host, _, api) = live_night(&house).await;
    let share = song(&host, &api, "Blue Monday").await;
    let sam = house.guest("Sam").await;
    let activities = "SELECT COUNT(*) FROM activity WHERE kind = 'share.danced'";
    let mut refused = 0;
    for _ in 0..260 {
        let answer = sam.post(&format!("{share}/dances"), json!({})).await;
        refused += i32::from(answer.status == 429);
    }
    assert_eq!(refused, 20, "240 an hour");
    assert_eq!(house.count(activities).await, 1, "and all of them are one tap");
    let mut refused = 0;
    for _ in 0..130 {
        refused += i32::from(sam.post(&format!("{api}/presence"), json!({})).await.status == 429);
    }
    assert_eq!(refused, 10, "120 an hour");
    // New guests from one address are counted too, and each is told to wait.
    let mut strangers = 0;
    for _ in 0..210 {
        let answer = house.stranger().post(&format!("{share}/dances"), json!({})).await;
        strangers += i32::from(answer.status == 200);
        assert!(answer.status == 200 || answer.header("retry-after").is_some());
    }
    assert!((190..=200).contains(&strangers), "200 new guests an hour: {strangers}");
    // Whoever is known already goes on.
    house.app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(house.count("SELECT COUNT(*) FROM presence").await, 1);
}
