//! Nothing half-done: whatever fails in the middle of an action leaves the database as it was, and the same request works
//! once the fault is gone. The fault is planted in the database: the last row that an action writes, its activity, is
//! refused.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Answer, Backend, House, on_both};

on_both!(songs_and_pledges_are_whole, nights_are_turned_whole, people_sign_in_whole);

/// Makes the database refuse activities of this kind.
async fn break_on(house: &House, kind: &str) {
    let sql = match house.backend {
        Backend::Sqlite => vec![format!(
            "CREATE TRIGGER planted BEFORE INSERT ON activity WHEN NEW.kind = '{kind}' \
             BEGIN SELECT RAISE(ABORT, 'planted fault'); END"
        )],
        Backend::Postgres => vec![
            format!(
                "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN IF NEW.kind = '{kind}' THEN RAISE EXCEPTION 'planted fault'; END IF; RETURN NEW; END $$"
            ),
            "CREATE TRIGGER planted BEFORE INSERT ON activity FOR EACH ROW EXECUTE FUNCTION planted()".to_owned(),
        ],
    };
    for statement in sql {
        house.sql(&statement).await.expect("a fault");
    }
}

async fn mend(house: &House) {
    let sql: &[&str] = match house.backend {
        Backend::Sqlite => &["DROP TRIGGER planted"],
        Backend::Postgres => &["DROP TRIGGER planted ON activity", "DROP FUNCTION planted()"],
    };
    for statement in sql {
        house.sql(statement).await.expect("no fault");
    }
}

fn is_a_clean_500(answer: &Answer) {
    assert_eq!(answer.status.as_u16(), 500, "{}: {}", answer.what, answer.text());
    for leak in ["planted", "INSERT", "SQL", "sqlx", "trigger", "src/"] {
        assert!(!answer.text().contains(leak), "{}: {leak} in {}", answer.what, answer.text());
    }
}

/// Tries a request with a fault, then without.
async fn try_twice(house: &House, kind: &str, who: &Actor, request: (Method, &str, Value)) -> Answer {
    let (method, path, body) = request;
    let key = format!("half-done-{:032x}", rand::random::<u128>());
    let key = [("idempotency-key", key.as_str())];
    break_on(house, kind).await;
    let before = house.contents().await;
    is_a_clean_500(&who.with_json(method.clone(), path, &body, &key).await);
    let after = house.contents().await;
    for (table, rows) in &before {
        assert!(after[table] == *rows, "{kind}: {table} was left changed");
    }
    mend(house).await;
    let answer = who.with_json(method, path, &body, &key).await;
    assert!(answer.status.is_success(), "{kind}: {}: {}", answer.what, answer.text());
    house.check().await;
    answer
}

async fn songs_and_pledges_are_whole(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let api = format!("/api/v1/events/{slug}");
    let (sam, priya, anyone) = (house.guest("Sam").await, house.guest("Priya").await, house.stranger());
    let (shares, pledges) = (format!("{api}/shares"), format!("{api}/pledges"));
    let song = json!({ "title": "Blue Monday", "link": "https://youtu.be/c1GxjzHm5us" });
    let shared = try_twice(&house, "share.added", &sam, (Method::POST, &shares, song.clone())).await.json();
    let share = format!("/api/v1/shares/{}", shared["id"].as_str().expect("an id"));
    try_twice(&house, "share.joined", &priya, (Method::POST, &shares, song)).await;
    let words = json!({ "dedication": "for nights" });
    try_twice(&house, "share.changed", &sam, (Method::PATCH, &share, words)).await;
    try_twice(&house, "share.removed", &host, (Method::POST, &format!("{share}/removal"), json!({}))).await;
    try_twice(&house, "share.approved", &host, (Method::POST, &format!("{share}/approval"), json!({}))).await;
    let mut tokens = Vec::new();
    for body in [
        json!({ "kind": "fixed", "amount_pence": 1_000 }),
        json!({ "kind": "per_song", "rate_pence": 20, "cap_pence": 500 }),
        json!({ "kind": "match", "percent": 50, "pot_pence": 2_000 }),
    ] {
        let made = try_twice(&house, "pledge.made", &anyone, (Method::POST, &pledges, body)).await.json();
        tokens.push(format!("/api/v1/pledges/{}", made["manage_token"].as_str().expect("a token")));
    }
    let more = json!({ "amount_pence": 2_000, "gift_aid": true });
    try_twice(&house, "pledge.changed", &anyone, (Method::PATCH, &tokens[0], more)).await;
    let given = json!({ "charity": "sepsis-trust", "amount_pence": 100 });
    let claims = format!("{}/payments", tokens[0]);
    try_twice(&house, "payment.claimed", &anyone, (Method::POST, &claims, given.clone())).await;
    let recorded =
        try_twice(&house, "payment.confirmed", &host, (Method::POST, &format!("{api}/payments"), given)).await;
    let back = format!("/api/v1/payments/{}/reversal", recorded.json()["id"].as_str().expect("an id"));
    try_twice(&house, "payment.reversed", &host, (Method::POST, &back, json!({}))).await;
    try_twice(&house, "pledge.withdrawn", &anyone, (Method::DELETE, &tokens[1], json!({}))).await;
    try_twice(&house, "share.withdrawn", &sam, (Method::DELETE, &share, json!({}))).await;
}

async fn nights_are_turned_whole(house: House) {
    let host = house.organiser("Louise").await;
    let plan = json!({ "title": "Friday night", "starts_local": "2027-03-26T21:00", "duration_minutes": 120,
        "lineup": [{ "host": "Sam", "minutes": 30 }], "story_slugs": ["edges"] });
    let planned = try_twice(&house, "event.planned", &host, (Method::POST, "/api/v1/events", plan)).await.json();
    let api = format!("/api/v1/events/{}", planned["slug"].as_str().expect("a slug"));
    let change = json!({ "summary": "Songs", "charities": [{ "slug": "sepsis-trust" }], "lineup": [] });
    try_twice(&house, "event.changed", &host, (Method::PATCH, &api, change)).await;
    let slots = json!({ "slots": [{ "host": "Jo", "minutes": 45 }] });
    try_twice(&house, "lineup.changed", &host, (Method::PUT, &format!("{api}/lineup"), slots)).await;
    let turn = |verb: &str| (Method::POST, format!("{api}/{verb}"), json!({}));
    let again = json!({ "starts_local": "2027-04-02T21:00" });
    try_twice(&house, "event.planned", &host, (Method::POST, &format!("{api}/copies"), again)).await;
    for (kind, verb) in [("event.published", "publication"), ("event.opened", "opening")] {
        let (method, path, body) = turn(verb);
        try_twice(&house, kind, &host, (method, &path, body)).await;
    }
    let open = [
        json!({ "kind": "per_song", "rate_pence": 20, "cap_pence": 500 }),
        json!({ "kind": "match", "percent": 50, "pot_pence": 2_000 }),
        json!({ "kind": "fixed", "amount_pence": 2_000 }),
    ];
    for (number, body) in open.into_iter().enumerate() {
        house.stranger().post_once(&format!("{api}/pledges"), &format!("open-key-{number}"), body).await.expect(201);
    }
    let song = house.guest("Sam").await.post(&format!("{api}/shares"), json!({ "title": "Africa" })).await.expect(201);
    let now = json!({ "share_id": song.json()["id"] });
    try_twice(&house, "now_playing.set", &host, (Method::PUT, &format!("{api}/now-playing"), now)).await;
    // Closing counts the open pledges, opening again takes that back, cancelling ends them all.
    for (kind, verb) in [("event.closed", "closing"), ("event.opened", "opening"), ("event.cancelled", "cancellation")]
    {
        let (method, path, body) = turn(verb);
        try_twice(&house, kind, &host, (method, &path, body)).await;
    }
}

async fn people_sign_in_whole(house: House) {
    house.organiser("Louise").await;
    let email = twitterdisco::accounts::Email::new("louise@disco.test").expect("an address");
    let account = twitterdisco::accounts::find_by_email(house.app.db.read(), &email).await.expect("a database");
    let account = account.expect("an account").id;
    let link = twitterdisco::accounts::make_sign_in_link(&house.app, account).await.expect("a link");
    break_on(&house, "session.started").await;
    let before = house.contents().await;
    let browser = house.stranger();
    is_a_clean_500(&browser.fill_in(&link, &link, &[]).await);
    assert!(house.contents().await == before, "the link isn't used up");
    mend(&house).await;
    browser.fill_in(&link, &link, &[]).await.expect(303);
}
