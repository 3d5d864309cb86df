//! Text stays text (promise 9) on the page of the decks and on the desk: the words of the line-up, of a welcome, and of
//! songs that wait to be put on.

use serde_json::{Value, json};

use super::hostile::{assert_same_bones, skeleton, strings};
use crate::support::{House, on_both};

on_both!(the_words_of_a_line_up_stay_words_at_the_decks);

async fn the_words_of_a_line_up_stay_words_at_the_decks(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "lineup": [{ "host": "Dee", "minutes": 30 }] })).await;
    let api = format!("/api/v1/events/{slug}");
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    let link = host.get(&format!("{api}/decks")).await.expect(200).json()["links"][0].clone();
    let slot = link["slot_id"].clone();
    let deck = format!("/decks/{}", link["decks_token"].as_str().expect("a token"));
    host.put(&format!("{api}/decks"), json!({ "slot_id": slot })).await.expect(200);
    let song = host.post(&format!("{api}/shares"), json!({ "title": "A song" })).await.expect(201).json();
    let song = format!("/api/v1/shares/{}", song["id"].as_str().expect("an id"));
    let browser = house.browser_of("Louise").await;
    let pages = [deck, format!("/host/events/{slug}"), format!("/events/{slug}")];
    let put = async |text: &str| {
        let slots = json!([{ "id": slot, "host": text, "title": text, "minutes": 30 },
            { "host": text, "title": format!("{text} 2"), "minutes": 5 }]);
        let night = json!({ "title": text, "welcome": text, "lineup": slots });
        let changed = host.patch(&api, night).await.expect(200).json();
        let given = [&changed["welcome"], &changed["lineup"][0]["host"], &changed["lineup"][0]["title"]];
        assert_eq!(given, [text; 3].map(Value::from).each_ref(), "JSON gives back what was typed");
        let named = json!({ "title": text, "artist": text, "dedication": text });
        host.patch(&song, named).await.expect(200);
    };
    put("harmless words").await;
    let mut bones = Vec::new();
    for page in &pages {
        bones.push(skeleton(&browser.get(page).await.expect(200)));
    }
    let strings = strings(&house);
    for (text, (page, bones)) in strings.iter().zip(pages.iter().zip(&bones).cycle()) {
        put(text).await;
        assert_same_bones(bones, &browser.get(page).await.expect(200), text);
    }
    println!("{} strings × 8 places of the decks, in turn on {} pages: 0 became markup", strings.len(), pages.len());
}
