//! Nonsense doesn't break it (promise 6): odd text in every place that takes any, and random JSON at every route that
//! changes something. Each gets a clear answer: never a 5xx, never a hang.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::errors::assert_says_nothing_inside;
use super::openapi::api_routes;
use crate::support::{Actor, Answer, Backend, House, on_both, scale};

on_both!(odd_text_gets_a_clear_answer, odd_bytes_get_a_clear_answer, random_json_breaks_nothing);

/// No answer takes longer than this (promise 6).
const PATIENCE: Duration = Duration::from_secs(5);

async fn clear(who: &Actor, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let answer = tokio::time::timeout(PATIENCE, who.send(method, path, headers, body)).await.expect("no hang");
    assert!(!answer.status.is_server_error(), "{}: {}\n{}", answer.what, answer.status, answer.text());
    assert_says_nothing_inside(&answer);
    answer
}

const JSON: (&str, &str) = ("content-type", "application/json");

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
    texts.extend(["x".repeat(5_000), "🕺".repeat(5_000), "\u{fdfa}".repeat(200), wide, heavy]);
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
    for field in
        ["title", "starts_local", "time_zone", "summary", "description_markdown", "mood", "hashtag", "screening"]
    {
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
    bodies.push((Method::POST, format!("{at}/shares"), json!({ "title": text, "artist": text })));
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
            let key = format!("odd-{number}-{place}");
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
    clear(&host, Method::POST, "/api/v1/events", &[JSON], deep).await.expect(400);
    let bad = [
        "%00",
        "%FF",
        "%C3%28",
        "%ED%A0%80",
        "%",
        "%zz",
        "..%2f..%2f",
        "%0d%0aX: y",
        "a%00b",
        "%F0%9F%95%BA",
        "' OR 1=1",
    ];
    let places = [
        "/{}",
        "/events/{}",
        "/events/{}/share",
        "/events/{}/stream",
        "/events?cursor={}",
        "/stories/{}",
        "/charities/{}",
        "/pledges/{}",
        "/assets/{}",
        "/sign-in/{}",
        "/set-up/{}",
        "/host/events/{}",
        "/api/v1/events/{}",
        "/api/v1/events?when={}",
        "/api/v1/events/{}/totals",
        "/api/v1/events/{}/pledges?public={}",
        "/api/v1/shares/{}",
        "/api/v1/pledges/{}",
        "/api/v1/charities/{}",
        "/api/v1/stories/{}",
        "/api/v1/events?{}={}",
        "/api/docs/{}",
    ];
    let mut sent = 0;
    for (bad, place) in bad.iter().flat_map(|bad| places.map(|place| (bad.replace(' ', "%20"), place))) {
        let answer = clear(&host, Method::GET, &place.replace("{}", &bad), &[], Body::empty()).await;
        assert!(!answer.body.is_empty() || answer.status.is_redirection(), "{}", answer.what);
        sent += 1;
    }
    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    for bad in bad {
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

/// Names that the service knows, so that random JSON gets past the door.
const FIELDS: [&str; 34] = [
    "title",
    "starts_local",
    "duration_minutes",
    "time_zone",
    "summary",
    "description_markdown",
    "mood",
    "hashtag",
    "screening",
    "target_pence",
    "charities",
    "lineup",
    "story_slugs",
    "slug",
    "parts",
    "percent",
    "host",
    "minutes",
    "anchor_local",
    "slots",
    "share_id",
    "link",
    "artist",
    "dedication",
    "nickname",
    "kind",
    "amount_pence",
    "name",
    "email",
    "message",
    "gift_aid",
    "show_name",
    "split",
    "charity",
];

fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "fixed",
        "party",
        "open",
        "2027-03-26T21:00",
        "2027-03-28T01:30",
        "Europe/London",
        "edges",
        "sepsis-trust",
        "https://youtu.be/HgzGwKwLmgM",
        "a@b.example",
        "Blue Monday",
        "true",
        "+262142-12-31T23:59",
        "0000-01-01T00:00",
    ]);
    let numbers = prop_oneof![any::<i64>(), -2_i64..2_000, Just(i64::MIN), Just(i64::MAX), Just(100), Just(60)];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        numbers.prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let fields = prop::collection::vec((prop::sample::select(FIELDS.to_vec()), inner.clone()), 0..6);
        let object =
            fields.prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
        prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Value::from), object.prop_map(Value::Object)]
    })
}

/// A body that is right for `path`, so that one random field is looked at by itself.
fn right_body(path: &str) -> Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "events" => json!({ "title": "T", "starts_local": "2027-03-26T21:00", "duration_minutes": 60 }),
        "pledges" => json!({ "kind": "fixed", "amount_pence": 500 }),
        "shares" => json!({ "title": "A song" }),
        "lineup" => json!({ "slots": [{ "host": "Sam", "minutes": 30 }] }),
        "guests" => json!({ "nickname": "Sam" }),
        "copies" => json!({ "starts_local": "2027-04-02T21:00" }),
        _ => json!({}),
    }
}

/// Promise 6, quick, as far as JSON goes.
async fn random_json_breaks_nothing(house: House) {
    let cases = scale(if house.backend == Backend::Sqlite { 1_500 } else { 500 }, 50_000);
    let (seed, host) = (20_161_216_u64, house.organiser("Louise").await);
    let slug = house.night(&host, json!({})).await;
    let guest = house.guest("Sam").await;
    let share = guest.post(&format!("/api/v1/events/{slug}/shares"), json!({ "title": "S" })).await.expect(201).json();
    let pledge = json!({ "kind": "fixed", "amount_pence": 500 });
    let pledges = format!("/api/v1/events/{slug}/pledges");
    let pledge = house.stranger().post_once(&pledges, "random-json", pledge).await.expect(201).json();
    let routes: Vec<String> = api_routes().into_iter().filter(|route| !route.starts_with("GET")).collect();
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let (values, fields) = (any_json(), prop::sample::select(FIELDS.to_vec()));
    let mut taken = 0;
    for case in 0..cases {
        let (method, path) = routes[case % routes.len()].split_once(' ').expect("a route");
        let random = values.new_tree(&mut runner).expect("JSON").current();
        let mut body = right_body(path);
        match fields.new_tree(&mut runner).expect("a field").current() {
            field if case / routes.len() % 3 != 0 => body[field] = random,
            _ => body = random,
        }
        let id = if path.contains("/pledges/") { &pledge["id"] } else { &share["id"] };
        let path = path.replace("{slug}", &slug).replace("{id}", id.as_str().expect("an id"));
        let path = path.replace("{manage_token}", pledge["manage_token"].as_str().expect("a token"));
        let who = if case % 5 == 0 { &guest } else { &host };
        let key = format!("random-{case}");
        let method = method.parse().expect("a method");
        let answer = clear(who, method, &path, &[JSON, ("idempotency-key", &key)], body.to_string()).await;
        taken += usize::from(answer.status.is_success());
    }
    house.check().await;
    println!("seed {seed}, {cases} cases over {} routes, {taken} taken, 0 server errors", routes.len());
}
