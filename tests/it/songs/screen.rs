//! Screening and taking down: a song that waits, was removed or was withdrawn is shown to nobody but its guest and hosts.

use serde_json::json;

use super::{assert_nowhere, live, path, share, titles};
use crate::support::{House, on_both};

on_both!(
    open_nights_show_songs_at_once,
    a_first_song_waits_where_firsts_are_screened,
    every_song_waits_where_all_are_screened,
    a_removed_song_is_gone_and_waits_when_shared_again,
    a_withdrawn_song_is_gone_for_good,
    only_the_right_people_take_songs_down,
);

async fn open_nights_show_songs_at_once(house: House) {
    let (_, _, api) = live(&house, json!({ "screening": "open" })).await;
    let shown = share(&house.guest("Sam").await, &api, json!({ "title": "Blue Monday" }), 201).await;
    assert_eq!(shown["state"], "shown");
}

async fn a_first_song_waits_where_firsts_are_screened(house: House) {
    let (host, slug, api) = live(&house, json!({ "screening": "first" })).await;
    let sam = house.guest("Sam").await;
    let first = share(&sam, &api, json!({ "title": "Waiting words" }), 201).await;
    assert_eq!(first["state"], "held");
    assert_nowhere(&house, &slug, &first["id"], "Waiting words").await;
    // Until a host has seen the first, the second waits too.
    let second = share(&sam, &api, json!({ "title": "Second words" }), 201).await;
    let approved = host.post(&format!("{}/approval", path(&first)), json!({})).await.expect(200).json();
    assert_eq!(approved["state"], "shown");
    let third = share(&sam, &api, json!({ "title": "Third words" }), 201).await;
    assert_eq!(third["state"], "shown", "Sam is known now");
    let expected: Vec<&str> = if second["state"] == "held" {
        vec!["Waiting words", "Third words"]
    } else {
        vec!["Waiting words", "Second words", "Third words"]
    };
    assert_eq!(titles(&house, &api).await, expected);
    // A host's own song never waits.
    assert_eq!(share(&host, &api, json!({ "title": "Host's" }), 201).await["state"], "shown");
    host.post(&format!("{}/approval", path(&first)), json!({})).await.expect(409);
    house.check().await;
}

async fn every_song_waits_where_all_are_screened(house: House) {
    let (host, slug, api) = live(&house, json!({ "screening": "all" })).await;
    let (sam, priya) = (house.guest("Hidden Sam").await, house.guest("Hidden Priya").await);
    let held = share(&sam, &api, json!({ "title": "Hidden title", "dedication": "Hidden words" }), 201).await;
    let joined = share(&priya, &api, json!({ "title": "hidden TITLE" }), 200).await;
    assert_eq!((&held["state"], &joined["id"]), (&json!("held"), &held["id"]));
    assert_nowhere(&house, &slug, &held["id"], "Hidden").await;
    let totals = house.stranger().get(&format!("{api}/totals")).await.json();
    assert_eq!(totals["shares"], 0, "what waits isn't counted");
    // Its guest and the hosts see it; another guest doesn't.
    sam.get(&path(&held)).await.expect(200);
    host.get(&path(&held)).await.expect(200);
    house.guest("Jo").await.get(&path(&held)).await.expect(404);
    let browser = house.browser_of("Louise").await;
    assert!(
        browser
            .get(&format!("/host/events/{slug}"))
            .await
            .expect(200)
            .select("section[aria-labelledby=held]")
            .contains("Hidden title")
    );
    // It can't be played, and words added to it wait too.
    host.put(&format!("{api}/now-playing"), json!({ "share_id": held["id"] })).await.expect(422);
    sam.patch(&path(&held), json!({ "dedication": "Hidden too" })).await.expect(409);
    let desk = format!("/host/events/{slug}");
    let action = format!("{desk}/shares/{}/approval", held["id"].as_str().expect("an id"));
    browser.fill_in(&desk, &action, &[]).await.expect(303);
    assert_eq!(titles(&house, &api).await, ["Hidden title"]);
    let again = share(&sam, &api, json!({ "title": "Second hidden" }), 201).await;
    assert_eq!(again["state"], "held", "every song, not only the first");
    house.check().await;
}

async fn a_removed_song_is_gone_and_waits_when_shared_again(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let (sam, priya) = (house.guest("Sam").await, house.guest("Priya").await);
    let song = json!({ "title": "Unkind title", "dedication": "Unkind words" });
    let first = share(&sam, &api, song.clone(), 201).await;
    let removed = host.post(&format!("{}/removal", path(&first)), json!({})).await.expect(200).json();
    assert_eq!(removed["state"], "removed");
    assert_nowhere(&house, &slug, &first["id"], "Unkind").await;
    host.post(&format!("{}/removal", path(&first)), json!({})).await.expect(409);
    sam.patch(&path(&first), json!({ "dedication": "x" })).await.expect(409);
    for who in [&sam, &priya] {
        let again = share(who, &api, song.clone(), if who.token() == sam.token() { 201 } else { 200 }).await;
        assert_eq!(again["state"], "held", "what a host took down doesn't come back by itself");
        assert_nowhere(&house, &slug, &again["id"], "Unkind").await;
    }
    // While another of it waits, the first can't be shown beside it.
    host.post(&format!("{}/approval", path(&first)), json!({})).await.expect(409);
    let second = share(&priya, &api, song, 200).await;
    host.post(&format!("{}/removal", path(&second)), json!({})).await.expect(200);
    let back = host.post(&format!("{}/approval", path(&first)), json!({})).await.expect(200).json();
    assert_eq!(back["state"], "shown");
    assert_eq!(titles(&house, &api).await, ["Unkind title"]);
    house.check().await;
}

async fn a_withdrawn_song_is_gone_for_good(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let (sam, priya) = (house.guest("Sam").await, house.guest("Priya").await);
    let first = share(&sam, &api, json!({ "title": "Regretted title", "dedication": "Regretted words" }), 201).await;
    share(&priya, &api, json!({ "title": "Regretted title" }), 200).await;
    let totals = async || house.stranger().get(&format!("{api}/totals")).await.json()["shares"].clone();
    assert_eq!(totals().await, 1);
    let gone = sam.delete(&path(&first)).await.expect(204);
    assert!(gone.body.is_empty());
    assert_eq!(totals().await, 0);
    assert_nowhere(&house, &slug, &first["id"], "Regretted").await;
    sam.delete(&path(&first)).await.expect(409);
    host.post(&format!("{}/approval", path(&first)), json!({})).await.expect(409);
    host.post(&format!("{}/removal", path(&first)), json!({})).await.expect(409);
    host.patch(&path(&first), json!({ "dedication": "x" })).await.expect(409);
    // Shared anew it is a new share, and shows: nobody took it down.
    let anew = share(&priya, &api, json!({ "title": "Regretted title" }), 201).await;
    assert_eq!(
        (&anew["state"], &anew["shared_by"], &anew["joined_by"]),
        (&json!("shown"), &json!("Priya"), &json!([]))
    );
    // One that a host removed can be withdrawn, and then no host shows it again.
    host.post(&format!("{}/removal", path(&anew)), json!({})).await.expect(200);
    priya.delete(&path(&anew)).await.expect(204);
    host.post(&format!("{}/approval", path(&anew)), json!({})).await.expect(409);
    house.check().await;
}

async fn only_the_right_people_take_songs_down(house: House) {
    let (_, _, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    let song = share(&sam, &api, json!({ "title": "Blue Monday" }), 201).await;
    let (removal, approval) = (format!("{}/removal", path(&song)), format!("{}/approval", path(&song)));
    let (anyone, priya, ruth) = (house.stranger(), house.guest("Priya").await, house.organiser("Ruth").await);
    for verb in [&removal, &approval] {
        anyone.post(verb, json!({})).await.expect(401);
        for who in [&priya, &sam, &ruth] {
            who.post(verb, json!({})).await.expect(403);
        }
    }
    anyone.delete(&path(&song)).await.expect(401);
    for who in [&priya, &ruth] {
        who.delete(&path(&song)).await.expect(403);
        who.patch(&path(&song), json!({ "dedication": "mine" })).await.expect(403);
    }
    anyone.patch(&path(&song), json!({ "dedication": "mine" })).await.expect(401);
    assert_eq!(titles(&house, &api).await, ["Blue Monday"]);
    house.owner("Moira").await.post(&removal, json!({})).await.expect(200);
}
