//! Bad input gets a clear answer of the right kind: a page for people, a problem document for programs, and never what
//! went on inside.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use axum::routing::get;
use serde_json::json;
use tower::ServiceExt;
use twitterdisco::App;
use twitterdisco::db::Tx;
use twitterdisco::error::AppError;

use crate::support::{Actor, Answer, House, on_both};

on_both!(
    each_kind_of_bad_request_has_its_status,
    people_get_a_page_and_programs_a_document,
    forms_come_back_filled_with_the_problems_named,
    a_panic_is_a_500_and_the_house_lives,
);

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn send(who: &Actor, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let answer = who.send(method, path, headers, body).await;
    assert_says_nothing_inside(&answer);
    answer
}

/// No statement, table, file or stack in what a stranger reads.
#[track_caller]
pub fn assert_says_nothing_inside(answer: &Answer) {
    const INSIDE: [&str; 14] = [
        "SELECT ",
        "INSERT ",
        "UPDATE ",
        "sqlx",
        "sea_orm",
        "sqlite",
        "postgres",
        "src/",
        ".rs:",
        "panicked",
        "stack backtrace",
        "RUST_BACKTRACE",
        "DbErr",
        "serde_",
    ];
    let text = answer.text().to_lowercase();
    for word in INSIDE {
        assert!(!text.contains(&word.to_lowercase()), "{}: {word} in {text}", answer.what);
    }
}

async fn each_kind_of_bad_request_has_its_status(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let events = "/api/v1/events";
    let plan = r#"{"title":"T","starts_local":"2027-03-26T21:00","duration_minutes":60}"#;
    for body in ["", "{", r#"{"title":"#, r#"{"title":"\x"}"#, "{'title':1}", "nothing", "[1,", "\u{feff}{}"] {
        send(&host, Method::POST, events, &[JSON], body).await.expect(400);
    }
    for more in [" x", "{}", ",", "\0", "]"] {
        send(&host, Method::POST, events, &[JSON], format!("{plan}{more}")).await.expect(400);
    }
    for (field, body) in [
        ("title", r#"{"title":1}"#),
        ("duration_minutes", r#"{"duration_minutes":"60"}"#),
        ("duration_minutes", r#"{"duration_minutes":1.5}"#),
        ("duration_minutes", r#"{"duration_minutes":99999999999999999999}"#),
        ("charities", r#"{"charities":"all"}"#),
        ("charities[0].slug", r#"{"charities":[{"slug":7}]}"#),
        ("lineup[1].minutes", r#"{"lineup":[{"host":"A","minutes":1},{"host":"B","minutes":"2"}]}"#),
        ("summary", r#"{"summary":{"a":1}}"#),
    ] {
        let refused = send(&host, Method::POST, events, &[JSON], body).await.expect(422);
        assert_eq!(refused.wrong_fields(), [field], "{body}");
    }
    for body in ["null", "[]", "7", r#""text""#, r#"["T"]"#] {
        send(&host, Method::POST, events, &[JSON], body).await.expect(422);
    }
    for kind in [&[("content-type", "text/plain")][..], &[], &[("content-type", "application/jsonx")], &[FORM]] {
        send(&host, Method::POST, events, kind, plan).await.expect(415);
    }
    send(&host, Method::POST, events, &[("content-type", "application/json; charset=utf-8")], plan).await.expect(201);
    let big = format!(r#"{{"title":"{}"}}"#, "x".repeat(2 * 1024 * 1024));
    send(&host, Method::POST, events, &[JSON], big.clone()).await.expect(413);
    send(&host, Method::PATCH, &format!("{events}/{slug}"), &[JSON], big).await.expect(413);
    routes_methods_rights_and_states(&house, &host, &slug).await;
}

async fn routes_methods_rights_and_states(house: &House, host: &Actor, slug: &str) {
    let (anyone, guest) = (house.stranger(), house.guest("Sam").await);
    let at = format!("/api/v1/events/{slug}");
    for path in ["/api/v1/nothing", "/api/v1", "/api/v2/events", "/api/v1/events/", "/api/v1/events/nowhere", "//"] {
        send(&anyone, Method::GET, path, &[], Body::empty()).await.expect(404);
    }
    for (method, path) in
        [(Method::DELETE, "/api/v1/events"), (Method::PUT, at.as_str()), (Method::POST, "/api/v1/totals")]
    {
        let refused = send(&anyone, method, path, &[JSON], "{}").await.expect(405);
        assert!(refused.header("allow").is_some_and(|allow| allow.contains("GET")), "{path} says what it allows");
    }
    for token in ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer a.b.c"] {
        let headers: &[(&str, &str)] = if token.is_empty() { &[JSON] } else { &[JSON, ("authorization", token)] };
        let refused = send(&anyone, Method::POST, "/api/v1/events", headers, "{}").await.expect(401);
        assert!(refused.header("www-authenticate").is_some_and(|how| how.starts_with("Bearer")), "{token}");
    }
    send(&guest, Method::POST, "/api/v1/events", &[JSON], "{}").await.expect(403);
    send(&guest, Method::PATCH, &at, &[JSON], "{}").await.expect(403);
    send(host, Method::POST, &format!("{at}/closing"), &[JSON], "{}").await.expect(409);
    send(&anyone, Method::POST, &format!("{at}/pledges"), &[JSON], r#"{"kind":"fixed","amount_pence":500}"#)
        .await
        .expect(400);
}

async fn people_get_a_page_and_programs_a_document(house: House) {
    let anyone = house.stranger();
    for path in
        ["/nowhere", "/events/nowhere", "/stories/nowhere", "/charities/nowhere", "/pledges/nowhere", "/assets/x"]
    {
        let page = send(&anyone, Method::GET, path, &[], Body::empty()).await.expect(404);
        assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{path}");
        assert_eq!(page.select("h1"), "There is nothing at this address", "{path}");
        assert!(
            page.try_select("main a[href='/']").is_some() || page.try_select("main a[href='/events']").is_some(),
            "{path} says where to go"
        );
        let document = send(&anyone, Method::GET, &format!("/api/v1{path}"), &[], Body::empty()).await.expect(404);
        assert_eq!(document.header("content-type"), Some("application/problem+json"), "{path}");
        assert_eq!(document.header("cache-control"), Some("no-store"), "{path}");
    }
    let page = send(&anyone, Method::DELETE, "/events", &[], Body::empty()).await.expect(405);
    assert!(!page.select("h1").is_empty());
    // Nobody is signed in: a person is led to the door.
    let led = send(&anyone, Method::GET, "/host", &[], Body::empty()).await.expect(303);
    assert_eq!(led.header("location"), Some("/sign-in"));
    let big = "a=".to_owned() + &"x".repeat(2 * 1024 * 1024);
    let own = [FORM, ("sec-fetch-site", "same-origin"), ("origin", "http://disco.test")];
    let page = send(&anyone, Method::POST, "/sign-in", &own, big).await.expect(413);
    assert_eq!(page.select("h1"), "That is too long for us");
    let page = send(&anyone, Method::POST, "/sign-in", &[JSON, own[1], own[2]], "{}").await.expect(415);
    assert!(!page.select("h1").is_empty());
}

async fn forms_come_back_filled_with_the_problems_named(house: House) {
    house.organiser("Louise").await;
    let browser = house.browser_of("Louise").await;
    let fields = [
        ("title", "A “good” <name>"),
        ("starts_local", "2027-03-28T01:30"),
        ("duration_minutes", "5"),
        ("mood", "gentle"),
        ("charities", "sepsis-trust"),
        ("lineup", "soon, Sam"),
    ];
    let page = browser.fill_in("/host/events/new", "/host/events/new", &fields).await.expect(422);
    assert!(page.select("title").starts_with("Error:"), "{}", page.select("title"));
    assert_eq!(page.select("#errors h2"), "There is a problem");
    assert_eq!(page.attribute("#title", "value"), "A “good” <name>");
    assert_eq!(page.attribute("#starts_local", "value"), "2027-03-28T01:30");
    assert!(page.try_select("input[name=mood][value=gentle][checked]").is_some());
    let html = scraper::Html::parse_document(&page.text());
    let links = scraper::Selector::parse("#errors a").expect("a selector");
    let mut named = 0;
    for link in html.select(&links) {
        let field = link.attr("href").unwrap_or_default().trim_start_matches('#');
        assert_eq!(page.attribute(&format!("#{field}"), "aria-invalid"), "true", "{field} is marked");
        assert!(page.select(&format!("#{field}-err")).contains(link.text().collect::<String>().trim()));
        named += 1;
    }
    assert!(named >= 2, "duration and line-up, at least:\n{}", page.select("#errors"));
}

async fn panic_at_once() -> &'static str {
    panic!("SELECT secret FROM vault at src/vault.rs:7")
}

async fn panic_in_a_unit_of_work(axum::extract::State(app): axum::extract::State<App>) -> Result<(), AppError> {
    app.write(async |tx: &mut Tx| {
        let _ = tx.new_id::<entity::ids::EventId>();
        assert!(tx.now().timestamp() < 0, "SELECT secret FROM vault at src/vault.rs:8");
        Ok(())
    })
    .await
}

/// The fault: a panic that ends the process, tells its words to the stranger, or holds the one writer for good.
async fn a_panic_is_a_500_and_the_house_lives(house: House) {
    let routes = Router::new()
        .route("/panic", get(panic_at_once))
        .route("/api/v1/panic", get(panic_at_once))
        .route("/api/v1/work", get(panic_in_a_unit_of_work));
    let broken = twitterdisco::around(house.app.clone(), routes).expect("a router");
    for path in ["/panic", "/api/v1/panic", "/api/v1/work", "/api/v1/work"] {
        let request = Request::builder().uri(path).header(header::HOST, "disco.test").body(Body::empty());
        let response = broken.clone().oneshot(request.expect("a request")).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body").to_vec();
        let answer = Answer { what: path.to_owned(), status: parts.status, headers: parts.headers, body }.expect(500);
        assert_says_nothing_inside(&answer);
        assert!(!answer.text().contains("vault"), "{}", answer.text());
        let id = answer.header("x-request-id").expect("a request id");
        assert!(answer.text().contains(id), "the answer names the request: {}", answer.text());
        let kind = if path.starts_with("/api") { "application/problem+json" } else { "text/html" };
        assert!(answer.header("content-type").is_some_and(|found| found.starts_with(kind)), "{path}");
    }
    // The writer isn't held by what died.
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    house.stranger().get(&format!("/events/{slug}")).await.expect(200);
}
