//! The JSON of kindness: its shapes, and an answer of every route for the document to be held against.

use serde_json::{Value, json};

use super::hostile::{assert_same_bones, skeleton, strings};
use super::shape::{assert_shape, assert_shapes};
use crate::support::{Actor, Answer, House, on_both};

on_both!(kindness_has_the_fields_of_the_contract, the_words_of_kindness_stay_words);

const REPORT: &str = "reference:text about:text? reason:text made_at:time";
const MATTER: &str = "id:id about:text? name:text written:list guest:id? is_public:flag opened_at:time count:number \
    reports:list";
const MADE_REPORT: &str = "reference:text reason:text words:text? email:text? made_at:time";
const MINE: &str = "id:id event:text track:object shared_by:text joined_by:list dedication:text? state:text shared_at:time \
    played_at:time? dances:number waits_for:text? reason:text?";

async fn kindness_has_the_fields_of_the_contract(house: House) {
    let (host, owner) = (house.organiser("Louise").await, house.owner("Moira").await);
    let slug = house.night(&host, json!({ "songs_each": 3 })).await;
    let at = format!("/api/v1/events/{slug}");
    let word = owner.post("/api/v1/words", json!({ "word": "wretch" })).await.expect(201).json();
    assert_shape("a word", "id:id word:text", &word);
    let words = owner.get("/api/v1/words").await.expect(200).json();
    assert_shape("a list of words", "items:list next:text?", &words);
    let (sam, jo) = (house.guest("Sam").await, house.guest("Jo").await);
    let held = json!({ "title": "wretch" });
    sam.post(&format!("{at}/shares"), held).await.expect(201);
    let shown = sam.post(&format!("{at}/shares"), json!({ "title": "Blue Monday" })).await.expect(201).json();
    jo.post(&format!("{at}/shares"), json!({ "title": "Africa" })).await.expect(201);
    let about = format!("share:{}", shown["id"].as_str().expect("an id"));
    let report = json!({ "about": about, "reason": "other", "words": "Hm", "email": "jo@example.org" });
    assert_shape("a report", REPORT, &jo.post("/api/v1/reports", report).await.expect(201).json());
    let complaint = jo.post("/api/v1/reports", json!({ "words": "Hm" })).await.expect(201).json();
    assert_shape("a complaint", REPORT, &complaint);
    let guest = host.get(&format!("{at}/kindness")).await.expect(200).json()["people"][0]["guest"].clone();
    let block = format!("{at}/guests/{}/block", guest.as_str().expect("an id"));
    assert_shape("a block", "guest:id taken_down:number", &host.post(&block, json!({})).await.expect(200).json());

    let care = host.get(&format!("{at}/kindness")).await.expect(200).json();
    assert_shape(
        "kindness",
        "reports:list held:list blocked:list people:list songs_each:number? screening:text",
        &care,
    );
    assert_shapes("matters", MATTER, &care["reports"]);
    assert_shapes("reports", MADE_REPORT, &care["reports"][0]["reports"]);
    assert_shapes("what is written", "what:text words:text", &care["reports"][0]["written"]);
    assert_shapes("what is held", "kind:text id:id word:text", &care["held"]);
    assert_shapes("who is blocked", "guest:id nickname:text by:text at:time", &care["blocked"]);
    assert_shapes("people", "guest:id nickname:text", &care["people"]);
    assert_shapes("complaints", MATTER, &owner.get("/api/v1/reports").await.expect(200).json()["items"]);
    let mine = sam.get(&format!("{at}/shares/mine")).await.expect(200).json();
    assert_shapes("my songs", MINE, &mine["items"]);
    let log = host.get(&format!("{at}/activity")).await.expect(200).json();
    assert_eq!(
        log["items"][0]["seq"].as_i64(),
        Some(log["items"].as_array().map(Vec::len).and_then(|len| i64::try_from(len).ok()).unwrap_or_default())
    );
}

/// A night on which somebody of this name shares, is reported and taken down, all in these words; every page that says so.
async fn pages_of(house: &House, host: &Actor, browser: &Actor, text: &str) -> Vec<Answer> {
    let slug = house.night(host, json!({})).await;
    let at = format!("/api/v1/events/{slug}");
    let guest = house.guest(text).await;
    let song = json!({ "title": format!("{text} 1"), "artist": text, "dedication": text });
    let song = guest.post(&format!("{at}/shares"), song).await.expect(201).json();
    let about = format!("share:{}", song["id"].as_str().expect("an id"));
    let report = json!({ "about": about, "reason": "unkind", "words": text });
    let reported = house.stranger().post("/api/v1/reports", report).await.expect(201).json();
    assert_eq!(reported["about"], about);
    let form = house.stranger().get(&format!("/report?about={about}")).await.expect(200);
    let care = host.get(&format!("{at}/kindness")).await.expect(200).json();
    assert_eq!(
        (&care["reports"][0]["reports"][0]["words"], &care["people"][0]["nickname"]),
        (&json!(text), &json!(text))
    );
    let person = care["people"][0]["guest"].as_str().expect("an id").to_owned();
    let desk = format!("/host/events/{slug}");
    let mut pages = vec![form, browser.get(&format!("{desk}/kindness")).await.expect(200)];
    let removal = format!("/api/v1/reports/{}/removal", care["reports"][0]["id"].as_str().expect("an id"));
    host.post(&removal, json!({ "reason": text })).await.expect(204);
    host.post(&format!("{at}/guests/{person}/block"), json!({})).await.expect(200);
    for path in ["kindness", &format!("guests/{person}"), "history"] {
        pages.push(browser.get(&format!("{desk}/{path}")).await.expect(200));
    }
    pages.push(guest.get(&format!("/events/{slug}/mine")).await.expect(200));
    pages
}

async fn the_words_of_kindness_stay_words(house: House) {
    let host = house.organiser("Louise").await;
    let browser = house.browser_of("Louise").await;
    let harmless: Vec<_> = pages_of(&house, &host, &browser, "harmless words").await.iter().map(skeleton).collect();
    let strings = strings(&house);
    let few: Vec<&String> = strings.iter().step_by(strings.len() / 50).collect();
    for text in &few {
        for (bones, page) in harmless.iter().zip(pages_of(&house, &host, &browser, text).await) {
            assert_same_bones(bones, &page, text);
        }
    }
    println!("{} strings × 6 places of a report, on {} pages: 0 became markup", few.len(), harmless.len());
}

/// An answer of every route, or more, with the route.
pub async fn answers(house: &House, host: &Actor, at: &str) -> Vec<(&'static str, Answer)> {
    let owner = house.owner("Olga").await;
    let (sam, jo) = (house.guest("Samuel").await, house.guest("Joanna").await);
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let mut answers = Vec::new();
    let mut matters = Vec::new();
    for title in ["Reported", "Also reported"] {
        let song = sam.post(&format!("{at}/shares"), json!({ "title": title })).await.expect(201).json();
        let report = json!({ "about": format!("share:{}", text(&song["id"])), "reason": "unkind" });
        answers.push(("POST /api/v1/reports", jo.post("/api/v1/reports", report.clone()).await.expect(201)));
        answers.push(("POST /api/v1/reports", jo.post("/api/v1/reports", report).await.expect(200)));
        let care = host.get(&format!("{at}/kindness")).await.expect(200);
        matters.push(text(&care.json()["reports"].as_array().expect("reports").last().expect("one")["id"]));
        answers.push(("GET /api/v1/events/{slug}/kindness", care));
    }
    let care = host.get(&format!("{at}/kindness")).await.expect(200).json();
    let guest = text(&care["people"][0]["guest"]);
    let pledge = json!({ "kind": "fixed", "amount_pence": 500 });
    let made = jo.post_once(&format!("{at}/pledges"), "document-kindness", pledge).await.expect(201).json();
    let approval = format!("{at}/pledges/{}/approval", text(&made["id"]));
    let (removal, dismissal) =
        (format!("/api/v1/reports/{}/removal", matters[0]), format!("/api/v1/reports/{}/dismissal", matters[1]));
    let block = format!("{at}/guests/{guest}/block");
    let word = owner.post("/api/v1/words", json!({ "word": "cold fish" })).await.expect(201);
    let off = format!("/api/v1/words/{}", text(&word.json()["id"]));
    answers.extend([
        ("POST /api/v1/reports", jo.post("/api/v1/reports", json!({})).await.expect(422)),
        ("POST /api/v1/reports", jo.post("/api/v1/reports", json!({ "about": "share:7" })).await.expect(404)),
        ("GET /api/v1/reports", owner.get("/api/v1/reports").await.expect(200)),
        ("GET /api/v1/reports", host.get("/api/v1/reports").await.expect(403)),
        ("POST /api/v1/reports/{id}/removal", host.post(&removal, json!({ "reason": "Hm" })).await.expect(204)),
        ("POST /api/v1/reports/{id}/removal", host.post(&removal, json!({})).await.expect(409)),
        ("POST /api/v1/reports/{id}/dismissal", host.post(&dismissal, json!({})).await.expect(204)),
        ("GET /api/v1/events/{slug}/activity", host.get(&format!("{at}/activity")).await.expect(200)),
        ("GET /api/v1/events/{slug}/shares/mine", sam.get(&format!("{at}/shares/mine")).await.expect(200)),
        ("POST /api/v1/events/{slug}/guests/{id}/block", host.post(&block, json!({})).await.expect(200)),
        ("DELETE /api/v1/events/{slug}/guests/{id}/block", host.delete(&block).await.expect(204)),
        (
            "POST /api/v1/events/{slug}/guests/{id}/approval",
            host.post(&format!("{at}/guests/{guest}/approval"), json!({})).await.expect(204),
        ),
        ("POST /api/v1/events/{slug}/pledges/{id}/approval", host.post(&approval, json!({})).await.expect(200)),
        ("POST /api/v1/words", word),
        ("POST /api/v1/words", owner.post("/api/v1/words", json!({ "word": "c0ld fish" })).await.expect(200)),
        ("POST /api/v1/words", owner.post("/api/v1/words", json!({ "word": "" })).await.expect(422)),
        ("GET /api/v1/words", owner.get("/api/v1/words").await.expect(200)),
        ("DELETE /api/v1/words/{id}", owner.delete(&off).await.expect(204)),
        ("DELETE /api/v1/words/{id}", owner.delete(&off).await.expect(404)),
    ]);
    answers
}
