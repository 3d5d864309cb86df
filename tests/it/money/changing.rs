//! Changing a pledge on its own page: everything while the night takes pledges, words and Gift Aid afterwards.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::mails::{night, page_of, pledge};
use crate::support::actor::with_hidden;
use crate::support::{Actor, Answer, House, on_both};

on_both!(
    an_untouched_form_changes_nothing,
    each_kind_can_be_changed,
    a_split_can_be_changed_and_given_back,
    wrong_fields_come_back_filled_in,
    after_the_night_only_words_change,
    what_is_over_says_so,
);

/// Every field of the form as a browser would send it, with these typed over.
fn filled(page: &Answer, action: &str, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let html = scraper::Html::parse_document(&page.text());
    let select = |what: &str| scraper::Selector::parse(&format!("form[action='{action}'] {what}")).expect("a selector");
    let own = |name: &str| typed.iter().any(|(field, _)| *field == name);
    let mut fields = Vec::new();
    for input in html.select(&select("input")) {
        let attribute = |name: &str| input.attr(name).unwrap_or_default().to_owned();
        let is_sent = attribute("type") != "checkbox" || input.attr("checked").is_some();
        if is_sent && !own(&attribute("name")) {
            fields.push((attribute("name"), attribute("value")));
        }
    }
    for area in html.select(&select("textarea")) {
        let name = area.attr("name").unwrap_or_default().to_owned();
        if !own(&name) {
            fields.push((name, area.text().collect::<String>().trim_start_matches('\n').to_owned()));
        }
    }
    fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

/// Opens the form, types, sends it.
async fn change(who: &Actor, pledge: &Value, typed: &[(&str, &str)]) -> Answer {
    let action = format!("{}/change", page_of(pledge));
    let opened = who.get(&action).await.expect(200);
    who.post_form(&action, &filled(&opened, &action, typed)).await
}

async fn mine(who: &Actor, pledge: &Value) -> Value {
    who.get(&format!("/api/v1{}", page_of(pledge))).await.expect(200).json()
}

const KINDS: [(&str, &str); 3] = [
    ("fixed", r#"{ "kind": "fixed", "amount_pence": 1205 }"#),
    ("songs", r#"{ "kind": "per_song", "rate_pence": 150, "cap_pence": 1000 }"#),
    ("match", r#"{ "kind": "match", "percent": 50, "pot_pence": 2500 }"#),
];

fn with_words(body: &str) -> Value {
    let mut body: Value = serde_json::from_str(body).expect("JSON");
    let words = json!({ "name": "Sam & Jo", "email": "sam@example.org", "message": "For <the> ward\nand you",
        "gift_aid": true, "show_name": true, "show_message": true });
    body.as_object_mut().expect("an object").extend(words.as_object().cloned().unwrap_or_default());
    body
}

/// The fault: a form that isn't filled in with what is there, a switch that goes off, or a rounded percentage that moves a
/// penny.
async fn an_untouched_form_changes_nothing(house: House) {
    let (_, slug) = night(&house).await;
    let anyone = house.stranger();
    let split =
        json!([{ "charity": "sepsis-trust", "parts": 2 }, { "charity": "british-lung-foundation", "parts": 1 }]);
    for (name, body) in KINDS {
        for has_own_split in [false, true] {
            let mut body = with_words(body);
            if has_own_split {
                body["split"] = split.clone();
            }
            let made = pledge(&house, &slug, &format!("{name}-{has_own_split}"), body).await;
            let before = mine(&anyone, &made).await;
            let journals = house.count("SELECT COUNT(*) FROM journal").await;
            let moved = change(&anyone, &made, &[]).await.expect(303);
            assert_eq!(moved.header("location"), Some(page_of(&made).as_str()));
            assert_eq!(mine(&anyone, &made).await, before, "{name}");
            assert_eq!(house.count("SELECT COUNT(*) FROM journal").await, journals, "{name}: no money moved");
            let form = anyone.get(&format!("{}/change", page_of(&made))).await.expect(200);
            assert_eq!(form.attribute("#email", "value"), "sam@example.org");
        }
    }
    house.check().await;
}

async fn each_kind_can_be_changed(house: House) {
    let (_, slug) = night(&house).await;
    let anyone = house.stranger();
    let typed: [&[(&str, &str)]; 3] =
        [&[("amount", "£20.50")], &[("rate", "25p"), ("cap", "12")], &[("percent", "20%"), ("pot", "1,000")]];
    let amounts = ["amount_pence", "rate_pence", "cap_pence", "percent", "pot_pence"];
    let wanted = [
        json!([2050, null, null, null, null]),
        json!([null, 25, 1200, null, null]),
        json!([null, null, null, 20, 100_000]),
    ];
    for (((name, body), typed), wanted) in KINDS.into_iter().zip(typed).zip(wanted) {
        let made = pledge(&house, &slug, name, with_words(body)).await;
        change(&anyone, &made, typed).await.expect(303);
        let now = mine(&anyone, &made).await;
        let held: Vec<&Value> = amounts.iter().map(|field| &now[field]).collect();
        assert_eq!(json!(held), wanted, "{name}");
        change(&anyone, &made, &[("name", "Kim"), ("message", ""), ("email", "")]).await.expect(303);
        let now = mine(&anyone, &made).await;
        assert_eq!((&now["name"], &now["message"]), (&json!("Kim"), &Value::Null), "{name}");
        assert_eq!(
            (&now["gift_aid"], &now["show_name"], &now["show_amount"]),
            (&json!(true), &json!(true), &json!(false))
        );
        let letter = anyone.get(&page_of(&made)).await.expect(200);
        assert!(letter.try_select("#mails").is_none(), "without an address there is nothing to stop");
    }
    house.check().await;
}

async fn a_split_can_be_changed_and_given_back(house: House) {
    let (_, slug) = night(&house).await;
    let anyone = house.stranger();
    let made = pledge(&house, &slug, "split", with_words(KINDS[0].1)).await;
    let own = mine(&anyone, &made).await["split"].clone();
    let of = ["cavell-nurses-trust", "british-lung-foundation", "sepsis-trust"].map(|slug| ("split_of", slug));
    let typed = |percents: [&'static str; 3]| {
        of.into_iter().zip(percents).flat_map(|(of, percent)| [of, ("split_percent", percent)]).collect::<Vec<_>>()
    };
    change(&anyone, &made, &typed(["", "30", "70"])).await.expect(303);
    let split = mine(&anyone, &made).await["split"].clone();
    assert_eq!(split.as_array().map(Vec::len), Some(2), "{split}");
    assert_eq!((&split[0]["percent"], &split[1]["percent"]), (&json!(30), &json!(70)));
    let wrong = change(&anyone, &made, &typed(["", "30", "60"])).await.expect(422);
    assert!(wrong.select("#errors").contains("must sum to 100"), "{}", wrong.text());
    change(&anyone, &made, &typed(["", "", ""])).await.expect(303);
    assert_eq!(mine(&anyone, &made).await["split"], own, "emptied, it is the night's own again");
    // What was given stays where it went, so the split isn't asked for any more.
    let claim = json!({ "charity": "sepsis-trust", "amount_pence": 100 });
    anyone.post_once(&format!("/api/v1{}/payments", page_of(&made)), "a-claim-1", claim).await.expect(201);
    let form = anyone.get(&format!("{}/change", page_of(&made))).await.expect(200);
    assert!(form.try_select("#split").is_none());
    change(&anyone, &made, &[("amount", "15")]).await.expect(303);
    change(&anyone, &made, &typed(["", "30", "70"])).await.expect(409);
    house.check().await;
}

async fn wrong_fields_come_back_filled_in(house: House) {
    let (_, slug) = night(&house).await;
    let anyone = house.stranger();
    let made = pledge(&house, &slug, "wrong", with_words(KINDS[0].1)).await;
    let before = house.contents().await;
    for (typed, field, said) in [
        (("amount", "lots"), "amount", "Enter an amount in pounds, like 20 or 20.50"),
        (("amount", ""), "amount", "Choose or enter an amount"),
        (("amount", "0.50"), "amount", "Choose an amount from £1 to £10,000"),
        (("email", "not an address"), "email", "Enter a mail address like name@example.org"),
        (("name", "\u{202E}evil"), "name", "Remove the hidden control characters from this text"),
    ] {
        let refused = change(&anyone, &made, &[typed]).await.expect(422);
        assert!(refused.select("title").starts_with("Error: "), "{field}");
        assert_eq!(refused.select("#errors h2"), "There is a problem");
        assert_eq!(refused.attribute("#errors a", "href"), format!("#{field}"));
        assert!(refused.select(&format!("#{field}-err")).contains(said), "{}", refused.text());
        assert_eq!(refused.attribute(&format!("#{field}"), "value"), typed.1);
        assert!(refused.select("#message").contains("For <the> ward"), "the rest stays as it was typed");
    }
    assert!(house.contents().await == before, "nothing changed");
    // A kind of another form is no way round.
    change(&anyone, &made, &[("kind", "match"), ("amount", "20"), ("percent", "10"), ("pot", "5")]).await.expect(303);
    assert_eq!(mine(&anyone, &made).await["kind"], "fixed");
}

/// The fault: money that moves after the night, or is said to have changed and hasn't.
async fn after_the_night_only_words_change(house: House) {
    let (host, slug) = night(&house).await;
    let anyone = house.stranger();
    let split =
        json!([{ "charity": "sepsis-trust", "percent": 70 }, { "charity": "cavell-nurses-trust", "percent": 30 }]);
    let mut made_of_kinds = Vec::new();
    for (name, body) in KINDS {
        let mut body = with_words(body);
        body["split"] = split.clone();
        made_of_kinds.push(pledge(&house, &slug, name, body).await);
    }
    let made = pledge(&house, &slug, "late", with_words(KINDS[0].1)).await;
    let action = format!("{}/change", page_of(&made));
    let opened = anyone.get(&action).await.expect(200);
    host.post(&format!("/api/v1/events/{slug}/opening"), json!({})).await.expect(200);
    let song = json!({ "title": "Blue Monday" });
    house.guest("Jo").await.post(&format!("/api/v1/events/{slug}/shares"), song).await.expect(201);
    house.pass(TimeDelta::hours(4)).await;
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
    let before = mine(&anyone, &made).await;
    // A form opened before: the same amount is no change, another one is refused in so many words.
    let refused = anyone.post_form(&action, &filled(&opened, &action, &[("amount", "99")])).await.expect(409);
    assert!(refused.text().contains("This night is over"));
    assert_eq!(mine(&anyone, &made).await, before);
    anyone.post_form(&action, &filled(&opened, &action, &[])).await.expect(303);
    assert_eq!(mine(&anyone, &made).await, before);

    let form = anyone.get(&action).await.expect(200);
    assert!(form.select(".lede").contains("The night is over, so the amount stays as it is"));
    for field in ["#amount", "#split"] {
        assert!(form.try_select(field).is_none(), "{field}");
    }
    let hidden = with_hidden(&form, &action, &[("name", "Kim"), ("email", "kim@example.org")]);
    anyone.post_form(&action, &hidden).await.expect(303);
    let now = mine(&anyone, &made).await;
    assert_eq!((&now["name"], &now["gift_aid"], &now["promised_pence"]), (&json!("Kim"), &json!(false), &json!(1_205)));
    let letter = anyone.get(&page_of(&made)).await.expect(200);
    assert!(letter.select("#mails").contains("kim@example.org"));

    // What was counted from songs and from others stays counted, whatever is said about it afterwards.
    let pledges = host.get(&format!("/api/v1/events/{slug}/pledges")).await.expect(200).json();
    let pledges = pledges["items"].as_array().expect("pledges").clone();
    assert_eq!(pledges.len(), 4);
    for counted in &made_of_kinds {
        let before = mine(&anyone, counted).await;
        change(&anyone, counted, &[("name", "Kim"), ("email", ""), ("message", "")]).await.expect(303);
        anyone.patch(&format!("/api/v1{}", page_of(counted)), json!({ "show_name": false })).await.expect(200);
        let now = mine(&anyone, counted).await;
        assert_eq!((&now["promised_pence"], &now["state"]), (&before["promised_pence"], &before["state"]));
        assert_eq!(now["allocations"], before["allocations"]);
    }
    house.check().await;
}

async fn what_is_over_says_so(house: House) {
    let (host, slug) = night(&house).await;
    let anyone = house.stranger();
    let one = json!({ "kind": "fixed", "amount_pence": 1_000, "split": [{ "charity": "sepsis-trust" }] });
    let [settled, withdrawn, lapsed] = [
        pledge(&house, &slug, "settled", one.clone()).await,
        pledge(&house, &slug, "withdrawn", one.clone()).await,
        pledge(&house, &slug, "lapsed", one).await,
    ];
    let paid = json!({ "charity": "sepsis-trust", "amount_pence": 1_000, "pledge_reference": settled["reference"] });
    host.post_once(&format!("/api/v1/events/{slug}/payments"), "payment-1", paid).await.expect(201);
    anyone.delete(&format!("/api/v1{}", page_of(&withdrawn))).await.expect(200);
    // Who has paid can still take their words back.
    let words = json!({ "name": "Sam", "show_name": true, "show_amount": true });
    let mine_api = format!("/api/v1{}", page_of(&settled));
    anyone.patch(&mine_api, words).await.expect(200);
    let shown = async || {
        let list = anyone.get(&format!("/api/v1/events/{slug}/pledges?public=true")).await.expect(200).json();
        list["items"][0]["name"].clone()
    };
    assert_eq!(shown().await, "Sam");
    let more = anyone.patch(&mine_api, json!({ "amount_pence": 2_000 })).await.expect(409);
    assert!(more.text().contains("All of this pledge has arrived"), "{}", more.text());
    change(&anyone, &settled, &[("name", "Sam"), ("show_name", "")]).await.expect(303);
    anyone.patch(&mine_api, json!({ "show_name": false })).await.expect(200);
    assert_eq!(shown().await, Value::Null);
    assert!(anyone.get(&page_of(&settled)).await.expect(200).text().contains("What people may see"));
    let told = async |pledge: &Value, said: &str| {
        let action = format!("{}/change", page_of(pledge));
        for answer in [anyone.get(&action).await, anyone.post_form(&action, &[("amount".into(), "5".into())]).await] {
            assert!(answer.expect(409).text().contains(said), "{said}");
        }
        let letter = anyone.get(&page_of(pledge)).await.expect(200);
        assert!(!letter.text().contains("/change"), "no way to a page that says no");
    };
    told(&withdrawn, "This pledge is withdrawn").await;
    host.post(&format!("/api/v1/events/{slug}/cancellation"), json!({})).await.expect(200);
    told(&lapsed, "when the night was cancelled").await;
}
