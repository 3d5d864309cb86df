//! One song, many links: hosts make two songs one, and two of one again, mend what leads nowhere, and name what has no name.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{live, path, share};
use crate::support::{Actor, House, on_both};

on_both!(
    two_songs_become_one_and_are_counted_once,
    two_songs_that_were_one_come_apart_again,
    a_link_of_another_song_is_taken_away,
    songs_are_one_on_every_night,
    a_night_of_others_is_theirs,
    a_link_that_leads_nowhere_says_so_and_is_mended,
    hosts_do_it_all_on_a_page,
    the_desk_points_at_likely_doubles,
    what_waits_for_a_host_stays_unseen,
    whoever_shared_it_hears_what_became_of_it,
);

const SPOTIFY: &str = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC";
const YOUTUBE: &str = "https://www.youtube.com/watch?v=dQw4w9WgXcQ";

async fn songs(house: &House, api: &str) -> Vec<Value> {
    let list = house.stranger().get(&format!("{api}/shares?limit=100")).await.expect(200).json();
    list["items"].as_array().expect("songs").clone()
}

async fn totals(house: &House, api: &str) -> (i64, i64) {
    let totals = house.stranger().get(&format!("{api}/totals")).await.expect(200).json();
    (totals["shares"].as_i64().expect("a count"), totals["promised_pence"].as_i64().expect("pence"))
}

/// The songs that are found under these words.
async fn found(house: &House, words: &str) -> Vec<Value> {
    let found = house.stranger().get(&format!("/api/v1/search?q={words}")).await.expect(200).json();
    found["tracks"].as_array().expect("tracks").iter().map(|track| track["id"].clone()).collect()
}

async fn per_song(house: &House, api: &str) {
    let pledge = json!({ "kind": "per_song", "rate_pence": 100, "cap_pence": 1000 });
    house.stranger().post_once(&format!("{api}/pledges"), "a-key-of-its-own", pledge).await.expect(201);
}

/// Sam's and Jo's: two songs, until somebody says that they are one. Ash joined Jo's, and three danced.
async fn two(house: &House, api: &str) -> (Value, Value) {
    let sams = json!({ "link": YOUTUBE, "title": "Never Gonna Give You Up", "artist": "Rick Astley" });
    let sams = share(&house.guest("Sam").await, api, sams, 201).await;
    let jos = json!({ "link": SPOTIFY, "title": "Never Gonna Give U Up", "dedication": "for ward 9" });
    let jos = share(&house.guest("Jo").await, api, jos, 201).await;
    let ash = house.guest("Ash").await;
    share(&ash, api, json!({ "link": SPOTIFY }), 200).await;
    for (who, song) in [(&ash, &sams), (&ash, &jos), (&house.guest("Bea").await, &jos)] {
        house.pass(TimeDelta::seconds(1)).await;
        who.post(&format!("{}/dances", path(song)), json!({})).await.expect(200);
    }
    (sams, jos)
}

async fn make_one(host: &Actor, stays: &Value, goes: &Value) -> Value {
    let same = json!({ "track_id": goes["track"]["id"] });
    host.post(&format!("{}/merger", path(stays)), same).await.expect(200).json()
}

async fn two_songs_become_one_and_are_counted_once(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    per_song(&house, &api).await;
    let (sams, jos) = two(&house, &api).await;
    assert_eq!(totals(&house, &api).await, (2, 200));
    let mut listener = crate::support::stream::Listener::open(&house, &slug, None).await;
    listener.until("now_playing").await;
    let one = make_one(&host, &sams, &jos).await;
    assert_eq!(one["id"], sams["id"]);
    assert_eq!((&one["joined_by"], &one["dances"]), (&json!(["Jo", "Ash"]), &json!(2)), "nobody danced twice");
    assert_eq!(totals(&house, &api).await, (1, 100));
    let list = songs(&house, &api).await;
    assert_eq!(list.len(), 1);
    let links: Vec<&str> = list[0]["track"]["links"]
        .as_array()
        .expect("links")
        .iter()
        .filter_map(|link| link["service"].as_str())
        .collect();
    assert_eq!(links, ["youtube", "spotify"]);
    house.stranger().get(&path(&jos)).await.expect(404);
    let told = listener.until("totals").await;
    assert!(
        told.iter().any(|message| message.kind == "share_changed"
            && message.data["id"] == jos["id"]
            && message.data["state"] == "withdrawn"),
        "{told:?}"
    );
    // Either link, and either name, is this song from now on.
    for song in [
        json!({ "link": SPOTIFY }),
        json!({ "link": YOUTUBE }),
        json!({ "title": "never gonna give u up" }),
        json!({ "title": "Never gonna give you up", "artist": "Rick Astley" }),
    ] {
        let joined = share(&house.guest("Zed").await, &api, song.clone(), 200).await;
        assert_eq!(joined["id"], sams["id"], "{song}");
    }
    assert_eq!(found(&house, "never+gonna").await, [sams["track"]["id"].clone()], "found once");
    // Its old page leads to its page.
    let old =
        house.stranger().get(&format!("/songs/{}", jos["track"]["id"].as_str().expect("an id"))).await.expect(307);
    assert_eq!(
        old.header("location"),
        Some(format!("/songs/{}", sams["track"]["id"].as_str().expect("an id")).as_str())
    );
    host.post(&format!("{}/merger", path(&sams)), json!({ "track_id": jos["track"]["id"] })).await.expect(409);
    host.post(&format!("{}/merger", path(&sams)), json!({ "track_id": sams["id"] })).await.expect(404);
    house
        .guest("Sam")
        .await
        .post(&format!("{}/merger", path(&sams)), json!({ "track_id": jos["track"]["id"] }))
        .await
        .expect(403);
    house.check().await;
}

async fn two_songs_that_were_one_come_apart_again(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    per_song(&house, &api).await;
    let (sams, jos) = two(&house, &api).await;
    let before = songs(&house, &api).await;
    make_one(&host, &sams, &jos).await;
    let apart = json!({ "urls": [SPOTIFY], "share_id": jos["id"] });
    host.post(&format!("{}/split", path(&sams)), apart).await.expect(200);
    let after = songs(&house, &api).await;
    for (before, after) in before.iter().zip(&after) {
        for field in ["id", "shared_by", "joined_by", "dances", "dedication", "state"] {
            assert_eq!(before[field], after[field], "{field}");
        }
        assert_eq!(
            (&before["track"]["title"], &before["track"]["links"]),
            (&after["track"]["title"], &after["track"]["links"])
        );
    }
    assert_eq!((after.len(), totals(&house, &api).await), (2, (2, 200)));
    for (song, id) in [
        (json!({ "title": "never gonna give u up" }), &jos),
        (json!({ "link": SPOTIFY }), &jos),
        (json!({ "link": YOUTUBE }), &sams),
    ] {
        assert_eq!(share(&house.guest("Zed").await, &api, song.clone(), 200).await["id"], id["id"], "{song}");
    }
    assert_eq!(found(&house, "never+gonna").await.len(), 2);
    assert_eq!(found(&house, "give+u+up").await, [after[1]["track"]["id"].clone()]);
    // What isn't part of it can't be taken out of it.
    host.post(&format!("{}/split", path(&sams)), json!({ "share_id": jos["id"] })).await.expect(422);
    host.post(&format!("{}/split", path(&sams)), json!({})).await.expect(409);
    host.post(&format!("{}/split", path(&sams)), json!({ "urls": [YOUTUBE] })).await.expect(409);
    assert_eq!(songs(&house, &api).await.len(), 2);
    house.check().await;
}

/// The fault: a link that somebody hung on a song stays there for ever.
async fn a_link_of_another_song_is_taken_away(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    let song = share(&sam, &api, json!({ "title": "Lovely Day", "link": YOUTUBE }), 201).await;
    // Jo joins with a link to something else.
    share(&house.guest("Jo").await, &api, json!({ "title": "Lovely Day", "link": SPOTIFY }), 200).await;
    let slug = house.night(&host, json!({ "title": "Next" })).await;
    let next = format!("/api/v1/events/{slug}");
    let there = share(&house.guest("Bea").await, &next, json!({ "link": SPOTIFY }), 201).await;
    assert_eq!(there["track"]["title"], "Lovely Day");
    host.post(&format!("{}/split", path(&song)), json!({ "urls": [SPOTIFY] })).await.expect(200);
    let links = songs(&house, &api).await[0]["track"]["links"].clone();
    assert_eq!(links.as_array().expect("links").len(), 1);
    assert_eq!(links[0]["url"], YOUTUBE);
    let there = house.stranger().get(&path(&there)).await.expect(200).json();
    assert_eq!((&there["track"]["title"], &there["track"]["links"][0]["url"]), (&Value::Null, &json!(SPOTIFY)));
    house.check().await;
}

async fn songs_are_one_on_every_night(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    let (sams, _) = two(&house, &api).await;
    let other = house.night(&host, json!({ "title": "Next" })).await;
    let next = format!("/api/v1/events/{other}");
    let again = share(&house.guest("Bea").await, &next, json!({ "title": "Never Gonna" }), 201).await;
    make_one(&host, &sams, &again).await;
    let there = house.stranger().get(&path(&again)).await.expect(200).json();
    assert_eq!((&there["track"]["id"], &there["track"]["title"]), (&sams["track"]["id"], &json!("Never Gonna")));
    let page =
        house.stranger().get(&format!("/songs/{}", sams["track"]["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(page.all(".nights li").len(), 2);
    house.check().await;
}

async fn a_night_of_others_is_theirs(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    let (sams, jos) = two(&house, &api).await;
    let other = house.organiser("Odile").await;
    let slug = house.night(&other, json!({ "title": "Hers" })).await;
    let hers = format!("/api/v1/events/{slug}");
    for link in [YOUTUBE, SPOTIFY] {
        share(&house.guest("Bea").await, &hers, json!({ "link": link }), 201).await;
    }
    let same = json!({ "track_id": jos["track"]["id"] });
    let refused = host.post(&format!("{}/merger", path(&sams)), same.clone()).await.expect(409).json();
    assert!(refused["detail"].as_str().is_some_and(|words| words.contains("Hers")), "{refused}");
    assert_eq!((songs(&house, &api).await.len(), songs(&house, &hers).await.len()), (2, 2), "nothing has changed");
    let owner = house.owner("Olga").await;
    owner.post(&format!("{}/merger", path(&sams)), same).await.expect(200);
    assert_eq!((songs(&house, &api).await.len(), songs(&house, &hers).await.len()), (1, 1));
    house.check().await;
}

async fn a_link_that_leads_nowhere_says_so_and_is_mended(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    let song = share(&sam, &api, json!({ "title": "Lovely Day", "link": YOUTUBE }), 201).await;
    let links = format!("{}/links", path(&song));
    let gone = host.patch(&links, json!({ "url": YOUTUBE, "is_gone": true })).await.expect(200).json();
    assert_eq!(gone["track"]["title"], "Lovely Day", "its name is kept");
    assert_eq!(
        gone["track"]["links"],
        json!([{ "service": "youtube", "kind": "track", "url": YOUTUBE, "embed_url": null, "is_gone": true }])
    );
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert!(page.select("#songs .chip.gone").contains("is no longer on YouTube"), "{}", page.select("#songs"));
    assert!(page.select("#songs .acts").contains("Look for"), "and it can be looked for");
    assert_eq!(page.all("#songs a[data-player]").len(), 0);
    let song_page = format!("/songs/{}", song["track"]["id"].as_str().expect("an id"));
    let searches = house.stranger().get(&song_page).await.expect(200).attributes("main a.chip", "href");
    assert!(searches.iter().any(|at| at.starts_with("https://www.youtube.com/results?")), "{searches:?}");
    let mended = host.post(&links, json!({ "link": format!("here: {SPOTIFY}?si=x") })).await.expect(200).json();
    assert_eq!(
        (&mended["track"]["url"], mended["track"]["links"].as_array().map(Vec::len)),
        (&json!(SPOTIFY), Some(2))
    );
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert_eq!(
        page.attribute("#songs a.play", "data-player"),
        "https://open.spotify.com/embed/track/4uLU6hMCjMI75M1A2tKUQC"
    );
    let back = host.patch(&links, json!({ "url": YOUTUBE, "is_gone": false })).await.expect(200).json();
    assert_eq!(back["track"]["url"], YOUTUBE);
    // Another song's link isn't this one's.
    let other = "https://www.youtube.com/watch?v=xFrGuyw1V8s";
    share(&sam, &api, json!({ "title": "Dancing Queen", "link": other }), 201).await;
    host.post(&links, json!({ "link": other })).await.expect(409);
    host.patch(&links, json!({ "url": other, "is_gone": true })).await.expect(404);
    host.post(&links, json!({ "link": "no link" })).await.expect(422);
    sam.post(&links, json!({ "link": SPOTIFY })).await.expect(403);
    house.stranger().patch(&links, json!({ "url": YOUTUBE, "is_gone": true })).await.expect(401);
    house.check().await;
}

async fn hosts_do_it_all_on_a_page(house: House) {
    let (_, slug, api) = live(&house, json!({})).await;
    let (sams, jos) = two(&house, &api).await;
    let browser = house.browser_of("Louise").await;
    let id = |song: &Value| song["id"].as_str().expect("an id").to_owned();
    let at = format!("/host/events/{slug}/shares/{}", id(&sams));
    let desk = browser.get(&format!("/host/events/{slug}")).await.expect(200);
    assert!(desk.attributes("#part-songs a", "href").contains(&at));
    browser
        .fill_in(&at, &format!("{at}/name"), &[("title", "Never Gonna Give You Up"), ("artist", "Rick")])
        .await
        .expect(303);
    let refused = browser.fill_in(&at, &format!("{at}/name"), &[("title", " ")]).await.expect(422);
    assert_eq!(refused.attributes(".errors a", "href"), ["#title"]);
    browser.fill_in(&at, &format!("{at}/links/state"), &[]).await.expect(303);
    assert!(browser.get(&at).await.expect(200).select(".chip.gone").contains("gone"));
    browser.fill_in(&at, &format!("{at}/links/state"), &[]).await.expect(303);
    let refused = browser.fill_in(&at, &format!("{at}/links"), &[("link", "no link at all")]).await.expect(422);
    assert_eq!(refused.attributes(".errors a", "href"), ["#link"]);
    let unknown =
        browser.fill_in(&at, &format!("{at}/merger"), &[("other", "https://youtu.be/xFrGuyw1V8s")]).await.expect(422);
    assert_eq!(unknown.attributes(".errors a", "href"), ["#other"]);
    // What can't be done is said at its field too, and what was typed stays.
    for (form, field, typed) in [("links", "link", SPOTIFY), ("merger", "other", YOUTUBE)] {
        let refused = browser.fill_in(&at, &format!("{at}/{form}"), &[(field, typed)]).await.expect(422);
        assert_eq!(refused.attributes(".errors a", "href"), [format!("#{field}")]);
        assert_eq!(refused.attribute(&format!("#{field}"), "value"), typed);
    }
    let song_page = format!("http://disco.test/songs/{}", jos["track"]["id"].as_str().expect("an id"));
    browser.fill_in(&at, &format!("{at}/merger"), &[("other", &song_page)]).await.expect(303);
    assert_eq!(songs(&house, &api).await.len(), 1);
    let page = browser.get(&at).await.expect(200);
    assert!(page.select("main").contains("What Jo shared"));
    let nothing = browser.fill_in(&at, &format!("{at}/split"), &[]).await.expect(422);
    assert_eq!(nothing.attributes(".errors a", "href"), ["#urls"]);
    let all = browser.fill_in(&at, &format!("{at}/split"), &[("urls", SPOTIFY), ("urls", YOUTUBE)]).await.expect(422);
    assert_eq!(all.attributes(".errors a", "href"), ["#urls"]);
    assert!(all.select(".errors").contains("Nothing would be left"), "{}", all.select(".errors"));
    let ticked = [("urls", SPOTIFY), ("share_id", &id(&jos))];
    browser.fill_in(&at, &format!("{at}/split"), &ticked).await.expect(303);
    assert_eq!(songs(&house, &api).await.len(), 2);
    house.stranger().get(&at).await.expect(303);
    house.check().await;
}

async fn the_desk_points_at_likely_doubles(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let song = async |who: &str, title: &str, artist: &str| {
        share(&house.guest(who).await, &api, json!({ "title": title, "artist": artist }), 201).await
    };
    let sams = song("Sam", "Heroes", "David Bowie").await;
    let jos = song("Jo", "Heroes (Remastered 2017)", "David Bowie").await;
    song("Al", "Heroes", "Motörhead").await;
    let browser = house.browser_of("Louise").await;
    let desk = format!("/host/events/{slug}");
    let page = browser.get(&desk).await.expect(200);
    let asked = page.all("#part-songs a[href$='#same']");
    let same = [
        "Is it the same song as Heroes (Remastered 2017), David Bowie?",
        "Is it the same song as Heroes, David Bowie?",
    ];
    assert_eq!(asked, same, "and nothing of the other band’s");
    make_one(&host, &sams, &jos).await;
    assert!(browser.get(&desk).await.expect(200).all("#part-songs a[href$='#same']").is_empty());
    house.check().await;
}

/// The fault: words and links that no host has looked at come to light by a merger.
async fn what_waits_for_a_host_stays_unseen(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    house.owner("Olga").await.post("/api/v1/words", json!({ "word": "grumble" })).await.expect(201);
    let sams = share(&house.guest("Sam").await, &api, json!({ "link": YOUTUBE }), 201).await;
    let bad = json!({ "link": SPOTIFY, "title": "Grumble song", "dedication": "you grumble" });
    let jos = share(&house.guest("Jo").await, &api, bad, 201).await;
    assert_eq!(jos["state"], "held");
    let one = make_one(&host, &sams, &jos).await;
    assert_eq!((&one["id"], &one["joined_by"]), (&sams["id"], &json!([])));
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200).text();
    assert!(!page.contains("Grumble") && !page.contains("4uLU6hMCjMI75M1A2tKUQC"), "{page}");
    assert!(found(&house, "grumble").await.is_empty());
    let apart = json!({ "urls": [SPOTIFY], "share_id": jos["id"] });
    host.post(&format!("{}/split", path(&sams)), apart).await.expect(200);
    assert_eq!(host.get(&path(&jos)).await.expect(200).json()["state"], "held", "it waits again");
    house.check().await;
}

/// The fault: somebody is told that they withdrew what a host made part of another share.
async fn whoever_shared_it_hears_what_became_of_it(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sams = share(&house.guest("Sam").await, &api, json!({ "title": "Lovely Day" }), 201).await;
    let (jo, form) = (house.stranger(), format!("/events/{slug}/share"));
    jo.fill_in(&form, &form, &[("title", "A Lovely Day"), ("nickname", "Jo")]).await.expect(303);
    let jos = songs(&house, &api).await.swap_remove(1);
    make_one(&host, &sams, &jos).await;
    let mine = jo.get(&format!("/events/{slug}/mine")).await.expect(200);
    let told = mine.select("main");
    assert!(
        told.contains("It’s the same song as another here") && told.contains("Shared by Sam. You dance along."),
        "{told}"
    );
    assert!(!told.contains("You withdrew it"), "{told}");
    let gone = format!("/events/{slug}/shares/{}/withdrawal", jos["id"].as_str().expect("an id"));
    assert!(mine.text().contains(&gone), "and can still take it back");
}
