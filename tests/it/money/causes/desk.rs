//! The organisers' page of a charity, in a browser without JavaScript.

use super::recorded;
use crate::support::{House, on_both};

on_both!(everything_can_be_done_at_the_desk, a_form_that_is_refused_comes_back);

const DESK: &str = "/host/charities/cavell-nurses-trust";

/// Catches: a form that loses what it doesn't change, a button that does nothing, a merger without a way back.
async fn everything_can_be_done_at_the_desk(house: House) {
    let host = house.organiser("Louise").await;
    let browser = house.browser_of("Louise").await;
    let read = async || host.get("/api/v1/charities/cavell-nurses-trust").await.expect(200).json();
    let list = browser.get("/host/charities").await.expect(200);
    assert_eq!(list.addresses("ul.nights a")[0], DESK);
    let before = read().await;
    let page = browser.get(DESK).await.expect(200);
    let (about, link) = (page.select("#about"), page.attribute("#giving_url", "value"));
    // What the form showed, sent back as it was.
    let numbers = ["", "SC041453", "", "", "", ""].map(|number| ("number", number));
    let facts = [&[("about", about.as_str()), ("giving_url", &link), ("checked_on", "")][..], &numbers].concat();
    browser.fill_in(DESK, DESK, &facts).await.expect(303);
    assert_eq!(read().await, before, "saved unchanged, it is unchanged");
    let facts =
        [("about", "Helps nurses."), ("giving_url", &link), ("checked_on", "2027-03-20"), ("number", "1160148")];
    browser.fill_in(DESK, DESK, &facts).await.expect(303);
    let after = read().await;
    assert_eq!((&after["about"], &after["checked_on"]), (&"Helps nurses.".into(), &"2027-03-20".into()));
    assert_eq!(after["numbers"][0]["register"], "England and Wales");

    let renamed = [("name", "Cavell Trust"), ("from", "2027-03-01")];
    browser.fill_in(DESK, &format!("{DESK}/names"), &renamed).await.expect(303);
    assert_eq!(read().await["name"], "Cavell Trust");
    let merger = [("into", "sepsis-trust"), ("from", "2027-03-01")];
    browser.fill_in(DESK, &format!("{DESK}/merger"), &merger).await.expect(303);
    assert_eq!(read().await["merged_into"], "sepsis-trust");
    let page = browser.get(DESK).await.expect(200);
    assert!(page.select("#merged").contains("Part of The UK Sepsis Trust"));
    assert!(page.try_select("#giving_url").is_none(), "its own link leads nowhere now");
    browser.fill_in(DESK, DESK, &[("about", "Helped nurses.")]).await.expect(303);
    let list = browser.get("/host/charities").await.expect(200).select("main");
    assert!(list.contains("Now part of The UK Sepsis Trust"), "{list}");
    browser.fill_in(DESK, &format!("{DESK}/merger/undoing"), &[]).await.expect(303);
    let back = read().await;
    assert_eq!((&back["merged_into"], &back["giving_url"]), (&serde_json::Value::Null, &before["giving_url"]));
    assert_eq!(recorded(&house, "charity.changed").await, 3);
    house.check().await;
}

/// Catches: a form that comes back empty or shut, a summary whose links lead nowhere.
async fn a_form_that_is_refused_comes_back(house: House) {
    house.organiser("Louise").await;
    let browser = house.browser_of("Louise").await;
    let new = "/host/charities/new";
    let typed = [
        ("name", ""),
        ("about", "Helps ward 9."),
        ("giving_url", "ward9.example"),
        ("register", "Scotland"),
        ("number", "none yet"),
        ("checked_on", "2030-01-01"),
        ("night", "friday-night"),
    ];
    let cases = [
        (new.to_owned(), new.to_owned(), &typed[..], &["name", "giving_url", "numbers", "checked_on"][..]),
        (DESK.to_owned(), format!("{DESK}/names"), &[("name", "Later"), ("from", "2027-03-27")], &["named-from"]),
        (DESK.to_owned(), format!("{DESK}/names"), &[("name", ""), ("from", "")], &["new-name", "named-from"]),
        (DESK.to_owned(), format!("{DESK}/merger"), &[("into", "sepsis-trust"), ("from", "soon")], &["merged-from"]),
        (DESK.to_owned(), format!("{DESK}/merger"), &[("into", ""), ("from", "2027-03-01")], &["into"]),
    ];
    for (page, action, fields, wrong) in cases {
        let refused = browser.fill_in(&page, &action, fields).await.expect(422);
        assert!(refused.select("title").starts_with("Error: "), "{action}");
        assert_eq!(refused.select("#errors h2"), "There is a problem");
        let links: Vec<String> = wrong.iter().map(|field| format!("#{field}")).collect();
        assert_eq!(refused.addresses("#errors a"), links, "{action}");
        for link in &links {
            assert!(refused.try_select(link).is_some(), "{link} is there to go to");
            let is_shut = refused.try_select(&format!("details:not([open]) {link}")).is_some();
            assert!(!is_shut, "{link} is in sight");
        }
        for (name, value) in
            fields.iter().filter(|(name, value)| !["register", "into", "about"].contains(name) && !value.is_empty())
        {
            let held = format!("form[action='{action}'] [name={name}][value='{value}']");
            assert!(refused.try_select(&held).is_some(), "{held}: {}", refused.text());
        }
    }
    browser.get("/host/charities/nowhere").await.expect(404);
}
