//! Statements of gifts, as a giving site hands them out, and sending them.

use std::fmt::Write as _;

use axum::http::Method;
use serde_json::{Value, json};

use super::{Actor, Answer, House};

/// The charity that statements are of.
pub const CHARITY: &str = "sepsis-trust";

/// A report like JustGiving's, with an address in every row.
pub fn justgiving(rows: &[(&str, &str, &str, &str)]) -> String {
    let mut text = String::from(
        "DonorFirstName,DonorAddressLine1,DonorPostcode,DonationRef,DonationDate,IsPledge,DonationAmount,\
         NetDonationAmount,DonationNickname,MessageFromDonor,CustomEventCode1\n",
    );
    for (id, amount, reference, message) in rows {
        let _ = writeln!(
            text,
            "Ada,1 Secret Street,M1 1AA,{id},28/03/2027 09:12,False,\"{amount}\",0.01,Ada L,\"{message}\",{reference}"
        );
    }
    text
}

/// A night with pledges of £9 each, so that each charity is promised £3; its slug, and the pledges' references.
pub async fn night_with_pledges(house: &House, host: &Actor, count: usize) -> (String, Vec<String>) {
    let slug = house.night(host, json!({})).await;
    let mut references = Vec::new();
    for number in 0..count {
        let pledge = json!({ "kind": "fixed", "amount_pence": 900, "name": format!("Supporter {number}") });
        let key = format!("pledge-for-statement-{number}");
        let path = format!("/api/v1/events/{slug}/pledges");
        let made = house.stranger().post_once(&path, &key, pledge).await.expect(201).json();
        references.push(made["reference"].as_str().expect("a reference").to_owned());
    }
    (slug, references)
}

/// Where a statement for a night goes.
pub fn path(slug: &str, source: &str, dry_run: bool) -> String {
    format!("/api/v1/imports?event={slug}&charity={CHARITY}&source={source}&dry_run={dry_run}")
}

/// Sends a statement under a key.
pub async fn send(host: &Actor, path: &str, key: &str, body: impl Into<Vec<u8>>) -> Answer {
    let headers = [("content-type", "text/csv"), ("idempotency-key", key)];
    host.send(Method::POST, path, &headers, body.into()).await
}

/// How many rows of a report came to each outcome: matched, unmatched, duplicate, refused. Every row of it has one of the
/// four, with a reason unless it matched, and they add up.
#[track_caller]
pub fn outcomes(report: &Value) -> [i64; 4] {
    let rows = report["rows"].as_array().expect("rows");
    let told = ["matched", "unmatched", "duplicate", "refused"].map(|outcome| {
        let here: Vec<&Value> = rows.iter().filter(|row| row["outcome"] == outcome).collect();
        for row in &here {
            assert_eq!(row["reason"].is_null(), outcome == "matched", "{row}");
            assert_eq!(row["pledge_reference"].is_string(), outcome == "matched", "{row}");
        }
        assert_eq!(report[outcome], here.len(), "{outcome}");
        i64::try_from(here.len()).expect("a count")
    });
    assert_eq!(told.iter().sum::<i64>(), i64::try_from(rows.len()).expect("a count"), "each row has an outcome");
    told
}

/// What the night has received, in pence.
pub async fn received(house: &House, slug: &str) -> i64 {
    let totals = house.stranger().get(&format!("/api/v1/events/{slug}/totals")).await.expect(200).json();
    totals["received_pence"].as_i64().expect("pence")
}
