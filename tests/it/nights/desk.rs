//! The host's desk: worked by one thumb and without scripts, safe when two press at once, and told when something
//! happened.

use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::event;
use crate::support::actor::with_hidden;
use crate::support::stream::Listener;
use crate::support::{Actor, Answer, House, on_both};

on_both!(
    sharing_is_paused_and_joining_goes_on,
    a_word_of_welcome_stands_on_top,
    a_quiet_moment_is_begun_ended_and_kept,
    mood_and_screening_change_by_one_tap,
    what_was_removed_can_be_shown_again_at_once,
    pressing_twice_is_pressing_once,
    closing_ends_what_is_on,
    the_desk_is_told_that_something_happened,
    the_desk_of_a_stranger_is_silent,
);

/// A live night; its host over the API, the same in a browser, its slug, and its path under `/api/v1`.
async fn live(house: &House) -> (Actor, Actor, String, String) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let api = format!("/api/v1/events/{slug}");
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    (host, house.browser_of("Louise").await, slug, api)
}

/// Presses one of tonight's buttons. Several forms lead to one address, so each sends its own field and the token.
async fn press(browser: &Actor, slug: &str, field: &str, value: &str) -> Answer {
    let page = format!("/host/events/{slug}");
    let csrf = browser.get(&page).await.expect(200).attribute("#part-tonight input[name=csrf]", "value");
    let fields = [("csrf".to_owned(), csrf), (field.to_owned(), value.to_owned())];
    browser.post_form(&format!("{page}/tonight"), &fields).await
}

async fn kinds(house: &House) -> Vec<String> {
    let rows = house.rows("SELECT kind FROM activity ORDER BY scope, seq").await;
    rows.iter().map(|row| row["kind"].as_str().expect("a kind").to_owned()).collect()
}

async fn sharing_is_paused_and_joining_goes_on(house: House) {
    let (host, browser, slug, api) = live(&house).await;
    let shares = format!("{api}/shares");
    let (sam, priya) = (house.guest("Sam").await, house.guest("Priya").await);
    sam.post(&shares, json!({ "title": "Blue Monday" })).await.expect(201);
    let form = house.browser_of("Louise").await.get(&format!("/host/events/{slug}")).await.expect(200);
    assert!(form.text().contains("Pause new songs"));
    assert_eq!(form.attribute("#part-tonight input[name=is_paused]", "value"), "true");
    assert!(form.try_select("#paused").is_none());
    let pause = host.patch(&api, json!({ "is_paused": true })).await.expect(200).json();
    assert_eq!(pause["is_paused"], true);
    let refused = sam.post(&shares, json!({ "title": "Le Freak" })).await.expect(409);
    assert!(
        refused.json()["detail"].as_str().is_some_and(|detail| detail.contains("no new songs")),
        "{}",
        refused.text()
    );
    let joined = priya.post(&shares, json!({ "title": "blue monday" })).await.expect(200).json();
    assert_eq!(joined["joined"], true, "dancing along goes on");
    host.post(&shares, json!({ "title": "From the host" })).await.expect(201);
    let anyone = house.stranger();
    let page = anyone.get(&format!("/events/{slug}")).await.expect(200);
    assert!(page.select("#paused").contains("no new songs for a little while"));
    assert_eq!(page.try_select("#paused[hidden]"), None);
    // A newcomer who was refused isn't somebody.
    let form = format!("/events/{slug}/share");
    assert!(anyone.get(&form).await.expect(200).select(".say").contains("no new songs"));
    let before = house.contents().await;
    let late = anyone.fill_in(&form, &form, &[("link", "Late"), ("nickname", "Nell")]).await.expect(422);
    assert!(late.select("main").contains("no new songs"));
    assert_eq!(house.contents().await, before);
    browser.fill_in(&form, &form, &[("link", "By the host in a browser")]).await.expect(303);
    let opened = browser.get(&format!("/host/events/{slug}")).await.expect(200);
    assert!(opened.select("#part-tonight").contains("Take new songs again"));
    assert_eq!(opened.attribute("#part-tonight input[name=is_paused]", "value"), "false");
    press(&browser, &slug, "is_paused", "false").await.expect(303);
    sam.post(&shares, json!({ "title": "Le Freak" })).await.expect(201);
    assert!(anyone.get(&format!("/events/{slug}")).await.expect(200).try_select("#paused[hidden]").is_some());
    host.patch(&api, json!({ "is_paused": "yes" })).await.expect(422);
    let draft = json!({ "title": "Draft", "starts_local": "2027-03-27T21:00", "duration_minutes": 60 });
    let draft =
        host.post("/api/v1/events", draft).await.expect(201).json()["slug"].as_str().expect("a slug").to_owned();
    host.patch(&format!("/api/v1/events/{draft}"), json!({ "is_paused": true })).await.expect(409);
    house.check().await;
}

async fn a_word_of_welcome_stands_on_top(house: House) {
    let (host, browser, slug, api) = live(&house).await;
    let anyone = house.stranger();
    let shown = async || anyone.get(&format!("/events/{slug}")).await.expect(200);
    assert!(shown().await.try_select("#welcome[hidden]").is_some());
    let say = async |words: &str| press(&browser, &slug, "welcome", words).await;
    say("Welcome, night shift & all <b>").await.expect(303);
    assert_eq!(shown().await.select("#welcome"), "Welcome, night shift & all <b>");
    assert_eq!(event(&host, &slug).await["welcome"], "Welcome, night shift & all <b>");
    let long = "w".repeat(201);
    let refused = say(&long).await.expect(422);
    assert!(refused.select("title").starts_with("Error:"));
    assert!(refused.try_select("#errors a[href='#welcome']").is_some());
    assert_eq!(refused.attribute("#welcome", "value"), long, "what was typed isn't lost");
    assert_eq!(refused.attribute("#welcome", "aria-invalid"), "true");
    assert_eq!(
        host.patch(&api, json!({ "welcome": long, "title": "" })).await.expect(422).wrong_fields(),
        ["title", "welcome"]
    );
    say("").await.expect(303);
    assert_eq!(event(&host, &slug).await["welcome"], Value::Null);
    // Before the night too, and from its plan on.
    let planned = house.night(&host, json!({ "title": "Later", "welcome": "Bring slippers" })).await;
    let before = anyone.get(&format!("/events/{planned}")).await.expect(200);
    assert_eq!(before.select("#welcome"), "Bring slippers");
    host.patch(&format!("/api/v1/events/{planned}"), json!({ "welcome": null })).await.expect(200);
    assert!(anyone.get(&format!("/events/{planned}")).await.expect(200).try_select("#welcome[hidden]").is_some());
    let told: Vec<String> = kinds(&house).await.into_iter().filter(|kind| kind == "welcome.changed").collect();
    assert_eq!(told.len(), 3);
}

async fn a_quiet_moment_is_begun_ended_and_kept(house: House) {
    let (host, browser, slug, api) = live(&house).await;
    host.patch(&api, json!({ "mood": "remembrance" })).await.expect(200);
    press(&browser, &slug, "is_quiet", "true").await.expect(303);
    let begun = event(&host, &slug).await["quiet_since"].clone();
    assert_eq!(begun, "2027-03-26T19:00:00Z");
    house.pass(TimeDelta::seconds(30)).await;
    host.patch(&api, json!({ "is_quiet": true })).await.expect(200);
    assert_eq!(event(&host, &slug).await["quiet_since"], begun, "it began once");
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert!(page.try_select("body[data-still]").is_some() && page.try_select("#quiet[hidden]").is_none());
    host.patch(&api, json!({ "is_quiet": false })).await.expect(200);
    host.patch(&api, json!({ "is_quiet": false })).await.expect(200);
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert!(page.try_select("body[data-still]").is_none() && page.try_select("#quiet[hidden]").is_some());
    let told: Vec<String> = kinds(&house).await.into_iter().filter(|kind| kind.starts_with("quiet.")).collect();
    assert_eq!(told, ["quiet.begun", "quiet.ended"]);
    let planned = house.night(&host, json!({ "title": "Later" })).await;
    host.patch(&format!("/api/v1/events/{planned}"), json!({ "is_quiet": true })).await.expect(409);
}

async fn mood_and_screening_change_by_one_tap(house: House) {
    let (host, browser, slug, _) = live(&house).await;
    press(&browser, &slug, "mood", "remembrance").await.expect(303);
    let page = browser.get(&format!("/host/events/{slug}")).await.expect(200);
    assert_eq!(page.select("button[name=mood][aria-pressed=true]"), "Remembrance");
    assert_eq!(event(&host, &slug).await["mood"], "remembrance");
    press(&browser, &slug, "screening", "all").await.expect(303);
    let page = browser.get(&format!("/host/events/{slug}")).await.expect(200);
    assert_eq!(page.select("button[name=screening][aria-pressed=true]"), "All");
    press(&browser, &slug, "mood", "sad").await.expect(422);
    assert_eq!(event(&host, &slug).await["mood"], "remembrance");
}

async fn what_was_removed_can_be_shown_again_at_once(house: House) {
    let (host, browser, slug, api) = live(&house).await;
    let song = json!({ "title": "Blue Monday" });
    let song = house.guest("Sam").await.post(&format!("{api}/shares"), song).await.expect(201).json();
    let id = song["id"].as_str().expect("an id");
    // While it plays.
    host.put(&format!("{api}/now-playing"), json!({ "share_id": id })).await.expect(200);
    let page = format!("/host/events/{slug}");
    let removed = browser.fill_in(&page, &format!("{page}/shares/{id}/removal"), &[]).await.expect(303);
    let next = removed.header("location").expect("a location").to_owned();
    assert_eq!(next, format!("{page}?removed={id}"));
    let desk = browser.get(&next).await.expect(200);
    assert!(desk.select("#undo").contains("You removed Blue Monday"));
    assert!(desk.select("#removed").contains("Blue Monday"), "and it stays in the list");
    assert!(desk.select("#part-decks").contains("Nothing is on"));
    assert_eq!(house.stranger().get(&format!("/events/{slug}")).await.expect(200).attribute("#now", "data-share"), "");
    let undo = desk.attribute("#undo form", "action");
    browser.post_form(&undo, &with_hidden(&desk, &undo, &[])).await.expect(303);
    assert!(house.stranger().get(&format!("/events/{slug}")).await.expect(200).text().contains("Blue Monday"));
    // Shown again, it isn't offered any more; and nonsense offers nothing.
    for query in [next, format!("{page}?removed=nonsense"), format!("{page}?removed=")] {
        assert!(browser.get(&query).await.expect(200).try_select("#undo").is_none(), "{query}");
    }
    house.check().await;
}

/// The fault: a second thumb, or a desk that is out of date, that does it again or undoes it.
async fn pressing_twice_is_pressing_once(house: House) {
    let (host, browser, slug, api) = live(&house).await;
    let other = house.owner("Olga").await;
    let other_browser = house.browser_of("Olga").await;
    let page = format!("/host/events/{slug}");
    let stale = other_browser.get(&page).await.expect(200);
    let pause = json!({ "is_paused": true, "welcome": "Hello", "is_quiet": true, "mood": "gentle" });
    let (one, two) = tokio::join!(host.patch(&api, pause.clone()), other.patch(&api, pause));
    one.expect(200);
    two.expect(200);
    let told = kinds(&house).await;
    for kind in ["sharing.paused", "welcome.changed", "quiet.begun", "event.changed"] {
        assert_eq!(told.iter().filter(|told| *told == kind).count(), 1, "{kind}: {told:?}");
    }
    // The button of a desk that doesn't know yet says what it said: paused it stays.
    let action = format!("{page}/tonight");
    let csrf = stale.attribute("#part-tonight input[name=csrf]", "value");
    let again = [("csrf".to_owned(), csrf.clone()), ("is_paused".to_owned(), "true".to_owned())];
    other_browser.post_form(&action, &again).await.expect(303);
    assert_eq!(event(&host, &slug).await["is_paused"], true);
    host.patch(&api, json!({ "is_paused": false })).await.expect(200);

    let song = host.post(&format!("{api}/shares"), json!({ "title": "Gone" })).await.expect(201).json();
    let id = song["id"].as_str().expect("an id");
    let (mine, theirs) = (browser.get(&page).await.expect(200), other_browser.get(&page).await.expect(200));
    let removal = format!("{page}/shares/{id}/removal");
    let (one, two) = (with_hidden(&mine, &removal, &[]), with_hidden(&theirs, &removal, &[]));
    let (one, two) = tokio::join!(browser.post_form(&removal, &one), other_browser.post_form(&removal, &two));
    let mut both = [one.status.as_u16(), two.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [303, 409]);
    let refused = if one.status == 409 { one } else { two };
    assert!(refused.select("main").contains("removed already"), "{}", refused.text());
    // What is gone can't be put on from a desk that still shows it.
    let action = format!("{page}/now-playing");
    browser.post_form(&action, &with_hidden(&mine, &action, &[("share_id", id)])).await.expect(422);
    for verb in ["closing", "closing"] {
        let fields = with_hidden(&mine, &format!("{page}/{verb}"), &[]);
        browser.post_form(&format!("{page}/{verb}"), &fields).await.expect(303);
    }
    let late = with_hidden(&theirs, &format!("{page}/closing"), &[]);
    other_browser.post_form(&format!("{page}/closing"), &late).await.expect(409);
    house.check().await;
}

async fn the_desk_is_told_that_something_happened(house: House) {
    let (host, browser, slug, api) = live(&house).await;
    host.patch(&api, json!({ "screening": "all" })).await.expect(200);
    let page = browser.get(&format!("/host/events/{slug}")).await.expect(200);
    let revision: i64 = page.attribute("#desk", "data-revision").parse().expect("a number");
    let stream = page.attribute("#desk", "data-stream");
    let cookie = browser.cookie();
    let mut listener = Listener::at(&house, &format!("{stream}?after={revision}"), &[("cookie", &cookie)]).await;
    // What only hosts may know: the public stream says nothing of it.
    let held = json!({ "title": "Hidden", "dedication": "Hidden words" });
    house.guest("Sam").await.post(&format!("{api}/shares"), held).await.expect(201);
    let told = listener.next().await.expect("word");
    assert_eq!(
        (told.kind.as_str(), told.id, &told.data),
        ("desk", Some(revision + 1), &json!({ "revision": revision + 1 }))
    );
    // Many at once are a word a second at most, ending on the last number: counted against the time that passed.
    let begun = std::time::Instant::now();
    for number in 0..5 {
        host.post(&format!("{api}/shares"), json!({ "title": format!("Song {number}") })).await.expect(201);
    }
    let mut words = 0;
    while listener.next().await.expect("word").id != Some(revision + 6) {
        words += 1;
    }
    assert!(words <= begun.elapsed().as_secs() + 1, "{words} words and the last in {:?}", begun.elapsed());
    // Nothing new since: a listener that comes back waits; one that knows nothing is told at once.
    let mut fresh = Listener::at(&house, &format!("{stream}?after=nonsense"), &[("cookie", &cookie)]).await;
    assert_eq!(fresh.next().await.expect("word").id, Some(revision + 6));
    let mut future = Listener::at(&house, &stream, &[("cookie", &cookie), ("last-event-id", "99999")]).await;
    assert_eq!(future.next().await.expect("word").id, Some(revision + 6));
    house.app.stopping.cancel();
    for listener in [&mut listener, &mut fresh] {
        assert_eq!(listener.next().await, None, "it ends when the house stops");
    }
}

async fn the_desk_of_a_stranger_is_silent(house: House) {
    let (_, browser, slug, _) = live(&house).await;
    house.organiser("Ruth").await;
    let status = async |cookie: String| {
        let request = Request::get(format!("/host/events/{slug}/stream")).header(header::HOST, "disco.test");
        let request = request.header(header::COOKIE, cookie).body(Body::empty()).expect("a request");
        house.router().oneshot(request).await.expect("an answer").status().as_u16()
    };
    assert_eq!(status(browser.cookie()).await, 200);
    assert_eq!(status(String::new()).await, 303, "to the sign-in page");
    assert_eq!(status(house.browser_of("Ruth").await.cookie()).await, 403);
    // The seats are those of the public stream.
    let house = House::furnished(house.backend, |config| config.streams_max = 1).await;
    let (_, browser, slug, _) = live(&house).await;
    let _taken = Listener::open(&house, &slug, None).await;
    let full = browser.get(&format!("/host/events/{slug}/stream")).await.expect(503);
    assert!(full.header("retry-after").is_some());
}

async fn closing_ends_what_is_on(house: House) {
    let (host, _, slug, api) = live(&house).await;
    let slots = json!({ "slots": [{ "host": "Sam", "minutes": 30 }] });
    let id = host.put(&format!("{api}/lineup"), slots).await.expect(200).json()["slots"][0]["id"].clone();
    host.put(&format!("{api}/decks"), json!({ "slot_id": id })).await.expect(200);
    host.patch(&api, json!({ "is_quiet": true, "is_paused": true, "welcome": "Come in" })).await.expect(200);
    house.pass(TimeDelta::minutes(25)).await;
    host.post(&format!("{api}/closing"), json!({})).await.expect(200);
    let after = house.stranger().get(&api).await.expect(200).json();
    assert_eq!(after["lineup"][0]["ended_at"], "2027-03-26T19:25:00Z");
    assert_eq!(
        (&after["quiet_since"], &after["is_paused"], &after["welcome"]),
        (&Value::Null, &json!(false), &json!("Come in"))
    );
    let kinds = house.rows("SELECT kind FROM activity ORDER BY seq").await;
    let kinds: Vec<&str> = kinds.iter().filter_map(|row| row["kind"].as_str()).collect();
    let place =
        |kind: &str| kinds.iter().rposition(|other| *other == kind).unwrap_or_else(|| panic!("{kind}: {kinds:?}"));
    assert!(place("slot.ended") < place("event.closed") && place("quiet.ended") < place("event.closed"));
    assert!(house.stranger().get(&format!("/events/{slug}")).await.expect(200).select("ol.lineup").contains("Sam"));
    house.check().await;
}
