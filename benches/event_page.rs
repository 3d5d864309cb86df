//! The page of a live night with thirty songs and twenty-five pledges, and its totals, through the whole router in
//! process: every layer, every query, the template, the ETag; no socket and no client.

mod support;

use std::path::PathBuf;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderName, Method, Request, StatusCode, header};
use divan::Bencher;
use divan::counter::ItemsCount;
use migration::{Migrator, MigratorTrait};
use serde_json::{Value, json};
use support::{PLEDGES, SONGS};
use tokio::runtime::Runtime;
use tower::ServiceExt;
use twitterdisco::accounts::{self, Email, Name, Role};
use twitterdisco::clock::Clock;
use twitterdisco::config::{Config, MailConfig};
use twitterdisco::db::Db;
use twitterdisco::keys::Keys;
use twitterdisco::mail::Mailer;
use twitterdisco::{App, build, prepare};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// A house with one live night in it.
struct House {
    runtime: Runtime,
    router: Router,
    slug: String,
    dir: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl House {
    fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let dir = std::env::temp_dir().join(format!("disco-page-{}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a folder");
        let (router, slug) = runtime.block_on(furnish(&dir));
        Self { runtime, router, slug, dir }
    }

    /// How long one answer takes, again and again.
    fn measure(&self, bencher: Bencher, path: &str, headers: &[(HeaderName, &str)], status: StatusCode) {
        bencher.counter(ItemsCount::new(1_u32)).bench(|| {
            let request = request(Method::GET, path, headers, Body::empty());
            let (answered, body) = self.runtime.block_on(ask(&self.router, request));
            assert_eq!(answered, status, "{path}");
            body
        });
    }

    fn etag(&self, path: &str) -> String {
        let request = request(Method::GET, path, &[], Body::empty());
        let response = self.runtime.block_on(self.router.clone().oneshot(request)).expect("an answer");
        response.headers()[header::ETAG].to_str().expect("an ETag").to_owned()
    }
}

async fn furnish(dir: &std::path::Path) -> (Router, String) {
    let config = Config {
        database_url: format!("sqlite://{}?mode=rwc", dir.join("disco.db").display()),
        listen: "127.0.0.1:0".parse().expect("an address"),
        base_url: "http://disco.test".parse().expect("a URL"),
        secret_key: None,
        mail: MailConfig { smtp_url: None, dir: dir.join("mail"), from: "disco@disco.test".to_owned() },
        trusted_proxies: Vec::new(),
        streams_max: 100,
        limits: false,
        lookups: false,
        musicbrainz: false,
    };
    let db = Db::connect(&config.database_url).await.expect("a database");
    Migrator::up(db.for_migrations(), None).await.expect("a schema");
    let mailer = Mailer::new(&config.mail).expect("a mailer");
    let app = App::new(config, db, Clock::System, mailer, Keys::new("a key for measuring"));
    prepare(&app).await.expect("the first data");
    let email = Email::new("louise@disco.test").expect("an address");
    let name = Name::new("Louise").expect("a name");
    let account = accounts::add_organiser(&app, email, name, Role::Organiser).await.expect("an account");
    let token = accounts::make_token(&app, account.id, 24).await.expect("a token");
    let router = build(app.clone()).expect("a router");
    let slug = live_night(&router, &token, &app.clock).await;
    (router, slug)
}

async fn live_night(router: &Router, host: &str, clock: &Clock) -> String {
    let planned = post(router, Some(host), "/api/v1/events", support::night(clock)).await;
    let slug = planned["slug"].as_str().expect("a slug").to_owned();
    let api = format!("/api/v1/events/{slug}");
    post(router, Some(host), &format!("{api}/publication"), json!({})).await;
    post(router, Some(host), &format!("{api}/opening"), json!({})).await;
    let guest = post(router, None, "/api/v1/guests", json!({ "nickname": "Sam" })).await;
    let guest = guest["token"].as_str().expect("a token");
    for number in 0..SONGS {
        post(router, Some(guest), &format!("{api}/shares"), support::song(number)).await;
    }
    for number in 0..PLEDGES {
        post_once(router, None, &format!("{api}/pledges"), Some(number), support::pledge(number)).await;
    }
    slug
}

/// Posts as someone with a token, or as nobody.
async fn post(router: &Router, token: Option<&str>, path: &str, body: Value) -> Value {
    post_once(router, token, path, None, body).await
}

async fn post_once(router: &Router, token: Option<&str>, path: &str, key: Option<usize>, body: Value) -> Value {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let key = key.map(|key| format!("measured-{key}"));
    let mut headers = vec![(header::CONTENT_TYPE, "application/json")];
    headers.extend(key.as_deref().map(|key| (HeaderName::from_static("idempotency-key"), key)));
    headers.extend(bearer.as_deref().map(|bearer| (header::AUTHORIZATION, bearer)));
    let (status, body) = ask(router, request(Method::POST, path, &headers, body.to_string())).await;
    assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).expect("JSON")
}

fn request(method: Method, path: &str, headers: &[(HeaderName, &str)], body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "disco.test");
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    request.body(body.into()).expect("a request")
}

async fn ask(router: &Router, request: Request<Body>) -> (StatusCode, Bytes) {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let status = response.status();
    (status, to_bytes(response.into_body(), usize::MAX).await.expect("a body"))
}

#[divan::bench]
fn whole(bencher: Bencher) {
    let house = House::new();
    house.measure(bencher, &format!("/events/{}", house.slug), &[], StatusCode::OK);
}

#[divan::bench]
fn compressed(bencher: Bencher) {
    let house = House::new();
    house.measure(bencher, &format!("/events/{}", house.slug), &[(header::ACCEPT_ENCODING, "gzip")], StatusCode::OK);
}

#[divan::bench]
fn not_modified(bencher: Bencher) {
    let house = House::new();
    let path = format!("/events/{}", house.slug);
    let etag = house.etag(&path);
    house.measure(bencher, &path, &[(header::IF_NONE_MATCH, &etag)], StatusCode::NOT_MODIFIED);
}

#[divan::bench]
fn totals(bencher: Bencher) {
    let house = House::new();
    house.measure(bencher, &format!("/api/v1/events/{}/totals", house.slug), &[], StatusCode::OK);
}

/// What the layers cost by themselves: an answer that reads nothing.
#[divan::bench]
fn layers_only(bencher: Bencher) {
    let house = House::new();
    house.measure(bencher, "/healthz", &[], StatusCode::OK);
}
