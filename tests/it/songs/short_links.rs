//! Short links, which only their service can resolve: followed on its own hosts, hop by hop, to the song that they lead to.

use serde_json::json;

use super::look_up::{SPOTIFY, another, first, sams_link, with_services, work};
use super::{live, share};
use crate::support::stand_in::Reply;
use crate::support::{House, on_both};

on_both!(
    a_short_link_leads_to_its_song,
    a_short_link_makes_one_song_of_two,
    a_short_link_makes_no_two_songs_one,
    a_name_that_comes_with_a_link_is_found,
);

async fn a_short_link_leads_to_its_song(house: House) {
    let (services, house) = with_services(house).await;
    let host = house.organiser("Louise").await;
    services.says("spotify.link", "/aBcDeF", Reply::to(&format!("{SPOTIFY}?si=1&_branch_match_id=2")));
    services.says("open.spotify.com", "oembed", Reply::oembed("Never Gonna Give You Up", None));
    let (_, api) = another(&house, &host).await;
    let (_, shared) = sams_link(&house, &api, "listen! https://spotify.link/aBcDeF").await;
    assert_eq!(shared["track"]["kind"], "short");
    work(&house).await;
    work(&house).await;
    let track = first(&house, &api).await;
    assert_eq!((&track["url"], &track["kind"]), (&json!(SPOTIFY), &json!("track")));
    assert_eq!(track["embed_url"], "https://open.spotify.com/embed/track/4uLU6hMCjMI75M1A2tKUQC");
    assert_eq!(track["title"], "Never Gonna Give You Up");
    // The same short link again, and the song itself: both are this one.
    for link in ["https://spotify.link/aBcDeF", SPOTIFY] {
        let jo = house.guest("Jo").await;
        assert_eq!(share(&jo, &api, json!({ "link": link }), 200).await["joined"], true, "{link}");
    }
    let asked = services.asked().len();
    // Over another of the service's own hosts, at most three requests, and never elsewhere.
    services.says("on.soundcloud.com", "/two", Reply::to("https://m.soundcloud.com/redirect"));
    services.says("m.soundcloud.com", "/redirect", Reply::to("/forss/flickermood?utm_source=x"));
    services.says("on.soundcloud.com", "/round", Reply::to("https://on.soundcloud.com/round"));
    services.says("on.soundcloud.com", "/away", Reply::to("https://evil.example/forss/flickermood"));
    services.says("on.soundcloud.com", "/login", Reply::to("https://soundcloud.com/signin?next=/forss/flickermood"));
    services.says("on.soundcloud.com", "/secret", Reply::to("https://soundcloud.com/forss/flickermood/s-aBcDe"));
    services.says("on.soundcloud.com", "/other", Reply::to(SPOTIFY));
    services.says("soundcloud.com", "oembed", Reply::oembed("Flickermood by Forss", Some("Forss")));
    for (code, url) in [
        ("two", "https://soundcloud.com/forss/flickermood"),
        ("round", ""),
        ("away", ""),
        ("login", ""),
        ("secret", ""),
        ("other", ""),
    ] {
        let (_, api) = another(&house, &host).await;
        let short = format!("https://on.soundcloud.com/{code}");
        sams_link(&house, &api, &short).await;
        work(&house).await;
        let expected = if url.is_empty() { &short } else { url };
        assert_eq!(first(&house, &api).await["url"], *expected, "{code}");
    }
    let round = services.asked()[asked..].iter().filter(|asked| asked.ends_with("/round")).count();
    assert_eq!(round, 3, "at most three hops");
    assert_eq!(services.heard(), 0);
    house.check().await;
}

async fn a_short_link_makes_one_song_of_two(house: House) {
    let (services, house) = with_services(house).await;
    services.says("spotify.link", "/aBcDeF", Reply::to(SPOTIFY));
    let (host, slug, api) = live(&house, json!({})).await;
    let pledge =
        json!({ "kind": "per_song", "rate_pence": 100, "cap_pence": 1000, "email": "p@disco.test", "name": "P" });
    house.stranger().post_once(&format!("{api}/pledges"), "a-key-of-its-own", pledge).await.expect(201);
    share(&house.guest("Sam").await, &api, json!({ "link": SPOTIFY, "title": "Never" }), 201).await;
    let short = share(&house.guest("Jo").await, &api, json!({ "link": "https://spotify.link/aBcDeF" }), 201).await;
    host.put(&format!("{api}/now-playing"), json!({ "share_id": short["id"] })).await.expect(200);
    let totals = async || house.stranger().get(&format!("{api}/totals")).await.expect(200).json();
    assert_eq!((&totals().await["shares"], &totals().await["promised_pence"]), (&json!(2), &json!(200)));
    work(&house).await;
    let songs = house.stranger().get(&format!("{api}/shares")).await.json();
    assert_eq!(songs["items"].as_array().expect("songs").len(), 1, "counted once");
    assert_eq!((&songs["items"][0]["shared_by"], &songs["items"][0]["joined_by"]), (&json!("Sam"), &json!(["Jo"])));
    assert_eq!(songs["items"][0]["track"]["links"].as_array().expect("links").len(), 1);
    assert_eq!((&totals().await["shares"], &totals().await["promised_pence"]), (&json!(1), &json!(100)));
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert_eq!(page.attribute("#now", "data-share"), songs["items"][0]["id"].as_str().expect("an id"), "it plays on");
    house.check().await;
}

/// The fault: anybody makes two songs one, on every night, by hanging a short link to one of them on the other.
async fn a_short_link_makes_no_two_songs_one(house: House) {
    let (services, house) = with_services(house).await;
    services.says("spotify.link", "/aBcDeF", Reply::to(SPOTIFY));
    let (host, _, api) = live(&house, json!({})).await;
    share(&house.guest("Sam").await, &api, json!({ "title": "Le Freak", "link": SPOTIFY }), 201).await;
    share(&house.guest("Bea").await, &api, json!({ "title": "Dancing Queen", "artist": "ABBA" }), 201).await;
    let short = json!({ "link": "https://spotify.link/aBcDeF", "title": "Dancing Queen", "artist": "ABBA" });
    let (_, other) = another(&house, &host).await;
    share(&house.guest("Eve").await, &other, short, 201).await;
    work(&house).await;
    let titles = async || {
        let songs = house.stranger().get(&format!("{api}/shares")).await.expect(200).json();
        let songs = songs["items"].as_array().expect("songs").clone();
        songs.iter().map(|song| song["track"]["title"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(titles().await, ["Le Freak", "Dancing Queen"]);
    // Nor by a song of their own, under another name.
    let short = json!({ "link": "https://spotify.link/aBcDeG", "title": "Lovely Day" });
    services.says("spotify.link", "/aBcDeG", Reply::to(SPOTIFY));
    share(&house.guest("Eve").await, &api, short, 201).await;
    work(&house).await;
    assert_eq!(titles().await, ["Le Freak", "Dancing Queen", "Lovely Day"]);
    house.check().await;
}

/// The fault: pages call a song by the name that came with another's link, and nobody finds it under that.
async fn a_name_that_comes_with_a_link_is_found(house: House) {
    let (services, house) = with_services(house).await;
    services.says("open.spotify.com", "oembed", Reply::oembed("Never Gonna Give You Up", None));
    let (host, _, api) = live(&house, json!({})).await;
    let sams = share(&house.guest("Sam").await, &api, json!({ "link": "https://youtu.be/xFrGuyw1V8s" }), 201).await;
    let jos = share(&house.guest("Jo").await, &api, json!({ "link": SPOTIFY }), 201).await;
    work(&house).await;
    let same = json!({ "track_id": jos["track"]["id"] });
    let one = host.post(&format!("{}/merger", super::path(&sams)), same).await.expect(200).json();
    assert_eq!(one["track"]["title"], "Never Gonna Give You Up");
    let found = house.stranger().get("/api/v1/search?q=gonna").await.expect(200).json();
    assert_eq!(found["tracks"][0]["id"], sams["track"]["id"]);
    house.check().await;
}
