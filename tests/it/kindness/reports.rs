//! Reports: by anyone, of whatever everyone can see and nothing else; many of one thing are one matter; hosts decide.

use serde_json::json;

use super::{care, id, kinds, list_word, live, share};
use crate::support::{House, on_both};

on_both!(
    a_song_is_reported_without_an_account_and_taken_down,
    many_reports_of_one_thing_are_one_matter,
    what_is_not_public_cannot_be_probed,
    supporters_words_are_reported_and_hidden,
    complaints_and_nights_words_go_to_owners,
    a_wrong_report_comes_back_filled_in,
    reports_are_limited,
    an_address_is_forgotten_in_time,
);

/// The way without JavaScript, from the link on the page to the thanks, and from the host's page to the end.
async fn a_song_is_reported_without_an_account_and_taken_down(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    let song = share(&sam, &api, json!({ "title": "Blue Monday", "dedication": "for ward 9" })).await;
    let anyone = house.stranger();
    let link = anyone.get(&format!("/events/{slug}")).await.expect(200).attribute("#songs a.report", "href");
    assert_eq!(link, format!("/report?about=share:{}", id(&song)));
    let form = anyone.get(&link).await.expect(200);
    assert_eq!(form.header("cache-control"), Some("no-store"));
    for written in ["Blue Monday", "Sam", "for ward 9"] {
        assert!(form.select("main").contains(written), "{written} is shown to whoever reports it");
    }
    let fields = [("reason", "private"), ("words", "It names a patient <b>"), ("email", "jo@example.org")];
    let sent = anyone.fill_in(&link, "/report", &fields).await.expect(303);
    let thanks = anyone.get(sent.header("location").expect("a location")).await.expect(200);
    let reference = thanks.select("main strong.code");
    assert!(reference.starts_with("R-") && reference.len() == 10, "{reference}");
    assert!(anyone.get("/report/thanks?reference=%3Cb%3ER-1").await.expect(200).try_select("main strong").is_none());
    // By itself it hides nothing.
    assert!(anyone.get(&format!("/events/{slug}")).await.text().contains("Blue Monday"));

    let browser = house.browser_of("Louise").await;
    let desk = format!("/host/events/{slug}/kindness");
    let page = browser.get(&desk).await.expect(200);
    for said in ["Blue Monday", "for ward 9", "It names a patient <b>", "jo@example.org", &reference, "One report"] {
        assert!(page.select("section[aria-labelledby=reports]").contains(said), "{said}");
    }
    let told = care(&host, &api).await;
    let matter = id(&told["reports"][0]).to_owned();
    assert_eq!(told["reports"][0]["about"], format!("share:{}", id(&song)));
    assert_eq!(told["reports"][0]["reports"][0]["reference"], reference);
    let action = format!("/host/events/{slug}/reports/{matter}/removal");
    browser.fill_in(&desk, &action, &[("reason", "Please leave the ward out of it")]).await.expect(303);
    assert!(!anyone.get(&format!("/events/{slug}")).await.text().contains("Blue Monday"));
    assert_eq!(care(&host, &api).await["reports"], json!([]));
    let mine = sam.get(&format!("{api}/shares/mine")).await.expect(200).json();
    assert_eq!(mine["items"][0]["reason"], "Please leave the ward out of it");
    // Decided once, whoever is second.
    host.post(&format!("/api/v1/reports/{matter}/dismissal"), json!({})).await.expect(409);
    assert_eq!(&kinds(&host, &api).await[..3], ["report.settled", "share.removed", "report.made"]);
    house.check().await;
}

async fn many_reports_of_one_thing_are_one_matter(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let song = share(&house.guest("Sam").await, &api, json!({ "title": "Blue Monday" })).await;
    let about = format!("share:{}", id(&song));
    let report = json!({ "about": about, "reason": "unkind" });
    let priya = house.guest("Priya").await;
    let first = priya.post("/api/v1/reports", report.clone()).await.expect(201).json();
    // The same person again is the same report.
    let again = priya.post("/api/v1/reports", report.clone()).await.expect(200).json();
    assert_eq!(first["reference"], again["reference"]);
    house.guest("Jo").await.post("/api/v1/reports", report.clone()).await.expect(201);
    house.stranger().post("/api/v1/reports", json!({ "about": about, "reason": "spam" })).await.expect(201);
    let told = care(&host, &api).await;
    assert_eq!((told["reports"].as_array().map(Vec::len), &told["reports"][0]["count"]), (Some(1), &json!(3)));
    assert!(!told.to_string().contains("Priya"), "nobody is told who reported");
    let trail = host.get(&format!("{api}/activity")).await.expect(200).json();
    assert_eq!(trail["items"][0]["actor"], json!(null), "the trail isn't either");
    // Left: it stays, and a later report is a new matter.
    let matter = id(&told["reports"][0]);
    host.post(&format!("/api/v1/reports/{matter}/dismissal"), json!({})).await.expect(204);
    assert!(house.stranger().get(&format!("/events/{slug}")).await.text().contains("Blue Monday"));
    priya.post("/api/v1/reports", report).await.expect(201);
    assert_eq!(care(&host, &api).await["reports"][0]["count"], 1);
    // Retried under its key it is one report, and says the same.
    let keyed = json!({ "about": about, "reason": "other", "words": "words" });
    let one = house.stranger().post_once("/api/v1/reports", "report-key-1", keyed.clone()).await.expect(201);
    let two = house.stranger().post_once("/api/v1/reports", "report-key-1", keyed).await.expect(201);
    assert_eq!((one.json(), two.header("idempotency-replayed")), (two.json(), Some("true")));
    assert_eq!(care(&host, &api).await["reports"][0]["count"], 2);
    let kept = house.count("SELECT COUNT(*) FROM kept_answer WHERE CAST(outcome AS TEXT) LIKE '%words\"%'").await;
    assert_eq!(kept, 0, "what was written isn't kept for retries");
}

async fn what_is_not_public_cannot_be_probed(house: House) {
    let (host, slug, api) = live(&house, json!({ "screening": "all" })).await;
    let sam = house.guest("Sam").await;
    let held = share(&sam, &api, json!({ "title": "Held words" })).await;
    let removed = share(&host, &api, json!({ "title": "Removed words" })).await;
    host.post(&format!("/api/v1/shares/{}/removal", id(&removed)), json!({})).await.expect(200);
    let gone = share(&host, &api, json!({ "title": "Withdrawn words" })).await;
    host.delete(&format!("/api/v1/shares/{}", id(&gone))).await.expect(204);
    let draft = json!({ "title": "Draft words", "starts_local": "2027-04-02T21:00", "duration_minutes": 60 });
    let draft = host.post("/api/v1/events", draft).await.expect(201).json();
    let silent = json!({ "kind": "fixed", "amount_pence": 500, "name": "Jo" });
    let silent = sam.post_once(&format!("{api}/pledges"), "silent-pledge", silent).await.expect(201).json();
    let draft_slug = draft["slug"].as_str().expect("a slug");
    for about in [
        format!("share:{}", id(&held)),
        format!("share:{}", id(&removed)),
        format!("share:{}", id(&gone)),
        format!("event:{draft_slug}"),
        format!("pledge:{}", id(&silent)),
        "share:00000000-0000-7000-8000-000000000000".to_owned(),
        "share:7".to_owned(),
        "story:nowhere".to_owned(),
        "guest:7".to_owned(),
        "event:%00".to_owned(),
        "nonsense".to_owned(),
    ] {
        for who in [&house.stranger(), &sam] {
            who.get(&format!("/report?about={about}")).await.expect(404);
            let report = json!({ "about": about.replace("%00", "\0"), "reason": "unkind" });
            let answer = who.post("/api/v1/reports", report).await.expect(404);
            assert!(!answer.text().contains("words"), "{about}");
        }
    }
    // Once it is shown, it can be.
    host.post(&format!("/api/v1/shares/{}/approval", id(&held)), json!({})).await.expect(200);
    house.stranger().get(&format!("/report?about=share:{}", id(&held))).await.expect(200);
    house.stranger().get(&format!("/report?about=event:{slug}")).await.expect(200);
    // What was reported and then taken back shows its words to nobody, hosts included.
    let report = json!({ "about": format!("share:{}", id(&held)), "reason": "unkind" });
    house.stranger().post("/api/v1/reports", report).await.expect(201);
    sam.delete(&format!("/api/v1/shares/{}", id(&held))).await.expect(204);
    let told = care(&host, &api).await;
    assert_eq!(told["reports"][0]["is_public"], false);
    assert!(!told["reports"].to_string().contains("Held words"));
    let matter = id(&told["reports"][0]);
    host.post(&format!("/api/v1/reports/{matter}/removal"), json!({})).await.expect(204);
    house.check().await;
}

async fn supporters_words_are_reported_and_hidden(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let words = json!({ "kind": "fixed", "amount_pence": 500, "name": "Jo", "message": "Unkind words", "show_name": true,
        "show_message": true });
    let made = house.stranger().post_once(&format!("{api}/pledges"), "reported-pledge", words).await.expect(201).json();
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    let link = page.attribute("section[aria-labelledby=supporters] a.report", "href");
    assert_eq!(link, format!("/report?about=pledge:{}", id(&made)));
    house.stranger().fill_in(&link, "/report", &[("reason", "unkind")]).await.expect(303);
    let told = care(&host, &api).await;
    assert!(told["reports"][0]["written"].to_string().contains("Unkind words"));
    let matter = id(&told["reports"][0]);
    host.post(&format!("/api/v1/reports/{matter}/removal"), json!({})).await.expect(204);
    let page = house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    assert!(!page.text().contains("Unkind words") && page.text().contains("£5"), "the money stands");
    let letter = made["manage_url"].as_str().expect("a link").replace("http://disco.test", "");
    assert!(house.stranger().get(&letter).await.text().contains("A host has hidden your name and message"));
    house.check().await;
}

async fn complaints_and_nights_words_go_to_owners(house: House) {
    let (host, slug, api) = live(&house, json!({ "summary": "Rough words" })).await;
    let owner = house.owner("Moira").await;
    let anyone = house.stranger();
    anyone.fill_in("/report", "/report", &[("words", "My data, please")]).await.expect(303);
    let night = json!({ "about": format!("event:{slug}"), "reason": "unkind" });
    anyone.post("/api/v1/reports", night).await.expect(201);
    anyone.post("/api/v1/reports", json!({ "about": "story:edges", "reason": "private" })).await.expect(201);
    assert_eq!(care(&host, &api).await["reports"], json!([]), "a host doesn't decide on the host's own words");
    host.get("/api/v1/reports").await.expect(403);
    house.guest("Sam").await.get("/api/v1/reports").await.expect(403);
    anyone.get("/api/v1/reports").await.expect(401);
    let told = owner.get("/api/v1/reports").await.expect(200).json();
    let abouts: Vec<_> = told["items"].as_array().expect("items").iter().map(|item| item["about"].clone()).collect();
    assert_eq!(abouts, [json!(null), json!(format!("event:{slug}")), json!("story:edges")]);
    assert!(told["items"][1]["written"].to_string().contains("Rough words"));
    // Two complaints are two matters: they are about nothing in common.
    anyone.post("/api/v1/reports", json!({ "words": "Another" })).await.expect(201);
    let browser = house.browser_of("Moira").await;
    let page = browser.get("/host/reports").await.expect(200);
    for said in ["My data, please", "Another", "Rough words", "Edges"] {
        assert!(page.select("main").contains(said), "{said}");
    }
    let complaint = id(&told["items"][0]);
    let action = format!("/host/reports/{complaint}/dismissal");
    browser.fill_in("/host/reports", &action, &[]).await.expect(303);
    assert!(!browser.get("/host/reports").await.expect(200).text().contains("My data, please"));
    // Owners' matters aren't there for a host, and can't be taken down from there.
    let of_night = id(&told["items"][1]);
    host.post(&format!("/api/v1/reports/{of_night}/dismissal"), json!({})).await.expect(404);
    owner.post(&format!("/api/v1/reports/{of_night}/removal"), json!({})).await.expect(409);
    owner.post(&format!("/api/v1/reports/{of_night}/dismissal"), json!({})).await.expect(204);
    house.organiser("Ruth").await.post(&format!("/api/v1/reports/{complaint}/removal"), json!({})).await.expect(404);
    house.check().await;
}

async fn a_wrong_report_comes_back_filled_in(house: House) {
    let (_, slug, api) = live(&house, json!({})).await;
    let song = share(&house.guest("Sam").await, &api, json!({ "title": "Blue Monday" })).await;
    let about = format!("share:{}", id(&song));
    let link = format!("/report?about={about}");
    let anyone = house.stranger();
    for (fields, wrong) in [
        (vec![("words", "Kept words")], "reason"),
        (vec![("reason", "other"), ("email", "kept")], "words"),
        (vec![("reason", "unkind"), ("words", "Kept words"), ("email", "kept")], "email"),
    ] {
        let again = anyone.fill_in(&link, "/report", &fields).await.expect(422);
        assert!(again.select("title").starts_with("Error: "), "{}", again.select("title"));
        assert_eq!(again.attribute(".errors a", "href"), format!("#{wrong}"));
        assert!(again.select("main").contains("Blue Monday"), "it still says what it is about");
        assert!(again.text().contains(fields.last().expect("a field").1), "what was typed is there still");
    }
    anyone.fill_in("/report", "/report", &[]).await.expect(422);
    let wrong = [
        (json!({ "about": about }), "reason"),
        (json!({ "about": about, "reason": "rude" }), "reason"),
        (json!({ "about": about, "reason": "unkind", "words": "x".repeat(1001) }), "words"),
        (json!({}), "words"),
        (json!({ "words": 7 }), "words"),
    ];
    for (body, field) in wrong {
        assert_eq!(anyone.post("/api/v1/reports", body).await.expect(422).wrong_fields(), [field]);
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM report").await, 0);
    anyone.get(&format!("/events/{slug}")).await.expect(200);
}

async fn reports_are_limited(house: House) {
    let house = House::furnished(house.backend, |config| config.limits = true).await;
    let (sam, here) = (house.guest("Sam").await, house.stranger().at("203.0.113.5"));
    for number in 0..10 {
        sam.post("/api/v1/reports", json!({ "words": format!("Complaint {number}") })).await.expect(201);
    }
    let refused = sam.post("/api/v1/reports", json!({ "words": "One more" })).await.expect(429);
    assert!(refused.header("retry-after").is_some());
    for number in 0..200 {
        here.post("/api/v1/reports", json!({ "words": format!("Flood {number}") })).await.expect(201);
    }
    here.post("/api/v1/reports", json!({ "words": "One more" })).await.expect(429);
    house.stranger().at("203.0.113.6").post("/api/v1/reports", json!({ "words": "Mine" })).await.expect(201);
}

async fn an_address_is_forgotten_in_time(house: House) {
    let owner = house.owner("Moira").await;
    list_word(&owner, "wretch").await;
    let anyone = house.stranger();
    for words in ["Closed", "Open"] {
        let complaint = json!({ "words": words, "email": "jo@example.org" });
        anyone.post("/api/v1/reports", complaint).await.expect(201);
    }
    let told = owner.get("/api/v1/reports").await.expect(200).json();
    owner.post(&format!("/api/v1/reports/{}/dismissal", id(&told["items"][0])), json!({})).await.expect(204);
    let addresses = async || house.count("SELECT COUNT(*) FROM report WHERE email IS NOT NULL").await;
    house.pass(chrono::TimeDelta::days(89)).await;
    assert_eq!(addresses().await, 2);
    house.pass(chrono::TimeDelta::days(2)).await;
    assert_eq!(addresses().await, 1, "one that waits for an answer keeps its address");
}
