//! Settlement sheets: sums that are the ledger's, names only where they are shown, and a way to see that it is so.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::exports::{export, table};
use super::histories::{CHARITIES, Chance, Night};
use crate::support::statement::CHARITY;
use crate::support::{Actor, Backend, House, on_both};

on_both!(
    sheets_equal_totals_and_entries,
    names_stand_only_where_they_are_shown,
    a_sheet_that_differs_says_so,
    a_sheet_is_of_a_charity_of_the_night,
);

/// A sheet as a file: its facts, and its payments.
struct Sheet {
    facts: BTreeMap<String, String>,
    payments: Vec<BTreeMap<String, String>>,
}

async fn sheet(browser: &Actor, slug: &str, charity: &str) -> Sheet {
    let path = format!("/host/events/{slug}/settlements/{charity}.csv");
    let answer = browser.get(&path).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let attached = format!("attachment; filename=\"{slug}-{charity}.csv\"");
    assert_eq!(answer.header("content-disposition"), Some(attached.as_str()));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let (payments, facts): (Vec<_>, Vec<_>) = table(&answer).into_iter().partition(|row| row["what"] == "payment");
    let facts = facts.into_iter().map(|row| (row["what"].clone(), row["value"].clone())).collect();
    Sheet { facts, payments }
}

/// Pounds of the file, in pence.
fn pence(pounds: &str) -> i64 {
    let (whole, rest) = pounds.split_once('.').expect("pounds and pence");
    assert_eq!(rest.len(), 2, "{pounds}");
    format!("{whole}{rest}").parse().expect("an amount")
}

/// Catches: a sheet that leaves a payment out, lists one that counts no more, or sums something else than the ledger.
async fn sheets_equal_totals_and_entries(house: House) {
    let count = if house.backend == Backend::Sqlite { 12 } else { 5 };
    let seed = crate::support::seed();
    let mut sheets = 0;
    for number in 0..count {
        let mut chance = Chance::new(seed ^ (7 << 40) ^ u64::try_from(number).unwrap_or_default());
        let mut night = Night::plan(&house, number).await;
        for _ in 0..chance.between(12, 40) {
            night.act(&mut chance).await;
        }
        let browser = house.browser_of(&format!("Host{number}")).await;
        let entries = export(&night.host, &night.slug, "entries").await;
        let totals = night.stranger.get(&format!("/api/v1/events/{}/totals", night.slug)).await.expect(200).json();
        for charity in CHARITIES {
            let when = format!("seed {seed}, history {number}, {charity}");
            agree(&browser, &night.slug, charity, (&totals, &entries), &when).await;
            sheets += 1;
        }
    }
    house.check().await;
    println!("seed {seed}: {sheets} sheets of {count} histories, 0 differences");
}

async fn agree(browser: &Actor, slug: &str, charity: &str, (totals, entries): (&Value, &[Value]), when: &str) {
    let sheet = sheet(browser, slug, charity).await;
    let part = totals["by_charity"].as_array().expect("charities").iter().find(|part| part["charity"] == *charity);
    let part = part.expect("the charity");
    let told = |field: &str| part[field].as_i64().expect("pence");
    let fact = |name: &str| pence(&sheet.facts[name]);
    assert_eq!(fact("promised"), told("promised_pence"), "{when}");
    assert_eq!(fact("said_to_be_given"), told("claimed_pence"), "{when}");
    assert_eq!(fact("received"), told("received_pence"), "{when}");
    assert_eq!(fact("gift_aid_estimate"), told("gift_aid_estimate_pence"), "{when}");
    assert_eq!(fact("still_to_come"), (told("promised_pence") - told("received_pence")).max(0), "{when}");
    let listed: i64 = sheet.payments.iter().map(|row| pence(&row["amount_gbp"])).sum();
    let of_charity = entries.iter().filter(|entry| entry["account"] == "received" && entry["charity"] == *charity);
    let entered: i64 = of_charity.map(|entry| entry["amount_pence"].as_i64().expect("pence")).sum();
    assert_eq!([listed, fact("sum"), entered], [told("received_pence"); 3], "{when}");
    assert_eq!(sheet.facts["payments"], sheet.payments.len().to_string(), "{when}");
    assert_eq!(sheet.facts["sum_is_received"], "yes", "{when}");
    let (number, hash) =
        entries.last().map_or((json!(0), json!("")), |last| (last["journal"].clone(), last["hash"].clone()));
    assert_eq!(json!(sheet.facts["ledger_hash"]), hash, "{when}");
    assert_eq!(sheet.facts["ledger_number"], number.to_string(), "{when}");

    let page = browser.get(&format!("/host/events/{slug}/settlements/{charity}")).await.expect(200);
    assert_eq!(page.select("dd.mint"), pounds(told("received_pence")), "{when}");
    assert_eq!(page.select("dd.gold"), pounds(told("promised_pence")), "{when}");
    let sum = page.try_select("tfoot td").unwrap_or("£0".to_owned());
    assert_eq!(sum, pounds(listed), "{when}");
    assert!(!page.text().contains("Don’t use this sheet"), "{when}");
    assert!(page.text().contains(hash.as_str().expect("a hash")), "{when}");
}

fn pounds(pence: i64) -> String {
    entity::money::Pence(pence).to_string()
}

/// Catches: a name that its supporter doesn't show, that a host hid, or that a host typed, handed on to a charity; and a
/// pledge's message or address beside it.
async fn names_stand_only_where_they_are_shown(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let at = format!("/api/v1/events/{slug}");
    for (name, is_shown) in
        [("Shown Sam", true), ("Quiet Quinn", false), ("Hidden Hana", true), ("Gone Gita", true), ("Only Olu", true)]
    {
        let pledge = json!({ "kind": "fixed", "amount_pence": 900, "name": name, "show_name": is_shown,
            "email": "someone@example.org", "message": "With a message", "show_message": true, "show_amount": !name.starts_with("Only") });
        let made = house.stranger().post_once(&format!("{at}/pledges"), &format!("sheet-{}", &name[..4]), pledge).await;
        let made = made.expect(201).json();
        let given = json!({ "charity": CHARITY, "amount_pence": 300, "pledge_reference": made["reference"] });
        host.post_once(&format!("{at}/payments"), &format!("sheet-given-{}", &name[..4]), given).await.expect(201);
        if name.starts_with("Hidden") {
            let removal = format!("{at}/pledges/{}/removal", made["id"].as_str().expect("an id"));
            host.post(&removal, json!({})).await.expect(200);
        }
        if name.starts_with("Gone") {
            let mine = format!("/api/v1/pledges/{}", made["manage_token"].as_str().expect("a token"));
            house.stranger().delete(&mine).await.expect(200);
        }
    }
    let cash = json!({ "charity": CHARITY, "amount_pence": 50, "name": "Cash Cass", "note": "A private note" });
    host.post_once(&format!("{at}/payments"), "sheet-cash", cash).await.expect(201);
    let browser = house.browser_of("Louise").await;
    let path = format!("/host/events/{slug}/settlements/{CHARITY}");
    for path in [path.clone(), format!("{path}.csv")] {
        let told = browser.get(&path).await.expect(200).text();
        assert!(told.contains("Shown Sam"), "{path}");
        for kept in ["Quinn", "Hana", "Gita", "Olu", "Cass", "private note", "example.org", "With a message"] {
            assert!(!told.contains(kept), "{path} tells {kept}");
        }
        for said in ["The UK Sepsis Trust", "Friday night, Friday 26 March 2027, 9pm", "Louise"] {
            assert!(told.contains(said), "{path} doesn't tell {said}");
        }
    }
    let sheet = sheet(&browser, &slug, CHARITY).await;
    assert_eq!(sheet.payments.len(), 6, "each payment is there all the same");
    assert_eq!(sheet.facts["made_at"], "2027-03-26T19:00:00Z");
    let cavell = self::sheet(&browser, &slug, "cavell-nurses-trust").await;
    let numbers = browser.get("/api/v1/charities/cavell-nurses-trust").await.expect(200).json()["numbers"].clone();
    let registered = numbers.as_array().expect("numbers").iter().filter_map(|one| one["number"].as_str());
    let page = browser.get(&format!("/host/events/{slug}/settlements/cavell-nurses-trust")).await.expect(200);
    for number in registered {
        assert!(page.select(".sheet").contains(number), "{number}");
        assert!(cavell.facts.contains_key("registered"));
    }
    assert!(page.select(".sheet").contains("Nothing has arrived yet"));
}

/// Catches: a sheet whose own check can't fail.
async fn a_sheet_that_differs_says_so(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let given = json!({ "charity": CHARITY, "amount_pence": 300 });
    host.post_once(&format!("/api/v1/events/{slug}/payments"), "sheet-tampered", given).await.expect(201);
    house.sql("UPDATE payment SET amount_pence = 299").await.expect("a tampered row");
    let browser = house.browser_of("Louise").await;
    let page = browser.get(&format!("/host/events/{slug}/settlements/{CHARITY}")).await.expect(200);
    let said = page.select(".say.warn");
    assert!(said.contains("£2.99") && said.contains("£3"), "{said}");
    assert_eq!(sheet(&browser, &slug, CHARITY).await.facts["sum_is_received"], "no");
}

/// Catches: a sheet for whichever charity is asked for, and a file name that isn't looked at.
async fn a_sheet_is_of_a_charity_of_the_night(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "charities": [{ "slug": CHARITY, "parts": 1 }] })).await;
    let browser = house.browser_of("Louise").await;
    for named in [
        "cavell-nurses-trust",
        "cavell-nurses-trust.csv",
        "nobody",
        ".csv",
        "sepsis-trust.pdf",
        "%00",
        "sepsis-trust.csv.csv",
    ] {
        browser.get(&format!("/host/events/{slug}/settlements/{named}")).await.expect(404);
    }
    browser.get(&format!("/host/events/{slug}/settlements/{CHARITY}")).await.expect(200);
}
