//! Giving links with the amount and the reference filled in.

use serde_json::{Value, json};

use super::{merge, mine, night_for, promise};
use crate::support::{House, on_both};

on_both!(links_say_what_is_still_to_give, a_gift_goes_to_the_one_it_is_today);

const TEMPLATE: &str = "https://give.example.org/sepsis?amount={amount}&currency=GBP&reference={reference}";

fn pay_url<'a>(pledge: &'a Value, charity: &str) -> &'a str {
    let parts = pledge["allocations"].as_array().expect("a list");
    parts.iter().find(|part| part["charity"] == charity).expect("a part")["pay_url"].as_str().expect("a link")
}

/// Catches: an amount that was given already, a place that is left in a link, a reference that isn't the pledge's.
async fn links_say_what_is_still_to_give(house: House) {
    let host = house.organiser("Louise").await;
    let anyone = house.stranger();
    let path = "/api/v1/charities/sepsis-trust";
    let changed = host.patch(path, json!({ "giving_url": TEMPLATE })).await.expect(200).json();
    let plain = "https://give.example.org/sepsis?currency=GBP";
    assert_eq!(changed["giving_url"], plain, "where no pledge is known");
    assert_eq!(anyone.get("/charities/sepsis-trust").await.expect(200).attribute("main a.btn", "href"), plain);

    let slug = house.night(&host, json!({})).await;
    let pledge = promise(&house, &slug, 1_002).await;
    let reference = pledge["reference"].as_str().expect("a reference").to_owned();
    let filled =
        |amount: &str| format!("https://give.example.org/sepsis?amount={amount}&currency=GBP&reference={reference}");
    assert_eq!(pay_url(&pledge, "sepsis-trust"), filled("3.34"));
    assert_eq!(
        pay_url(&pledge, "cavell-nurses-trust"),
        "https://www.cavell.org.uk/",
        "one without places is as it was"
    );
    let letter = pledge["manage_url"].as_str().expect("a link").replace("http://disco.test", "");
    let links = anyone.get(&letter).await.expect(200).addresses(".give a.btn");
    assert!(links.contains(&filled("3.34")), "{links:?}");

    let claim = json!({ "charity": "sepsis-trust", "amount_pence": 300 });
    anyone.post_once(&format!("{}/payments", mine(&pledge)), "giving-claim-1", claim).await.expect(201);
    let now = anyone.get(&mine(&pledge)).await.expect(200).json();
    assert_eq!(pay_url(&now, "sepsis-trust"), filled("0.34"), "what was given isn't asked for again");
    let claim = json!({ "charity": "sepsis-trust", "amount_pence": 34 });
    anyone.post_once(&format!("{}/payments", mine(&pledge)), "giving-claim-2", claim).await.expect(201);
    let now = anyone.get(&mine(&pledge)).await.expect(200).json();
    assert_eq!(pay_url(&now, "sepsis-trust"), plain, "nothing is left");

    let per_song = json!({ "kind": "per_song", "rate_pence": 50, "cap_pence": 500 });
    let open = anyone.post_once(&format!("/api/v1/events/{slug}/pledges"), "giving-open", per_song).await.expect(201);
    assert_eq!(pay_url(&open.json(), "sepsis-trust"), plain, "it isn't counted yet");

    let browser = house.browser_of("Louise").await;
    let desk = browser.get("/host/charities/sepsis-trust").await.expect(200);
    let shown = desk.addresses("section[aria-labelledby=example] a");
    assert_eq!(shown, ["https://give.example.org/sepsis?amount=3.34&currency=GBP&reference=TD4XKCLR6Y", plain]);
    assert_eq!(desk.attribute("#giving_url", "value"), TEMPLATE, "the form has its places");
    for path in ["/api/v1/charities", "/charities/sepsis-trust", &letter, &mine(&pledge)] {
        let text = anyone.get(path).await.expect(200).text();
        assert!(!text.contains("{amount}") && !text.contains("%7Bamount%7D"), "{path}");
    }
}

/// Catches: a gift to a page that is gone.
async fn a_gift_goes_to_the_one_it_is_today(house: House) {
    let host = house.organiser("Louise").await;
    let anyone = house.stranger();
    host.patch("/api/v1/charities/sepsis-trust", json!({ "giving_url": TEMPLATE })).await.expect(200);
    let slug = night_for(&house, &host, &["cavell-nurses-trust"]).await;
    let pledge = promise(&house, &slug, 500).await;
    let merged = merge(&host, "cavell-nurses-trust", "sepsis-trust").await;
    assert_eq!(merged["giving_url"], "https://give.example.org/sepsis?currency=GBP");
    let now = anyone.get(&mine(&pledge)).await.expect(200).json();
    let reference = pledge["reference"].as_str().expect("a reference");
    let link = format!("https://give.example.org/sepsis?amount=5.00&currency=GBP&reference={reference}");
    assert_eq!(pay_url(&now, "cavell-nurses-trust"), link);
    let letter = pledge["manage_url"].as_str().expect("a link").replace("http://disco.test", "");
    let letter = anyone.get(&letter).await.expect(200);
    assert_eq!(letter.addresses(".give a.btn"), [link]);
    assert!(letter.select(".give").contains("Cavell is part of The UK Sepsis Trust now"), "{}", letter.text());
    host.delete("/api/v1/charities/cavell-nurses-trust/merger").await.expect(200);
    let back = anyone.get(&mine(&pledge)).await.expect(200).json();
    assert_eq!(pay_url(&back, "cavell-nurses-trust"), "https://www.cavell.org.uk/");
}
