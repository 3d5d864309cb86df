//! Two songs that were one come apart: each is what it was, on every night, whatever became of it meanwhile.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{live, path, share};
use crate::support::{Actor, House, on_both};

on_both!(
    what_was_held_waits_again,
    what_is_part_of_another_is_taken_back_for_good,
    what_is_part_of_another_is_taken_down,
    a_share_comes_back_with_its_links,
    they_come_apart_on_every_night,
    three_that_were_one_come_apart_one_by_one,
    nothing_comes_apart_that_stays_one,
    what_was_played_was_played,
);

const SPOTIFY: &str = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC";
const YOUTUBE: &str = "https://www.youtube.com/watch?v=dQw4w9WgXcQ";
const TIDAL: &str = "https://tidal.com/browse/track/77646168";

async fn songs(house: &House, api: &str) -> Vec<Value> {
    let list = house.stranger().get(&format!("{api}/shares?limit=100")).await.expect(200).json();
    list["items"].as_array().expect("songs").clone()
}

/// Who shares a song, what it is called, where it is played, who dances along, and how often it was danced to.
async fn told(house: &House, api: &str) -> Vec<Value> {
    let row = |song: &Value| {
        let links = song["track"]["links"].as_array().expect("links");
        let links: Vec<&Value> = links.iter().map(|link| &link["service"]).collect();
        json!([song["shared_by"], song["track"]["title"], links, song["joined_by"], song["dances"]])
    };
    songs(house, api).await.iter().map(row).collect()
}

async fn one(host: &Actor, stays: &Value, goes: &Value) {
    let same = json!({ "track_id": goes["track"]["id"] });
    host.post(&format!("{}/merger", path(stays)), same).await.expect(200);
}

async fn apart(host: &Actor, of: &Value, what: Value, status: u16) -> Value {
    let answer = host.post(&format!("{}/split", path(of)), what).await;
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    answer.json()
}

async fn dance(house: &House, who: &Actor, song: &Value) {
    house.pass(TimeDelta::seconds(1)).await;
    who.post(&format!("{}/dances", path(song)), json!({})).await.expect(200);
}

/// The fault: what a host has yet to look at is shown to everyone once it was part of another, of the same guest.
async fn what_was_held_waits_again(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    house.owner("Olga").await.post("/api/v1/words", json!({ "word": "grumble" })).await.expect(201);
    let jo = house.guest("Jo").await;
    let first = share(&jo, &api, json!({ "title": "Lovely Day" }), 201).await;
    let held = json!({ "title": "A Lovely Day", "link": SPOTIFY, "dedication": "you grumble" });
    let held = share(&jo, &api, held, 201).await;
    assert_eq!(held["state"], "held");
    one(&host, &first, &held).await;
    apart(&host, &first, json!({ "share_id": held["id"] }), 200).await;
    assert_eq!(host.get(&path(&held)).await.expect(200).json()["state"], "held");
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200).text();
    assert!(!page.contains("grumble") && !page.contains("A Lovely Day"));
    house.check().await;
}

/// The fault: whoever shared it is told that it is gone already, and sees it again when the two come apart.
async fn what_is_part_of_another_is_taken_back_for_good(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sams = share(&house.guest("Sam").await, &api, json!({ "title": "Lovely Day" }), 201).await;
    let (jo, form) = (house.stranger(), format!("/events/{slug}/share"));
    jo.fill_in(&form, &form, &[("title", "A Lovely Day"), ("nickname", "Jo")]).await.expect(303);
    let jos = songs(&house, &api).await.swap_remove(1);
    one(&host, &sams, &jos).await;
    assert_eq!(songs(&house, &api).await[0]["joined_by"], json!(["Jo"]));
    let mine = format!("/events/{slug}/mine");
    let gone = format!("/events/{slug}/shares/{}/withdrawal", jos["id"].as_str().expect("an id"));
    jo.fill_in(&mine, &gone, &[]).await.expect(303);
    assert_eq!(songs(&house, &api).await[0]["joined_by"], json!([]), "Jo dances along no more");
    assert!(jo.get(&mine).await.expect(200).select("main").contains("You withdrew it."));
    apart(&host, &sams, json!({ "share_id": jos["id"] }), 422).await;
    assert_eq!(songs(&house, &api).await.len(), 1);
    house.check().await;
}

/// The fault: a host who takes it down changes nothing, and it is there again when the two come apart.
async fn what_is_part_of_another_is_taken_down(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    let sams = share(&house.guest("Sam").await, &api, json!({ "title": "Lovely Day" }), 201).await;
    let rude = json!({ "title": "A Lovely Day", "dedication": "for somebody by name" });
    let jos = share(&house.guest("Jo").await, &api, rude, 201).await;
    let report = json!({ "about": format!("share:{}", jos["id"].as_str().expect("an id")), "reason": "A name" });
    house.stranger().post("/api/v1/reports", report).await;
    one(&host, &sams, &jos).await;
    host.post(&format!("{}/removal", path(&jos)), json!({})).await.expect(200);
    assert_eq!(host.get(&path(&jos)).await.expect(200).json()["state"], "removed");
    assert_eq!(songs(&house, &api).await[0]["joined_by"], json!([]));
    apart(&host, &sams, json!({ "share_id": jos["id"] }), 422).await;
    assert_eq!(songs(&house, &api).await.len(), 1);
    house.check().await;
}

/// The fault: a song without its links, which are left with the other.
async fn a_share_comes_back_with_its_links(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    let sams = share(&house.guest("Sam").await, &api, json!({ "title": "Lovely Day", "link": YOUTUBE }), 201).await;
    let jos = share(&house.guest("Jo").await, &api, json!({ "link": SPOTIFY }), 201).await;
    let before = told(&house, &api).await;
    one(&host, &sams, &jos).await;
    assert_eq!(told(&house, &api).await, [json!(["Sam", "Lovely Day", ["youtube", "spotify"], ["Jo"], 0])]);
    apart(&host, &sams, json!({ "share_id": jos["id"] }), 200).await;
    assert_eq!(told(&house, &api).await, before);
    house.check().await;
}

/// The fault: what was part of another on other nights stays so, and is counted there no more.
async fn they_come_apart_on_every_night(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    let slug = house.night(&host, json!({ "title": "Next" })).await;
    let next = format!("/api/v1/events/{slug}");
    let (sam, jo) = (house.guest("Sam").await, house.guest("Jo").await);
    let (lovely, other) = (json!({ "title": "Lovely Day", "link": YOUTUBE }), json!({ "link": SPOTIFY }));
    let mut shared = Vec::new();
    for night in [&api, &next] {
        shared.push((share(&sam, night, lovely.clone(), 201).await, share(&jo, night, other.clone(), 201).await));
    }
    let pledge = json!({ "kind": "per_song", "rate_pence": 100, "cap_pence": 1000 });
    house.stranger().post_once(&format!("{next}/pledges"), "a-key-of-its-own", pledge).await.expect(201);
    let promised = async || house.stranger().get(&format!("{next}/totals")).await.json()["promised_pence"].clone();
    let before = (told(&house, &api).await, told(&house, &next).await, promised().await);
    let (sams, jos) = &shared[0];
    one(&host, sams, jos).await;
    assert_eq!((songs(&house, &next).await.len(), promised().await), (1, json!(100)));
    apart(&host, sams, json!({ "urls": [SPOTIFY], "share_id": jos["id"] }), 200).await;
    assert_eq!((told(&house, &api).await, told(&house, &next).await, promised().await), before);
    // With the link alone too.
    one(&host, sams, &songs(&house, &api).await[1]).await;
    apart(&host, sams, json!({ "urls": [SPOTIFY] }), 200).await;
    assert_eq!((told(&house, &api).await, told(&house, &next).await, promised().await), before);
    house.check().await;
}

/// The fault: people and dances that count on two songs at once.
async fn three_that_were_one_come_apart_one_by_one(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    let third = share(&house.guest("Cai").await, &api, json!({ "title": "C", "link": TIDAL }), 201).await;
    let second = share(&house.guest("Bea").await, &api, json!({ "title": "B", "link": SPOTIFY }), 201).await;
    let first = share(&house.guest("Ash").await, &api, json!({ "title": "A", "link": YOUTUBE }), 201).await;
    share(&house.guest("Ada").await, &api, json!({ "title": "A" }), 200).await;
    share(&house.guest("Bo").await, &api, json!({ "title": "B" }), 200).await;
    let (cy, di) = (house.guest("Cy").await, house.guest("Di").await);
    for (who, song) in [(&cy, &second), (&cy, &third), (&di, &first), (&di, &third)] {
        dance(&house, who, song).await;
    }
    let before = told(&house, &api).await;
    one(&host, &second, &first).await;
    one(&host, &third, &second).await;
    let all = json!(["Cai", "C", ["tidal", "spotify", "youtube"], ["Bea", "Ash", "Ada", "Bo"], 2]);
    assert_eq!(told(&house, &api).await, [all]);
    apart(&host, &third, json!({ "share_id": second["id"] }), 200).await;
    let two = told(&house, &api).await;
    assert_eq!(two.len(), 2, "{two:?}");
    assert_eq!(two[1], before[1], "the second is what it was");
    assert_eq!(
        two[0],
        json!(["Cai", "C", ["tidal", "youtube"], ["Ash", "Ada"], 2]),
        "the first stays part of the third"
    );
    apart(&host, &third, json!({ "share_id": first["id"] }), 200).await;
    assert_eq!(told(&house, &api).await, before);
    house.check().await;
}

/// The fault: an error of ours where both would go to the same song.
async fn nothing_comes_apart_that_stays_one(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    let slug = house.night(&host, json!({ "title": "Next" })).await;
    let next = format!("/api/v1/events/{slug}");
    let linked = share(&house.guest("Sam").await, &api, json!({ "link": SPOTIFY }), 201).await;
    let typed = share(&house.guest("Jo").await, &api, json!({ "title": "Lovely Day" }), 201).await;
    share(&house.guest("Bea").await, &next, json!({ "title": "Lovely Day" }), 201).await;
    one(&host, &linked, &typed).await;
    let before = (told(&house, &api).await, told(&house, &next).await);
    apart(&host, &linked, json!({ "urls": [SPOTIFY], "share_id": typed["id"] }), 409).await;
    assert_eq!((told(&house, &api).await, told(&house, &next).await), before);
    house.check().await;
}

/// The fault: a song that was on comes up again among those that haven't been.
async fn what_was_played_was_played(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    let sams = share(&house.guest("Sam").await, &api, json!({ "title": "Lovely Day" }), 201).await;
    let jos = share(&house.guest("Jo").await, &api, json!({ "title": "A Lovely Day" }), 201).await;
    host.put(&format!("{api}/now-playing"), json!({ "share_id": jos["id"] })).await.expect(200);
    one(&host, &sams, &jos).await;
    let other = share(&house.guest("Al").await, &api, json!({ "title": "Le Freak" }), 201).await;
    host.put(&format!("{api}/now-playing"), json!({ "share_id": other["id"] })).await.expect(200);
    assert_ne!(songs(&house, &api).await[0]["played_at"], Value::Null);
    house.check().await;
}
