//! Promise 3, "a retry never counts twice". Catches a kept answer outside the transaction of what it stands for, the unique
//! key dropped from `kept_answer`, keys of two callers that meet, and a key that outlives its seven days.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Actor, House, on_both, scale};

on_both!(
    many_at_once_make_one,
    a_key_stands_for_one_request,
    keys_have_a_shape,
    keys_of_two_callers_never_meet,
    only_good_answers_are_kept_and_for_seven_days,
    a_retry_outlives_the_night,
    what_is_kept_holds_no_secret_and_no_words,
    a_form_sent_twice_leads_to_one_letter,
);

fn pledge(amount: i64) -> Value {
    json!({ "kind": "fixed", "amount_pence": amount, "name": "Sam", "message": "For the ward", "email": "sam@example.org" })
}

async fn pledges_path(house: &House) -> (Actor, String, String) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let path = format!("/api/v1/events/{slug}/pledges");
    (host, slug, path)
}

/// 100 keys, 20 requests at once with each; deep, 1,000 and 50.
async fn many_at_once_make_one(house: House) {
    let (_, slug, path) = pledges_path(&house).await;
    let (keys, at_once) = scale((100, 20), (1_000, 50));
    let anyone = house.stranger();
    let (mut made, mut replayed, mut told_to_wait) = (0, 0, 0);
    for number in 0..keys {
        let key = format!("retry-key-{number}");
        let sends = (0..at_once).map(|_| anyone.post_once(&path, &key, pledge(100 + number)));
        let answers = join_all(sends).await;
        let mut told = BTreeSet::new();
        for answer in answers {
            match answer.status.as_u16() {
                201 => {
                    told.insert(answer.text());
                    let is_replay = answer.header("idempotency-replayed") == Some("true");
                    replayed += usize::from(is_replay);
                    made += usize::from(!is_replay);
                }
                409 => told_to_wait += 1,
                other => panic!("{other}: {}", answer.text()),
            }
        }
        assert_eq!(told.len(), 1, "one answer for all: {told:?}");
    }
    println!("retries: {keys} keys × {at_once}: {made} made, {replayed} replayed, {told_to_wait} told to wait");
    assert_eq!(made, usize::try_from(keys).expect("a count"), "each key made one, and one answer says so");
    let totals = anyone.get(&format!("/api/v1/events/{slug}/totals")).await.expect(200).json();
    assert_eq!(totals["pledges"], keys);
    house.check().await;
}

async fn a_key_stands_for_one_request(house: House) {
    let (host, slug, path) = pledges_path(&house).await;
    let other = house.night(&host, json!({})).await;
    let anyone = house.stranger();
    anyone.post_once(&path, "one-request", pledge(500)).await.expect(201);
    let before = house.contents().await;
    let wrong = anyone.post_once(&path, "one-request", pledge(501)).await.expect(422);
    assert_eq!(wrong.wrong_fields(), ["Idempotency-Key"]);
    anyone.post_once(&format!("/api/v1/events/{other}/pledges"), "one-request", pledge(500)).await.expect(422);
    anyone.post_once(&format!("{path}?again"), "one-request", pledge(500)).await.expect(422);
    assert!(house.contents().await == before, "a refused retry changes nothing");
    let again = anyone.post_once(&path, "one-request", pledge(500)).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert!(again.header("location").is_some(), "the headers of the first answer too");
    let totals = anyone.get(&format!("/api/v1/events/{slug}/totals")).await.expect(200).json();
    assert_eq!(totals["promised_pence"], 500);
}

async fn keys_have_a_shape(house: House) {
    let (_, _, path) = pledges_path(&house).await;
    let anyone = house.stranger();
    anyone.post(&path, pledge(500)).await.expect(400);
    let too_long = "k".repeat(256);
    for bad in ["", "seven77", "has space", "nön-ascii", too_long.as_str()] {
        let headers = [("idempotency-key", bad), ("content-type", "application/json")];
        anyone.send(Method::POST, &path, &headers, Body::from(pledge(500).to_string())).await.expect(400);
    }
    for good in ["eight888", &"k".repeat(255), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"] {
        anyone.post_once(&path, good, pledge(500)).await.expect(201);
    }
}

async fn keys_of_two_callers_never_meet(house: House) {
    let (host, slug, path) = pledges_path(&house).await;
    let callers = [house.stranger(), house.guest("Sam").await, house.guest("Priya").await, host];
    for (at, caller) in callers.iter().enumerate() {
        let amount = 500 + i64::try_from(at).expect("a number");
        let made = caller.post_once(&path, "the-same-key", pledge(amount)).await.expect(201);
        assert_eq!(made.header("idempotency-replayed"), None, "caller {at}");
        assert_eq!(made.json()["amount_pence"], amount);
    }
    let totals = house.stranger().get(&format!("/api/v1/events/{slug}/totals")).await.expect(200).json();
    assert_eq!(totals["pledges"], 4);
}

async fn only_good_answers_are_kept_and_for_seven_days(house: House) {
    let host = house.organiser("Louise").await;
    let far = json!({ "starts_local": "2027-06-25T21:00" });
    let slug = house.night(&host, far).await;
    let path = format!("/api/v1/events/{slug}/pledges");
    let anyone = house.stranger();
    anyone.post_once(&path, "first-wrong", pledge(1)).await.expect(422);
    let right = anyone.post_once(&path, "first-wrong", pledge(700)).await.expect(201);
    assert_eq!(right.header("idempotency-replayed"), None, "a refusal keeps no key");
    house.pass(TimeDelta::days(7) - TimeDelta::minutes(1)).await;
    let again = anyone.post_once(&path, "first-wrong", pledge(700)).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    house.pass(TimeDelta::minutes(2)).await;
    let anew = anyone.post_once(&path, "first-wrong", pledge(700)).await.expect(201);
    assert_eq!(anew.header("idempotency-replayed"), None, "after seven days the key is free");
    house.check().await;
}

async fn a_retry_outlives_the_night(house: House) {
    let (host, slug, path) = pledges_path(&house).await;
    let anyone = house.stranger();
    let first = anyone.post_once(&path, "before-the-end", pledge(500)).await.expect(201);
    host.post(&format!("/api/v1/events/{slug}/opening"), json!({})).await.expect(200);
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
    let again = anyone.post_once(&path, "before-the-end", pledge(500)).await.expect(201);
    assert_eq!(again.json(), first.json());
    anyone.post_once(&path, "after-the-end", pledge(500)).await.expect(409);
}

async fn what_is_kept_holds_no_secret_and_no_words(house: House) {
    let (_, _, path) = pledges_path(&house).await;
    let made = house.stranger().post_once(&path, "nothing-to-hide", pledge(500)).await.expect(201).json();
    let kept = house.contents().await["kept_answer"].join("\n");
    assert!(kept.contains("nothing-to-hide"), "{kept}");
    let token = made["manage_token"].as_str().expect("a token");
    for secret in [token, "sam@example.org", "For the ward"] {
        assert!(!kept.contains(secret), "{secret} is kept: {kept}");
    }
}

async fn a_form_sent_twice_leads_to_one_letter(house: House) {
    let (_, slug, _) = pledges_path(&house).await;
    let (page, check) = (format!("/events/{slug}/pledge"), format!("/events/{slug}/pledge/check"));
    let browser = house.stranger();
    let checked = browser.fill_in(&page, &check, &[("amount", "12.50")]).await.expect(200);
    let fields = crate::support::actor::with_hidden(&checked, &page, &[]);
    let answers =
        [browser.post_form(&page, &fields).await.expect(303), browser.post_form(&page, &fields).await.expect(303)];
    assert_eq!(answers[0].header("location"), answers[1].header("location"));
    assert_eq!(answers[1].header("idempotency-replayed"), Some("true"));
    let without: Vec<_> = fields.into_iter().filter(|(name, _)| name != "idempotency_key").collect();
    browser.post_form(&page, &without).await.expect(400);
    let totals = browser.get(&format!("/api/v1/events/{slug}/totals")).await.expect(200).json();
    assert_eq!((&totals["pledges"], &totals["promised_pence"]), (&json!(1), &json!(1_250)));
}
