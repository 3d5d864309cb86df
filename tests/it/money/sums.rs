//! The proof for anyone: why each total of a night is what it is. And what a night shows of its money on the way.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Actor, House, on_both};

on_both!(
    every_total_is_told_from_its_parts,
    a_fault_is_told_to_anyone,
    the_sums_name_nobody_who_hides,
    the_sums_of_a_draft_are_for_its_hosts,
    a_night_that_was_cancelled_adds_up_too,
);

/// A live night with pledges of every kind, songs and payments.
pub async fn night_with_everything(house: &House, host: &Actor) -> (String, Vec<Value>) {
    let slug = house.night(host, json!({ "target_pence": 5_000 })).await;
    let api = format!("/api/v1/events/{slug}");
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    let bodies = [
        json!({ "kind": "fixed", "amount_pence": 1_000, "gift_aid": true, "name": "Priya", "show_name": true, "show_amount": true }),
        json!({ "kind": "fixed", "amount_pence": 701, "split": [{ "charity": "sepsis-trust", "parts": 1 }] }),
        json!({ "kind": "per_song", "rate_pence": 20, "cap_pence": 500 }),
        json!({ "kind": "per_song", "rate_pence": 50, "cap_pence": 120 }),
        json!({ "kind": "match", "percent": 50, "pot_pence": 5_000 }),
        json!({ "kind": "match", "percent": 50, "pot_pence": 300 }),
        json!({ "kind": "fixed", "amount_pence": 400 }),
    ];
    let mut made = Vec::new();
    for (number, body) in bodies.into_iter().enumerate() {
        let key = format!("sums-key-{slug}-{number}");
        made.push(house.stranger().post_once(&format!("{api}/pledges"), &key, body).await.expect(201).json());
    }
    let sam = house.guest("Sam").await;
    for title in ["Blue Monday", "Africa", "Le Freak"] {
        house.app.clock.advance(TimeDelta::minutes(7));
        sam.post(&format!("{api}/shares"), json!({ "title": title })).await.expect(201);
    }
    (slug, made)
}

async fn sums(house: &House, slug: &str) -> Value {
    house.stranger().get(&format!("/api/v1/events/{slug}/sums")).await.expect(200).json()
}

fn kind<'a>(sums: &'a Value, kind: &str) -> &'a Value {
    let kinds = sums["kinds"].as_array().expect("kinds");
    kinds.iter().find(|one| one["kind"] == kind).unwrap_or_else(|| panic!("{kind} in {sums}"))
}

/// Catches: an arithmetic that is told and isn't the one that counts, and totals that are told twice from one source.
async fn every_total_is_told_from_its_parts(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, made) = night_with_everything(&house, &host).await;
    let told = sums(&house, &slug).await;
    assert_eq!(told["balanced"], true, "{told:#}");
    assert_eq!(told["songs"], 3);
    assert_eq!(kind(&told, "fixed")["promised_pence"], 2_101);
    let steps = kind(&told, "per_song")["steps"].as_array().expect("steps").clone();
    assert_eq!(
        (&steps[0]["how"], &steps[0]["songs"], &steps[0]["rate_pence"], &steps[0]["promised_pence"]),
        (&json!("songs"), &json!(3), &json!(20), &json!(60))
    );
    assert_eq!((&steps[1]["how"], &steps[1]["promised_pence"]), (&json!("caps"), &json!(120)));
    let matches = kind(&told, "match")["steps"].as_array().expect("steps").clone();
    assert_eq!((&matches[0]["others_pence"], &matches[0]["promised_pence"]), (&json!(2_281), &json!(1_140)));
    assert_eq!((&matches[1]["how"], &matches[1]["promised_pence"]), (&json!("pots"), &json!(300)));
    assert_eq!(told["totals"]["promised_pence"], 2_101 + 180 + 1_440);
    assert!(told["open"].as_array().is_some_and(|open| !open.is_empty()), "it isn't counted yet: {told:#}");

    // The night ends; one is withdrawn, one is given for, something comes in without a pledge.
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
    let token = made[6]["manage_token"].as_str().expect("a token");
    house.stranger().delete(&format!("/api/v1/pledges/{token}")).await.expect(200);
    let token = made[0]["manage_token"].as_str().expect("a token");
    let given = json!({ "charity": "sepsis-trust", "amount_pence": 333 });
    house.stranger().post_once(&format!("/api/v1/pledges/{token}/payments"), "sums-given", given).await.expect(201);
    let cash = json!({ "charity": "cavell-nurses-trust", "amount_pence": 250, "method": "cash" });
    host.post_once(&format!("/api/v1/events/{slug}/payments"), "sums-cash", cash).await.expect(201);
    let told = sums(&house, &slug).await;
    assert_eq!(told["balanced"], true, "{told:#}");
    assert_eq!(told["ended"]["withdrawn"], 1);
    assert_eq!(told["open"], json!([]), "all is counted");
    assert_eq!(kind(&told, "match")["promised_pence"], 1_440, "counted by what others had promised then");
    assert_eq!((&told["totals"]["claimed_pence"], &told["totals"]["received_pence"]), (&json!(333), &json!(250)));
    let payments = told["payments"].as_array().expect("payments");
    assert!(
        payments.iter().any(|one| one["method"] == "cash" && one["of_pledge"] == false && one["amount_pence"] == 250)
    );
    assert_eq!(told["ledger"]["sum_pence"], 0);
    assert_eq!(told["ledger"]["head"].as_str().map(str::len), Some(64));
    let page = house.stranger().get(&format!("/events/{slug}/sums")).await.expect(200);
    assert!(page.text().contains("It all adds up"));
    assert!(page.text().contains(told["ledger"]["head"].as_str().expect("a head")), "the last seal is on the page");
    assert!(page.text().contains("3 songs × 20p for each"), "{}", page.text());
    let night = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert!(night.try_select(&format!("a[href='/events/{slug}/sums']")).is_some(), "the night leads there");
    house.check().await;
}

/// Catches: sums that copy the totals they should prove.
async fn a_fault_is_told_to_anyone(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, _) = night_with_everything(&house, &host).await;
    for (fault, undo) in [
        (
            "UPDATE event_charity SET promised_pence = promised_pence + 1",
            "UPDATE event_charity SET promised_pence = promised_pence - 1",
        ),
        (
            "UPDATE pledge_split SET promised_pence = promised_pence + 1",
            "UPDATE pledge_split SET promised_pence = promised_pence - 1",
        ),
        (
            "UPDATE pledge SET at_most_pence = at_most_pence + 1 WHERE kind = 'fixed'",
            "UPDATE pledge SET at_most_pence = at_most_pence - 1 WHERE kind = 'fixed'",
        ),
        (
            "UPDATE open_group SET rate_pence = rate_pence + 1 WHERE rate_pence > 0",
            "UPDATE open_group SET rate_pence = rate_pence - 1 WHERE rate_pence > 0",
        ),
        (
            "UPDATE event_charity SET received_pence = received_pence + 1",
            "UPDATE event_charity SET received_pence = received_pence - 1",
        ),
        ("UPDATE event_head SET pledges = pledges + 1", "UPDATE event_head SET pledges = pledges - 1"),
    ] {
        house.sql(fault).await.expect(fault);
        assert_eq!(sums(&house, &slug).await["balanced"], false, "{fault}");
        let page = house.stranger().get(&format!("/events/{slug}/sums")).await.expect(200);
        assert!(page.text().contains("Something doesn’t add up") && page.text().contains("Broken"), "{fault}");
        house.sql(undo).await.expect(undo);
        assert_eq!(sums(&house, &slug).await["balanced"], true, "{undo}");
    }
}

/// Catches: a hidden amount that can be worked out from sums beside a name that is shown (product.md, rule 6).
async fn the_sums_name_nobody_who_hides(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let path = format!("/api/v1/events/{slug}/pledges");
    let anyone = house.stranger();
    let shy = json!({ "kind": "per_song", "rate_pence": 37, "cap_pence": 900, "name": "Shy Sam", "message": "psst" });
    anyone.post_once(&path, "shy-key-1", shy).await.expect(201);
    let fixed =
        json!({ "kind": "fixed", "amount_pence": 1_000, "name": "Bold Bea", "show_name": true, "show_amount": true });
    anyone.post_once(&path, "shy-key-2", fixed).await.expect(201);
    let page = format!("/events/{slug}/sums");
    let text = anyone.get(&page).await.expect(200).text();
    assert!(!text.contains("Shy Sam") && !text.contains("psst") && text.contains("Bold Bea"), "{text}");
    assert_eq!(sums(&house, &slug).await["withheld"], false, "nobody knows whose it is");

    let named = json!({ "kind": "match", "percent": 41, "pot_pence": 777, "name": "Named Nia", "show_name": true });
    let named = anyone.post_once(&path, "shy-key-3", named).await.expect(201).json();
    let told = sums(&house, &slug).await;
    assert_eq!((&told["withheld"], &told["balanced"]), (&json!(true), &json!(true)));
    assert_eq!(kind(&told, "match")["promised_pence"], Value::Null);
    assert_eq!(kind(&told, "fixed")["promised_pence"], Value::Null, "or it would be what is left of the whole");
    assert_eq!(told["open"], json!([]), "nor what isn't counted, charity by charity");
    let accounts = told["ledger"]["accounts"].as_array().expect("accounts");
    assert!(accounts.iter().all(|one| one["account"] != "promised" || one["amount_pence"].is_null()), "{told:#}");
    let text = anyone.get(&page).await.expect(200).text();
    assert!(text.contains("the kinds are told together"), "{text}");
    for part in ["£4.10", "£1.37", "£1.36"] {
        assert!(!text.contains(part), "{part} is a part of the hidden amount: {text}");
    }
    // Another hidden one of the kind, and nobody can tell which is which.
    let other = json!({ "kind": "match", "percent": 10, "pot_pence": 500 });
    anyone.post_once(&path, "shy-key-4", other).await.expect(201);
    assert_eq!(sums(&house, &slug).await["withheld"], false);
    let token = named["manage_token"].as_str().expect("a token");
    anyone.delete(&format!("/api/v1/pledges/{token}")).await.expect(200);
    assert_eq!(sums(&house, &slug).await["balanced"], true);
}

async fn the_sums_of_a_draft_are_for_its_hosts(house: House) {
    let host = house.organiser("Louise").await;
    let plan = json!({ "title": "Secret night", "starts_local": "2027-03-26T21:00", "duration_minutes": 120 });
    let slug = host.post("/api/v1/events", plan).await.expect(201).json()["slug"].as_str().expect("a slug").to_owned();
    let other = house.organiser("Ruth").await;
    for path in [format!("/events/{slug}/sums"), format!("/api/v1/events/{slug}/sums")] {
        house.stranger().get(&path).await.expect(404);
        other.get(&path).await.expect(404);
        let mine = host.get(&path).await.expect(200);
        assert_eq!(mine.header("cache-control"), Some("no-store"), "{path}");
    }
}

async fn a_night_that_was_cancelled_adds_up_too(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, made) = night_with_everything(&house, &host).await;
    let reference = made[0]["reference"].as_str().expect("a reference");
    let paid = json!({ "charity": "sepsis-trust", "amount_pence": 100, "pledge_reference": reference });
    host.post_once(&format!("/api/v1/events/{slug}/payments"), "cancel-paid", paid).await.expect(201);
    host.post(&format!("/api/v1/events/{slug}/cancellation"), json!({})).await.expect(200);
    let told = sums(&house, &slug).await;
    assert_eq!(told["balanced"], true, "{told:#}");
    assert_eq!((&told["ended"]["lapsed"], &told["ended"]["promised_pence"]), (&json!(7), &json!(100)));
    assert_eq!(told["kinds"], json!([]));
    house.check().await;
}
