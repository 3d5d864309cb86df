//! What a night shows of its money on the way: milestones, its chart, its hours.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::stream::read_until;
use crate::support::{House, on_both};

use super::sums::night_with_everything;

on_both!(
    milestones_are_reached_once,
    wrong_milestones_are_named,
    a_night_that_is_over_shows_how_it_went,
    a_night_of_remembrance_counts_and_ranks_nothing,
    a_night_that_goes_on_draws_on,
    a_big_night_is_corrected_to_its_end,
);

async fn event(house: &House, slug: &str) -> Value {
    house.stranger().get(&format!("/api/v1/events/{slug}")).await.expect(200).json()
}

fn reached(event: &Value) -> Vec<(i64, bool)> {
    let marks = event["milestones"].as_array().expect("milestones").iter();
    marks.map(|mark| (mark["amount_pence"].as_i64().expect("pence"), !mark["reached_at"].is_null())).collect()
}

async fn pledge(house: &House, slug: &str, pence: i64) -> String {
    let key = format!("shown-{slug}-{pence}-{}", house.app.now().timestamp_millis());
    let body = json!({ "kind": "fixed", "amount_pence": pence });
    let made = house.stranger().post_once(&format!("/api/v1/events/{slug}/pledges"), &key, body).await.expect(201);
    made.json()["manage_token"].as_str().expect("a token").to_owned()
}

/// The `milestone` messages of a night, from its activity on.
async fn told(house: &House, slug: &str) -> Vec<Value> {
    let messages = read_until(house, slug, None, "now_playing").await;
    messages.into_iter().filter(|message| message.kind == "milestone").map(|message| message.data).collect()
}

/// Catches: a milestone told again after a withdrawal, one told too early, and one of the hosts' that is forgotten.
async fn milestones_are_reached_once(house: House) {
    let host = house.organiser("Louise").await;
    let more = json!({ "target_pence": 1_001, "milestones": [
        { "amount_pence": 600, "label": "Sam dances in a dressing gown" }, { "amount_pence": 300 },
    ] });
    let slug = house.night(&host, more).await;
    let all = [(251, false), (300, false), (501, false), (600, false), (751, false), (1_001, false)];
    assert_eq!(reached(&event(&house, &slug).await), all);
    pledge(&house, &slug, 250).await;
    assert_eq!(reached(&event(&house, &slug).await), all, "a penny is missing");
    let token = pledge(&house, &slug, 350).await;
    let now = event(&house, &slug).await;
    assert_eq!(reached(&now).iter().filter(|(_, is_reached)| *is_reached).count(), 4);
    assert_eq!(now["milestones"][3]["label"], "Sam dances in a dressing gown");
    assert_eq!((&now["milestones"][0]["percent"], &now["milestones"][1]["percent"]), (&json!(25), &Value::Null));
    house.stranger().delete(&format!("/api/v1/pledges/{token}")).await.expect(200);
    pledge(&house, &slug, 355).await;
    let messages = told(&house, &slug).await;
    let told: Vec<_> = messages.iter().map(|one| (one["percent"].clone(), one["promised_pence"].clone())).collect();
    let six = json!(600);
    let expected = [(json!(25), six.clone()), (Value::Null, six.clone()), (json!(50), six.clone()), (Value::Null, six)];
    assert_eq!(told, expected);
    assert_eq!(messages[3]["label"], "Sam dances in a dressing gown");
    // Another target is another way to the same percentages, which were told.
    host.patch(&format!("/api/v1/events/{slug}"), json!({ "target_pence": 800 })).await.expect(200);
    let now = event(&house, &slug).await;
    assert_eq!(reached(&now), [(200, true), (300, true), (400, true), (600, true), (600, true), (800, false)]);
    // And a part of a larger one is still to come.
    host.patch(&format!("/api/v1/events/{slug}"), json!({ "target_pence": 10_000 })).await.expect(200);
    let now = event(&house, &slug).await;
    assert_eq!(
        reached(&now),
        [(300, true), (600, true), (2_500, false), (5_000, false), (7_500, false), (10_000, false)]
    );
    pledge(&house, &slug, 2_000).await;
    assert_eq!(reached(&event(&house, &slug).await)[2], (2_500, true));
    house.check().await;
}

async fn wrong_milestones_are_named(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "milestones": [{ "amount_pence": 500 }] })).await;
    let path = format!("/api/v1/events/{slug}");
    for (milestones, field) in [
        (json!([{ "amount_pence": 0 }]), "milestones[0].amount_pence"),
        (json!([{ "amount_pence": 5 }, { "amount_pence": -5 }]), "milestones[1].amount_pence"),
        (json!([{ "amount_pence": 100_000_001 }]), "milestones[0].amount_pence"),
        (json!([{ "amount_pence": 5, "label": "l".repeat(121) }]), "milestones[0].label"),
        (json!([{ "amount_pence": 5 }, { "amount_pence": 5 }]), "milestones"),
        (json!((1..=11).map(|pence| json!({ "amount_pence": pence })).collect::<Vec<_>>()), "milestones"),
    ] {
        let refused = host.patch(&path, json!({ "milestones": milestones })).await.expect(422).json();
        assert_eq!(refused["errors"][0]["field"], field, "{refused}");
    }
    assert_eq!(reached(&event(&house, &slug).await), [(500, false)]);

    let browser = house.browser_of("Louise").await;
    let form = format!("/host/events/{slug}/details");
    let lines = "£1,250, cake\n5.50\n20p: a hum";
    let fields = |milestones: &'static str| {
        let charities = ["cavell-nurses-trust", "british-lung-foundation", "sepsis-trust"];
        let typed = [
            ("title", "Friday night"),
            ("starts_local", "2027-03-26T21:00"),
            ("duration_minutes", "120"),
            ("milestones", milestones),
        ];
        typed.into_iter().chain(charities.map(|slug| ("charities", slug))).collect::<Vec<_>>()
    };
    browser.fill_in(&form, &form, &fields(lines)).await.expect(303);
    let now = event(&house, &slug).await;
    assert_eq!(reached(&now), [(20, false), (550, false), (125_000, false)]);
    assert_eq!(now["milestones"][2]["label"], "cake");
    let refused = browser.fill_in(&form, &form, &fields("cake at 5")).await.expect(422);
    assert!(refused.select("#errors").contains("Begin each line with an amount"), "{}", refused.text());
    assert_eq!(refused.select("textarea[name=milestones]").trim(), "cake at 5");
    let again = browser.get(&form).await.expect(200);
    assert_eq!(again.select("textarea[name=milestones]").trim(), "£0.20 a hum\n£5.50\n£1,250 cake");
}

/// Catches: a chart that ends elsewhere than the totals, songs that aren't marked, hours that don't sum to the night.
async fn a_night_that_is_over_shows_how_it_went(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, _) = night_with_everything(&house, &host).await;
    let jo = house.guest("Jo").await;
    jo.post(&format!("/api/v1/events/{slug}/shares"), json!({ "title": "Africa" })).await.expect(200);
    house.app.clock.advance(TimeDelta::minutes(100));
    pledge(&house, &slug, 5_000).await;
    let live = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert!(live.try_select(".marks .is-on").is_some(), "milestones stand on the live page");
    assert!(live.try_select("svg.chart").is_none());
    house.app.clock.advance(TimeDelta::minutes(10));
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert_eq!(page.all("svg.chart .tick").len(), 3, "three songs");
    let promised = event(&house, &slug).await["totals"]["promised_pence"].as_i64().expect("pence");
    let text = page.text();
    let last = page.all("section[aria-labelledby=chart] details tbody tr").last().cloned().expect("a row");
    let pounds = format!("£{}.{:02}", promised / 100, promised % 100);
    assert!(last.contains(&pounds), "{last} ends at {pounds}");
    assert!(page.select("table[aria-labelledby=hours]").contains("7pm to 8pm"), "{text}");
    assert!(page.select("section[aria-labelledby=best]").contains("Africa"));
    house.check().await;
    // A song is taken down the day after: the chart ends where the night now does.
    let shares = house.stranger().get(&format!("/api/v1/events/{slug}/shares")).await.expect(200).json();
    let id = shares["items"][0]["id"].as_str().expect("an id").to_owned();
    host.post(&format!("/api/v1/shares/{id}/removal"), json!({})).await.expect(200);
    let after = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert_eq!(after.all("svg.chart .tick").len(), 3, "it was there when it was there");
    house.check().await;
    house.app.clock.advance(TimeDelta::hours(30));
    house.check().await;
}

async fn a_night_of_remembrance_counts_and_ranks_nothing(house: House) {
    let host = house.organiser("Louise").await;
    let more = json!({ "mood": "remembrance", "target_pence": 500, "milestones": [{ "amount_pence": 100 }] });
    let slug = house.night(&host, more).await;
    pledge(&house, &slug, 900).await;
    host.post(&format!("/api/v1/events/{slug}/opening"), json!({})).await.expect(200);
    assert!(told(&house, &slug).await.is_empty());
    let song = json!({ "title": "Abide with me" });
    for name in ["Sam", "Jo"] {
        house.guest(name).await.post(&format!("/api/v1/events/{slug}/shares"), song.clone()).await;
    }
    let has = async |selector: &str| {
        let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
        page.try_select(selector).is_some()
    };
    assert!(!has(".marks").await && !has(".target").await);
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
    assert!(!has("svg.chart").await && !has("#best").await && !has("#hours").await);
    assert_eq!(reached(&event(&house, &slug).await), []);
}

/// Catches: a recount that goes on as a job, and a chart that keeps what stood halfway through it.
async fn a_big_night_is_corrected_to_its_end(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "target_pence": 1_000_000 })).await;
    let api = format!("/api/v1/events/{slug}");
    let body = json!({ "kind": "per_song", "rate_pence": 10, "cap_pence": 900 });
    for number in 0..230 {
        let key = format!("big-night-{number}");
        house.stranger().post_once(&format!("{api}/pledges"), &key, body.clone()).await.expect(201);
    }
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    let jo = house.guest("Jo").await;
    let first = jo.post(&format!("{api}/shares"), json!({ "title": "Africa" })).await.expect(201).json();
    jo.post(&format!("{api}/shares"), json!({ "title": "Le Freak" })).await.expect(201);
    host.post(&format!("{api}/closing"), json!({})).await.expect(200);
    house.check().await;
    house.pass(TimeDelta::minutes(1)).await;
    house.check().await;
    let id = first["id"].as_str().expect("an id");
    host.post(&format!("/api/v1/shares/{id}/removal"), json!({})).await.expect(200);
    house.pass(TimeDelta::minutes(1)).await;
    house.check().await;
    assert_eq!(event(&house, &slug).await["totals"]["promised_pence"], 230 * 10);
}

/// Catches: a night that was opened again and whose chart still ends at its first closing.
async fn a_night_that_goes_on_draws_on(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, _) = night_with_everything(&house, &host).await;
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
    host.post(&format!("/api/v1/events/{slug}/opening"), json!({})).await.expect(200);
    pledge(&house, &slug, 200).await;
    house.check().await;
    house.app.clock.advance(TimeDelta::minutes(3));
    pledge(&house, &slug, 300).await;
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
    house.check().await;
}
