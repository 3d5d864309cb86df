//! A charity becomes part of another: sums roll up under the one it is today, past nights stay as they were.

use serde_json::{Value, json};

use super::{add, by_charity, merge, mine, night_for, promise, recorded, totals};
use crate::support::{House, on_both, statement};

on_both!(
    sums_roll_up_to_the_penny_and_back,
    what_moves_live_rolls_up_too,
    money_goes_on_to_the_slug_the_night_has,
    new_nights_are_for_the_one_it_is_today,
);

const CAVELL: &str = "cavell-nurses-trust";
const LUNG: &str = "british-lung-foundation";
const SEPSIS: &str = "sepsis-trust";

/// Catches: a merger that loses or doubles a penny, or rounds Gift Aid before it sums; a past night that is rewritten;
/// one that can't be taken back.
async fn sums_roll_up_to_the_penny_and_back(house: House) {
    let host = house.organiser("Louise").await;
    let (first, second) = (night_for(&house, &host, &[CAVELL]).await, night_for(&house, &host, &[SEPSIS, LUNG]).await);
    promise(&house, &first, 1_003).await;
    promise(&house, &second, 2_006).await;
    let nights = [&first, &second].map(|slug| format!("/api/v1/events/{slug}/totals"));
    let before = (totals(&house, "/api/v1/totals").await, totals(&house, &nights[0]).await);
    let line = |slug: &str, promised, aid| (slug.to_owned(), promised, 0, aid);
    // 250.75 each, rounded down at its own level.
    let apart = [line(CAVELL, 1_003, 250), line(LUNG, 1_003, 250), line(SEPSIS, 1_003, 250)];
    assert_eq!(by_charity(&house).await, apart);

    let merged = merge(&host, CAVELL, LUNG).await;
    assert_eq!(merged["merged_into"], LUNG);
    assert_eq!(merged["name"], "Cavell", "it keeps its name");
    // 501.5, and not 500.
    assert_eq!(by_charity(&house).await, [line(LUNG, 2_006, 501), line(SEPSIS, 1_003, 250)]);
    merge(&host, LUNG, SEPSIS).await;
    assert_eq!(by_charity(&house).await, [line(SEPSIS, 3_009, 752)], "over two mergers");
    let all = totals(&house, "/api/v1/totals").await;
    for sum in ["promised_pence", "received_pence", "gift_aid_estimate_pence", "pledges"] {
        assert_eq!(all[sum], before.0[sum], "{sum} of all is what it was");
    }
    assert_eq!(totals(&house, &nights[0]).await, before.1, "the night has its own charity and its name");
    let home = house.stranger().get("/").await.expect(200).select("main");
    assert!(home.contains("£30.09") && home.contains("Sepsis"), "{home}");
    let page = house.stranger().get("/totals").await.expect(200);
    assert!(page.select("tbody").contains("£30.09") && !page.select("tbody").contains("Cavell"));
    let page = house.stranger().get(&format!("/charities/{CAVELL}")).await.expect(200);
    assert!(page.select("main").contains("Now part of The UK Sepsis Trust, since 1 March 2027"), "{}", page.text());
    let list = house.stranger().get("/charities").await.expect(200).addresses("main h2 a");
    assert_eq!(list, [format!("/charities/{SEPSIS}")], "only those that stand for themselves");
    house.check().await;

    for slug in [LUNG, CAVELL] {
        let undone = host.delete(&format!("/api/v1/charities/{slug}/merger")).await.expect(200).json();
        assert_eq!(undone["merged_into"], Value::Null);
    }
    assert_eq!(totals(&house, "/api/v1/totals").await, before.0, "as if it had never been");
    host.delete(&format!("/api/v1/charities/{LUNG}/merger")).await.expect(409);
    assert_eq!((recorded(&house, "charity.merged").await, recorded(&house, "charity.merger_undone").await), (2, 2));
    house.check().await;
}

/// Catches: a roll-up of the ledger alone, while the open part of a live night stays behind.
async fn what_moves_live_rolls_up_too(house: House) {
    let host = house.organiser("Louise").await;
    let slug = night_for(&house, &host, &[CAVELL, SEPSIS]).await;
    host.post(&format!("/api/v1/events/{slug}/opening"), json!({})).await.expect(200);
    let per_song = json!({ "kind": "per_song", "rate_pence": 101, "cap_pence": 1_000, "gift_aid": true });
    let path = format!("/api/v1/events/{slug}/pledges");
    house.stranger().post_once(&path, "causes-per-song", per_song).await.expect(201);
    let share = json!({ "title": "Blue Monday" });
    house.guest("Sam").await.post(&format!("/api/v1/events/{slug}/shares"), share).await.expect(201);
    merge(&host, CAVELL, SEPSIS).await;
    assert_eq!(by_charity(&house).await, [(SEPSIS.to_owned(), 101, 0, 25)]);
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
    assert_eq!(by_charity(&house).await, [(SEPSIS.to_owned(), 101, 0, 25)], "counted out, it is the same");
    house.check().await;
}

/// Catches: a night whose money has nowhere to go once one of its charities has merged.
async fn money_goes_on_to_the_slug_the_night_has(house: House) {
    let host = house.organiser("Louise").await;
    let slug = night_for(&house, &host, &[CAVELL, SEPSIS]).await;
    let pledge = promise(&house, &slug, 1_000).await;
    merge(&host, CAVELL, SEPSIS).await;
    let later = promise(&house, &slug, 200).await;
    assert_eq!(later["allocations"][0]["charity"], CAVELL);
    let split = json!({ "kind": "fixed", "amount_pence": 300, "split": [{ "charity": CAVELL }] });
    house.stranger().post_once(&format!("/api/v1/events/{slug}/pledges"), "causes-split", split).await.expect(201);
    let given = json!({ "charity": CAVELL, "amount_pence": 500 });
    let claimed = house.stranger().post_once(&format!("{}/payments", mine(&pledge)), "causes-claim", given).await;
    let claim = format!("/api/v1/payments/{}/confirmation", claimed.expect(201).json()["id"].as_str().expect("an id"));
    host.post(&claim, json!({})).await.expect(200);
    let statement = format!("/api/v1/imports?event={slug}&charity={CAVELL}&source=csv&dry_run=false");
    let row = format!("id,amount,reference\nD1,1.00,{}\n", later["reference"].as_str().expect("a reference"));
    let report = statement::send(&host, &statement, "causes-import", row).await.expect(201).json();
    assert_eq!(report["matched"], 1);
    assert_eq!(
        by_charity(&house).await,
        [(SEPSIS.to_owned(), 1_500, 600, 0),].map(|(slug, promised, received, _)| (slug, promised, received, 300))
    );
    house.check().await;
}

/// Catches: a new night for a charity that is gone; one planned before that can't be changed any more.
async fn new_nights_are_for_the_one_it_is_today(house: House) {
    let host = house.organiser("Louise").await;
    let ward = add(&host, "Ward 9").await;
    let slug = night_for(&house, &host, &[CAVELL, &ward, SEPSIS]).await;
    merge(&host, CAVELL, &ward).await;
    let plan = json!({ "title": "New", "starts_local": "2027-04-02T21:00", "duration_minutes": 60 });
    let mut chosen = plan.clone();
    chosen["charities"] = json!([{ "slug": CAVELL }]);
    let refused = host.post("/api/v1/events", chosen).await.expect(422);
    assert_eq!(refused.wrong_fields(), ["charities"]);
    assert!(refused.text().contains("Cavell is part of Ward 9 now"), "{}", refused.text());

    let slugs = |event: &Value| -> Vec<(String, i64)> {
        let one = |part: &Value| {
            (part["slug"].as_str().unwrap_or_default().to_owned(), part["parts"].as_i64().unwrap_or_default())
        };
        event["charities"].as_array().expect("a list").iter().map(one).collect()
    };
    let part = |slug: &str, parts| (slug.to_owned(), parts);
    let unless_said = host.post("/api/v1/events", plan).await.expect(201).json();
    assert_eq!(slugs(&unless_said), [part(&ward, 1), part(LUNG, 1), part(SEPSIS, 1)]);
    let again = json!({ "starts_local": "2027-04-02T21:00" });
    let again = host.post(&format!("/api/v1/events/{slug}/copies"), again).await.expect(201).json();
    assert_eq!(slugs(&again), [part(&ward, 2), part(SEPSIS, 1)], "both parts, as one");

    let kept = json!({ "charities": [{ "slug": CAVELL }, { "slug": SEPSIS }] });
    let kept = host.patch(&format!("/api/v1/events/{slug}"), kept).await.expect(200).json();
    assert_eq!(slugs(&kept), [part(CAVELL, 1), part(SEPSIS, 1)], "a night that had it may keep it");
    let browser = house.browser_of("Louise").await;
    let form = browser.get(&format!("/host/events/{slug}/details")).await.expect(200);
    assert!(form.try_select(&format!("input[name=charities][value={CAVELL}][checked]")).is_some(), "{}", form.text());
    let form = browser.get("/host/events/new").await.expect(200);
    assert!(form.try_select(&format!("input[name=charities][value={CAVELL}]")).is_none());
    house.check().await;
}
