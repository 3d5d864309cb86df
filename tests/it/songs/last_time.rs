//! The songs of the night before are one tap from being shared again.

use serde_json::json;

use super::share;
use crate::support::{Actor, House, on_both};

on_both!(last_nights_songs_are_one_tap_away, what_was_taken_down_is_not_offered);

/// A night that is over, with these songs of Sam's, and one to come; the host, Sam, and both slugs.
async fn two_nights(house: &House, songs: &[&str]) -> (Actor, Actor, String, String, Vec<String>) {
    let host = house.organiser("Louise").await;
    let last = house.night(&host, json!({ "title": "Last Friday" })).await;
    let next = house.night(&host, json!({ "title": "This Friday", "starts_local": "2027-04-02T21:00" })).await;
    let (sam, api) = (house.guest("Sam").await, format!("/api/v1/events/{last}"));
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    let mut ids = Vec::new();
    for title in songs {
        let song = share(&sam, &api, json!({ "title": title, "artist": "Queen" }), 201).await;
        ids.push(song["id"].as_str().expect("an id").to_owned());
    }
    (host, sam, last, next, ids)
}

async fn last_nights_songs_are_one_tap_away(house: House) {
    let (host, _, last, next, ids) = two_nights(&house, &["One", "Two & \"a half\"", "Three"]).await;
    let form = format!("/events/{next}/share");
    let browser = house.stranger();
    assert!(browser.get(&form).await.expect(200).try_select("#last").is_none(), "the last night isn't over yet");
    for guest in ["Ann", "Bo"] {
        let dance = format!("/api/v1/shares/{}/dances", ids[1]);
        house.guest(guest).await.post(&dance, json!({})).await.expect(200);
    }
    host.post(&format!("/api/v1/events/{last}/closing"), json!({})).await.expect(200);
    let page = browser.get(&form).await.expect(200);
    assert_eq!(page.select("#last"), "From Last Friday");
    let offered = page.all("ul.taps strong");
    assert_eq!(offered, ["Two & \"a half\"", "One", "Three"], "the best loved first");
    assert_eq!(page.attribute("ul.taps input[name='title']", "value"), "Two & \"a half\"");
    assert!(browser.get(&format!("{form}?link=Le+Freak")).await.expect(200).try_select("#last").is_none());
    // One tap; who has no name yet is asked for it, with the song in the form.
    let fields =
        [("title", "Two & \"a half\""), ("artist", "Queen")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let asked = browser.post_form(&form, &fields).await.expect(422);
    assert!(asked.select("#errors").contains("nickname"));
    assert_eq!(asked.attribute("input[name='title']", "value"), "Two & \"a half\"");
    let other = [("title", "Other"), ("nickname", "Jo")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    browser.post_form(&form, &other).await.expect(303);
    let token = browser.get(&form).await.expect(200).attribute("ul.taps input[name='csrf']", "value");
    let tapped: Vec<(String, String)> = fields.into_iter().chain([("csrf".to_owned(), token)]).collect();
    for _ in 0..2 {
        browser.post_form(&form, &tapped).await.expect(303);
    }
    let songs = house.stranger().get(&format!("/api/v1/events/{next}/shares")).await.expect(200).json();
    let titles: Vec<&str> =
        songs["items"].as_array().expect("songs").iter().filter_map(|song| song["track"]["title"].as_str()).collect();
    assert_eq!(titles, ["Other", "Two & \"a half\""], "and twice is once");
}

async fn what_was_taken_down_is_not_offered(house: House) {
    let (host, sam, last, next, ids) = two_nights(&house, &["Removed", "Withdrawn", "Shown"]).await;
    host.post(&format!("/api/v1/shares/{}/removal", ids[0]), json!({})).await.expect(200);
    sam.delete(&format!("/api/v1/shares/{}", ids[1])).await.expect(204);
    host.post(&format!("/api/v1/events/{last}/closing"), json!({})).await.expect(200);
    let page = house.stranger().get(&format!("/events/{next}/share")).await.expect(200);
    assert_eq!(page.all("ul.taps strong"), ["Shown"]);
    assert!(!page.text().contains("Removed") && !page.text().contains("Withdrawn"));
}
