//! The OpenAPI document says what the service does: the routes of the router, no more and no less, and answers as its
//! schemas have them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::song_answers::song_answers;
use crate::support::{Actor, Answer, House, on_both, statement};

on_both!(
    the_document_lists_the_routes_of_the_router,
    real_answers_are_as_the_document_says,
    the_browsable_documents_come_from_the_binary,
);

const ROUTER: &str = include_str!("../../../src/router.rs");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// `GET /api/v1/events`, for each route of the API, which is what the router ends with.
pub fn api_routes() -> BTreeSet<String> {
    let (_, api) = ROUTER.split_once("fn api()").expect("fn api");
    let mut routes = BTreeSet::new();
    for route in api.split(".route(").skip(1) {
        let mut quoted = route.split('"');
        let (path, handlers) = (quoted.nth(1).expect("a path"), quoted.collect::<String>());
        for method in METHODS {
            let here = [format!(" {method}("), format!(".{method}(")].iter().any(|call| handlers.contains(call));
            if here {
                routes.insert(format!("{} /api/v1{path}", method.to_uppercase()));
            }
        }
    }
    routes
}

async fn the_document_lists_the_routes_of_the_router(house: House) {
    let answer = house.stranger().get("/api/v1/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let document = answer.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{}", document["openapi"]);
    let mut listed = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let methods = item.as_object().expect("methods").keys().filter(|key| METHODS.contains(&key.as_str()));
        listed.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    let routes = api_routes();
    assert!(routes.len() > 25, "the router was read: {routes:?}");
    assert_eq!(listed, routes);
    println!("{} routes, all of them in the document", routes.len());
}

/// What is wrong with `value` by `schema`; empty when nothing is.
fn faults(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("no {reference}"));
        return faults(document, target, value, at);
    }
    if let Some(either) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let all: Vec<Vec<String>> = either.iter().map(|one| faults(document, one, value, at)).collect();
        return if all.iter().any(Vec::is_empty) { Vec::new() } else { all.concat() };
    }
    let mut found = Vec::new();
    let types = &schema["type"];
    let is_allowed = |kind: &str| types.as_array().is_some_and(|all| all.contains(&json!(kind))) || types == kind;
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.is_null() && !is_allowed(kind) {
        found.push(format!("{at} is {kind}, not {types}"));
    }
    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(faults(document, &schema["items"], item, &format!("{at}[{place}]")));
    }
    if value.is_object() {
        found.extend(object_faults(document, schema, value, at));
    }
    found
}

fn object_faults(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let parts = parts_of(document, schema);
    let property = |name: &str| parts.iter().find_map(|part| part["properties"].get(name));
    for (name, held) in value.as_object().into_iter().flatten() {
        match property(name) {
            Some(schema) => found.extend(faults(document, schema, held, &format!("{at}.{name}"))),
            None => found.push(format!("{at}.{name} isn't in the document")),
        }
    }
    let required = parts.iter().filter_map(|part| part["required"].as_array()).flatten().filter_map(Value::as_str);
    found.extend(required.filter(|name| value.get(name).is_none()).map(|name| format!("{at}.{name} is missing")));
    found
}

/// A schema and everything it is all of.
fn parts_of<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let mut parts = vec![schema];
    for one in schema["allOf"].as_array().into_iter().flatten() {
        let target = one["$ref"].as_str().and_then(|name| document.pointer(name.trim_start_matches('#')));
        parts.extend(parts_of(document, target.unwrap_or(one)));
    }
    parts
}

/// Looks an answer up in the document by its route and status, and holds it against the schema there.
#[track_caller]
fn assert_as_said(document: &Value, route: &str, answer: &Answer) {
    let (method, path) = route.split_once(' ').expect("a route");
    let said = &document["paths"][path][method.to_lowercase()]["responses"][answer.status.as_str()];
    assert!(said.is_object(), "{route} says nothing of {}", answer.status);
    if answer.body.is_empty() {
        assert!(said["content"].is_null(), "{route} promises a body");
        return;
    }
    let content = said["content"].as_object().and_then(|content| content.values().next());
    let schema = &content.unwrap_or_else(|| panic!("{route} promises no body"))["schema"];
    let found = faults(document, schema, &answer.json(), "");
    assert!(found.is_empty(), "{route} {}: {found:#?}\n{}", answer.status, answer.text());
}

async fn real_answers_are_as_the_document_says(house: House) {
    let document = house.stranger().get("/api/v1/openapi.json").await.expect(200).json();
    let answers = real_answers(&house).await;
    let mut seen = BTreeSet::new();
    for (route, answer) in &answers {
        assert_as_said(&document, route, answer);
        seen.insert((*route).to_owned());
    }
    // The stream is no JSON and is looked at in stream.rs.
    seen.insert("GET /api/v1/events/{slug}/stream".to_owned());
    assert_eq!(seen, api_routes(), "every route has answered");
    println!("{} answers of {} routes are as the document says", answers.len(), seen.len());
}

/// A night from plan to close, as answers with the routes they came from.
async fn real_answers(house: &House) -> Vec<(&'static str, Answer)> {
    let (host, anyone) = (house.organiser("Louise").await, house.stranger());
    let plan = json!({ "title": "Friday night", "starts_local": "2027-03-26T21:00", "duration_minutes": 120,
        "lineup": [{ "host": "Sam", "minutes": 30 }], "story_slugs": ["edges"] });
    let mut answers = vec![
        ("POST /api/v1/events", host.post("/api/v1/events", plan.clone()).await.expect(201)),
        ("POST /api/v1/events", anyone.post("/api/v1/events", plan).await.expect(401)),
        ("POST /api/v1/events", host.post("/api/v1/events", json!({})).await.expect(422)),
    ];
    let at = "/api/v1/events/friday-night";
    let again = json!({ "starts_local": "2027-04-02T21:00" });
    let slots = json!({ "slots": [{ "host": "Sam", "minutes": 30, "anchor_local": "2027-03-26T21:30" }] });
    answers.extend([
        ("PATCH /api/v1/events/{slug}", host.patch(at, json!({ "summary": "Songs" })).await.expect(200)),
        ("PUT /api/v1/events/{slug}/lineup", host.put(&format!("{at}/lineup"), slots).await.expect(200)),
        (
            "POST /api/v1/events/{slug}/publication",
            host.post(&format!("{at}/publication"), json!({})).await.expect(200),
        ),
        (
            "POST /api/v1/events/{slug}/publication",
            host.post(&format!("{at}/publication"), json!({})).await.expect(409),
        ),
        ("POST /api/v1/events/{slug}/opening", host.post(&format!("{at}/opening"), json!({})).await.expect(200)),
        ("POST /api/v1/events/{slug}/copies", host.post(&format!("{at}/copies"), again).await.expect(201)),
        (
            "POST /api/v1/events/{slug}/cancellation",
            host.post("/api/v1/events/friday-night-2/cancellation", json!({})).await.expect(200),
        ),
    ]);
    answers.extend(decks_answers(&host, at).await);
    answers.extend(super::to_come::answers(house, &host).await);
    answers.extend(song_answers(house, &host, at).await);
    answers.extend(pledge_answers(house, &host, at).await);
    answers.extend(link_answers(house, at).await);
    answers.extend(import_answers(&host).await);
    answers.extend(charity_answers(&host).await);
    answers.extend(export_answers(house, &host, at).await);
    answers.extend(super::kindness::answers(house, &host, at).await);
    for (route, path) in [
        ("GET /api/v1/events", "/api/v1/events"),
        ("GET /api/v1/events/{slug}", at),
        ("GET /api/v1/events/{slug}", "/api/v1/events/nowhere"),
        ("GET /api/v1/events/{slug}/lineup", "/api/v1/events/friday-night/lineup"),
        ("GET /api/v1/events/{slug}/shares", "/api/v1/events/friday-night/shares"),
        ("GET /api/v1/events/{slug}/sums", "/api/v1/events/friday-night/sums"),
        ("GET /api/v1/events/{slug}/totals", "/api/v1/events/friday-night/totals"),
        ("GET /api/v1/totals", "/api/v1/totals"),
        ("GET /api/v1/charities", "/api/v1/charities"),
        ("GET /api/v1/charities/{slug}", "/api/v1/charities/sepsis-trust"),
        ("GET /api/v1/stories", "/api/v1/stories"),
        ("GET /api/v1/stories/{slug}", "/api/v1/stories/edges"),
        ("GET /api/v1/search", "/api/v1/search?q=edges"),
        ("GET /api/v1/search", "/api/v1/search?q=friday%20night"),
        ("GET /api/v1/search", "/api/v1/search?q=le%20freak"),
        ("GET /api/v1/search", "/api/v1/search"),
    ] {
        answers.push((route, anyone.get(path).await));
    }
    let (replay, replay_path) = ("GET /api/v1/events/{slug}/replay", format!("{at}/replay"));
    answers.push((replay, anyone.get(&replay_path).await.expect(409)));
    answers
        .push(("POST /api/v1/events/{slug}/closing", host.post(&format!("{at}/closing"), json!({})).await.expect(200)));
    answers.push((replay, anyone.get(&replay_path).await.expect(200)));
    answers
}

async fn decks_answers(host: &Actor, at: &str) -> Vec<(&'static str, Answer)> {
    let links = host.get(&format!("{at}/decks")).await.expect(200);
    let link = links.json()["links"][0].clone();
    let text = |field: &str| link[field].as_str().expect("a text").to_owned();
    let (deck, slot) = (format!("/api/v1/decks/{}", text("decks_token")), text("slot_id"));
    let (none, on, song) = (json!({}), json!({ "slot_id": slot }), json!({ "title": "Le Freak" }));
    let quiet = json!({ "share_id": null });
    let shared = host.post(&format!("{deck}/shares"), song.clone()).await.expect(201);
    vec![
        ("GET /api/v1/events/{slug}/decks", links),
        ("GET /api/v1/decks/{token}", host.get(&deck).await.expect(200)),
        (
            "POST /api/v1/decks/{token}/beginning",
            host.post(&format!("{deck}/beginning"), none.clone()).await.expect(200),
        ),
        ("PUT /api/v1/decks/{token}/now-playing", host.put(&format!("{deck}/now-playing"), quiet).await.expect(200)),
        ("POST /api/v1/decks/{token}/shares", shared),
        ("POST /api/v1/decks/{token}/shares", host.post(&format!("{deck}/shares"), song).await.expect(200)),
        ("POST /api/v1/decks/{token}/handover", host.post(&format!("{deck}/handover"), none.clone()).await.expect(200)),
        ("POST /api/v1/decks/{token}/handover", host.post(&format!("{deck}/handover"), none.clone()).await.expect(409)),
        ("PUT /api/v1/events/{slug}/decks", host.put(&format!("{at}/decks"), on).await.expect(200)),
        ("PUT /api/v1/events/{slug}/decks", host.put(&format!("{at}/decks"), json!({})).await.expect(422)),
        (
            "POST /api/v1/events/{slug}/slots/{id}/link",
            host.post(&format!("{at}/slots/{slot}/link"), none).await.expect(200),
        ),
        ("GET /api/v1/decks/{token}", host.get(&deck).await.expect(404)),
    ]
}

async fn pledge_answers(house: &House, host: &crate::support::Actor, at: &str) -> Vec<(&'static str, Answer)> {
    let anyone = house.stranger();
    let pledges = format!("{at}/pledges");
    let body = json!({ "kind": "fixed", "amount_pence": 500, "name": "Jo", "show_name": true });
    let made = anyone.post_once(&pledges, "document-1", body.clone()).await.expect(201);
    let mine = format!("/api/v1/pledges/{}", made.json()["manage_token"].as_str().expect("a token"));
    let removal = format!("{pledges}/{}/removal", made.json()["id"].as_str().expect("an id"));
    let made_route = "POST /api/v1/events/{slug}/pledges";
    let (reminders, set_reminders) =
        ("GET /api/v1/pledges/{manage_token}/reminders", "PUT /api/v1/pledges/{manage_token}/reminders");
    let mut answers = payment_answers(host, at, &mine).await;
    answers.extend([
        (made_route, made),
        (made_route, anyone.post(&pledges, body).await.expect(400)),
        ("GET /api/v1/events/{slug}/pledges", host.get(&pledges).await.expect(200)),
        ("GET /api/v1/events/{slug}/pledges", anyone.get(&pledges).await.expect(401)),
        ("POST /api/v1/events/{slug}/pledges/{id}/removal", host.post(&removal, json!({})).await.expect(200)),
        ("GET /api/v1/pledges/{manage_token}", anyone.get(&mine).await.expect(200)),
        ("PATCH /api/v1/pledges/{manage_token}", anyone.patch(&mine, json!({ "amount_pence": 700 })).await.expect(200)),
        (reminders, anyone.get(&format!("{mine}/reminders")).await.expect(200)),
        (set_reminders, anyone.put(&format!("{mine}/reminders"), json!({ "wanted": false })).await.expect(200)),
        (set_reminders, anyone.put(&format!("{mine}/reminders"), json!({})).await.expect(422)),
        ("DELETE /api/v1/pledges/{manage_token}", anyone.delete(&mine).await.expect(200)),
    ]);
    answers
}

async fn payment_answers(host: &crate::support::Actor, at: &str, mine: &str) -> Vec<(&'static str, Answer)> {
    let given = json!({ "charity": "sepsis-trust", "amount_pence": 100 });
    let payments = format!("{at}/payments");
    let claimed = host.post_once(&format!("{mine}/payments"), "document-2", given.clone()).await.expect(201);
    let claim = format!("/api/v1/payments/{}", claimed.json()["id"].as_str().expect("an id"));
    vec![
        ("POST /api/v1/pledges/{manage_token}/payments", claimed),
        (
            "POST /api/v1/payments/{id}/confirmation",
            host.post(&format!("{claim}/confirmation"), json!({})).await.expect(200),
        ),
        ("POST /api/v1/payments/{id}/reversal", host.post(&format!("{claim}/reversal"), json!({})).await.expect(200)),
        ("POST /api/v1/events/{slug}/payments", host.post_once(&payments, "document-3", given).await.expect(201)),
        ("GET /api/v1/events/{slug}/payments", host.get(&payments).await.expect(200)),
    ]
}

async fn link_answers(house: &House, at: &str) -> Vec<(&'static str, Answer)> {
    const ROUTE: &str = "POST /api/v1/pledges/{manage_token}/link";
    let pledge = json!({ "kind": "fixed", "amount_pence": 500 });
    let made = house.stranger().post_once(&format!("{at}/pledges"), "document-link", pledge).await.expect(201).json();
    let mine = format!("/api/v1/pledges/{}", made["manage_token"].as_str().expect("a token"));
    let renewed = house.stranger().post(&format!("{mine}/link"), json!({})).await.expect(200);
    let gone = house.stranger().post(&format!("{mine}/link"), json!({})).await.expect(404);
    vec![(ROUTE, renewed), (ROUTE, gone)]
}

async fn import_answers(host: &crate::support::Actor) -> Vec<(&'static str, Answer)> {
    let path = |dry_run| statement::path("friday-night", "justgiving", dry_run);
    let gift = statement::justgiving(&[("D1", "5.00", "", "For the ward")]);
    let dry = statement::send(host, &path(true), "document-4", gift.clone()).await.expect(200);
    let done = statement::send(host, &path(false), "document-5", gift).await.expect(201);
    let nonsense = statement::send(host, &path(false), "document-6", "Dear host").await.expect(422);
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let import = format!("/api/v1/imports/{}", text(&done.json()["id"]));
    let row = format!("/api/v1/import-rows/{}/assignment", text(&done.json()["rows"][0]["id"]));
    let none = json!({ "pledge_reference": null });
    vec![
        ("POST /api/v1/imports", dry),
        ("POST /api/v1/imports", done),
        ("POST /api/v1/imports", nonsense),
        ("POST /api/v1/import-rows/{id}/assignment", host.post(&row, none).await.expect(200)),
        ("GET /api/v1/imports", host.get("/api/v1/imports?event=friday-night").await.expect(200)),
        ("GET /api/v1/imports/{id}", host.get(&import).await.expect(200)),
        ("DELETE /api/v1/imports/{id}", host.delete(&import).await.expect(200)),
        ("DELETE /api/v1/imports/{id}", host.delete(&import).await.expect(409)),
    ]
}

async fn charity_answers(host: &crate::support::Actor) -> Vec<(&'static str, Answer)> {
    let new = json!({ "name": "Ward 9", "about": "Helps ward 9.", "giving_url": "https://ward9.example/" });
    let at = "/api/v1/charities/ward-9";
    let (name, into) =
        (json!({ "name": "Ward Nine", "from": "2027-03-20" }), json!({ "into": "sepsis-trust", "from": "2027-03-20" }));
    let merger = format!("{at}/merger");
    vec![
        ("POST /api/v1/charities", host.post("/api/v1/charities", new).await.expect(201)),
        ("POST /api/v1/charities", host.post("/api/v1/charities", json!({})).await.expect(422)),
        ("PATCH /api/v1/charities/{slug}", host.patch(at, json!({ "checked_on": "2027-03-20" })).await.expect(200)),
        ("POST /api/v1/charities/{slug}/names", host.post(&format!("{at}/names"), name).await.expect(200)),
        ("POST /api/v1/charities/{slug}/merger", host.post(&merger, into.clone()).await.expect(200)),
        ("POST /api/v1/charities/{slug}/merger", host.post(&merger, into).await.expect(409)),
        ("DELETE /api/v1/charities/{slug}/merger", host.delete(&merger).await.expect(200)),
    ]
}

async fn export_answers(house: &House, host: &Actor, at: &str) -> Vec<(&'static str, Answer)> {
    const ROUTE: &str = "GET /api/v1/events/{slug}/exports/{file}";
    let mut answers = vec![
        (ROUTE, house.stranger().get(&format!("{at}/exports/pledges.json")).await.expect(401)),
        (ROUTE, host.get(&format!("{at}/exports/songs.json")).await.expect(404)),
    ];
    for what in ["pledges", "payments", "entries"] {
        let answer = host.get(&format!("{at}/exports/{what}.json")).await.expect(200);
        assert!(!answer.json().as_array().expect("rows").is_empty(), "{what}");
        answers.push((ROUTE, answer));
    }
    answers
}

/// No address of another site in what the browser loads; what it loads is there.
async fn the_browsable_documents_come_from_the_binary(house: House) {
    let anyone = house.stranger();
    let moved = anyone.get("/api/docs").await.expect(303);
    let home = moved.header("location").expect("a location").to_owned();
    let page = anyone.get(&home).await.expect(200);
    let addresses = page.addresses("script[src], link[href]");
    assert!(addresses.len() >= 4, "styles and scripts were found: {addresses:?}");
    for address in addresses {
        assert!(!address.contains("//"), "{address} is somebody else's");
        let path = format!("/api/docs/{}", address.trim_start_matches("./"));
        assert!(!anyone.get(&path).await.expect(200).body.is_empty(), "{path}");
    }
    let start = anyone.get("/api/docs/swagger-initializer.js").await.expect(200).text();
    assert!(start.contains("/api/v1/openapi.json"), "{start}");
    assert!(!start.contains("https://") && !start.contains("petstore"), "{start}");
}
