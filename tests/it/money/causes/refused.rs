//! What is refused, with nothing changed.

use serde_json::{Value, json};

use super::{add, merge};
use crate::support::{House, on_both};

on_both!(wrong_changes_change_nothing, bad_links_are_refused, a_retry_adds_once);

/// Catches: mergers that go round, lead to what is gone, or are to come; names without days; a slug that is `new`.
async fn wrong_changes_change_nothing(house: House) {
    let host = house.organiser("Louise").await;
    let (one, other, gone) = (add(&host, "New").await, add(&host, "Ward 9").await, add(&host, "Ward 9").await);
    assert_eq!((one.as_str(), other.as_str(), gone.as_str()), ("charity", "ward-9", "ward-9-2"));
    merge(&host, &gone, &other).await;
    let name = json!({ "name": "Cavell Trust", "from": "2027-03-01" });
    let before = house.contents().await;
    let merger = |into: &str| json!({ "into": into, "from": "2027-03-01" });
    let to = |slug: &str, what: &str| format!("/api/v1/charities/{slug}{what}");
    let refused: Vec<(String, Value, u16, &[&str])> = vec![
        (to(&one, "/merger"), merger(&one), 422, &["into"]),
        (to(&one, "/merger"), merger("nowhere"), 422, &["into"]),
        (to(&one, "/merger"), merger(&gone), 422, &["into"]),
        (to(&other, "/merger"), merger(&gone), 422, &["into"]),
        (to(&gone, "/merger"), merger(&one), 409, &[]),
        (to(&gone, "/names"), name.clone(), 409, &[]),
        (to(&one, "/merger"), json!({}), 422, &["into", "from"]),
        (to(&one, "/merger"), json!({ "into": other, "from": "2027-03-27" }), 422, &["from"]),
        (to("nowhere", "/merger"), merger(&one), 404, &[]),
        (to("nowhere", "/names"), name, 404, &[]),
        (to(&one, "/names"), json!({}), 422, &["name", "from"]),
        (to(&one, "/names"), json!({ "name": "New", "from": "2027-03-01" }), 422, &["name"]),
        (to(&one, "/names"), json!({ "name": "Later", "from": "2027-03-27" }), 422, &["from"]),
        (to(&one, "/names"), json!({ "name": "x".repeat(121), "from": "soon" }), 422, &["name", "from"]),
        (to("cavell-nurses-trust", "/names"), json!({ "name": "Early", "from": "2020-01-01" }), 422, &["from"]),
        ("/api/v1/charities".to_owned(), json!({}), 422, &["name", "about", "giving_url"]),
        (
            "/api/v1/charities".to_owned(),
            json!({ "name": "A", "about": "", "giving_url": "https://a.example", "checked_on": "2027-03-27",
                "numbers": [{ "register": "Mars", "number": "1" }] }),
            422,
            &["about", "numbers", "checked_on"],
        ),
    ];
    for (path, body, status, fields) in refused {
        let answer = host.post(&path, body).await.expect(status);
        if status == 422 {
            assert_eq!(answer.wrong_fields(), fields, "{path}");
        }
    }
    let changes: Vec<(Value, u16, &[&str])> = vec![
        (json!({ "name": "Quietly renamed" }), 422, &["name"]),
        (json!({ "about": null, "giving_url": "http://a.example" }), 422, &["giving_url"]),
        (json!({ "numbers": [{ "register": "Scotland", "number": "<b>1" }] }), 422, &["numbers"]),
        (
            json!({ "numbers": [{ "register": "Jersey", "number": "1" }, { "register": "Jersey", "number": "2" }] }),
            422,
            &["numbers"],
        ),
        (json!({ "numbers": "all" }), 422, &["numbers"]),
        (json!({ "checked_on": "lately" }), 422, &["checked_on"]),
    ];
    for (body, status, fields) in changes {
        let answer = host.patch(&to(&one, ""), body.clone()).await.expect(status);
        assert_eq!(answer.wrong_fields(), fields, "{body}");
    }
    let elsewhere = json!({ "giving_url": "https://elsewhere.example/" });
    host.patch(&to(&gone, ""), elsewhere.clone()).await.expect(409);
    host.patch(&to("nowhere", ""), elsewhere).await.expect(404);
    host.delete(&to(&one, "/merger")).await.expect(409);
    assert_eq!(house.contents().await, before);
    house.check().await;
}

/// Catches: a link that runs a script, leads somewhere else than it reads, or fills a page.
async fn bad_links_are_refused(house: House) {
    let host = house.organiser("Louise").await;
    let browser = house.browser_of("Louise").await;
    let before = house.contents().await;
    let long = format!("https://a.example/{}", "a".repeat(10_240));
    for link in [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://www.cavell.org.uk/",
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://www.cavell.org.uk@evil.example/",
        "https://a.example:8443/",
        "https://a.example/#{reference}",
        "https://{reference}.example/",
        "https://a.example\\@evil.example/?{amount}",
        "https://a.example/{amonut}",
        "https://a.example/\"><script>",
        &long,
    ] {
        let answer = host.patch("/api/v1/charities/sepsis-trust", json!({ "giving_url": link })).await.expect(422);
        assert_eq!(answer.wrong_fields(), ["giving_url"], "{link}");
        let page = "/host/charities/sepsis-trust";
        let form =
            browser.fill_in(page, page, &[("about", "Works to stop it."), ("giving_url", link)]).await.expect(422);
        assert_eq!(form.attribute("#giving_url", "value"), link, "the form comes back as it was typed");
        assert!(form.select("title").starts_with("Error: "));
    }
    assert_eq!(house.contents().await, before);
}

/// Catches: two charities of one press.
async fn a_retry_adds_once(house: House) {
    let host = house.organiser("Louise").await;
    let new = json!({ "name": "Ward 9", "about": "Helps.", "giving_url": "https://ward9.example" });
    let first = host.post_once("/api/v1/charities", "retry-charity", new.clone()).await.expect(201);
    let again = host.post_once("/api/v1/charities", "retry-charity", new).await.expect(201);
    assert_eq!((first.text(), again.header("idempotency-replayed")), (again.text(), Some("true")));
    assert_eq!(house.count("SELECT COUNT(*) FROM charity").await, 4);
}
