//! Tokens of the API, and what guests come back with.

use axum::body::Body;
use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::{Value, json};
use twitterdisco::accounts;

use super::stage::{account_of, csrf_of};
use crate::support::{Actor, Answer, House, on_both};

on_both!(
    a_token_is_made_on_the_account_page,
    a_token_ends_with_its_hours,
    ending_all_tokens_ends_them,
    forged_tokens_open_nothing,
    a_guest_renews_their_token,
    a_guests_token_lasts_thirty_days,
    a_guests_cookie_slides_for_a_hundred_and_eighty_days,
    a_nickname_must_be_fit_to_show,
);

/// A path that only an organiser may post to.
async fn use_token(house: &House, token: &str) -> Answer {
    let plan = json!({ "title": "By token", "starts_local": "2027-03-26T21:00", "duration_minutes": 60 });
    Actor::new(house, Some(token.to_owned())).post("/api/v1/events", plan).await
}

/// 401, with the header that says what is asked for, on reading and on changing.
async fn opens_nothing(house: &House, token: &str, why: &str) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let reads = house.stranger().send(Method::GET, "/api/v1/events/any", &headers, Body::empty()).await;
    for answer in [use_token(house, token).await, reads] {
        assert_eq!(answer.status, 401, "{why}: {}", answer.text());
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{why}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{why}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{why}");
    }
}

async fn make_on_the_page(browser: &Actor, hours: &str) -> Answer {
    browser.fill_in("/host/account", "/host/account/tokens", &[("hours", hours)]).await
}

/// The faults: a token that is kept, shown again, or lasts as long as somebody likes.
async fn a_token_is_made_on_the_account_page(house: House) {
    house.organiser("Hana").await;
    let browser = house.browser_of("Hana").await;
    let page = make_on_the_page(&browser, "2").await.expect(200);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let token = page.attribute("#token", "value");
    use_token(&house, &token).await.expect(201);

    let claims: Value = part(&token, 1);
    assert_eq!((claims["iss"].as_str(), claims["aud"].as_str()), (Some("twitterdisco"), Some("twitterdisco-api")));
    let lasts = claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(until, from)| until - from);
    assert_eq!(lasts, Some(2 * 3600));
    assert!(!browser.get("/host/account").await.expect(200).text().contains(&token), "it is shown once");
    let signature = token.rsplit('.').next().expect("a signature");
    let stored = house.contents().await;
    assert!(stored.values().flatten().all(|row| !row.contains(signature)), "it is stored nowhere");
    for hours in ["0", "721", "-1", "1.5", "", "many"] {
        make_on_the_page(&browser, hours).await.expect(422);
    }
    let hana = account_of(&house, "Hana").await;
    for hours in [0, 721, i64::MAX] {
        assert!(accounts::make_token(&house.app, hana, hours).await.is_err(), "{hours} hours");
    }
}

/// The fault: a token whose end is not looked at, or looked at on another clock.
async fn a_token_ends_with_its_hours(house: House) {
    house.organiser("Hana").await;
    let token = accounts::make_token(&house.app, account_of(&house, "Hana").await, 1).await.expect("a token");
    house.app.clock.advance(TimeDelta::minutes(59));
    use_token(&house, &token).await.expect(201);
    house.app.clock.advance(TimeDelta::minutes(1));
    opens_nothing(&house, &token, "expired").await;
}

/// The fault: a token that goes on because nobody asks the database.
async fn ending_all_tokens_ends_them(house: House) {
    let first = house.organiser("Hana").await;
    let other = house.organiser("Odile").await;
    let browser = house.browser_of("Hana").await;
    let second = make_on_the_page(&browser, "720").await.expect(200).attribute("#token", "value");
    use_token(&house, first.token()).await.expect(201);
    browser.fill_in("/host/account", "/host/account/tokens/revocation", &[]).await.expect(303);
    for token in [first.token(), &second] {
        opens_nothing(&house, token, "revoked").await;
    }
    use_token(&house, other.token()).await.expect(201);
    assert_eq!(browser.get("/host/account").await.status, 200, "the browser stays signed in");
    let third = make_on_the_page(&browser, "1").await.expect(200).attribute("#token", "value");
    use_token(&house, &third).await.expect(201);
}

fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).expect("a part");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
}

/// The faults: a signature that isn't checked, and a token that chooses how it is checked.
async fn forged_tokens_open_nothing(house: House) {
    let hana = house.organiser("Hana").await;
    let token = hana.token();
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let pieces: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = pieces.as_slice() else { panic!("three parts: {token}") };
    assert_eq!(part(token, 0)["alg"], "HS256");

    let mut longer = part(token, 1);
    longer["exp"] = json!(4_000_000_000_i64);
    opens_nothing(&house, &format!("{header}.{}.{signature}", encode(&longer)), "tampered").await;
    for alg in ["none", "None", "HS384", "RS256"] {
        let mut other = part(token, 0);
        other["alg"] = json!(alg);
        for end in ["", signature] {
            opens_nothing(&house, &format!("{}.{claims}.{end}", encode(&other)), alg).await;
        }
    }
    opens_nothing(&house, &format!("{header}.{claims}"), "unsigned").await;
    opens_nothing(&house, &format!("{header}.{claims}."), "with an empty signature").await;
    opens_nothing(&house, "nonsense", "nonsense").await;
    opens_nothing(&house, "", "nothing").await;

    // As signed by a house with another key, and for the same session.
    let keys = twitterdisco::keys::Keys::new("a key of another house");
    let unsigned = format!("{header}.{claims}");
    let forged = keys.sign("jwt", unsigned.as_bytes());
    opens_nothing(&house, &format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode(forged)), "another key").await;
    let elsewhere = House::new(house.backend).await;
    let theirs = elsewhere.organiser("Hana").await;
    opens_nothing(&house, theirs.token(), "a session of another house").await;
    // A cookie's secret is no token, and a token is no cookie.
    let browser = house.browser_of("Hana").await;
    opens_nothing(&house, browser.cookie().trim_start_matches("disco="), "a cookie").await;
    let thief = house.stranger();
    thief.set_cookie("disco", token);
    assert_eq!(thief.get("/host").await.status, 303, "a token as a cookie");
    use_token(&house, token).await.expect(201);
}

/// The faults: a renewal that makes another person, or that ends what it should not.
async fn a_guest_renews_their_token(house: House) {
    let made = house.stranger().post("/api/v1/guests", json!({ "nickname": " Sam " })).await.expect(201);
    assert!(made.header("set-cookie").is_none());
    let made = made.json();
    assert_eq!(made["nickname"], "Sam");
    let sam = Actor::new(&house, made["token"].as_str().map(str::to_owned));
    let renewed = sam.post("/api/v1/guests/renewal", json!({})).await.expect(201).json();
    assert_eq!((&renewed["id"], &renewed["nickname"]), (&made["id"], &made["nickname"]));
    assert_ne!(renewed["token"], made["token"]);
    assert_eq!(house.count("SELECT COUNT(*) FROM guest").await, 1);

    // Both are the same person: a song shared with one is taken back with the other.
    let host = house.organiser("Hana").await;
    let slug = house.night(&host, json!({})).await;
    let shared =
        sam.post(&format!("/api/v1/events/{slug}/shares"), json!({ "title": "Gold" })).await.expect(201).json();
    let again = Actor::new(&house, renewed["token"].as_str().map(str::to_owned));
    again.delete(&format!("/api/v1/shares/{}", shared["id"].as_str().expect("an id"))).await.expect(204);
    house.stranger().post("/api/v1/guests/renewal", json!({})).await.expect(401);
    host.post("/api/v1/guests/renewal", json!({})).await.expect(403);

    // Under a key, a retry gets the same token again and makes nobody new.
    let key = [("idempotency-key", "become-a-guest-1")];
    let body = json!({ "nickname": "Jo" });
    let first = house.stranger().with_json(Method::POST, "/api/v1/guests", &body, &key).await.expect(201);
    let retry = house.stranger().with_json(Method::POST, "/api/v1/guests", &body, &key).await.expect(201);
    assert_eq!((retry.json(), retry.header("idempotency-replayed")), (first.json(), Some("true")));
    let token = first.json()["token"].as_str().expect("a token").to_owned();
    assert!(house.contents().await.values().flatten().all(|row| !row.contains(&token)), "a kept answer holds no token");
}

/// The fault: a guest who has to choose a name again each week, or who never has to.
async fn a_guests_token_lasts_thirty_days(house: House) {
    let sam = house.guest("Sam").await;
    house.app.clock.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    let renewed = sam.post("/api/v1/guests/renewal", json!({})).await.expect(201).json();
    house.app.clock.advance(TimeDelta::seconds(2));
    let late = sam.post("/api/v1/guests/renewal", json!({})).await.expect(401);
    assert_eq!(late.header("www-authenticate"), Some("Bearer"));
    let fresh = Actor::new(&house, renewed["token"].as_str().map(str::to_owned));
    fresh.post("/api/v1/guests/renewal", json!({})).await.expect(201);
}

/// The fault: a cookie that ends in the middle of a season, although its guest comes every Friday.
async fn a_guests_cookie_slides_for_a_hundred_and_eighty_days(house: House) {
    let host = house.organiser("Hana").await;
    let slug = house.night(&host, json!({})).await;
    let browser = house.stranger();
    let page = format!("/events/{slug}/share");
    let shared = browser.fill_in(&page, &page, &[("nickname", "Sam"), ("title", "Gold")]).await.expect(303);
    let cookie = shared.header("set-cookie").expect("a cookie").to_owned();
    let seconds = TimeDelta::days(180).num_seconds();
    for attribute in ["disco-guest=", "HttpOnly", "SameSite=Lax", "Path=/", &format!("Max-Age={seconds}")] {
        assert!(cookie.contains(attribute), "{attribute} is missing: {cookie}");
    }
    let knows_sam = async |browser: &Actor| csrf_of(browser).await.is_some();

    // Twice almost the whole time: the second only works because the first visit prolonged it.
    for _ in 0..2 {
        house.app.clock.advance(TimeDelta::days(179));
        let mine = browser.get(&format!("/events/{slug}/mine")).await.expect(200);
        assert!(mine.text().contains("Gold"), "Sam's own song");
        let again = mine.header("set-cookie").expect("the cookie again, prolonged");
        assert!(again.contains(&format!("Max-Age={seconds}")), "{again}");
        assert_eq!(again.split(';').next(), cookie.split(';').next(), "the same secret");
        let soon = browser.get(&format!("/events/{slug}/mine")).await.expect(200);
        assert!(soon.header("set-cookie").is_none(), "once a day is enough");
    }
    house.app.clock.advance(TimeDelta::days(180) - TimeDelta::seconds(1));
    assert!(knows_sam(&browser).await);
    house.app.clock.advance(TimeDelta::days(180) + TimeDelta::seconds(1));
    assert!(!knows_sam(&browser).await);
}

/// The fault: a name that breaks a page, a statement, or the person who reads it.
async fn a_nickname_must_be_fit_to_show(house: House) {
    let stranger = house.stranger();
    let host = house.organiser("Hana").await;
    let slug = house.night(&host, json!({})).await;
    let page = format!("/events/{slug}/share");
    let long = "x".repeat(61);
    let bad = [
        "",
        " ",
        "\t\n",
        &long,
        "a\u{0}b",
        "a\u{7}b",
        "a\u{1b}[31mb",
        "a\u{7f}b",
        "a\u{85}b",
        "a\u{202e}b",
        "a\u{2067}b",
    ];
    let before = house.contents().await;
    for nickname in bad {
        let refused = stranger.post("/api/v1/guests", json!({ "nickname": nickname })).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["nickname"], "{nickname:?}");
        stranger.fill_in(&page, &page, &[("nickname", nickname), ("title", "Gold")]).await.expect(422);
    }
    for body in [json!({}), json!({ "nickname": null }), json!({ "nickname": 7 }), json!([])] {
        stranger.post("/api/v1/guests", body).await.expect(422);
    }
    assert_eq!(house.contents().await, before);
    let (longest, emoji) = ("é".repeat(60), "🪩 Sam 👩‍⚕️");
    for nickname in [longest.as_str(), emoji, "<b>Sam</b>", "O'Brien"] {
        let made = stranger.post("/api/v1/guests", json!({ "nickname": nickname })).await.expect(201).json();
        assert_eq!(made["nickname"], nickname);
    }
}
