//! A promise that is kept, from the first tap to the last penny: 50p for every song, the night, the mail, "I've given it",
//! the charity's statement, the sums. Once over JSON, once in a browser without JavaScript.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::statement_pages::upload;
use crate::support::actor::with_hidden;
use crate::support::statement::{CHARITY, justgiving, outcomes, path, send};
use crate::support::{Actor, House, on_both};

on_both!(a_promise_is_kept_over_json, a_promise_is_kept_by_hand);

const CHARITIES: [&str; 3] = ["cavell-nurses-trust", "british-lung-foundation", CHARITY];

/// Three songs on the night, which then ends.
async fn night_goes_on(house: &House, host: &Actor, slug: &str) {
    let api = format!("/api/v1/events/{slug}");
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    let jo = house.guest("Jo").await;
    for title in ["Blue Monday", "Africa", "Le Freak"] {
        house.pass(TimeDelta::minutes(20)).await;
        jo.post(&format!("{api}/shares"), json!({ "title": title })).await.expect(201);
    }
}

async fn sums(house: &House, slug: &str) -> Value {
    let sums = house.stranger().get(&format!("/api/v1/events/{slug}/sums")).await.expect(200).json();
    assert_eq!(sums["balanced"], true, "{sums:#}");
    sums
}

/// Promised, at most, claimed, received.
fn four(totals: &Value) -> [i64; 4] {
    ["promised_pence", "at_most_pence", "claimed_pence", "received_pence"]
        .map(|field| totals[field].as_i64().expect("pence"))
}

/// Catches: any step that loses a penny, counts it twice, or leaves somebody to chase it by hand.
async fn a_promise_is_kept_over_json(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let api = format!("/api/v1/events/{slug}");
    let body =
        json!({ "kind": "per_song", "rate_pence": 50, "cap_pence": 900, "name": "Sam", "email": "sam@example.org" });
    let made = house.stranger().post_once(&format!("{api}/pledges"), "kept-promise", body).await.expect(201).json();
    let mine = format!("/api/v1/pledges/{}", made["manage_token"].as_str().expect("a token"));
    let me = house.stranger();
    night_goes_on(&house, &host, &slug).await;
    assert_eq!(four(&me.get(&mine).await.expect(200).json()), [150, 900, 0, 0], "while it goes on");
    host.post(&format!("{api}/closing"), json!({})).await.expect(200);
    assert_eq!(four(&me.get(&mine).await.expect(200).json()), [150, 150, 0, 0], "once it is counted");

    // The day of correction passes, and a mail says what it came to.
    house.pass(TimeDelta::hours(40)).await;
    let mails = house.letters();
    assert_eq!(mails.len(), 2, "a receipt and a reminder: {mails:#?}");
    let reminder = mails.iter().find(|mail| mail.has("List-Unsubscribe")).expect("a reminder");
    assert!(reminder.text.contains("came to £1.50"), "{}", reminder.text);
    let token = reminder.link().trim_start_matches("/pledges/").to_owned();
    for charity in CHARITIES {
        let given = json!({ "charity": charity, "amount_pence": 50 });
        let path = format!("/api/v1/pledges/{token}/payments");
        me.post_once(&path, &format!("kept-{charity}"), given).await.expect(201);
    }
    let totals = me.get(&format!("{api}/totals")).await.expect(200).json();
    assert_eq!(four(&totals), [150, 150, 150, 0]);

    // One charity's statement names the reference; the hosts have seen the other two arrive.
    let reference = made["reference"].as_str().expect("a reference");
    let statement = justgiving(&[("KEPT-1", "0.50", reference, ""), ("KEPT-2", "20.00", "", "For the nurses")]);
    let report = send(&host, &path(&slug, "justgiving", false), "kept-import", statement).await.expect(201).json();
    assert_eq!(outcomes(&report), [1, 1, 0, 0]);
    let payments = host.get(&format!("{api}/payments")).await.expect(200).json();
    for claim in payments["items"].as_array().expect("payments").iter().filter(|one| one["state"] == "claimed") {
        let id = claim["id"].as_str().expect("an id");
        host.post(&format!("/api/v1/payments/{id}/confirmation"), json!({})).await.expect(200);
    }
    let kept = me.get(&mine).await.expect(200).json();
    assert_eq!((&kept["state"], four(&kept)), (&json!("settled"), [150, 150, 0, 150]));
    let entries = host.get(&format!("{api}/exports/entries.json")).await.expect(200).json();
    let received = entries.as_array().expect("entries").iter().filter(|entry| entry["account"] == "received");
    assert_eq!(received.filter_map(|entry| entry["amount_pence"].as_i64()).sum::<i64>(), 150);
    house.pass(TimeDelta::minutes(1)).await;
    assert_eq!(house.letters().len(), 3, "thanks");
    house.pass(TimeDelta::days(30)).await;
    assert_eq!(house.letters().len(), 3, "and nobody is asked again");

    let told = sums(&house, &slug).await;
    assert_eq!(told["kinds"][0]["promised_pence"], 150);
    assert_eq!(told["payments"].as_array().map(Vec::len), Some(3));
    house.check().await;
}

async fn press(browser: &Actor, page: &str, action: &str, fields: &[(&str, &str)]) -> String {
    let opened = browser.get(page).await.expect(200);
    let done = browser.post_form(action, &with_hidden(&opened, action, fields)).await.expect(303);
    done.header("location").expect("somewhere to go").to_owned()
}

/// As the one over JSON, with nothing but pages.
async fn a_promise_is_kept_by_hand(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let (night, desk) = (format!("/events/{slug}"), format!("/host/events/{slug}"));
    let me = house.stranger();
    let form = format!("{night}/pledge?kind=per_song");
    let typed = [("rate", "50p"), ("cap", "9"), ("name", "Sam"), ("email", "sam@example.org")];
    let check = me.fill_in(&form, &format!("{night}/pledge/check"), &typed).await.expect(200);
    assert!(check.text().contains("50p for every song, £9 at most"), "{}", check.text());
    let action = format!("{night}/pledge");
    let made = me.post_form(&action, &with_hidden(&check, &action, &[])).await.expect(303);
    let letter = made.header("location").expect("a letter").to_owned();
    night_goes_on(&house, &host, &slug).await;
    let open = me.get(&letter).await.expect(200).text();
    assert!(open.contains("£1.50") && open.contains("never more than £9"), "{open}");
    let browser = house.browser_of("Louise").await;
    press(&browser, &desk, &format!("{desk}/closing"), &[]).await;

    house.pass(TimeDelta::hours(40)).await;
    let mails = house.letters();
    let reminder = mails.iter().find(|mail| mail.has("List-Unsubscribe")).expect("a reminder");
    assert_eq!(reminder.link(), letter, "the mail leads back");
    let opened = me.get(&letter).await.expect(200);
    assert_eq!(opened.all(".give .btn").len(), 3, "a button for each charity");
    let payments = format!("{letter}/payments");
    for charity in CHARITIES {
        press(&me, &letter, &payments, &[("charity", charity), ("amount", "0.50")]).await;
    }

    let reference = opened.select(".letter .code").replace(' ', "");
    let imports = format!("{desk}/imports");
    let statement = justgiving(&[("KEPT-BY-HAND", "0.50", &reference, "")]);
    let preview = upload(&browser, &imports, &[("charity", CHARITY), ("source", "justgiving")], &statement).await;
    let confirm = format!("{imports}/confirmation");
    let carried = preview.expect(200);
    let held = carried.select("textarea[name=statement]");
    let fields = with_hidden(&carried, &confirm, &[("statement", &held)]);
    browser.post_form(&confirm, &fields).await.expect(303);
    let ledger = format!("{desk}/ledger");
    for _ in 0..2 {
        let opened = browser.get(&ledger).await.expect(200);
        let action = opened.attribute("form[action$='/confirmation']", "action");
        press(&browser, &ledger, &action, &[]).await;
    }
    let kept = me.get(&letter).await.expect(200).text();
    assert!(kept.contains("all of it has arrived"), "{kept}");
    let page = me.get(&format!("{night}/sums")).await.expect(200).text();
    assert!(page.contains("3 songs × 50p for each") && page.contains("It all adds up"), "{page}");
    let sheet = browser.get(&format!("{desk}/settlements/{CHARITY}")).await.expect(200).text();
    assert!(sheet.contains(&reference) || sheet.contains("£0.50"), "{sheet}");
    assert_eq!(four(&sums(&house, &slug).await["totals"]), [150, 150, 0, 150]);
    house.check().await;
}
