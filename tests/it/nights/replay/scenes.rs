//! When a night can be played again, what is in it and what isn't, and its page and file.

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::nights::plan;
use crate::support::{Actor, Answer, House, on_both};

on_both!(
    it_is_there_once_the_night_is_over,
    moments_are_counted_from_the_opening,
    nothing_taken_down_taken_back_or_switched_off_is_told,
    a_total_never_tells_what_one_supporter_switched_off,
    milestones_are_told_without_the_sum_of_that_moment,
    a_night_of_remembrance_measures_nothing,
    it_is_one_file,
    the_page_is_a_plain_list,
    the_record_leads_to_it,
);

const FACES: [&str; 3] = ["/api/v1/events/{}/replay", "/events/{}/replay", "/events/{}/replay.json"];

async fn turn(host: &Actor, slug: &str, verb: &str) {
    host.post(&format!("/api/v1/events/{slug}/{verb}"), json!({})).await.expect(200);
}

async fn share(who: &Actor, slug: &str, title: &str) -> String {
    let song = json!({ "title": title, "artist": "Queen", "dedication": format!("for {title}") });
    let shared = who.post(&format!("/api/v1/events/{slug}/shares"), song).await.expect(201).json();
    shared["id"].as_str().expect("an id").to_owned()
}

async fn pledge(house: &House, slug: &str, pence: i64, more: Value) -> Value {
    let mut body = json!({ "kind": "fixed", "amount_pence": pence });
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    let key = format!("replay-{:032x}", rand::random::<u128>());
    let path = format!("/api/v1/events/{slug}/pledges");
    house.stranger().post_once(&path, &key, body).await.expect(201).json()
}

async fn replay(house: &House, slug: &str) -> Value {
    house.stranger().get(&format!("/api/v1/events/{slug}/replay")).await.expect(200).json()
}

fn of<'a>(replay: &'a Value, kind: &str) -> Vec<&'a Value> {
    replay["moments"].as_array().expect("moments").iter().filter(|moment| moment["kind"] == kind).collect()
}

async fn ask_all(who: &Actor, slug: &str, status: u16) -> Vec<Answer> {
    let mut answers = Vec::new();
    for face in FACES {
        answers.push(who.get(&face.replace("{}", slug)).await.expect(status));
    }
    answers
}

async fn it_is_there_once_the_night_is_over(house: House) {
    let host = house.organiser("Louise").await;
    let anyone = house.stranger();
    let slug = plan(&host, json!({})).await;
    ask_all(&anyone, &slug, 404).await;
    for (verb, is_over) in [("publication", false), ("opening", false), ("closing", true), ("opening", false)] {
        turn(&host, &slug, verb).await;
        for answer in ask_all(&anyone, &slug, if is_over { 200 } else { 409 }).await {
            assert!(is_over || answer.text().contains("over yet"), "{}: says why", answer.what);
        }
    }
    turn(&host, &slug, "cancellation").await;
    assert!(ask_all(&anyone, &slug, 409).await[0].text().contains("cancelled"));
    ask_all(&anyone, "nowhere", 404).await;
    let draft = plan(&host, json!({ "title": "Draft" })).await;
    host.get(&format!("/api/v1/events/{draft}/replay")).await.expect(409);
}

/// The faults: times from the plan and not from the night, and a night that starts anew when it is opened again.
async fn moments_are_counted_from_the_opening(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let sam = house.guest("Sam").await;
    share(&sam, &slug, "Beforehand").await;
    house.app.clock.advance(TimeDelta::minutes(90));
    turn(&host, &slug, "opening").await;
    let opened = house.app.clock.now();
    house.app.clock.advance(TimeDelta::milliseconds(61_234));
    share(&sam, &slug, "In it").await;
    house.app.clock.advance(TimeDelta::minutes(10));
    turn(&host, &slug, "closing").await;
    house.app.clock.advance(TimeDelta::minutes(5));
    turn(&host, &slug, "opening").await;
    share(&sam, &slug, "Once more").await;
    house.app.clock.advance(TimeDelta::minutes(1));
    turn(&host, &slug, "closing").await;
    let replay = replay(&house, &slug).await;
    let time = |field: &str| replay[field].as_str().expect("a time").parse::<chrono::DateTime<chrono::Utc>>();
    assert_eq!(time("starts_at").expect("a time"), opened, "the actual opening");
    assert_eq!(time("ends_at").expect("a time"), house.app.clock.now(), "the last closing");
    let songs: Vec<(i64, &str)> = of(&replay, "share")
        .iter()
        .map(|moment| (moment["at_ms"].as_i64().unwrap_or(-1), moment["data"]["track"]["title"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(songs, [(0, "Beforehand"), (61_234, "In it"), (61_234 + 15 * 60_000, "Once more")]);
    let turns: Vec<&Value> = of(&replay, "status").iter().map(|moment| &moment["data"]["status"]).collect();
    assert_eq!(turns, ["scheduled", "live", "ended", "live", "ended"]);
}

/// The fault: rule 8, broken for good by a file that anybody keeps.
async fn nothing_taken_down_taken_back_or_switched_off_is_told(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "screening": "first" })).await;
    turn(&host, &slug, "opening").await;
    let (sam, priya) = (house.guest("Hidden Sam").await, house.guest("Hidden Priya").await);
    share(&sam, &slug, "Hidden, never let in").await;
    let removed = share(&host, &slug, "Hidden, taken down").await;
    let withdrawn = share(&host, &slug, "Hidden, taken back").await;
    let kept = share(&host, &slug, "Kept").await;
    priya
        .post(&format!("/api/v1/events/{slug}/shares"), json!({ "title": "Kept", "artist": "Queen" }))
        .await
        .expect(200);
    for song in [&removed, &withdrawn, &kept] {
        host.put(&format!("/api/v1/events/{slug}/now-playing"), json!({ "share_id": song })).await.expect(200);
        house.stranger().post(&format!("/api/v1/shares/{song}/dances"), json!({})).await.expect(200);
    }
    let words = json!({ "name": "Hidden Jo", "message": "Hidden message", "email": "hidden@example.org" });
    let silent = pledge(&house, &slug, 777, words.clone()).await;
    let on = json!({ "name": "Hidden Ali", "message": "Hidden words", "show_name": true, "show_message": true,
        "show_amount": true });
    let switched_off = pledge(&house, &slug, 888, on.clone()).await;
    let taken_back = pledge(&house, &slug, 999, on).await;
    turn(&host, &slug, "closing").await;
    // All of it once it is over too: a replay is of today.
    host.post(&format!("/api/v1/shares/{removed}/removal"), json!({})).await.expect(200);
    host.delete(&format!("/api/v1/shares/{withdrawn}")).await.expect(204);
    let token = |pledge: &Value| format!("/api/v1/pledges/{}", pledge["manage_token"].as_str().expect("a token"));
    let off = json!({ "show_name": false, "show_message": false, "show_amount": false });
    house.stranger().patch(&token(&switched_off), off).await.expect(200);
    house.stranger().delete(&token(&taken_back)).await.expect(200);

    for answer in ask_all(&house.stranger(), &slug, 200).await {
        let text = answer.text();
        assert!(text.contains("Kept"), "{}", answer.what);
        for secret in ["Hidden", "hidden@", "removed", "withdrawn"] {
            assert!(!text.contains(secret), "{}: {secret}", answer.what);
        }
        for secret in [&removed, &withdrawn, &taken_back["id"].as_str().expect("an id").to_owned()] {
            assert!(!text.contains(secret), "{}: {secret}", answer.what);
        }
        for pledge in [&silent, &switched_off, &taken_back] {
            for field in ["manage_token", "reference"] {
                assert!(!text.contains(pledge[field].as_str().expect("a text")), "{}: {field}", answer.what);
            }
        }
    }
    let replay = replay(&house, &slug).await;
    assert_eq!((of(&replay, "share").len(), of(&replay, "dance").len(), of(&replay, "pledge").len()), (1, 1, 2));
    assert!(of(&replay, "pledge").iter().all(|moment| moment["data"]["amount_pence"].is_null()));
}

/// The fault: a total before and one after a pledge that doesn't show its amount, for ever.
async fn a_total_never_tells_what_one_supporter_switched_off(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    turn(&host, &slug, "opening").await;
    let on = json!({ "show_amount": true });
    let after = |minutes| house.app.clock.advance(TimeDelta::minutes(minutes));
    for (pence, more) in [(1_000, on.clone()), (1_234, json!({})), (500, on.clone()), (100, on.clone())] {
        after(2);
        pledge(&house, &slug, pence, more).await;
    }
    after(2);
    turn(&host, &slug, "closing").await;
    let alone = replay(&house, &slug).await;
    let sums = |replay: &Value| -> Vec<i64> {
        of(replay, "totals").iter().map(|moment| moment["data"]["promised_pence"].as_i64().unwrap_or(-1)).collect()
    };
    assert_eq!(sums(&alone), [0, 1_000, 2_834], "up to the hidden one, and what it came to in the end");
    assert_eq!(of(&alone, "pledge").len(), 4, "that it was made is told");
    turn(&host, &slug, "opening").await;
    for pence in [300, 400] {
        after(2);
        pledge(&house, &slug, pence, json!({})).await;
    }
    after(2);
    pledge(&house, &slug, 150, on).await;
    after(2);
    turn(&host, &slug, "closing").await;
    assert_eq!(sums(&replay(&house, &slug).await), [0, 1_000, 3_534, 3_684, 3_684], "three hide one another");
    let page = house.stranger().get(&format!("/events/{slug}/replay")).await.expect(200);
    assert!(!page.text().contains("12.34") && !page.text().contains("£22.34"), "nor does the list");
}

async fn milestones_are_told_without_the_sum_of_that_moment(house: House) {
    let host = house.organiser("Louise").await;
    let goal = json!({ "target_pence": 10_000, "milestones": [{ "amount_pence": 3_000, "label": "A cake" }] });
    let slug = house.night(&host, goal).await;
    turn(&host, &slug, "opening").await;
    pledge(&house, &slug, 3_123, json!({})).await;
    turn(&host, &slug, "closing").await;
    let replay = replay(&house, &slug).await;
    let told: Vec<&Value> = of(&replay, "milestone").iter().map(|moment| &moment["data"]).collect();
    assert_eq!(
        told,
        [
            &json!({ "percent": 25, "amount_pence": 2_500, "label": null }),
            &json!({ "percent": null, "amount_pence": 3_000, "label": "A cake" })
        ]
    );
    let list = house.stranger().get(&format!("/events/{slug}/replay")).await.expect(200).select("#told");
    assert!(list.contains("£25, A quarter of the way") && list.contains("£30, A cake"), "{list}");
}

async fn a_night_of_remembrance_measures_nothing(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "target_pence": 1_000 })).await;
    turn(&host, &slug, "opening").await;
    let song = share(&host, &slug, "Blue Monday").await;
    house.stranger().post(&format!("/api/v1/shares/{song}/dances"), json!({})).await.expect(200);
    pledge(&house, &slug, 1_000, json!({ "show_amount": true })).await;
    turn(&host, &slug, "closing").await;
    let kinds = ["totals", "milestone", "dance"];
    let before = replay(&house, &slug).await;
    assert!(kinds.iter().all(|kind| !of(&before, kind).is_empty()), "a party has them all: {before}");
    host.patch(&format!("/api/v1/events/{slug}"), json!({ "mood": "remembrance" })).await.expect(200);
    let after = replay(&house, &slug).await;
    for kind in kinds {
        assert!(of(&after, kind).is_empty(), "{kind}");
    }
    assert_eq!((of(&after, "share").len(), of(&after, "pledge").len()), (1, 1));
    assert_eq!(after["mood"], "remembrance");
}

async fn it_is_one_file(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    turn(&host, &slug, "opening").await;
    share(&host, &slug, "Blue Monday").await;
    turn(&host, &slug, "closing").await;
    let anyone = house.stranger();
    let [over_api, _, file] = <[Answer; 3]>::try_from(ask_all(&anyone, &slug, 200).await).expect("three faces");
    assert_eq!(file.body, over_api.body, "the same content");
    let name = format!("attachment; filename=\"twitterdisco-{slug}.json\"");
    assert_eq!(file.header("content-disposition"), Some(name.as_str()));
    assert_eq!(over_api.header("access-control-allow-origin"), Some("*"));
    for answer in [&over_api, &file] {
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let path = answer.what.trim_start_matches("GET ");
        let known = [("if-none-match", answer.header("etag").expect("an ETag"))];
        let again = anyone.send(Method::GET, path, &known, Body::empty()).await.expect(304);
        assert!(again.body.is_empty());
    }
}

async fn the_page_is_a_plain_list(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "title": "Ward nine" })).await;
    let sam = house.guest("Sam").await;
    house.app.clock.advance(TimeDelta::minutes(122));
    turn(&host, &slug, "opening").await;
    house.app.clock.advance(TimeDelta::minutes(3));
    let song = share(&sam, &slug, "Blue Monday").await;
    house.app.clock.advance(TimeDelta::minutes(4));
    host.put(&format!("/api/v1/events/{slug}/now-playing"), json!({ "share_id": song })).await.expect(200);
    let words = json!({ "name": "Jo", "message": "For the ward", "show_name": true, "show_amount": true, "show_message": true });
    pledge(&house, &slug, 2_050, words).await;
    house.app.clock.advance(TimeDelta::minutes(10));
    turn(&host, &slug, "closing").await;
    let page = house.stranger().get(&format!("/events/{slug}/replay")).await.expect(200);
    let lines: Vec<String> =
        page.all("#told > li").iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        lines,
        [
            "9:02pmThe night is open",
            "9:05pmBlue Monday by Queen shared by Sam“for Blue Monday”",
            "9:09pmOn the decks: Blue Monday by Queen",
            "9:09pmJo promised £20.50“For the ward”",
            "9:19pmThe night is over",
            "9:19pm £20.50 promised",
        ]
    );
    assert!(page.attribute("#player", "hidden").is_empty(), "the player waits for its script");
    assert!(page.attribute("#toggle", "type") == "button" && page.try_select("audio, video, iframe").is_none());
    assert_eq!(page.attribute("a[download]", "href"), format!("/events/{slug}/replay.json"));
    assert_eq!(page.attribute("#player", "data-file"), format!("/events/{slug}/replay.json"));
    assert_eq!(page.select("[role=status]"), "", "the status region is empty at load");
}

/// The record of the night, as the issue and the look ask for it, with the way to its replay.
async fn the_record_leads_to_it(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "story_slugs": ["edges"] })).await;
    let path = format!("/events/{slug}");
    let link = format!("main a[href='{path}/replay']");
    turn(&host, &slug, "opening").await;
    assert!(house.stranger().get(&path).await.expect(200).try_select(&link).is_none(), "not while it goes on");
    share(&host, &slug, "Blue Monday").await;
    pledge(&house, &slug, 2_050, json!({})).await;
    house.app.clock.advance(TimeDelta::minutes(30));
    turn(&host, &slug, "closing").await;
    let record = house.stranger().get(&path).await.expect(200);
    assert_eq!(record.select(&link), "Play the night again");
    for said in
        ["Set list", "Promised", "Received", "Still to come: £20.50", "How the night went", "Thank you", "Edges"]
    {
        assert!(record.select("main").contains(said), "{said}");
    }
    assert!(!record.attribute(".setlist time", "datetime").is_empty());
}
