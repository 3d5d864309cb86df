//! A night turns from state to state: by its hosts, by the clock, and never by two at once.

use chrono::TimeDelta;
use serde_json::json;

use super::{event, plan};
use crate::support::{Actor, House, on_both};

on_both!(
    a_night_goes_through_its_states,
    every_wrong_turn_is_refused,
    it_opens_and_closes_by_itself,
    a_reopened_night_closes_three_hours_later,
    of_two_hosts_at_once_one_turns_it,
    hosts_turn_it_from_the_desk,
);

const VERBS: [&str; 4] = ["publication", "opening", "closing", "cancellation"];

async fn turn(who: &Actor, slug: &str, verb: &str) -> u16 {
    who.post(&format!("/api/v1/events/{slug}/{verb}"), json!({})).await.status.as_u16()
}

async fn status(host: &Actor, slug: &str) -> String {
    event(host, slug).await["status"].as_str().expect("a status").to_owned()
}

async fn a_night_goes_through_its_states(house: House) {
    let host = house.organiser("Louise").await;
    let slug = plan(&host, json!({})).await;
    for (verb, now) in [
        ("publication", "scheduled"),
        ("opening", "live"),
        ("closing", "ended"),
        ("opening", "live"),
        ("closing", "ended"),
    ] {
        let answer = host.post(&format!("/api/v1/events/{slug}/{verb}"), json!({})).await.expect(200).json();
        assert_eq!(answer["status"], now, "{verb}, two hours before its start too");
        assert_eq!(status(&host, &slug).await, now);
    }
    house.pass(TimeDelta::hours(24) - TimeDelta::seconds(1)).await;
    assert_eq!(turn(&host, &slug, "opening").await, 200, "within 24 hours of closing");
    assert_eq!(turn(&host, &slug, "closing").await, 200);
    house.pass(TimeDelta::hours(24)).await;
    assert_eq!(turn(&host, &slug, "opening").await, 409, "not after");
    assert_eq!(status(&host, &slug).await, "ended");
}

/// Each state with the verbs that work from it; all others are 409 and change nothing.
async fn every_wrong_turn_is_refused(house: House) {
    let host = house.organiser("Louise").await;
    for (way, now, right) in [
        (&[][..], "draft", &["publication", "cancellation"][..]),
        (&["publication"], "scheduled", &["opening", "cancellation"]),
        (&["publication", "opening"], "live", &["closing", "cancellation"]),
        (&["publication", "opening", "closing"], "ended", &["opening"]),
        (&["publication", "cancellation"], "cancelled", &[]),
        (&["cancellation"], "cancelled", &[]),
    ] {
        let slug = plan(&host, json!({})).await;
        for verb in way {
            assert_eq!(turn(&host, &slug, verb).await, 200, "{verb}");
        }
        for verb in VERBS.into_iter().filter(|verb| !right.contains(verb)) {
            assert_eq!(turn(&host, &slug, verb).await, 409, "{verb} from {now}");
            assert_eq!(status(&host, &slug).await, now, "{verb} from {now}");
        }
    }
    let late = plan(&host, json!({ "starts_local": "2027-03-26T17:00" })).await;
    assert_eq!(turn(&host, &late, "publication").await, 409, "its time has passed");
    assert_eq!(turn(&house.stranger(), &late, "publication").await, 401);
}

async fn it_opens_and_closes_by_itself(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, draft) = (house.night(&host, json!({})).await, plan(&host, json!({ "title": "Draft" })).await);
    let cancelled = house.night(&host, json!({ "title": "Cancelled" })).await;
    turn(&host, &cancelled, "cancellation").await;
    house.pass(TimeDelta::hours(2) - TimeDelta::seconds(1)).await;
    assert_eq!(status(&host, &slug).await, "scheduled");
    house.pass(TimeDelta::seconds(1)).await;
    assert_eq!(status(&host, &slug).await, "live", "at nine");
    // It may run past its planned end; three hours later it closes.
    house.pass(TimeDelta::hours(5) - TimeDelta::seconds(1)).await;
    assert_eq!(status(&host, &slug).await, "live");
    house
        .guest("Sam")
        .await
        .post(&format!("/api/v1/events/{slug}/shares"), json!({ "title": "Last one" }))
        .await
        .expect(201);
    house.pass(TimeDelta::seconds(1)).await;
    assert_eq!(status(&host, &slug).await, "ended", "three hours past its end");
    assert_eq!(status(&host, &draft).await, "draft", "the clock publishes nothing");
    assert_eq!(status(&host, &cancelled).await, "cancelled");
    // One that was opened early closes by its plan, not by its opening.
    let early = house.night(&host, json!({ "title": "Early", "starts_local": "2027-03-28T21:00" })).await;
    turn(&host, &early, "opening").await;
    house.pass(TimeDelta::hours(36)).await;
    assert_eq!(status(&host, &early).await, "live");
    house.pass(TimeDelta::hours(24)).await;
    assert_eq!(status(&host, &early).await, "ended");
}

async fn a_reopened_night_closes_three_hours_later(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    house.pass(TimeDelta::hours(2)).await;
    // Closed and opened again at once: the plan is later than the reopening.
    turn(&host, &slug, "closing").await;
    turn(&host, &slug, "opening").await;
    house.pass(TimeDelta::hours(5) - TimeDelta::seconds(1)).await;
    assert_eq!(status(&host, &slug).await, "live", "by its plan");
    house.pass(TimeDelta::seconds(1)).await;
    assert_eq!(status(&host, &slug).await, "ended");
    // Opened again eight hours on: the reopening is later than the plan.
    house.pass(TimeDelta::hours(8)).await;
    assert_eq!(turn(&host, &slug, "opening").await, 200);
    house.pass(TimeDelta::hours(3) - TimeDelta::seconds(1)).await;
    assert_eq!(status(&host, &slug).await, "live", "three hours from its reopening");
    house.pass(TimeDelta::seconds(1)).await;
    assert_eq!(status(&host, &slug).await, "ended");
    house.check().await;
}

/// The fault: both read the state, both turn it, and it is told twice.
async fn of_two_hosts_at_once_one_turns_it(house: House) {
    let (louise, moira) = (house.organiser("Louise").await, house.owner("Moira").await);
    for _ in 0..5 {
        let slug = plan(&louise, json!({})).await;
        for verb in ["publication", "opening", "closing", "opening", "cancellation"] {
            let (one, other) = tokio::join!(turn(&louise, &slug, verb), turn(&moira, &slug, verb));
            let mut both = [one, other];
            both.sort_unstable();
            assert_eq!(both, [200, 409], "{verb}");
        }
    }
    let turned =
        house.count("SELECT COUNT(*) FROM activity WHERE kind LIKE 'event.%' AND kind <> 'event.planned'").await;
    assert_eq!(turned, 25, "each turn is told once");
}

async fn hosts_turn_it_from_the_desk(house: House) {
    let host = house.organiser("Louise").await;
    let slug = plan(&host, json!({})).await;
    let browser = house.browser_of("Louise").await;
    let desk = format!("/host/events/{slug}");
    for (verb, now) in [
        ("publication", "scheduled"),
        ("opening", "live"),
        ("closing", "ended"),
        ("opening", "live"),
        ("cancellation", "cancelled"),
    ] {
        let turned = browser.fill_in(&desk, &format!("{desk}/{verb}"), &[]).await.expect(303);
        assert_eq!(turned.header("location"), Some(desk.as_str()));
        assert_eq!(status(&host, &slug).await, now);
    }
    let fields =
        crate::support::actor::with_hidden(&browser.get(&desk).await.expect(200), &format!("{desk}/copies"), &[]);
    browser.post_form(&format!("{desk}/opening"), &fields).await.expect(409);
    browser.post_form(&format!("{desk}/party"), &fields).await.expect(404);
}
