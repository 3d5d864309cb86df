//! Answers about nights to come, for the document of the API: who will be there, and what comes again.

use serde_json::json;

use crate::support::{Actor, Answer, House};

/// Real answers of each route.
pub async fn answers(house: &House, host: &Actor) -> Vec<(&'static str, Answer)> {
    let slug = house.night(host, json!({ "title": "To come", "starts_local": "2027-04-02T21:00" })).await;
    let at = format!("/api/v1/events/{slug}");
    let sam = house.guest("Sam").await;
    let (rsvp, mail, wrong) = (format!("{at}/rsvp"), json!({ "email": "sam@disco.test" }), json!({ "email": "sam" }));
    let made = host.post(&format!("{at}/series"), json!({ "rule": "FREQ=WEEKLY" })).await.expect(201);
    let series = format!("/api/v1/series/{}", made.json()["id"].as_str().expect("an id"));
    let (weekly, never) = (json!({ "rule": "FREQ=WEEKLY;INTERVAL=2" }), json!({ "rule": "now and then" }));
    vec![
        ("POST /api/v1/events/{slug}/rsvp", sam.post(&rsvp, mail).await.expect(200)),
        ("POST /api/v1/events/{slug}/rsvp", sam.post(&rsvp, wrong).await.expect(422)),
        ("GET /api/v1/events/{slug}/rsvp", sam.get(&rsvp).await.expect(200)),
        ("GET /api/v1/events/{slug}", sam.get(&at).await.expect(200)),
        ("DELETE /api/v1/events/{slug}/rsvp", sam.delete(&rsvp).await.expect(200)),
        ("POST /api/v1/events/{slug}/series", made),
        ("POST /api/v1/events/{slug}/series", host.post(&format!("{at}/series"), weekly.clone()).await.expect(409)),
        ("GET /api/v1/series", host.get("/api/v1/series").await.expect(200)),
        ("GET /api/v1/series/{series}", host.get(&series).await.expect(200)),
        ("PATCH /api/v1/series/{series}", host.patch(&series, never).await.expect(422)),
        ("PATCH /api/v1/series/{series}", host.patch(&series, weekly).await.expect(200)),
        (
            "PUT /api/v1/series/{series}/pattern",
            host.put(&format!("{series}/pattern"), json!({ "event": slug })).await.expect(200),
        ),
        ("POST /api/v1/series/{series}/ending", host.post(&format!("{series}/ending"), json!({})).await.expect(200)),
    ]
}
