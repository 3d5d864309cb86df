//! A charity that an organiser adds for one night.

use chrono::TimeDelta;
use serde_json::json;

use super::{by_charity, mine, recorded};
use crate::support::{House, on_both};

on_both!(a_guest_charity_has_its_night);

/// Catches: a step of the way that needs the API or a script; a guest that stays for the next night.
async fn a_guest_charity_has_its_night(house: House) {
    let host = house.organiser("Louise").await;
    let browser = house.browser_of("Louise").await;
    let plan = [("title", "For ward 9"), ("starts_local", "2027-03-26T21:00"), ("duration_minutes", "120")];
    let planned = browser.fill_in("/host/events/new", "/host/events/new", &plan).await.expect(422);
    assert!(planned.text().contains("Choose 1 to 12 charities"), "{}", planned.text());
    let ticked = [&plan[..], &[("charities", "sepsis-trust"), ("mood", "party")]].concat();
    browser.fill_in("/host/events/new", "/host/events/new", &ticked).await.expect(303);

    let details = "/host/events/for-ward-9/details";
    let form = browser.get(details).await.expect(200);
    let new = form.attribute("a[href^='/host/charities/new']", "href");
    assert_eq!(new, "/host/charities/new?night=for-ward-9");
    let facts = [
        ("name", "Friends of Ward 9"),
        ("about", "Buys chairs for ward 9."),
        ("giving_url", "https://ward9.example/give?amount={amount}&ref={reference}"),
        ("register", "Scotland"),
        ("number", "SC012345"),
        ("checked_on", "2027-03-20"),
    ];
    let added = browser.fill_in(&new, "/host/charities/new", &facts).await.expect(303);
    let back = added.header("location").expect("a location").to_owned();
    assert_eq!(back, "/host/events/for-ward-9/details?with=friends-of-ward-9#charities");
    let form = browser.get(back.trim_end_matches("#charities")).await.expect(200);
    let tick = "input[name=charities][value=friends-of-ward-9]";
    assert!(form.try_select(&format!("{tick}[checked]")).is_some(), "ticked already: {}", form.text());
    assert!(form.try_select(&format!("details {tick}")).is_none(), "and in sight");
    let whole = [&plan[..], &[("charities", "friends-of-ward-9"), ("mood", "party")]].concat();
    browser.fill_in(details, details, &whole).await.expect(303);
    browser.fill_in("/host/events/for-ward-9", "/host/events/for-ward-9/publication", &[]).await.expect(303);

    let night = "/api/v1/events/for-ward-9";
    let body = json!({ "kind": "fixed", "amount_pence": 1_000, "gift_aid": true });
    let pledge = house.stranger().post_once(&format!("{night}/pledges"), "guest-pledge", body).await.expect(201).json();
    let reference = pledge["reference"].as_str().expect("a reference");
    let pay = format!("https://ward9.example/give?amount=10.00&ref={reference}");
    assert_eq!(pledge["allocations"][0]["pay_url"], pay);
    house.pass(TimeDelta::days(1)).await;
    let arrived = json!({ "charity": "friends-of-ward-9", "amount_pence": 1_000, "pledge_reference": reference });
    host.post_once(&format!("{night}/payments"), "guest-payment", arrived).await.expect(201);
    let settled = house.stranger().get(&mine(&pledge)).await.expect(200).json();
    assert_eq!((&settled["state"], &settled["received_pence"]), (&json!("settled"), &json!(1_000)));
    assert_eq!(by_charity(&house).await, [("friends-of-ward-9".to_owned(), 1_000, 1_000, 250)]);
    let page = house.stranger().get("/charities/friends-of-ward-9").await.expect(200).select("main");
    for said in
        ["Buys chairs for ward 9.", "Registered charity in Scotland (SC012345)", "last checked on 20 March 2027"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }

    let next = json!({ "title": "Next", "starts_local": "2027-04-02T21:00", "duration_minutes": 60 });
    let next = host.post("/api/v1/events", next).await.expect(201).text();
    assert!(!next.contains("friends-of-ward-9"), "the next night starts with the three: {next}");
    let form = browser.get("/host/events/new").await.expect(200);
    assert!(form.try_select(tick).is_some() && form.try_select(&format!("{tick}[checked]")).is_none());
    assert!(form.try_select(&format!("details {tick}")).is_none(), "a charity of her nights is near");
    house.organiser("Priya").await;
    let others = house.browser_of("Priya").await.get("/host/events/new").await.expect(200);
    assert!(others.try_select(&format!("details {tick}")).is_some(), "for others it is further off");
    assert_eq!(recorded(&house, "charity.added").await, 1);
    house.check().await;
}
