//! Lists a page at a time: nothing lost, nothing twice, and an end; wrong limits and cursors are said to be wrong.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Actor, House, on_both};

on_both!(paging_neither_loses_nor_repeats, wrong_limits_and_cursors_are_refused, events_are_listed_by_when);

/// Every item of a list, read in pages of `limit`; how many pages it took.
async fn read_all(who: &Actor, path: &str, limit: usize) -> (Vec<Value>, usize) {
    let (mut items, mut pages, mut cursor) = (Vec::new(), 0, String::new());
    let and = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = who.get(&format!("{path}{and}limit={limit}{cursor}")).await.expect(200).json();
        let found = page["items"].as_array().expect("items");
        assert!(found.len() <= limit, "{path}: at most {limit} on a page");
        items.extend(found.iter().cloned());
        pages += 1;
        let Some(next) = page["next"].as_str() else { return (items, pages) };
        assert_eq!(found.len(), limit, "{path}: a page with a next one is full");
        assert!(pages < 20, "{path} has no end");
        cursor = format!("&cursor={next}");
    }
}

/// Seven of everything that comes in lists; the paths of the lists.
async fn seven_of_each(house: &House, host: &Actor) -> Vec<String> {
    let slug = house.night(host, json!({})).await;
    for number in 0..7 {
        if number > 0 {
            // Two at one time: the order must not rest on the start alone.
            let start = format!("2027-04-{:02}T21:00", 1 + number / 2);
            house.night(host, json!({ "title": format!("Night {number}"), "starts_local": start })).await;
        }
        let song = json!({ "title": format!("Song {number}") });
        house.guest("Sam").await.post(&format!("/api/v1/events/{slug}/shares"), song).await.expect(201);
        let pledge = json!({ "kind": "fixed", "amount_pence": 500, "name": format!("N{number}"), "show_name": true });
        let key = format!("paging-{number}");
        house.stranger().post_once(&format!("/api/v1/events/{slug}/pledges"), &key, pledge).await.expect(201);
    }
    vec![
        "/api/v1/events".to_owned(),
        "/api/v1/events?when=upcoming".to_owned(),
        format!("/api/v1/events/{slug}/shares"),
        format!("/api/v1/events/{slug}/pledges"),
        format!("/api/v1/events/{slug}/pledges?public=true"),
        "/api/v1/stories".to_owned(),
    ]
}

async fn paging_neither_loses_nor_repeats(house: House) {
    let host = house.organiser("Louise").await;
    for path in seven_of_each(&house, &host).await {
        let whole = read_all(&host, &path, 100).await.0;
        assert_eq!(whole.len(), 7, "{path}");
        let (paged, pages) = read_all(&host, &path, 3).await;
        assert_eq!(pages, 3, "{path}");
        let name = |item: &Value| item["id"].as_str().or(item["slug"].as_str()).unwrap_or_default().to_owned();
        assert_eq!(paged.iter().map(name).collect::<BTreeSet<_>>().len(), 7, "{path}: nothing twice");
        assert_eq!(paged.iter().map(name).collect::<Vec<_>>(), whole.iter().map(name).collect::<Vec<_>>(), "{path}");
        // A list that ends exactly with a page doesn't promise another.
        assert_eq!(read_all(&host, &path, 7).await.1, 1, "{path}");
    }
    assert_eq!(read_all(&host, "/api/v1/charities", 1).await, (read_all(&host, "/api/v1/charities", 100).await.0, 3));
}

async fn wrong_limits_and_cursors_are_refused(house: House) {
    let host = house.organiser("Louise").await;
    let mut lists = seven_of_each(&house, &host).await;
    lists.push("/api/v1/charities".to_owned());
    for path in lists {
        let and = if path.contains('?') { '&' } else { '?' };
        for limit in ["0", "101", "x", "-1", "1.5", "99999999999999999999", "%00"] {
            let refused = host.get(&format!("{path}{and}limit={limit}")).await.expect(422);
            assert_eq!(refused.wrong_fields(), ["limit"], "{path} {limit}");
        }
        for cursor in ["nonsense", "%00", "%FF", "1%27%20OR%201=1", &"9".repeat(500)] {
            let refused = host.get(&format!("{path}{and}cursor={cursor}")).await.expect(422);
            assert_eq!(refused.wrong_fields(), ["cursor"], "{path} {cursor}");
        }
        for limit in [1, 100] {
            host.get(&format!("{path}{and}limit={limit}")).await.expect(200);
        }
    }
    let refused = host.get("/api/v1/events?when=yesterday").await.expect(422);
    assert_eq!(refused.wrong_fields(), ["when"]);
}

/// Upcoming soonest first, past latest first, live among neither.
async fn events_are_listed_by_when(house: House) {
    let host = house.organiser("Louise").await;
    let mut slugs = Vec::new();
    for (title, start) in [
        ("Late", "2027-04-09T21:00"),
        ("Soon", "2027-03-27T21:00"),
        ("On", "2027-03-26T21:00"),
        ("Over first", "2027-03-26T19:30"),
        ("Over last", "2027-03-26T19:45"),
    ] {
        slugs.push(house.night(&host, json!({ "title": title, "starts_local": start })).await);
    }
    let turn = async |slug: &str, verb: &str| host.post(&format!("/api/v1/events/{slug}/{verb}"), json!({})).await;
    for slug in &slugs[2..] {
        turn(slug, "opening").await.expect(200);
    }
    for slug in &slugs[3..] {
        turn(slug, "closing").await.expect(200);
    }
    let listed = async |when: &str| {
        let (items, _) = read_all(&house.stranger(), &format!("/api/v1/events?when={when}"), 100).await;
        items.iter().map(|event| event["title"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed("upcoming").await, ["Soon", "Late"]);
    assert_eq!(listed("live").await, ["On"]);
    assert_eq!(listed("past").await, ["Over last", "Over first"]);
    assert_eq!(read_all(&house.stranger(), "/api/v1/events", 2).await.0.len(), 5);
}
