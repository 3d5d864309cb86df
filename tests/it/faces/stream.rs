//! The live stream: resumes without a gap or a repeat, tells the latest, tells nothing private, and ends in time.

use std::time::Instant;

use serde_json::{Value, json};

use super::shape::assert_shape;
use crate::support::stream::{Listener, Message};
use crate::support::{Actor, House, on_both};

on_both!(
    a_listener_resumes_without_a_gap_or_a_repeat,
    nonsense_and_the_future_start_afresh,
    numbers_of_another_night_tell_nothing_of_it,
    each_kind_is_told_as_the_contract_has_it,
    nothing_private_is_told,
    totals_come_at_most_four_times_a_second_and_end_on_the_latest,
    a_stream_ends_when_the_house_stops,
    a_full_house_says_so,
);

pub async fn live_night(house: &House, host: &Actor, more: Value) -> (String, String) {
    let slug = house.night(host, more).await;
    let api = format!("/api/v1/events/{slug}");
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    (slug, api)
}

pub async fn pledge(house: &House, api: &str, number: usize, more: Value) -> Value {
    let mut body = json!({ "kind": "fixed", "amount_pence": 100 });
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    let key = format!("stream-pledge-{number}");
    house.stranger().post_once(&format!("{api}/pledges"), &key, body).await.expect(201).json()
}

/// What is told from `after` on, without the totals and the now-playing that end a backlog.
async fn backlog(house: &House, slug: &str, after: Option<&str>) -> Vec<Message> {
    let mut listener = Listener::open(house, slug, after).await;
    let mut told = listener.until("totals").await;
    told.pop();
    let last = listener.next().await.expect("what plays");
    assert_eq!(last.kind, "now_playing", "first the backlog, then one totals and one now_playing");
    told
}

async fn a_listener_resumes_without_a_gap_or_a_repeat(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, api) = live_night(&house, &host, json!({})).await;
    for number in 0..12 {
        let song = json!({ "title": format!("Song {number}") });
        house.guest("Sam").await.post(&format!("{api}/shares"), song).await.expect(201);
        pledge(&house, &api, number, json!({})).await;
    }
    let all = backlog(&house, &slug, None).await;
    let ids: Vec<i64> = all.iter().map(|message| message.id.expect("a number")).collect();
    assert_eq!(ids.len(), 26, "published, opened, 12 songs, 12 pledges");
    assert!(ids.windows(2).all(|pair| pair[1] == pair[0] + 1), "dense: {ids:?}");
    let gaps = "SELECT COUNT(*) FROM (SELECT scope FROM activity GROUP BY scope HAVING MAX(seq) <> COUNT(*)) AS g";
    assert_eq!(house.count(gaps).await, 0, "the numbers of every night are dense");

    for (at, id) in ids.iter().enumerate() {
        let rest = backlog(&house, &slug, Some(&id.to_string())).await;
        assert_eq!(rest, all[at + 1..], "after {id}");
    }
    // The same by query, on either address; the header counts before the query.
    let middle = ids[12].to_string();
    for path in [format!("/events/{slug}/stream"), format!("{api}/stream")] {
        let told = Listener::at(&house, &format!("{path}?after={middle}"), &[]).await.until("totals").await;
        assert_eq!(told[..told.len() - 1], all[13..], "{path}");
        let headers = [("last-event-id", middle.as_str())];
        let told = Listener::at(&house, &format!("{path}?after=1"), &headers).await.until("totals").await;
        assert_eq!(told[..told.len() - 1], all[13..], "{path}");
    }
    println!("26 activities, resumed after each of them: 0 gaps, 0 repeats");
}

async fn nonsense_and_the_future_start_afresh(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, _) = live_night(&house, &host, json!({})).await;
    let all = backlog(&house, &slug, None).await;
    assert!(!all.is_empty());
    for nonsense in ["-1", "abc", "99999", "1e1", "2.0", "9223372036854775807", "99999999999999999999", "0", "' OR 1=1"]
    {
        assert_eq!(backlog(&house, &slug, Some(nonsense)).await, all, "{nonsense}");
    }
}

/// The faults: one count of activities for all nights, and a backlog read by its number alone.
async fn numbers_of_another_night_tell_nothing_of_it(house: House) {
    let host = house.organiser("Louise").await;
    let (long, long_api) = live_night(&house, &host, json!({ "title": "A long night" })).await;
    let (short, short_api) = live_night(&house, &host, json!({ "title": "A short night" })).await;
    let mut listener = Listener::open(&house, &short, None).await;
    listener.until("now_playing").await;
    for number in 0..9 {
        pledge(&house, &long_api, number, json!({ "name": "Of the long night", "show_name": true })).await;
    }
    let mine = json!({ "name": "Of the short night", "show_name": true });
    pledge(&house, &short_api, 9, mine.clone()).await;
    // A stream that is opened while this is told would hear of it behind its backlog.
    let first = listener.until("pledge").await;
    let of_long = backlog(&house, &long, None).await;
    let of_short = backlog(&house, &short, None).await;
    assert_eq!((of_long.len(), of_short.len()), (11, 3), "each night has its own numbers");
    // One past this night's own last number is of the future here, whatever it is elsewhere.
    for (of_elsewhere, told) in [("12", 0), ("11", 0), ("5", 0), ("4", 3), ("3", 2), ("2", 1)] {
        let heard = backlog(&house, &short, Some(of_elsewhere)).await;
        assert_eq!(heard, of_short[told..], "after {of_elsewhere}, which the other night told");
    }
    assert_eq!(backlog(&house, &long, Some("4")).await, of_long[3..], "and the other way round");
    // Whoever listened meanwhile has heard of one night only, and goes on doing so.
    pledge(&house, &long_api, 10, json!({ "name": "Of the long night", "show_name": true })).await;
    pledge(&house, &short_api, 11, mine).await;
    let heard = [first, listener.until("pledge").await].concat();
    let told: Vec<&Message> = heard.iter().filter(|message| message.kind == "pledge").collect();
    assert_eq!(told.iter().map(|message| message.id).collect::<Vec<_>>(), [Some(4), Some(5)]);
    assert!(told.iter().all(|message| message.data["name"] == "Of the short night"), "{told:?}");
}

async fn each_kind_is_told_as_the_contract_has_it(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, api) = live_night(&house, &host, json!({})).await;
    let (sam, priya) = (house.guest("Sam").await, house.guest("Priya").await);
    let mut listener = Listener::open(&house, &slug, None).await;
    listener.until("now_playing").await;
    let told = async |listener: &mut Listener, kind: &str| listener.until(kind).await.pop().expect("a message").data;

    let song = json!({ "title": "Blue Monday" });
    let share = sam.post(&format!("{api}/shares"), song.clone()).await.expect(201).json();
    let path = format!("/api/v1/shares/{}", share["id"].as_str().expect("an id"));
    assert_eq!(told(&mut listener, "share").await, house.stranger().get(&path).await.json());
    priya.post(&format!("{api}/shares"), song).await.expect(200);
    assert_eq!(told(&mut listener, "share_changed").await["joined_by"], json!(["Priya"]));
    sam.patch(&path, json!({ "dedication": "for Theatre 3" })).await.expect(200);
    assert_eq!(told(&mut listener, "share_changed").await["dedication"], "for Theatre 3");

    host.put(&format!("{api}/now-playing"), json!({ "share_id": share["id"] })).await.expect(200);
    assert_eq!(told(&mut listener, "now_playing").await["share"]["id"], share["id"]);
    host.post(&format!("{path}/removal"), json!({})).await.expect(200);
    let gone = told(&mut listener, "share_changed").await;
    assert_eq!(gone, json!({ "id": share["id"], "state": "removed" }));
    assert_eq!(told(&mut listener, "now_playing").await, json!({ "share": null }));
    host.post(&format!("{path}/approval"), json!({})).await.expect(200);
    assert_eq!(told(&mut listener, "share").await["id"], share["id"]);
    sam.delete(&path).await.expect(204);
    assert_eq!(told(&mut listener, "share_changed").await, json!({ "id": share["id"], "state": "withdrawn" }));

    pledge(&house, &api, 0, json!({ "name": "Jo", "show_name": true })).await;
    let mut came = listener.until("pledge").await;
    let public = came.pop().expect("a message").data;
    assert_shape("a pledge", "id:id kind:text made_at:time name:text? amount_pence:number? message:text?", &public);
    assert_eq!((public["name"].as_str(), public["amount_pence"].as_i64()), (Some("Jo"), None));
    // New totals come with what moved them: just behind it, or just before where they were due already.
    let is_new = |message: &Message| message.kind == "totals" && message.data["promised_pence"] == 100;
    if !came.iter().any(is_new) {
        assert_eq!(told(&mut listener, "totals").await["promised_pence"], 100);
    }
    host.post(&format!("{api}/closing"), json!({})).await.expect(200);
    assert_eq!(told(&mut listener, "status").await, json!({ "status": "ended" }));
}

/// The fault: a held song, or what a supporter switched off, on the stream, live or in a backlog.
async fn nothing_private_is_told(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, api) = live_night(&house, &host, json!({ "screening": "all" })).await;
    let mut listener = Listener::open(&house, &slug, None).await;
    listener.until("now_playing").await;
    let song = json!({ "title": "Hidden title", "artist": "Hidden artist", "dedication": "Hidden words" });
    let (sam, priya) = (house.guest("Hidden Sam").await, house.guest("Hidden Priya").await);
    let held = sam.post(&format!("{api}/shares"), song.clone()).await.expect(201).json();
    assert_eq!(held["state"], "held");
    priya.post(&format!("{api}/shares"), song).await.expect(200);
    let words = json!({ "name": "Hidden Jo", "message": "Hidden message", "email": "hidden@example.org" });
    let made = pledge(&house, &api, 1, words).await;
    let gone = json!({ "title": "Withdrawn title", "dedication": "Withdrawn words" });
    let gone = host.post(&format!("{api}/shares"), gone).await.expect(201).json();
    host.delete(&format!("/api/v1/shares/{}", gone["id"].as_str().expect("an id"))).await.expect(204);
    host.post(&format!("{api}/closing"), json!({})).await.expect(200);

    let live = listener.until("status").await;
    assert!(live.iter().any(|message| message.kind == "pledge"), "the pledge itself is told");
    let again = backlog(&house, &slug, None).await;
    for (message, secrets) in live
        .iter()
        .map(|message| (message, &["Hidden", "hidden@"][..]))
        .chain(again.iter().map(|message| (message, &["Hidden", "hidden@", "Withdrawn"][..])))
    {
        for secret in secrets {
            assert!(!message.data.to_string().contains(secret), "{secret} in {message:?}");
        }
        let text = message.data.to_string();
        for secret in [&held["id"], &made["manage_token"], &made["reference"]] {
            assert!(!text.contains(secret.as_str().expect("a text")), "{secret} in {text}");
        }
    }
}

/// Counts, and holds the count against the time that passed: however slow the machine, the rate is never exceeded.
async fn totals_come_at_most_four_times_a_second_and_end_on_the_latest(house: House) {
    const PLEDGES: usize = 40;
    let host = house.organiser("Louise").await;
    let (slug, api) = live_night(&house, &host, json!({})).await;
    let mut listener = Listener::open(&house, &slug, None).await;
    let begun = Instant::now();
    listener.until("now_playing").await;
    let making = async {
        for number in 0..PLEDGES {
            pledge(&house, &api, number, json!({})).await;
        }
    };
    let listening = async {
        let mut told = Vec::new();
        while told.last() != Some(&json!(PLEDGES * 100)) {
            told.push(listener.until("totals").await.pop().expect("totals").data["promised_pence"].clone());
        }
        told
    };
    let ((), told) = tokio::join!(making, listening);
    let passed_ms = begun.elapsed().as_millis();
    let most = passed_ms / 250 + 1;
    println!("{PLEDGES} pledges in {passed_ms} ms: {} totals told, at most {most} allowed", told.len());
    assert!(told.len() as u128 <= most);
    assert!(told.iter().filter_map(Value::as_i64).is_sorted(), "{told:?}");
}

async fn a_stream_ends_when_the_house_stops(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, _) = live_night(&house, &host, json!({})).await;
    let mut listener = Listener::open(&house, &slug, None).await;
    listener.until("now_playing").await;
    house.app.stopping.cancel();
    assert_eq!(listener.next().await, None);
}

async fn a_full_house_says_so(house: House) {
    let house = House::furnished(house.backend, |config| config.streams_max = 2).await;
    let host = house.organiser("Louise").await;
    let (slug, api) = live_night(&house, &host, json!({})).await;
    let first = Listener::open(&house, &slug, None).await;
    let _second = Listener::open(&house, &slug, None).await;
    for path in [format!("/events/{slug}/stream"), format!("{api}/stream")] {
        let full = house.stranger().get(&path).await.expect(503);
        assert!(full.header("retry-after").and_then(|wait| wait.parse::<u32>().ok()).is_some_and(|wait| wait > 0));
    }
    // Everything else goes on, and a seat given back is a seat.
    house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    drop(first);
    Listener::open(&house, &slug, None).await.until("now_playing").await;
}
