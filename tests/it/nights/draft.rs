//! A draft is there for its hosts only: to anybody else nothing tells it from a night that isn't.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;

use super::plan;
use crate::support::{Actor, House, on_both};

on_both!(a_draft_is_hidden_from_everyone_else, a_cancelled_draft_stays_hidden, its_hosts_see_a_preview);

/// Every way to a night that is open to all once it is published.
async fn assert_hidden(who: &Actor, slug: &str) {
    for path in [
        "/events/{}",
        "/events/{}/share",
        "/events/{}/mine",
        "/events/{}/pledge",
        "/events/{}/stream",
        "/api/v1/events/{}",
        "/api/v1/events/{}/lineup",
        "/api/v1/events/{}/shares",
        "/api/v1/events/{}/totals",
        "/api/v1/events/{}/stream",
        "/api/v1/events/{}/pledges?public=true",
        "/api/v1/events/{}/pledges",
    ] {
        let (hidden, missing) =
            (who.get(&path.replace("{}", slug)).await, who.get(&path.replace("{}", "nowhere")).await);
        assert_eq!(hidden.status, 404, "{}", hidden.what);
        assert_eq!(missing.status, 404, "{}", missing.what);
        assert!(!hidden.text().contains("Secret"), "{}", hidden.what);
    }
    for (path, body) in
        [("shares", json!({ "title": "Blue Monday" })), ("pledges", json!({ "kind": "fixed", "amount_pence": 500 }))]
    {
        who.post_once(&format!("/api/v1/events/{slug}/{path}"), "into-a-draft", body).await.expect(404);
    }
    for path in ["share", "pledge", "pledge/check"] {
        let fields = [
            ("link".to_owned(), "Blue Monday".to_owned()),
            ("nickname".to_owned(), "Sam".to_owned()),
            ("amount".to_owned(), "5".to_owned()),
        ];
        let answer = who.post_form(&format!("/events/{slug}/{path}"), &fields).await;
        assert_eq!(answer.status, 404, "{}", answer.what);
    }
    for path in [
        "/",
        "/events",
        "/stories/edges",
        "/api/v1/events?limit=100",
        "/api/v1/events?when=upcoming",
        "/api/v1/stories/edges",
        "/api/v1/stories?limit=100",
    ] {
        let page = who.get(path).await.expect(200).text();
        assert!(!page.contains("Secret") && !page.contains(slug), "{path} tells of a draft");
    }
}

async fn a_draft_is_hidden_from_everyone_else(house: House) {
    let host = house.organiser("Louise").await;
    let slug = plan(&host, json!({ "title": "Secret night", "summary": "Secret", "story_slugs": ["edges"] })).await;
    assert_hidden(&house.stranger(), &slug).await;
    assert_hidden(&house.guest("Sam").await, &slug).await;
    let ruth = house.organiser("Ruth").await;
    assert_hidden(&ruth, &slug).await;
    for verb in ["publication", "opening", "cancellation"] {
        ruth.post(&format!("/api/v1/events/{slug}/{verb}"), json!({})).await.expect(404);
    }
    ruth.patch(&format!("/api/v1/events/{slug}"), json!({ "summary": "Mine" })).await.expect(404);

    host.post(&format!("/api/v1/events/{slug}/publication"), json!({})).await.expect(200);
    let anyone = house.stranger();
    for path in ["/events", "/stories/edges", "/api/v1/events", "/api/v1/stories/edges"] {
        assert!(anyone.get(path).await.expect(200).text().contains(&slug), "{path} tells of it once it is published");
    }
    anyone.get(&format!("/events/{slug}")).await.expect(200);
}

async fn a_cancelled_draft_stays_hidden(house: House) {
    let host = house.organiser("Louise").await;
    let slug = plan(&host, json!({ "title": "Secret night", "story_slugs": ["edges"] })).await;
    host.post(&format!("/api/v1/events/{slug}/cancellation"), json!({})).await.expect(200);
    assert_hidden(&house.stranger(), &slug).await;
    host.get(&format!("/events/{slug}")).await.expect(200);
    // One that people knew of says so.
    let known = house.night(&host, json!({ "title": "Known" })).await;
    host.post(&format!("/api/v1/events/{known}/cancellation"), json!({})).await.expect(200);
    let page = house.stranger().get(&format!("/events/{known}")).await.expect(200);
    assert!(page.select("main").contains("cancelled"));
}

async fn its_hosts_see_a_preview(house: House) {
    let host = house.organiser("Louise").await;
    let slug = plan(&host, json!({ "title": "Secret night", "summary": "Secret" })).await;
    let browser = house.browser_of("Louise").await;
    for who in [&host, &browser, &house.owner("Moira").await] {
        let preview = who.get(&format!("/events/{slug}")).await.expect(200);
        assert_eq!(preview.select("h1"), "Secret night");
        assert_eq!(preview.header("cache-control"), Some("no-store"), "nobody keeps a preview");
        let json = who.get(&format!("/api/v1/events/{slug}")).await.expect(200);
        assert_eq!((json.json()["status"].as_str(), json.header("cache-control")), (Some("draft"), Some("no-store")));
        who.send(Method::GET, &format!("/api/v1/events/{slug}/lineup"), &[], Body::empty()).await.expect(200);
    }
    assert!(browser.get("/host").await.expect(200).select("main").contains("Secret night"));
    // A draft takes no songs, not even its host's.
    let song = json!({ "title": "Blue Monday" });
    host.post(&format!("/api/v1/events/{slug}/shares"), song).await.expect(404);
}
