//! Nights that come again by a rule on the wall clock: four ahead, each its own, none made twice.

use chrono::TimeDelta;
use serde_json::{Value, json};
use twitterdisco::worker;

use crate::support::{Actor, House, on_both};

on_both!(
    a_night_comes_again,
    what_moved_or_was_cancelled_is_not_made_again,
    a_pattern_changes_what_nobody_changed,
    another_day_moves_cancels_or_leaves,
    what_the_new_rule_wants_stays,
    tonight_stays_where_its_new_hour_has_passed,
    a_series_keeps_its_weekday,
    what_was_handed_out_goes_on_working,
    saving_without_a_change_changes_nothing,
    a_time_that_the_clocks_skip_has_no_night,
    what_leads_nowhere_is_refused,
    several_instances_make_each_night_once,
    the_pages_work_without_scripts,
    the_same_again_is_one_tap,
);

/// A Friday in winter time with a line-up, repeated by this rule. The house stands at seven in the evening of that day.
async fn repeated(house: &House, rule: &str) -> (Actor, String, Value) {
    let host = house.organiser("Louise").await;
    let more = json!({
        "lineup": [{ "host": "Sam", "minutes": 30, "anchor_local": "2027-03-26T21:30" }],
        "charities": [{ "slug": "sepsis-trust", "parts": 3 }, { "slug": "cavell-nurses-trust", "parts": 1 }],
        "story_slugs": ["edges"], "mood": "gentle", "songs_each": 3, "target_pence": 5_000,
    });
    let slug = house.night(&host, more).await;
    let made = host.post(&format!("/api/v1/events/{slug}/series"), json!({ "rule": rule })).await.expect(201);
    (host, slug, made.json())
}

fn at(series: &Value) -> String {
    format!("/api/v1/series/{}", series["id"].as_str().expect("an id"))
}

/// `day:status` of the nights to come, with a star for those that stand by themselves.
fn nights(series: &Value) -> Vec<String> {
    let nights = series["nights"].as_array().expect("nights").iter();
    let text = |night: &Value, field: &str| night[field].as_str().expect("a text").to_owned();
    let star = |night: &Value| if night["is_own"] == true { "*" } else { "" };
    nights.map(|night| format!("{} {}{}", text(night, "starts_local"), text(night, "status"), star(night))).collect()
}

fn slug(series: &Value, at: usize) -> String {
    series["nights"][at]["slug"].as_str().expect("a slug").to_owned()
}

async fn now(host: &Actor, series: &Value) -> Value {
    host.get(&at(series)).await.expect(200).json()
}

async fn a_night_comes_again(house: House) {
    let (host, first, series) = repeated(&house, "FREQ=WEEKLY").await;
    let planned = |days: &[&str]| days.iter().map(|day| format!("2027-{day}T21:00 scheduled")).collect::<Vec<_>>();
    assert_eq!(nights(&series), planned(&["03-26", "04-02", "04-09", "04-16"]));
    assert_eq!((&series["repeats"], &series["skipped"]), (&json!("every Friday at 9pm"), &json!([])));
    // Nine stays nine when the clocks change.
    let starts = |at: usize| series["nights"][at]["starts_at"].clone();
    assert_eq!([starts(0), starts(1)], [json!("2027-03-26T21:00:00Z"), json!("2027-04-02T20:00:00Z")]);
    assert_eq!(slug(&series, 1), "friday-night-2027-04-02");

    let (one, other) = (super::event(&host, &first).await, super::event(&host, &slug(&series, 1)).await);
    for same in
        ["title", "mood", "songs_each", "target_pence", "charities", "story_slugs", "hosts", "series", "hashtag"]
    {
        assert_eq!(one[same], other[same], "{same}");
    }
    assert_eq!(other["series"], json!({ "id": series["id"], "repeats": "every Friday at 9pm" }));
    assert_eq!((&other["lineup"][0]["host"], &other["lineup"][0]["anchor_local"]), (&json!("Sam"), &Value::Null));
    let page = house.stranger().get(&format!("/events/{}", slug(&series, 1))).await.expect(200);
    assert!(page.text().contains("It comes every Friday at 9pm"));

    // One more is made as each begins; nobody touches the rest.
    house.pass(TimeDelta::hours(2)).await;
    assert_eq!(nights(&now(&host, &series).await).last().map(String::as_str), Some("2027-04-23T21:00 scheduled"));
    for _ in 0..3 {
        house.pass(TimeDelta::days(7)).await;
    }
    let later = now(&host, &series).await;
    assert_eq!(nights(&later)[1..], planned(&["04-23", "04-30", "05-07", "05-14"]));
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, 8);

    host.post(&format!("{}/ending", at(&series)), json!({})).await.expect(200);
    let over = host.post(&format!("{}/ending", at(&series)), json!({})).await.expect(200).json();
    assert!(over["ended_at"].is_string());
    house.pass(TimeDelta::days(70)).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, 8, "it has ended");
    assert_eq!(house.count("SELECT COUNT(*) FROM activity WHERE kind LIKE 'series.%'").await, 2);
    house.check().await;
}

async fn what_moved_or_was_cancelled_is_not_made_again(house: House) {
    let (host, _, series) = repeated(&house, "FREQ=WEEKLY;INTERVAL=2").await;
    assert_eq!(nights(&series).len(), 4);
    let (moved, off) = (slug(&series, 1), slug(&series, 2));
    let later = json!({ "starts_local": "2027-04-10T20:00" });
    host.patch(&format!("/api/v1/events/{moved}"), later).await.expect(200);
    host.post(&format!("/api/v1/events/{off}/cancellation"), json!({})).await.expect(200);
    for _ in 0..4 {
        house.pass(TimeDelta::days(7)).await;
    }
    let series = now(&host, &series).await;
    let made = "SELECT COUNT(*) FROM series_night WHERE is_own OR NOT is_own";
    assert_eq!(house.count(made).await, 6);
    assert!(nights(&series).iter().all(|night| !night.starts_with("2027-04-09")), "{series}");
    assert_eq!(house.count("SELECT COUNT(*) FROM event WHERE status = 'cancelled'").await, 1);
}

async fn a_pattern_changes_what_nobody_changed(house: House) {
    let (host, _, series) = repeated(&house, "FREQ=WEEKLY").await;
    let event = |index: usize| format!("/api/v1/events/{}", slug(&series, index));
    // One with a pledge, so its charities stay; one that was changed by itself; and the pattern.
    let promise = json!({ "kind": "fixed", "amount_pence": 500 });
    house.guest("Sam").await.post_once(&format!("{}/pledges", event(1)), "promise-one", promise).await.expect(201);
    host.patch(&event(2), json!({ "title": "Its own" })).await.expect(200);
    let other = json!({
        "title": "Soul night", "duration_minutes": 90, "charities": [{ "slug": "sepsis-trust" }],
        "lineup": [{ "host": "Priya", "minutes": 45 }],
    });
    host.patch(&event(3), other).await.expect(200);
    let before = super::event(&host, &slug(&series, 1)).await;
    let pattern = json!({ "event": slug(&series, 3) });
    let after = host.put(&format!("{}/pattern", at(&series)), pattern).await.expect(200).json();
    assert_eq!(after["title"], "Soul night");
    assert!(nights(&after)[2].ends_with('*') && !nights(&after)[3].ends_with('*'), "{after}");
    let told = |at: usize| super::event(&host, Box::leak(slug(&series, at).into_boxed_str()));
    let (first, second, third, last) = (told(0).await, told(1).await, told(2).await, told(3).await);
    for night in [&first, &second, &last] {
        assert_eq!(
            (&night["title"], &night["duration_minutes"], &night["lineup"][0]["host"]),
            (&json!("Soul night"), &json!(90), &json!("Priya"))
        );
    }
    assert_eq!(second["charities"], before["charities"], "they stay once there are pledges");
    assert_eq!(first["charities"].as_array().map(Vec::len), Some(1));
    assert_eq!((&third["title"], &third["duration_minutes"]), (&json!("Its own"), &json!(120)));
    assert_eq!(second["starts_local"], before["starts_local"], "a pattern has no time");
    // And so are those that are made from now on.
    house.pass(TimeDelta::hours(2)).await;
    let newest = now(&host, &series).await;
    assert_eq!(newest["nights"][4]["title"], "Soul night");
    let elsewhere = house.night(&host, json!({ "title": "Elsewhere" })).await;
    host.put(&format!("{}/pattern", at(&series)), json!({ "event": elsewhere })).await.expect(404);
    host.put(&format!("{}/pattern", at(&series)), json!({ "event": "nowhere" })).await.expect(404);
    house.check().await;
}

async fn another_day_moves_cancels_or_leaves(house: House) {
    let (host, _, series) = repeated(&house, "FREQ=WEEKLY").await;
    let change = async |body: Value| host.patch(&at(&series), body).await.expect(200).json();
    // An hour earlier: the same nights, moved; but the one that was moved by itself.
    host.patch(&format!("/api/v1/events/{}", slug(&series, 1)), json!({ "starts_local": "2027-04-02T22:00" }))
        .await
        .expect(200);
    let earlier = change(json!({ "time": "20:00" })).await;
    assert_eq!(earlier["repeats"], "every Friday at 8pm");
    let expected = ["03-26T20:00", "04-02T22:00", "04-09T20:00", "04-16T20:00"];
    let local = |series: &Value| nights(series).iter().map(|night| night[5..16].to_owned()).collect::<Vec<_>>();
    assert_eq!(local(&earlier), expected);
    assert_eq!(slug(&earlier, 0), slug(&series, 0), "the same night, moved");
    // Every second week: a night whose day is gone is cancelled, but one that somebody will come to stays.
    let rsvp = format!("/api/v1/events/{}/rsvp", slug(&series, 3));
    house.guest("Sam").await.post(&rsvp, json!({})).await.expect(200);
    let rarer = change(json!({ "rule": "FREQ=WEEKLY;INTERVAL=2", "time": "21:00" })).await;
    let status = |day: &str| {
        let found = nights(&rarer).into_iter().find(|night| night.contains(day));
        found.unwrap_or_else(|| panic!("{day}: {rarer}"))
    };
    assert_eq!(status("03-26"), "2027-03-26T21:00 scheduled");
    assert_eq!(status("04-02"), "2027-04-02T22:00 scheduled*");
    assert_eq!(status("04-09"), "2027-04-09T21:00 scheduled");
    assert_eq!(status("04-16"), "2027-04-16T20:00 scheduled*");
    assert_eq!(status("04-23"), "2027-04-23T21:00 scheduled");
    let monthly = change(json!({ "rule": "FREQ=MONTHLY;BYDAY=-1FR", "until": "2027-05-31" })).await;
    let gone = "SELECT COUNT(*) FROM event WHERE status = 'cancelled'";
    assert_eq!(house.count(gone).await, 3, "nobody was coming: {monthly}");
    let left = nights(&monthly).into_iter().filter(|night| night.ends_with("scheduled")).collect::<Vec<_>>();
    assert_eq!(left, ["2027-03-26T21:00 scheduled", "2027-04-30T21:00 scheduled", "2027-05-28T21:00 scheduled"]);
    assert_eq!(host.patch(&at(&series), json!({ "until": "2027-03-01" })).await.expect(422).wrong_fields(), ["rule"]);
    assert_eq!(now(&host, &series).await, monthly, "what was refused changed nothing");
    house.check().await;
}

/// The fault: only as many nights as are planned ahead were looked at, and those beyond were cancelled for good.
async fn what_the_new_rule_wants_stays(house: House) {
    let (host, _, series) = repeated(&house, "FREQ=WEEKLY").await;
    let change = async |rule: &str| host.patch(&at(&series), json!({ "rule": rule })).await.expect(200).json();
    let more = change("FREQ=WEEKLY;BYDAY=TU,FR").await;
    let days: Vec<String> = nights(&more).iter().map(|night| night[5..].to_owned()).collect();
    let expected = ["03-26", "03-30", "04-02", "04-06", "04-09", "04-16"].map(|day| format!("{day}T21:00 scheduled"));
    assert_eq!(days, expected, "the Fridays stay, and Tuesdays come between");
    // To Saturdays and back: the Fridays are there again, as new nights.
    let saturdays = change("FREQ=WEEKLY;BYDAY=SA").await;
    assert!(nights(&saturdays).iter().all(|night| night.contains("scheduled")), "{saturdays}");
    assert_eq!(&nights(&saturdays)[0][..10], "2027-03-27");
    let back = change("FREQ=WEEKLY;BYDAY=FR").await;
    let fridays = ["04-02", "04-09", "04-16", "04-23"].map(|day| format!("2027-{day}T21:00 scheduled"));
    assert_eq!(nights(&back), fridays);
    house.check().await;
}

/// The fault: at half past eight, eight o'clock has passed, and tonight at nine was called off.
async fn tonight_stays_where_its_new_hour_has_passed(house: House) {
    let (host, _, series) = repeated(&house, "FREQ=WEEKLY").await;
    house.pass(TimeDelta::minutes(90)).await;
    let earlier = host.patch(&at(&series), json!({ "time": "20:00" })).await.expect(200).json();
    assert_eq!(nights(&earlier)[..2], ["2027-03-26T21:00 scheduled*", "2027-04-02T20:00 scheduled"]);
}

/// The fault: a series that was prolonged or moved began to count from the day on which that was done.
async fn a_series_keeps_its_weekday(house: House) {
    let (host, _, series) = repeated(&house, "FREQ=WEEKLY").await;
    let until = async |day: &str| host.patch(&at(&series), json!({ "until": day })).await.expect(200).json();
    until("2027-04-02").await;
    // A Monday three weeks later: nothing is to come any more.
    house.pass(TimeDelta::days(17)).await;
    assert!(nights(&now(&host, &series).await).is_empty());
    let on = until("2027-12-31").await;
    assert_eq!(nights(&on)[0], "2027-04-16T21:00 scheduled");
    let moved = host.patch(&at(&series), json!({ "time": "20:30" })).await.expect(200).json();
    assert!(nights(&moved)[0].starts_with("2027-04-16T20:30"), "{moved}");
    let rarer = host.patch(&at(&series), json!({ "rule": "FREQ=WEEKLY;INTERVAL=2" })).await.expect(200).json();
    let days: Vec<String> = nights(&rarer).iter().map(|night| night[5..10].to_owned()).collect();
    assert_eq!(days, ["04-16", "04-30", "05-14", "05-28"]);
}

/// The fault: a change of the hour put a new line-up in, and the links that DJs had were dead.
async fn what_was_handed_out_goes_on_working(house: House) {
    let (host, first, series) = repeated(&house, "FREQ=WEEKLY").await;
    let decks = async |slug: &str| {
        let links = host.get(&format!("/api/v1/events/{slug}/decks")).await.expect(200).json();
        links["links"][0]["decks_token"].as_str().expect("a token").to_owned()
    };
    let (mine, theirs) = (decks(&first).await, decks(&slug(&series, 1)).await);
    host.patch(&at(&series), json!({ "time": "20:00" })).await.expect(200);
    host.put(&format!("{}/pattern", at(&series)), json!({ "event": slug(&series, 2) })).await.expect(200);
    for token in [&mine, &theirs] {
        house.stranger().get(&format!("/decks/{token}")).await.expect(200);
    }
    let lineup = host.get(&format!("/api/v1/events/{first}/lineup")).await.expect(200).json();
    assert_eq!(lineup["slots"][0]["anchor_local"], "2027-03-26T21:30", "what is the same isn't put in anew");
}

/// The fault: a form sends everything there is, and a night that was only saved was taken out of its series.
async fn saving_without_a_change_changes_nothing(house: House) {
    let (host, first, series) = repeated(&house, "FREQ=WEEKLY").await;
    let path = format!("/api/v1/events/{}", slug(&series, 1));
    let told = "SELECT COUNT(*) FROM activity WHERE kind IN ('event.changed', 'lineup.changed')";
    let night = host.get(&path).await.expect(200).json();
    let all =
        ["title", "summary", "mood", "hashtag", "starts_local", "lineup", "story_slugs", "charities", "songs_each"];
    let same: serde_json::Map<_, _> = all.iter().map(|field| ((*field).to_owned(), night[field].clone())).collect();
    host.patch(&path, Value::Object(same)).await.expect(200);
    assert_eq!(house.count(told).await, 0);
    assert!(!nights(&now(&host, &series).await)[1].ends_with('*'));
    host.put(&format!("{}/pattern", at(&series)), json!({ "event": first })).await.expect(200);
    assert_eq!(house.count(told).await, 0, "the others are like it already");
    host.patch(&path, json!({ "lineup": [{ "host": "Sam", "minutes": 31 }] })).await.expect(200);
    assert!(nights(&now(&host, &series).await)[1].ends_with('*'));
}

async fn a_time_that_the_clocks_skip_has_no_night(house: House) {
    let host = house.organiser("Louise").await;
    let night = house.night(&host, json!({ "starts_local": "2027-03-27T01:30" })).await;
    let path = format!("/api/v1/events/{night}/series");
    let series = host.post(&path, json!({ "rule": "FREQ=DAILY", "is_published": false })).await.expect(201).json();
    assert_eq!(series["skipped"], json!(["2027-03-28T01:30"]));
    let expected = ["2027-03-27T01:30 scheduled", "2027-03-29T01:30 draft", "2027-03-30T01:30 draft"];
    assert_eq!(nights(&series), expected);
    let browser = house.browser_of("Louise").await;
    let page = browser.get(&format!("/host/series/{}", series["id"].as_str().expect("an id"))).await.expect(200);
    assert!(page.text().contains("No night on Sunday 28 March 2027, 1:30am: the clocks go forward then"));
    for _ in 0..4 {
        house.pass(TimeDelta::days(1)).await;
    }
    assert!(now(&host, &series).await["skipped"].as_array().is_some_and(Vec::is_empty), "it's past");
}

async fn what_leads_nowhere_is_refused(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let path = format!("/api/v1/events/{slug}/series");
    for (body, field) in [
        (json!({}), "rule"),
        (json!({ "rule": "every Friday" }), "rule"),
        (json!({ "rule": "FREQ=SECONDLY" }), "rule"),
        (json!({ "rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" }), "rule"),
        (json!({ "rule": "FREQ=WEEKLY", "until": "2027-01-01" }), "rule"),
        (json!({ "rule": "FREQ=WEEKLY", "until": "soon" }), "until"),
        (json!({ "rule": "FREQ=WEEKLY", "time": "9pm" }), "time"),
        (json!({ "rule": 7 }), "rule"),
    ] {
        assert_eq!(host.post(&path, body.clone()).await.expect(422).wrong_fields(), [field], "{body}");
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM series").await, 0);
    let weekly = json!({ "rule": "FREQ=WEEKLY" });
    let made = host.post_once(&path, "repeat-it-once", weekly.clone()).await.expect(201).json();
    assert_eq!(host.post_once(&path, "repeat-it-once", weekly.clone()).await.expect(201).json(), made, "a retry");
    host.post(&path, weekly.clone()).await.expect(409);
    let other = house.organiser("Odile").await;
    other.get(&at(&made)).await.expect(403);
    other.patch(&at(&made), weekly.clone()).await.expect(403);
    other.post(&format!("{}/ending", at(&made)), json!({})).await.expect(403);
    assert_eq!(other.get("/api/v1/series").await.expect(200).json()["items"], json!([]));
    assert_eq!(host.get("/api/v1/series").await.expect(200).json()["items"][0]["id"], made["id"]);
    host.get("/api/v1/series/01890000-0000-7000-8000-000000000000").await.expect(404);
    host.post(&format!("{}/ending", at(&made)), json!({})).await.expect(200);
    host.patch(&at(&made), weekly.clone()).await.expect(409);
    let off = house.night(&host, json!({ "title": "Off" })).await;
    host.post(&format!("/api/v1/events/{off}/cancellation"), json!({})).await.expect(200);
    host.post(&format!("/api/v1/events/{off}/series"), weekly).await.expect(409);
}

async fn several_instances_make_each_night_once(house: House) {
    let (host, _, series) = repeated(&house, "FREQ=WEEKLY").await;
    let workers = [worker(house.app.clone()), worker(house.app.clone()), worker(house.app.clone())];
    for _ in 0..3 {
        house.app.clock.advance(TimeDelta::days(7));
        let [one, two, three] = &workers;
        let outcomes = tokio::join!(one.tick(), two.tick(), three.tick());
        assert_eq!((outcomes.0.ok(), outcomes.1.ok(), outcomes.2.ok()), (Some(0), Some(0), Some(0)));
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM series_night").await, 7);
    assert_eq!(house.count("SELECT COUNT(DISTINCT local) FROM series_night").await, 7);
    assert_eq!(house.count("SELECT COUNT(*) FROM event").await, 7);
    assert_eq!(nights(&now(&host, &series).await).len(), 4);
    house.check().await;
}

async fn the_pages_work_without_scripts(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let browser = house.browser_of("Louise").await;
    let (desk, ask) = (format!("/host/events/{slug}"), format!("/host/events/{slug}/series"));
    assert!(browser.get(&desk).await.expect(200).try_select(&format!("a[href='{ask}']")).is_some());
    let form = browser.get(&ask).await.expect(200);
    for words in ["Every Friday", "Every second Friday", "The last Friday of each month"] {
        assert!(form.text().contains(words), "{words}");
    }
    let wrong = browser.fill_in(&ask, &ask, &[("every", "rule"), ("rule", "nonsense")]).await.expect(422);
    assert!(wrong.select("#errors").contains("FREQ=WEEKLY"));
    let made = browser.fill_in(&ask, &ask, &[("every", "month"), ("is_published", "on")]).await.expect(303);
    let page = made.header("location").expect("a page").to_owned();
    assert_eq!(browser.get(&ask).await.expect(303).header("location"), Some(page.as_str()), "it is one already");
    let shown = browser.get(&page).await.expect(200);
    assert!(shown.text().contains("It comes the last Friday of each month at 9pm"));
    assert!(shown.text().contains("Friday 30 April 2027, 9pm"));
    assert!(browser.get(&desk).await.expect(200).try_select(&format!("a[href='{page}']")).is_some());
    assert!(browser.get("/host").await.expect(200).try_select(&format!("a[href='{page}']")).is_some());
    let weekly = [("rule", "FREQ=WEEKLY"), ("time", "20:30"), ("until", "2027-04-30"), ("is_published", "on")];
    browser.fill_in(&page, &page, &weekly).await.expect(303);
    assert!(browser.get(&page).await.expect(200).text().contains("every Friday at 8:30pm, until 30 April 2027"));
    let wrong = browser.fill_in(&page, &page, &[("rule", "FREQ=WEEKLY"), ("time", "late")]).await.expect(422);
    assert!(wrong.select("#errors").contains("21:00"));
    browser.fill_in(&page, &format!("{page}/pattern"), &[("event", &slug)]).await.expect(303);
    browser.fill_in(&page, &format!("{page}/ending"), &[]).await.expect(303);
    let over = browser.get(&page).await.expect(200);
    assert!(over.text().contains("has ended") && over.try_select(&format!("form[action='{page}']")).is_none());
}

async fn the_same_again_is_one_tap(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "songs_each": 2 })).await;
    house.pass(TimeDelta::hours(2)).await;
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
    let browser = house.browser_of("Louise").await;
    let (desk, copies) = (format!("/host/events/{slug}"), format!("/host/events/{slug}/copies"));
    let asked = browser.get(&desk).await.expect(200);
    assert!(asked.text().contains("Same again on Friday 2 April, 9pm"));
    let tapped = browser.fill_in(&desk, &copies, &[]).await.expect(303);
    let draft = tapped.header("location").expect("a desk").trim_start_matches("/host/events/").to_owned();
    let again = super::event(&host, &draft).await;
    let expected = (&json!("2027-04-02T21:00"), &json!("draft"), &json!(2));
    assert_eq!((&again["starts_local"], &again["status"], &again["songs_each"]), expected);
    // Weeks later it is the next such day to come, not one that has passed.
    house.pass(TimeDelta::days(17)).await;
    assert!(browser.get(&desk).await.expect(200).text().contains("Same again on Friday 16 April, 9pm"));
}
