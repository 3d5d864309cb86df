//! A song that is very like one that is there: people are asked, and either answer is one tap.

use serde_json::{Value, json};

use super::{live, share};
use crate::support::{Answer, House, on_both};

on_both!(
    whoever_means_the_same_dances_along,
    a_yes_shares_no_third_song,
    whoever_means_another_shares_it,
    the_same_and_others_are_not_asked_about
);

fn fields(page: &Answer, form: usize) -> Vec<(String, String)> {
    let at = format!("main form:nth-of-type({form}) input");
    let names = page.attributes(&at, "name");
    names.into_iter().zip(page.attributes(&at, "value")).collect()
}

async fn titles(house: &House, api: &str) -> Vec<String> {
    let songs: Value = house.stranger().get(&format!("{api}/shares")).await.expect(200).json();
    let title = |song: &Value| {
        let joined = song["joined_by"].as_array().map_or(0, Vec::len);
        format!("{} +{joined}", song["track"]["title"].as_str().unwrap_or("-"))
    };
    songs["items"].as_array().expect("songs").iter().map(title).collect()
}

async fn whoever_means_the_same_dances_along(house: House) {
    let (_, slug, api) = live(&house, json!({})).await;
    share(&house.guest("Sam").await, &api, json!({ "title": "Heroes", "artist": "David Bowie" }), 201).await;
    let (browser, path) = (house.stranger(), format!("/events/{slug}/share"));
    let typed = [
        ("title", "Heroes (Remastered 2017)"),
        ("artist", "david bowie"),
        ("nickname", "Jo"),
        ("link", "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC"),
    ];
    let asked = browser.fill_in(&path, &path, &typed).await.expect(200);
    assert!(asked.select("h1").contains("Is it this one?"));
    assert!(asked.select("p.lede").contains("Sam shared Heroes, David Bowie at 7pm"), "{}", asked.select("p.lede"));
    assert_eq!(titles(&house, &api).await, ["Heroes +0"], "nothing is shared by asking");
    browser.post_form(&path, &fields(&asked, 1)).await.expect(303);
    assert_eq!(titles(&house, &api).await, ["Heroes +1"]);
    let songs = house.stranger().get(&format!("{api}/shares")).await.expect(200).json();
    assert_eq!(songs["items"][0]["track"]["links"][0]["service"], "spotify", "the link is the song's now");
}

async fn whoever_means_another_shares_it(house: House) {
    let (_, slug, api) = live(&house, json!({})).await;
    share(&house.guest("Sam").await, &api, json!({ "title": "Heroes", "artist": "David Bowie" }), 201).await;
    let (browser, path) = (house.stranger(), format!("/events/{slug}/share"));
    // The one field: words without a link.
    let typed = [("link", "David Bowie - Heroes (Live)"), ("dedication", "for <b>Theatre</b> 3"), ("nickname", "Jo")];
    let asked = browser.fill_in(&path, &path, &typed).await.expect(200);
    browser.post_form(&path, &fields(&asked, 2)).await.expect(303);
    assert_eq!(titles(&house, &api).await, ["Heroes +0", "Heroes (Live) +0"]);
    let songs = house.stranger().get(&format!("{api}/shares")).await.expect(200).json();
    assert_eq!(songs["items"][1]["dedication"], "for <b>Theatre</b> 3");
}

async fn the_same_and_others_are_not_asked_about(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    share(&sam, &api, json!({ "title": "Heroes", "artist": "David Bowie" }), 201).await;
    let (browser, path) = (house.stranger(), format!("/events/{slug}/share"));
    for (title, artist) in [("heroes!", "DAVID BOWIE"), ("Heroes (Remix)", "David Bowie"), ("Heroes", "Alesso")] {
        let typed = [("title", title), ("artist", artist), ("nickname", "Jo")];
        browser.fill_in(&path, &path, &typed).await.expect(303);
    }
    assert_eq!(titles(&house, &api).await, ["Heroes +1", "Heroes (Remix) +0", "Heroes +0"]);
    // What a host took down is nobody's to dance to.
    let rude = share(&sam, &api, json!({ "title": "Rude" }), 201).await;
    host.post(&format!("{}/removal", super::path(&rude)), json!({})).await.expect(200);
    browser.fill_in(&path, &path, &[("title", "Rude (Live)"), ("artist", "")]).await.expect(303);
}

/// The fault: "yes" with a link that leads to a song of another night puts that on the list as well.
async fn a_yes_shares_no_third_song(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let spotify = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC";
    let other = house.night(&host, json!({ "title": "Next" })).await;
    let there = json!({ "title": "Heroes (2017 Remaster)", "artist": "David Bowie", "link": spotify });
    share(&house.guest("Bea").await, &format!("/api/v1/events/{other}"), there, 201).await;
    share(&house.guest("Sam").await, &api, json!({ "title": "Heroes", "artist": "David Bowie" }), 201).await;
    let (browser, path) = (house.stranger(), format!("/events/{slug}/share"));
    let typed = [("title", "Heroes (Remastered 2017)"), ("nickname", "Jo"), ("link", spotify)];
    let asked = browser.fill_in(&path, &path, &typed).await.expect(200);
    browser.post_form(&path, &fields(&asked, 1)).await.expect(303);
    assert_eq!(titles(&house, &api).await, ["Heroes +1"]);
}
