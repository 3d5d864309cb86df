//! A charity gets a new name: its days keep theirs, today has the new one.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{promise, recorded};
use crate::support::{House, on_both};

on_both!(a_past_night_keeps_the_name_of_its_day, a_slip_is_mended);

fn named<'a>(list: &'a Value, slug: &str, key: &str) -> &'a str {
    let mut list = list.as_array().expect("a list").iter();
    list.find(|one| one[key] == slug).expect("a charity")["name"].as_str().expect("a name")
}

/// Catches: a name that is changed in place, so that a past night is rewritten; all-time totals under the old one; an
/// address that moves.
async fn a_past_night_keeps_the_name_of_its_day(house: House) {
    let host = house.organiser("Louise").await;
    let anyone = house.stranger();
    let slug = house.night(&host, json!({})).await;
    promise(&house, &slug, 900).await;
    house.pass(TimeDelta::days(7)).await;
    let name = json!({ "name": "Sepsis UK", "from": "2027-03-28" });
    let renamed = host.post("/api/v1/charities/sepsis-trust/names", name).await.expect(200).json();
    assert_eq!((&renamed["slug"], &renamed["name"]), (&json!("sepsis-trust"), &json!("Sepsis UK")));
    let names = json!([
        { "name": "Sepsis UK", "from": "2027-03-28", "until": null },
        { "name": "The UK Sepsis Trust", "from": null, "until": "2027-03-28" },
    ]);
    assert_eq!(renamed["names"], names);
    assert_eq!(anyone.get("/api/v1/charities/sepsis-trust").await.expect(200).json(), renamed);

    let night = anyone.get(&format!("/api/v1/events/{slug}")).await.expect(200).json();
    assert_eq!(named(&night["charities"], "sepsis-trust", "slug"), "The UK Sepsis Trust");
    assert_eq!(named(&night["totals"]["by_charity"], "sepsis-trust", "charity"), "The UK Sepsis Trust");
    let page = anyone.get(&format!("/events/{slug}")).await.expect(200).select("main");
    assert!(page.contains("The UK Sepsis Trust") && !page.contains("Sepsis UK"), "{page}");

    let all = anyone.get("/api/v1/totals").await.expect(200).json();
    assert_eq!(named(&all["by_charity"], "sepsis-trust", "charity"), "Sepsis UK");
    for path in ["/", "/totals", "/charities", "/charities/sepsis-trust"] {
        let main = anyone.get(path).await.expect(200).select("main");
        assert!(main.contains("Sepsis UK (formerly The UK Sepsis Trust)"), "{path}: {main}");
    }
    let later = house.night(&host, json!({ "starts_local": "2027-04-09T21:00" })).await;
    let later = anyone.get(&format!("/api/v1/events/{later}")).await.expect(200).json();
    assert_eq!(named(&later["charities"], "sepsis-trust", "slug"), "Sepsis UK");
    assert_eq!(recorded(&house, "charity.renamed").await, 1);
    house.check().await;
}

/// Catches: a name typed wrong that stays among the names for ever.
async fn a_slip_is_mended(house: House) {
    let host = house.organiser("Louise").await;
    let path = "/api/v1/charities/sepsis-trust";
    let before = host.get(path).await.expect(200).json();
    let name = |name: &str| json!({ "name": name, "from": "2027-03-01" });
    let names = format!("{path}/names");
    host.post(&names, name("Sespis UK")).await.expect(200);
    let mended = host.post(&names, name("Sepsis UK")).await.expect(200).json();
    assert_eq!(mended["names"].as_array().map(Vec::len), Some(2));
    let back = host.post(&names, name("The UK Sepsis Trust")).await.expect(200).json();
    assert_eq!(back, before, "the name before, from the same day, is the old one's return");
}
