//! The page on a phone: installable, and a target of "Share" that lands in the right night and shares nothing by itself.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;

use crate::support::{Actor, House, on_both};

on_both!(the_page_can_be_installed, what_is_shared_lands_in_the_night, what_is_shared_for_no_night_is_not_lost);

async fn the_page_can_be_installed(house: House) {
    let anyone = house.stranger();
    let manifest = anyone.get("/manifest.webmanifest").await.expect(200);
    assert_eq!(manifest.header("content-type"), Some("application/manifest+json"));
    let manifest = manifest.json();
    for field in ["name", "short_name", "start_url", "display", "theme_color"] {
        assert!(manifest[field].is_string(), "{field}");
    }
    assert_eq!(manifest["share_target"]["action"], "/share-target");
    for icon in manifest["icons"].as_array().expect("icons") {
        let file = anyone.get(icon["src"].as_str().expect("an address")).await.expect(200);
        assert_eq!(file.header("content-type"), icon["type"].as_str());
    }
    let home = anyone.get("/").await.expect(200);
    assert!(home.try_select("link[rel='manifest'][href='/manifest.webmanifest']").is_some());
}

/// Where sharing these leads.
async fn lands(anyone: &Actor, fields: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let answer = anyone.send(Method::GET, &format!("/share-target?{query}"), &[], Body::empty()).await.expect(303);
    answer.header("location").expect("an address").to_owned()
}

async fn what_is_shared_lands_in_the_night(house: House) {
    let host = house.organiser("Louise").await;
    let later = house.night(&host, json!({ "title": "Later", "starts_local": "2027-04-09T21:00" })).await;
    let next = house.night(&host, json!({ "title": "Next", "starts_local": "2027-04-02T21:00" })).await;
    let anyone = house.stranger();
    let link = "https://youtu.be/HgzGwKwLmgM?si=abc";
    let before = house.contents().await;
    // Each program puts it elsewhere.
    for fields in [&[("url", link)][..], &[("text", link)], &[("title", "Don't Stop Me Now"), ("text", link)]] {
        let to = lands(&anyone, fields).await;
        assert!(to.starts_with(&format!("/events/{next}/share?link=https%3A%2F%2Fyoutu.be%2FHgzGwKwLmgM")), "{to}");
        let form = anyone.get(&to).await.expect(200);
        assert!(form.text().contains("That’s a song on"), "it is recognised");
        let title = form.attribute("input[name='title']", "value");
        assert_eq!(title, if fields.len() == 2 { "Don't Stop Me Now" } else { "" });
    }
    let words = lands(&anyone, &[("text", "Le Freak & more")]).await;
    assert_eq!(words, format!("/events/{next}/share?link=Le+Freak+%26+more"));
    assert!(house.contents().await == before, "nothing is shared by itself");
    for slug in [&next, &later] {
        host.post(&format!("/api/v1/events/{slug}/opening"), json!({})).await.expect(200);
    }
    let page = anyone.get("/share-target?text=Le+Freak").await.expect(200);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    for slug in [&next, &later] {
        assert!(page.try_select(&format!("a[href='/events/{slug}/share?link=Le+Freak']")).is_some(), "{slug}");
    }
    host.post(&format!("/api/v1/events/{next}/closing"), json!({})).await.expect(200);
    assert!(lands(&anyone, &[("text", "Le Freak")]).await.starts_with(&format!("/events/{later}/share")));
}

async fn what_is_shared_for_no_night_is_not_lost(house: House) {
    let page = house.stranger().get("/share-target?text=%3Cscript%3Ealert(1)%3C/script%3E").await.expect(200);
    assert!(page.select("h1").contains("No night takes songs just now"));
    assert!(page.select(".code").contains("<script>alert(1)</script>"), "as text");
    assert!(page.try_select("main script").is_none());
    house.stranger().get("/share-target").await.expect(200);
}
