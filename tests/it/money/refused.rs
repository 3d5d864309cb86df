//! Promises that can't be taken: each gets a clear answer in both faces, and nothing in the database moves.

use serde_json::{Value, json};

use crate::support::actor::with_hidden;
use crate::support::{House, on_both};

on_both!(wrong_promises_are_named, wrong_amounts_come_back_as_they_were_typed, nights_that_take_no_promises);

/// A body that is wrong, and the field that is told.
fn wrong() -> Vec<(Value, &'static str)> {
    let fixed = |amount: Value| json!({ "kind": "fixed", "amount_pence": amount });
    let split = |split: Value| json!({ "kind": "fixed", "amount_pence": 500, "split": split });
    let mut all = vec![
        (json!({}), "kind"),
        (json!({ "kind": "sponsored", "amount_pence": 500 }), "kind"),
        (json!({ "kind": "fixed" }), "amount_pence"),
        (json!({ "kind": "per_song", "rate_pence": 20 }), "cap_pence"),
        (json!({ "kind": "per_song", "cap_pence": 500 }), "rate_pence"),
        (json!({ "kind": "per_song", "rate_pence": 0, "cap_pence": 500 }), "rate_pence"),
        (json!({ "kind": "per_song", "rate_pence": 10_001, "cap_pence": 500 }), "rate_pence"),
        (json!({ "kind": "per_song", "rate_pence": 20, "cap_pence": 99 }), "cap_pence"),
        (json!({ "kind": "match", "percent": 50 }), "pot_pence"),
        (json!({ "kind": "match", "percent": 101, "pot_pence": 500 }), "percent"),
        (json!({ "kind": "match", "percent": 0, "pot_pence": 500 }), "percent"),
        (json!({ "kind": "match", "percent": 50, "pot_pence": 1_000_001 }), "pot_pence"),
        (json!({ "kind": "fixed", "amount_pence": 500, "rate_pence": 20 }), "rate_pence"),
        (split(json!([])), "split"),
        (
            split(
                json!([{ "charity": "sepsis-trust", "percent": 60 }, { "charity": "british-lung-foundation", "percent": 39 }]),
            ),
            "split",
        ),
        (split(json!([{ "charity": "nobody-we-know", "percent": 100 }])), "split"),
        (split(json!([{ "charity": "sepsis-trust", "parts": 1 }, { "charity": "sepsis-trust", "parts": 1 }])), "split"),
        (split(json!([{ "charity": "sepsis-trust", "parts": 0 }])), "split"),
        (split(json!([{ "charity": "sepsis-trust", "parts": -1 }])), "split"),
        (json!({ "kind": "fixed", "amount_pence": 500, "email": "no address" }), "email"),
        (json!({ "kind": "fixed", "amount_pence": 500, "name": "n".repeat(500) }), "name"),
    ];
    all.extend([0, -5, 99, 1_000_001, i64::MAX, i64::MIN].map(|pence| (fixed(json!(pence)), "amount_pence")));
    all
}

/// Catches: a wrong promise that is taken as another one, or that leaves a trace.
async fn wrong_promises_are_named(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let path = format!("/api/v1/events/{slug}/pledges");
    let before = house.contents().await;
    for (number, (body, field)) in wrong().into_iter().enumerate() {
        let refused = house.stranger().post_once(&path, &format!("wrong-promise-{number}"), body.clone()).await;
        let fields = refused.expect(422).wrong_fields();
        assert!(fields.iter().any(|told| told.starts_with(field)), "{body}: {fields:?}, and not {field}");
    }
    // Not even numbers: another type, and text that is no JSON.
    for amount in [json!("12.50"), json!(12.5), json!(true), json!([500])] {
        let body = json!({ "kind": "fixed", "amount_pence": amount });
        house.stranger().post_once(&path, "wrong-promise-type", body).await.expect(422);
    }
    let body = json!({ "kind": "fixed", "amount_pence": 500 });
    house.stranger().post(&path, body).await.expect(400);
    assert!(house.contents().await == before, "nothing moved");
}

/// As people type them, and what is wrong with each.
const TYPED: [&str; 16] = [
    "12,50",
    "1e3",
    "-5",
    "0",
    "٣",
    "9999999999999999999999999999999999999999",
    "ten",
    "£",
    "1.234",
    "5.",
    ".5",
    "0.99",
    "10000.01",
    "5 5",
    "５",
    "<b>5</b>",
];

/// Catches: an amount that is read as another, and a form that forgets what was typed.
async fn wrong_amounts_come_back_as_they_were_typed(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let night = format!("/events/{slug}");
    let (check, action) = (format!("{night}/pledge/check"), format!("{night}/pledge"));
    let anyone = house.stranger();
    let opened = |kind: &str| {
        let (anyone, page) = (anyone.clone(), format!("{night}/pledge?kind={kind}"));
        async move { anyone.get(&page).await.expect(200) }
    };
    let forms = [
        ("fixed", "amount", opened("fixed").await),
        ("per_song", "cap", opened("per_song").await),
        ("match", "pot", opened("match").await),
    ];
    let before = house.contents().await;
    for typed in TYPED {
        for (kind, field, page) in &forms {
            let fields = [("name", "Sam"), ("rate", "20p"), ("percent", "50"), (*field, typed)];
            let sent = with_hidden(page, &check, &fields);
            for to in [&check, &action] {
                let refused = anyone.post_form(to, &sent).await.expect(422);
                assert!(refused.select("title").starts_with("Error: "), "{typed:?}");
                assert!(refused.try_select(&format!("#errors a[href='#{field}']")).is_some(), "{kind} {typed:?}");
                let back = refused.attribute(&format!("#{field}"), "value");
                assert_eq!(back, typed.trim_start_matches('£'), "{kind} {typed:?}");
                assert_eq!(refused.attribute("#name", "value"), "Sam");
            }
        }
    }
    assert!(house.contents().await == before, "nothing moved");
    // And those that mean something.
    for (typed, pounds) in [("£12.50", "£12.50"), ("12.5", "£12.50"), ("1,000", "£1,000"), ("150p", "£1.50")] {
        let sent = with_hidden(&forms[0].2, &check, &[("amount", typed)]);
        let page = anyone.post_form(&check, &sent).await.expect(200);
        assert!(page.select(".lede").contains(pounds), "{typed}: {}", page.text());
    }
}

/// Catches: a promise to a night that is over, was cancelled, or that nobody may know of.
async fn nights_that_take_no_promises(house: House) {
    let host = house.organiser("Louise").await;
    let anyone = house.stranger();
    let draft = json!({ "title": "Draft", "starts_local": "2027-03-26T21:00", "duration_minutes": 60 });
    let draft =
        host.post("/api/v1/events", draft).await.expect(201).json()["slug"].as_str().expect("a slug").to_owned();
    let (ended, cancelled) = (house.night(&host, json!({})).await, house.night(&host, json!({})).await);
    // The form was opened while they still took promises.
    let opened = anyone.get(&format!("/events/{ended}/pledge")).await.expect(200);
    for (slug, verb) in [(&ended, "opening"), (&ended, "closing"), (&cancelled, "cancellation")] {
        host.post(&format!("/api/v1/events/{slug}/{verb}"), json!({})).await.expect(200);
    }
    let before = house.contents().await;
    for (slug, status) in [(&draft, 404), (&ended, 409), (&cancelled, 409)] {
        let body = json!({ "kind": "fixed", "amount_pence": 500 });
        let path = format!("/api/v1/events/{slug}/pledges");
        anyone.post_once(&path, &format!("late-{slug}"), body).await.expect(status);
        let night = format!("/events/{slug}");
        let (check, action) = (format!("{night}/pledge/check"), format!("{night}/pledge"));
        let sent = with_hidden(&opened, &format!("/events/{ended}/pledge/check"), &[("amount", "5")]);
        anyone.get(&action).await.expect(status);
        for to in [&check, &action] {
            anyone.post_form(to, &sent).await.expect(status);
        }
    }
    assert!(house.contents().await == before, "nothing moved");
}
