//! Random JSON at every route that changes something (promise 6): no 5xx, no hang, and the books are right afterwards.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::nonsense::{JSON, clear};
use super::openapi::api_routes;
use crate::support::{Backend, House, on_both, scale};

on_both!(random_json_breaks_nothing);

/// Names that the service knows, so that random JSON gets past the door.
const FIELDS: [&str; 40] = [
    "id",
    "slot_id",
    "welcome",
    "is_paused",
    "is_quiet",
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
    "milestones",
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

/// A body for each case: random, or right but for one random field.
fn bodies(seed: u64, cases: usize, routes: &[String]) -> Vec<Value> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let (values, fields) = (any_json(), prop::sample::select(FIELDS.to_vec()));
    let body = |case: usize| {
        let random = values.new_tree(&mut runner).expect("JSON").current();
        let field = fields.new_tree(&mut runner).expect("a field").current();
        if (case / routes.len()).is_multiple_of(3) {
            return random;
        }
        let mut body = right_body(&routes[case % routes.len()]);
        body[field] = random;
        body
    };
    (0..cases).map(body).collect()
}

/// Promise 6, quick, as far as JSON goes.
async fn random_json_breaks_nothing(house: House) {
    let cases = scale(if house.backend == Backend::Sqlite { 1_500 } else { 500 }, 20_000);
    let (seed, host) = (20_161_216_u64, house.organiser("Louise").await);
    let slug = house.night(&host, json!({ "lineup": [{ "host": "Dee", "minutes": 30 }] })).await;
    let links = host.get(&format!("/api/v1/events/{slug}/decks")).await.expect(200).json()["links"][0].clone();
    let guest = house.guest("Sam").await;
    let share = guest.post(&format!("/api/v1/events/{slug}/shares"), json!({ "title": "S" })).await.expect(201).json();
    let pledge = json!({ "kind": "fixed", "amount_pence": 500 });
    let pledges = format!("/api/v1/events/{slug}/pledges");
    let pledge = house.stranger().post_once(&pledges, "random-json", pledge).await.expect(201).json();
    let routes: Vec<String> = api_routes().into_iter().filter(|route| !route.starts_with("GET")).collect();
    let mut taken = 0;
    for (case, body) in bodies(seed, cases, &routes).into_iter().enumerate() {
        let (method, path) = routes[case % routes.len()].split_once(' ').expect("a route");
        let id = match path {
            path if path.contains("/pledges/") => &pledge["id"],
            path if path.contains("/slots/") => &links["slot_id"],
            _ => &share["id"],
        };
        let path = path.replace("{slug}", &slug).replace("{id}", id.as_str().expect("an id"));
        let path = path.replace("{token}", links["decks_token"].as_str().expect("a token"));
        let path = path.replace("{manage_token}", pledge["manage_token"].as_str().expect("a token"));
        let who = if case.is_multiple_of(5) { &guest } else { &host };
        let key = format!("random-{case}");
        let method = method.parse().expect("a method");
        let answer = clear(who, method, &path, &[JSON, ("idempotency-key", &key)], body.to_string()).await;
        taken += usize::from(answer.status.is_success());
    }
    house.check().await;
    println!("seed {seed}, {cases} cases over {} routes, {taken} taken, 0 server errors", routes.len());
}
