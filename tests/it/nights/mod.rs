//! Nights: planned, changed, hidden while drafts, turned from state to state by hosts and by the clock, held again.

#![expect(clippy::print_stdout, reason = "tests of promises print what they counted")]

use serde_json::{Value, json};

use crate::support::Actor;

mod calendar;
mod change;
mod dancing;
mod decks;
mod desk;
mod draft;
mod elsewhere;
mod lineup;
mod plan;
mod replay;
mod rsvps;
mod series;
mod tonight;
mod turn;

/// Plans a night for nine that evening, with these fields besides; returns its slug.
async fn plan(host: &Actor, more: Value) -> String {
    let mut body = json!({ "title": "Friday night", "starts_local": "2027-03-26T21:00", "duration_minutes": 120 });
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    let event = host.post("/api/v1/events", body).await.expect(201).json();
    event["slug"].as_str().expect("a slug").to_owned()
}

/// The night as its host sees it.
async fn event(host: &Actor, slug: &str) -> Value {
    host.get(&format!("/api/v1/events/{slug}")).await.expect(200).json()
}
