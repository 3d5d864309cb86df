//! Whom the money is for: charities that are renamed, merge, or come for one night, and the links that lead to them.

mod desk;
mod giving;
mod guest;
mod mergers;
mod names;
mod refused;

use serde_json::{Value, json};

use crate::support::{Actor, House};

/// Adds a charity of this name; its slug.
async fn add(host: &Actor, name: &str) -> String {
    let new = json!({ "name": name, "about": "Helps a ward.", "giving_url": "https://ward.example/give" });
    let added = host.post("/api/v1/charities", new).await.expect(201).json();
    added["slug"].as_str().expect("a slug").to_owned()
}

/// A night for these charities in equal parts.
async fn night_for(house: &House, host: &Actor, charities: &[&str]) -> String {
    let charities: Vec<Value> = charities.iter().map(|slug| json!({ "slug": slug })).collect();
    house.night(host, json!({ "charities": charities })).await
}

/// A pledge of so many pence with Gift Aid, as its holder sees it.
async fn promise(house: &House, night: &str, pence: i64) -> Value {
    let path = format!("/api/v1/events/{night}/pledges");
    let body = json!({ "kind": "fixed", "amount_pence": pence, "gift_aid": true });
    let key = format!("causes-{:032x}", rand::random::<u128>());
    house.stranger().post_once(&path, &key, body).await.expect(201).json()
}

/// Where its holder finds it in the API.
fn mine(pledge: &Value) -> String {
    format!("/api/v1/pledges/{}", pledge["manage_token"].as_str().expect("a token"))
}

/// Makes `one` part of `other` since 1 March 2027.
async fn merge(host: &Actor, one: &str, other: &str) -> Value {
    let merger = json!({ "into": other, "from": "2027-03-01" });
    host.post(&format!("/api/v1/charities/{one}/merger"), merger).await.expect(200).json()
}

/// Some totals, without when they were true.
async fn totals(house: &House, path: &str) -> Value {
    let mut totals = house.stranger().get(path).await.expect(200).json();
    for moving in ["revision", "as_of"] {
        totals.as_object_mut().expect("an object").remove(moving);
    }
    totals
}

/// What the totals of all nights say of each charity: slug, promised, received, Gift Aid estimate.
async fn by_charity(house: &House) -> Vec<(String, i64, i64, i64)> {
    let totals = totals(house, "/api/v1/totals").await;
    let pence = |part: &Value, field: &str| part[field].as_i64().expect("pence");
    let parts = totals["by_charity"].as_array().expect("a list").iter().map(|part| {
        let slug = part["charity"].as_str().expect("a slug").to_owned();
        (slug, pence(part, "promised_pence"), pence(part, "received_pence"), pence(part, "gift_aid_estimate_pence"))
    });
    parts.collect()
}

/// How often something of this kind was recorded, and that its record names who did it and what.
async fn recorded(house: &House, kind: &str) -> i64 {
    let all = format!("SELECT COUNT(*) FROM activity WHERE kind = '{kind}'");
    let whole = format!("{all} AND subject IN (SELECT id FROM charity) AND actor IN (SELECT id FROM account)");
    let count = house.count(&all).await;
    assert_eq!(house.count(&whole).await, count, "{kind} says who and what");
    count
}
