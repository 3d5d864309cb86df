//! A Friday night, end to end: plan, publish, songs, pledges, close; and at the end everything agrees.

use std::collections::HashSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{House, on_both};

on_both!(a_friday_night);

/// The songs of the night: 30 posts, some of them the same song in other words.
const POSTS: [(&str, &str); 30] = [
    ("https://youtu.be/HgzGwKwLmgM", "Don't Stop Me Now"),
    ("https://open.spotify.com/track/0GjEhVFGZW8afUYGChu3Rr?si=1", "Dancing Queen"),
    ("", "Blue Monday"),
    ("https://www.youtube.com/watch?v=HgzGwKwLmgM&t=10", ""),
    ("https://open.spotify.com/intl-de/track/0GjEhVFGZW8afUYGChu3Rr", ""),
    ("", "BLUE MONDAY!"),
    ("https://soundcloud.com/forss/flickermood", ""),
    ("https://music.youtube.com/watch?v=djV11Xbc914", "Take On Me"),
    ("", "Africa"),
    ("", "Thriller"),
    ("", "Relax"),
    ("", "Fame"),
    ("", "Sir Duke"),
    ("", "Wig Wam Bam"),
    ("", "Le Freak"),
    ("", "Good Times"),
    ("", "Groove Is in the Heart"),
    ("", "Tainted Love"),
    ("", "Enola Gay"),
    ("", "Temptation"),
    ("", "Don't you want me"),
    ("", "Dont You Want Me"),
    ("", "Karma Chameleon"),
    ("", "Gold"),
    ("", "Rio"),
    ("", "Club Tropicana"),
    ("", "Venus"),
    ("", "Only You"),
    ("", "Fade to Grey"),
    ("", "Just Can't Get Enough"),
];
/// Posts that repeat a song: those at 3, 4, 5 and 21.
const JOINS: usize = 4;

async fn a_friday_night(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "story_slugs": ["edges"], "target_pence": 50_000 })).await;
    let api = format!("/api/v1/events/{slug}");

    let share_ids = share_songs(&house, &api).await;
    assert_eq!(share_ids.len(), POSTS.len() - JOINS);
    let promised = make_pledges(&house, &api).await;

    // It opens by itself at nine.
    house.pass(TimeDelta::hours(2)).await;
    assert_eq!(host.get(&api).await.json()["status"], "live");
    host.put(&format!("{api}/now-playing"), json!({ "share_id": share_ids[0] })).await.expect(200);
    host.post(&format!("/api/v1/shares/{}/removal", share_ids[1]), json!({})).await.expect(200);
    house.pass(TimeDelta::hours(2)).await;
    host.post(&format!("{api}/closing"), json!({})).await.expect(200);

    everything_agrees(&house, &slug, promised).await;
    let late = json!({ "kind": "fixed", "amount_pence": 500 });
    house.stranger().post_once(&format!("{api}/pledges"), "too-late-1", late).await.expect(409);
    house.guest("Late").await.post(&format!("{api}/shares"), json!({ "title": "Too late" })).await.expect(409);
    house.check().await;
}

async fn share_songs(house: &House, api: &str) -> Vec<String> {
    let mut guests = Vec::new();
    for nickname in ["Sam", "Priya", "Jo"] {
        guests.push(house.guest(nickname).await);
    }
    let (mut ids, mut joined) = (Vec::new(), 0);
    for (at, (link, title)) in POSTS.iter().enumerate() {
        let text = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
        let post = json!({ "link": text(link), "title": text(title), "dedication": format!("for number {at}") });
        // The one who repeats a song is never the one who shared it first.
        let answer = guests[(at + usize::from((3..=5).contains(&at))) % 3].post(&format!("{api}/shares"), post).await;
        let share = answer.json();
        if answer.status == 200 {
            assert_eq!(share["joined"], true, "{share}");
            joined += 1;
        } else {
            answer.expect(201);
            ids.push(share["id"].as_str().expect("an id").to_owned());
        }
        house.app.clock.advance(TimeDelta::seconds(30));
    }
    assert_eq!(joined, JOINS);
    ids
}

/// 25 pledges, one of them sent twice and one withdrawn; returns what is promised in pence.
async fn make_pledges(house: &House, api: &str) -> i64 {
    let supporter = house.stranger();
    let mut promised = 0;
    let mut references = HashSet::new();
    for number in 0..25_i64 {
        let amount = 100 + number * 137;
        let body = json!({
            "kind": "fixed", "amount_pence": amount, "name": format!("Supporter {number}"), "gift_aid": number % 2 == 0,
            "email": if number < 2 { Value::from("same@example.org") } else { Value::Null }, "show_name": number % 3 == 0,
        });
        let key = format!("pledge-key-{number}");
        let first = supporter.post_once(&format!("{api}/pledges"), &key, body.clone()).await.expect(201);
        if number == 7 {
            let again = supporter.post_once(&format!("{api}/pledges"), &key, body).await.expect(201);
            assert_eq!(again.header("idempotency-replayed"), Some("true"));
            assert_eq!(again.json(), first.json());
        }
        let pledge = first.json();
        let parts: i64 = pledge["allocations"]
            .as_array()
            .expect("parts")
            .iter()
            .map(|part| part["promised_pence"].as_i64().unwrap_or(0))
            .sum();
        assert_eq!(parts, amount, "parts sum to the amount");
        assert!(references.insert(pledge["reference"].to_string()));
        promised += amount;
        if number == 11 {
            let token = pledge["manage_token"].as_str().expect("a token");
            let gone = supporter.delete(&format!("/api/v1/pledges/{token}")).await.expect(200).json();
            assert_eq!((gone["state"].as_str(), gone["promised_pence"].as_i64()), (Some("withdrawn"), Some(0)));
            promised -= amount;
        }
    }
    promised
}

async fn everything_agrees(house: &House, slug: &str, promised: i64) {
    let anyone = house.stranger();
    let totals = anyone.get(&format!("/api/v1/events/{slug}/totals")).await.expect(200).json();
    assert_eq!(totals["promised_pence"], promised);
    assert_eq!(totals["pledges"], 24);
    assert_eq!(totals["supporters"], 23, "two pledges of one mail address are one supporter");
    assert_eq!(totals["shares"], i64::try_from(POSTS.len() - JOINS - 1).expect("a count"), "one was removed");
    let by_charity = totals["by_charity"].as_array().expect("charities");
    assert_eq!(by_charity.iter().map(|part| part["promised_pence"].as_i64().unwrap_or(0)).sum::<i64>(), promised);

    let event = anyone.get(&format!("/api/v1/events/{slug}")).await.expect(200).json();
    assert_eq!(event["status"], "ended");
    assert_eq!(event["totals"]["promised_pence"], promised);
    let all = anyone.get("/api/v1/totals").await.expect(200).json();
    assert_eq!(all["promised_pence"], promised);

    let page = anyone.get(&format!("/events/{slug}")).await.expect(200);
    let shown = entity::money::Pence(promised).to_string();
    assert!(page.text().contains(&shown), "the page says {shown}");
    assert!(page.text().contains("Edges"), "the story stands beside the night");

    let streamed = crate::support::stream::read_until(house, slug, None, "now_playing").await;
    let last_totals = streamed.iter().rev().find(|message| message.kind == "totals").expect("totals");
    assert_eq!(last_totals.data["promised_pence"], promised);
    let ids: Vec<i64> = streamed.iter().filter_map(|message| message.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    house.check().await;
}
