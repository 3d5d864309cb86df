//! Nonsense doesn't break it (promise 6): odd text in every place that takes any, and odd bytes in every part of a
//! request. Each gets a clear answer: never a 5xx, never a hang.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use super::errors::assert_says_nothing_inside;
use crate::support::{Actor, Answer, House, on_both};

on_both!(odd_text_gets_a_clear_answer, odd_bytes_get_a_clear_answer);

/// No answer takes longer than this (promise 6).
const PATIENCE: Duration = Duration::from_secs(5);

pub async fn clear(who: &Actor, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let answer = tokio::time::timeout(PATIENCE, who.send(method, path, headers, body)).await.expect("no hang");
    assert!(!answer.status.is_server_error(), "{}: {}\n{}", answer.what, answer.status, answer.text());
    assert_says_nothing_inside(&answer);
    answer
}

pub const JSON: (&str, &str) = ("content-type", "application/json");

/// Texts that have broken somebody's service: long, without letters, from right to left, invisible, or code.
fn odd_texts() -> Vec<String> {
    // Each of these signs folds to several letters, so that a key made of them outgrows an index page.
    let wide: String = ('\u{3300}'..='\u{33ff}').chain('\u{fb50}'..='\u{fdfb}').take(200).collect();
    let heavy: String = (0..200_u32).filter_map(|n| char::from_u32(0x2_0000 + n * 211)).collect();
    let mut texts: Vec<String> = [
        "",
        " ",
        "\t\n",
        "🕺🏽💃🏿👩‍👩‍👧‍👦",
        "مرحبا بالعالم",
        "שלום",
        "a\u{202E}b",
        "a\0b",
        "\0",
        "\u{feff}",
        "\u{200b}\u{200b}",
        "<script>alert(1)</script>",
        "'; DROP TABLE event; --",
        "%00",
        "%s%n",
        "${jndi:ldap://x}",
        "../../etc/passwd",
        "null",
        "\u{7f}",
        "\u{1b}[31m",
        "Z̸̢̛a̷l̵g̶o̴",
        "\u{fdfd}",
        "İıŞş",
        "ﬁ",
        "\\u0000",
        "{{7*7}}",
        "new",
        ".",
        "..",
        "/",
        "\r\nSet-Cookie: a=b",
        "\u{10ffff}",
        "-",
        "--",
    ]
    .map(str::to_owned)
    .into();
    // Each syllable folds to three signs of three bytes, and no two neighbours alike.
    let hangul: String = (0..200_u32).filter_map(|n| char::from_u32(0xac00 + n * 7_919 % 11_172)).collect();
    texts.extend([hangul, "x".repeat(5_000), "🕺".repeat(5_000), "\u{fdfa}".repeat(200), wide, heavy]);
    texts
}

/// Everything that takes text over JSON, as a route and a body with this text in each of its places.
fn bodies(slug: &str, text: &str) -> Vec<(Method, String, Value)> {
    let at = format!("/api/v1/events/{slug}");
    let song = |field: &str| json!({ "title": "A song", field: text });
    let plan = |field: &str| {
        let mut plan = json!({ "title": "T", "starts_local": "2027-03-26T21:00", "duration_minutes": 60 });
        plan[field] = json!(text);
        plan
    };
    let mut bodies = vec![(Method::POST, "/api/v1/guests".to_owned(), json!({ "nickname": text }))];
    for field in [
        "title",
        "starts_local",
        "time_zone",
        "summary",
        "description_markdown",
        "mood",
        "hashtag",
        "screening",
        "welcome",
    ] {
        bodies.push((Method::POST, "/api/v1/events".to_owned(), plan(field)));
        bodies.push((Method::PATCH, at.clone(), json!({ field: text })));
    }
    let listed = json!({ "story_slugs": [text], "charities": [{ "slug": text }] });
    bodies.push((Method::PATCH, at.clone(), listed));
    let slot = json!({ "slots": [{ "host": text, "title": text, "minutes": 5, "anchor_local": text }] });
    bodies.push((Method::PUT, format!("{at}/lineup"), slot));
    bodies.push((
        Method::PUT,
        format!("{at}/lineup"),
        json!({ "slots": [{ "host": text, "title": text, "minutes": 5 }] }),
    ));
    bodies.push((Method::POST, format!("{at}/copies"), json!({ "starts_local": text })));
    for field in ["title", "artist", "dedication", "link"] {
        bodies.push((Method::POST, format!("{at}/shares"), song(field)));
    }
    bodies.push((
        Method::POST,
        format!("{at}/shares"),
        json!({ "title": text, "artist": text.chars().rev().collect::<String>() }),
    ));
    bodies.push((Method::POST, format!("{at}/shares"), json!({ "link": format!("https://a.example/{text}") })));
    bodies.push((Method::PUT, format!("{at}/now-playing"), json!({ "share_id": text })));
    for field in ["kind", "name", "email", "message"] {
        bodies.push((
            Method::POST,
            format!("{at}/pledges"),
            json!({ "kind": "fixed", "amount_pence": 500, field: text }),
        ));
    }
    bodies
}

async fn odd_text_gets_a_clear_answer(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let (mut sent, mut taken) = (0, 0);
    for (number, text) in odd_texts().iter().enumerate() {
        for (place, (method, path, body)) in bodies(&slug, text).into_iter().enumerate() {
            let key = format!("odd-text-{number}-{place}");
            let answer = clear(&host, method, &path, &[JSON, ("idempotency-key", &key)], body.to_string()).await;
            assert!(
                matches!(answer.status.as_u16(), 200 | 201 | 409 | 422),
                "{}: {body}\n{}",
                answer.what,
                answer.text()
            );
            sent += 1;
            taken += u32::from(answer.status.is_success());
        }
    }
    // What was taken can be shown again.
    for path in [
        "/",
        "/events",
        &format!("/events/{slug}"),
        &format!("/api/v1/events/{slug}/shares?limit=100"),
        "/api/v1/events",
    ] {
        clear(&host, Method::GET, path, &[], Body::empty()).await.expect(200);
    }
    house.check().await;
    println!("{sent} requests with odd text, {taken} taken, 0 server errors");
    assert!(taken > 0 && taken < sent);
}

/// Bytes that no name has, as they stand in an address.
const BAD: [&str; 11] =
    ["%00", "%FF", "%C3%28", "%ED%A0%80", "%", "%zz", "..%2f..%2f", "%0d%0aX: y", "a%00b", "%F0%9F%95%BA", "' OR 1=1"];

/// Addresses with a place for them.
const PLACES: [&str; 26] = [
    "/{}",
    "/events/{}",
    "/events/{}/share",
    "/events/{}/stream",
    "/events?cursor={}",
    "/stories/{}",
    "/search?q={}",
    "/charities/{}",
    "/pledges/{}",
    "/assets/{}",
    "/sign-in/{}",
    "/set-up/{}",
    "/host/events/{}",
    "/host/charities/{}",
    "/host/charities/new?night={}",
    "/api/v1/events/{}",
    "/api/v1/events?when={}",
    "/api/v1/events/{}/totals",
    "/api/v1/events/{}/pledges?public={}",
    "/api/v1/shares/{}",
    "/api/v1/pledges/{}",
    "/api/v1/charities/{}",
    "/api/v1/stories/{}",
    "/api/v1/search?q={}",
    "/api/v1/events?{}={}",
    "/api/docs/{}",
];

async fn odd_bytes_get_a_clear_answer(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let anyone = house.stranger();
    for body in [
        &b"{\"title\":\"\xff\xfe\"}"[..],
        b"{\"title\":\"\xc3\"}",
        b"{\"title\":\"\\ud800\"}",
        b"{\"title\":\"\\udc00x\"}",
        b"\xff\xfe{\x00}\x00",
        b"{\"title\":\"\x00\"}",
        b"\x00",
    ] {
        let answer = clear(&host, Method::POST, "/api/v1/events", &[JSON], body.to_vec()).await;
        assert_eq!(answer.status, 400, "{body:?} is no JSON");
    }
    let deep = format!("{}1{}", "{\"a\":".repeat(20_000), "}".repeat(20_000));
    let answer = clear(&host, Method::POST, "/api/v1/events", &[JSON], deep).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    let mut sent = 0;
    for (bad, place) in BAD.iter().flat_map(|bad| PLACES.map(|place| (bad.replace(' ', "%20"), place))) {
        let answer = clear(&host, Method::GET, &place.replace("{}", &bad), &[], Body::empty()).await;
        assert!(!answer.body.is_empty() || answer.status.is_redirection(), "{}", answer.what);
        sent += 1;
    }
    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    for bad in BAD {
        for body in [
            format!("link={bad}&nickname={bad}"),
            format!("{bad}={bad}"),
            bad.to_owned(),
            format!("title={bad}&title={bad}"),
        ] {
            for path in [
                format!("/events/{slug}/share"),
                format!("/events/{slug}/pledge"),
                format!("/events/{slug}/pledge/check"),
                "/sign-in".to_owned(),
            ] {
                clear(&anyone, Method::POST, &path, &form, body.clone()).await;
                sent += 1;
            }
        }
    }
    sent += odd_headers(&house, &slug).await;
    println!("{sent} requests with odd bytes: 0 server errors");
}

async fn odd_headers(house: &House, slug: &str) -> usize {
    let headers = [
        "authorization",
        "cookie",
        "if-none-match",
        "last-event-id",
        "idempotency-key",
        "content-type",
        "origin",
        "x-forwarded-for",
        "accept-encoding",
        "sec-fetch-site",
        "range",
    ];
    // As bytes: header values needn't be text.
    let values = [
        "\u{ff}\u{fe}",
        "a=\"",
        "Bearer \u{e9}",
        ";;;==",
        "0",
        "*",
        "-9223372036854775809",
        "null",
        "guest=%00; session=%FF",
    ];
    let mut sent = 0;
    for name in headers {
        for value in values {
            let body = r#"{"kind":"fixed","amount_pence":500}"#;
            clear(
                &house.stranger(),
                Method::POST,
                &format!("/api/v1/events/{slug}/pledges"),
                &[JSON, (name, value)],
                body,
            )
            .await;
            clear(&house.stranger(), Method::GET, &format!("/events/{slug}"), &[(name, value)], Body::empty()).await;
            sent += 2;
        }
    }
    sent
}
