//! "I'll be there": a number for everyone, a reminder for who wants one, and no address kept longer than that.

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use twitterdisco::worker;

use crate::support::post::{Letter, Mood, Post};
use crate::support::{Actor, House, on_both};

on_both!(
    anyone_says_theyll_be_there,
    they_are_reminded_once_by_day,
    word_of_a_night_that_moved_goes_once,
    everyone_hears_of_a_cancelled_night_once,
    one_tap_stops_the_mails,
    one_address_is_written_to_once_and_stopped_everywhere,
    an_address_is_shown_to_nobody,
    the_page_works_without_scripts,
    a_mail_that_surely_failed_is_sent_again,
);

/// A night a week from now, on the Friday after the clocks have gone forward.
async fn planned(house: &House) -> (Actor, String, String) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "starts_local": "2027-04-02T21:00" })).await;
    let api = format!("/api/v1/events/{slug}/rsvp");
    (host, slug, api)
}

async fn move_to(host: &Actor, slug: &str, local: &str) {
    host.patch(&format!("/api/v1/events/{slug}"), json!({ "starts_local": local })).await.expect(200);
}

/// Passes the hours one by one; tells after how many of them a mail came.
async fn hours_of_mails(house: &House, hours: i64) -> Vec<i64> {
    let mut came = Vec::new();
    for hour in 1..=hours {
        let before = house.letters().len();
        house.pass(TimeDelta::hours(1)).await;
        came.extend((before..house.letters().len()).map(|_| hour));
    }
    came
}

fn link(mail: &Letter) -> String {
    let (_, link) = mail.header("List-Unsubscribe").split_once("disco.test").expect("a link");
    link.trim_end_matches('>').to_owned()
}

fn only(house: &House, subject: &str) -> Letter {
    let mut found = house.letters().into_iter().filter(|mail| mail.header("Subject").contains(subject));
    let mail = found.next().expect("a mail");
    assert!(found.next().is_none(), "{subject}: twice");
    mail
}

async fn addresses(house: &House) -> i64 {
    house.count("SELECT COUNT(*) FROM rsvp WHERE email IS NOT NULL").await
}

async fn anyone_says_theyll_be_there(house: House) {
    let (host, slug, api) = planned(&house).await;
    let (one, other) = (house.stranger(), house.guest("Sam").await);
    let nobody = json!({ "going": 0, "is_going": false, "is_reminded": false });
    assert_eq!(one.get(&api).await.expect(200).json(), nobody);
    // No body at all, and then an empty one.
    for more in [None, Some(json!({}))] {
        let mine = match more {
            None => one.send(Method::POST, &api, &[], Body::empty()).await.expect(200),
            Some(body) => {
                one.with_json(Method::POST, &api, &body, &[("sec-fetch-site", "same-origin")]).await.expect(200)
            }
        };
        assert_eq!(mine.json(), json!({ "going": 1, "is_going": true, "is_reminded": false }));
        assert_eq!(mine.header("cache-control"), Some("no-store"));
    }
    other.post(&api, json!({ "email": null })).await.expect(200);
    host.post(&api, json!({})).await.expect(200);
    let event = house.stranger().get(&format!("/api/v1/events/{slug}")).await.expect(200).json();
    assert_eq!(event["going"], 3);
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert!(page.text().contains("3 people say they’ll be there"));
    assert_eq!(one.get(&api).await.expect(200).json()["is_going"], true);
    assert_eq!(house.stranger().get(&api).await.expect(200).json()["is_going"], false);
    for _ in 0..2 {
        let own_page = [("sec-fetch-site", "same-origin")];
        let mine = one.with_json(Method::DELETE, &api, &json!({}), &own_page).await.expect(200);
        assert_eq!(mine.json()["going"], 2);
    }
    assert_eq!(house.stranger().delete(&api).await.expect(200).json()["going"], 2);
    // Told to hosts, and without saying who.
    let log = "SELECT COUNT(*) FROM activity WHERE kind LIKE 'rsvp.%' AND audience = 'hosts' AND actor IS NULL";
    assert_eq!(house.count(log).await, 4);
    let past = house.browser_of("Louise").await.get(&format!("/host/events/{slug}/history")).await.expect(200);
    assert!(past.text().contains("said they’ll be there") && past.text().contains("won’t be there after all"));

    let draft = super::plan(&host, json!({ "title": "Hidden" })).await;
    other.post(&format!("/api/v1/events/{draft}/rsvp"), json!({})).await.expect(404);
    host.post(&format!("/api/v1/events/{draft}/rsvp"), json!({})).await.expect(404);
    host.post(&format!("/api/v1/events/{slug}/opening"), json!({})).await.expect(200);
    let refused = other.post(&api, json!({})).await.expect(409).json();
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("come in")), "{refused}");
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
    other.post(&api, json!({})).await.expect(409);
    house.check().await;
}

async fn they_are_reminded_once_by_day(house: House) {
    let (_, slug, api) = planned(&house).await;
    let sam = house.guest("Sam").await;
    let mine = sam.post(&api, json!({ "email": "Sam@Example.org" })).await.expect(200).json();
    assert_eq!(mine["is_reminded"], true);
    // Said again without a word of the address: it stays.
    assert_eq!(sam.post(&api, json!({})).await.expect(200).json()["is_reminded"], true);
    // From seven on a Friday to ten on the next: 158 hours, one of which the clocks take.
    assert_eq!(hours_of_mails(&house, 164).await, [158]);
    let mail = only(&house, "Friday night");
    assert_eq!(mail.header("To"), "sam@example.org");
    assert_eq!(mail.header("Subject"), "Friday night: Friday 2 April 2027, 9pm");
    for path in [format!("/events/{slug}"), format!("/events/{slug}.ics"), link(&mail)] {
        assert!(
            mail.text.lines().any(|line| line.trim() == format!("http://disco.test{path}")),
            "{path}: {}",
            mail.text
        );
    }
    // Whoever comes by in the afternoon hears at once.
    house.guest("Jo").await.post(&api, json!({ "email": "jo@example.org" })).await.expect(200);
    assert_eq!(hours_of_mails(&house, 2).await, [1]);
    assert_eq!(addresses(&house).await, 2);
    // At nine it opens, and at two it closes by itself.
    house.pass(TimeDelta::hours(3)).await;
    house.pass(TimeDelta::hours(6)).await;
    assert_eq!(addresses(&house).await, 0, "forgotten when the night is over");
    assert_eq!(house.count("SELECT COUNT(*) FROM job WHERE kind LIKE 'rsvps.%'").await, 0);
}

async fn word_of_a_night_that_moved_goes_once(house: House) {
    let (host, slug, api) = planned(&house).await;
    house.guest("Sam").await.post(&api, json!({ "email": "sam@example.org" })).await.expect(200);
    house.guest("Jo").await.post(&api, json!({})).await.expect(200);
    // A slip, and back within ten minutes.
    move_to(&host, &slug, "2027-04-02T09:00").await;
    house.pass(TimeDelta::minutes(5)).await;
    move_to(&host, &slug, "2027-04-02T21:00").await;
    assert!(hours_of_mails(&house, 14).await.is_empty());
    // Twice in a moment is one word; and nobody hears of it at night.
    house.pass(TimeDelta::hours(12)).await;
    move_to(&host, &slug, "2027-04-03T21:00").await;
    move_to(&host, &slug, "2027-04-03T20:00").await;
    // It's nine on Saturday evening, and the clocks go forward that night: ten is twelve hours away.
    assert_eq!(hours_of_mails(&house, 40).await, [12]);
    let moved = only(&house, "has moved");
    assert_eq!(moved.header("Subject"), "Friday night has moved to Saturday 3 April 2027, 8pm");
    // And the reminder comes on the new day, not on the old one.
    assert_eq!(hours_of_mails(&house, 130).await.len(), 1);
    assert!(only(&house, "Friday night: ").header("Subject").contains("Saturday 3 April 2027, 8pm"));
}

async fn everyone_hears_of_a_cancelled_night_once(house: House) {
    let (host, slug, api) = planned(&house).await;
    for name in ["Sam", "Jo", "Kim"] {
        let email = format!("{}@example.org", name.to_lowercase());
        house.guest(name).await.post(&api, json!({ "email": email })).await.expect(200);
    }
    host.post(&format!("/api/v1/events/{slug}/cancellation"), json!({})).await.expect(200);
    house.pass(TimeDelta::minutes(30)).await;
    assert_eq!(house.letters().len(), 3, "it's half past seven in the evening");
    assert!(hours_of_mails(&house, 240).await.is_empty());
    assert!(house.letters().iter().all(|mail| mail.header("Subject") == "Friday night was cancelled"));
    assert_eq!(addresses(&house).await, 0);
    house.guest("Lou").await.post(&api, json!({})).await.expect(409);
}

async fn one_tap_stops_the_mails(house: House) {
    let (host, slug, api) = planned(&house).await;
    let anyone = house.stranger();
    for name in ["sam", "jo", "kim"] {
        house.guest(name).await.post(&api, json!({ "email": format!("{name}@example.org") })).await.expect(200);
    }
    house.pass(TimeDelta::hours(13)).await;
    move_to(&host, &slug, "2027-04-03T21:00").await;
    house.pass(TimeDelta::hours(3)).await;
    let mails = house.letters();
    let to = |name: &str| {
        mails.iter().find(|mail| mail.header("To").starts_with(name)).map(link).expect("a mail to each of them")
    };
    let before = house.contents().await;
    let asked = anyone.get(&to("sam")).await.expect(200);
    assert_eq!(
        (asked.header("referrer-policy"), asked.header("cache-control")),
        (Some("no-referrer"), Some("no-store"))
    );
    assert!(asked.select("form button").contains("Stop these mails"));
    assert!(house.contents().await == before, "looking stops nothing");
    anyone.post_form(&to("sam"), &[]).await.expect(303);
    assert!(anyone.get(&to("sam")).await.expect(200).select("h1").contains("No more mails"));
    // A mail program presses it by itself, without a cookie or an origin.
    let one_click = Body::from("List-Unsubscribe=One-Click");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let pressed = anyone.send(Method::POST, &to("jo"), &form, one_click).await.expect(200);
    assert!(pressed.select("h1").contains("No more mails"));
    assert_eq!(anyone.get(&api).await.expect(200).json()["going"], 3, "they still come");
    anyone.post_form(&format!("{}/withdrawal", to("kim")), &[]).await.expect(200);
    assert_eq!(anyone.get(&api).await.expect(200).json()["going"], 2);
    anyone.get(&to("kim")).await.expect(404);
    anyone.get("/rsvps/nonsense").await.expect(404);
    anyone.post_form("/rsvps/nonsense", &[]).await.expect(404);
    anyone.post_form("/rsvps/nonsense/withdrawal", &[]).await.expect(404);
    assert!(hours_of_mails(&house, 24 * 9).await.is_empty(), "nobody is reminded");
}

/// The faults: somebody with two phones is reminded twice, and a tap in one mail stops only that one.
async fn one_address_is_written_to_once_and_stopped_everywhere(house: House) {
    let (host, _, api) = planned(&house).await;
    let later = house.night(&host, json!({ "title": "Later", "starts_local": "2027-04-09T21:00" })).await;
    let later = format!("/api/v1/events/{later}/rsvp");
    let body = json!({ "email": "sam@example.org" });
    for (name, path) in [("phone", &api), ("laptop", &api), ("phone too", &later)] {
        house.guest(name).await.post(path, body.clone()).await.expect(200);
    }
    assert_eq!(hours_of_mails(&house, 164).await, [158], "once, for two who'll be there");
    assert_eq!(house.stranger().get(&api).await.expect(200).json()["going"], 2);
    house.stranger().post_form(&link(&house.letters()[0]), &[]).await.expect(303);
    assert_eq!(addresses(&house).await, 0);
    assert!(hours_of_mails(&house, 24 * 8).await.is_empty(), "nor of the other night");
}

async fn an_address_is_shown_to_nobody(house: House) {
    let (host, slug, api) = planned(&house).await;
    let sam = house.guest("Sam").await;
    for (wrong, status) in
        [(json!("not an address"), 422), (json!(7), 422), (json!("a@b.example\r\nBcc: x@y.example"), 422)]
    {
        let refused = sam.post(&api, json!({ "email": wrong })).await.expect(status);
        assert_eq!(refused.wrong_fields(), ["email"]);
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM rsvp").await, 0, "what was refused changed nothing");
    sam.post(&api, json!({ "email": "sam@example.org" })).await.expect(200);
    let browser = house.browser_of("Louise").await;
    for path in [format!("/events/{slug}"), format!("/host/events/{slug}"), format!("/host/events/{slug}/history")] {
        assert!(!browser.get(&path).await.expect(200).text().contains("sam@example.org"), "{path}");
    }
    for path in ["", "/activity", "/rsvp"] {
        let told = host.get(&format!("/api/v1/events/{slug}{path}")).await.expect(200);
        assert!(!told.text().contains("sam@example.org"), "{path}");
    }
    assert!(!sam.get(&api).await.expect(200).text().contains("example.org"));
}

async fn the_page_works_without_scripts(house: House) {
    let (_, slug, api) = planned(&house).await;
    let browser = house.stranger();
    let page = format!("/events/{slug}/rsvp");
    let night = browser.get(&format!("/events/{slug}")).await.expect(200);
    assert!(night.try_select(&format!("a[href='{page}']")).is_some(), "the night's page leads to it");
    let asked = browser.get(&page).await.expect(200);
    assert_eq!(asked.header("cache-control"), Some("no-store"));
    assert!(asked.text().contains("Nobody has said so yet"));
    let wrong = browser.fill_in(&page, &page, &[("email", "nowhere")]).await.expect(422);
    assert!(wrong.select("title").starts_with("Error:") && wrong.select("#errors").contains("mail address"));
    browser.fill_in(&page, &page, &[("email", "")]).await.expect(303);
    let there = browser.get(&page).await.expect(200);
    assert!(there.select("h1").contains("You’ll be there") && there.text().contains("1 person says they’ll be there"));
    browser.fill_in(&page, &page, &[("email", "sam@example.org")]).await.expect(303);
    assert!(browser.get(&page).await.expect(200).text().contains("We have your address for a reminder"));
    browser.fill_in(&page, &format!("{page}/withdrawal"), &[]).await.expect(303);
    assert!(browser.get(&page).await.expect(200).select("h1").contains("Will you be there?"));
    assert_eq!(browser.get(&api).await.expect(200).json()["going"], 0);
    assert_eq!(addresses(&house).await, 0);
}

async fn a_mail_that_surely_failed_is_sent_again(house: House) {
    let (_, _, api) = planned(&house).await;
    for name in ["sam", "jo"] {
        house.guest(name).await.post(&api, json!({ "email": format!("{name}@example.org") })).await.expect(200);
    }
    let post = Post::open().await;
    let app = post.of(&house.app);
    house.app.clock.advance(TimeDelta::hours(158));
    for mood in [Mood::Away, Mood::Busy, Mood::Fine, Mood::Fine] {
        post.is(mood);
        worker(app.clone()).tick().await.expect("the queue");
        house.app.clock.advance(TimeDelta::minutes(20));
    }
    assert_eq!(post.mails().len(), 2, "each once");
    let to = |mail: &Letter| mail.header("To").to_owned();
    let mut whom: Vec<String> = post.mails().iter().map(to).collect();
    whom.sort();
    assert_eq!(whom, ["jo@example.org", "sam@example.org"]);

    // An address that no server takes is forgotten, and not tried for ever.
    let lou = house.guest("lou").await;
    lou.post(&api, json!({ "email": "lou@example.org" })).await.expect(200);
    post.is(Mood::Refusing);
    worker(app.clone()).tick().await.expect("the queue");
    let mine: Value = lou.get(&api).await.expect(200).json();
    assert_eq!((&mine["is_going"], &mine["is_reminded"]), (&json!(true), &json!(false)));
    assert_eq!(house.count("SELECT COUNT(*) FROM job").await, 0);
}
