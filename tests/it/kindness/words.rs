//! The word list: what has a listed word in it waits for a host, is never lost, and shows nowhere meanwhile.

use serde_json::{Value, json};

use super::{care, id, kinds, list_word, live, share};
use crate::support::stream::Listener;
use crate::support::{Actor, House, on_both};

on_both!(
    owners_keep_the_list,
    a_listed_song_waits_and_hosts_see_the_word,
    a_listed_name_waits_where_it_joins,
    words_that_are_added_later_are_looked_at_too,
    a_supporters_words_wait_and_the_money_stands,
    a_supporter_changes_listed_words,
);

async fn owners_keep_the_list(house: House) {
    let owner = house.owner("Moira").await;
    let word = list_word(&owner, "Wretch").await;
    // In disguise it is the same word.
    let again = owner.post("/api/v1/words", json!({ "word": "wr3tch" })).await.expect(200).json();
    assert_eq!(again, word);
    for bad in ["", " ", "a", "!!!", &"x".repeat(61), "a\0b"] {
        let refused = owner.post("/api/v1/words", json!({ "word": bad })).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["word"], "{bad}");
    }
    let browser = house.browser_of("Moira").await;
    browser.fill_in("/host/words", "/host/words", &[("word", "cold <b>fish")]).await.expect(303);
    let wrong = browser.fill_in("/host/words", "/host/words", &[("word", "!")]).await.expect(422);
    assert_eq!(wrong.attribute("#word", "value"), "!");
    let page = browser.get("/host/words").await.expect(200);
    assert_eq!(page.all("main ul.taps strong"), ["cold <b>fish", "Wretch"]);
    let action = format!("/host/words/{}/removal", id(&word));
    browser.fill_in("/host/words", &action, &[]).await.expect(303);
    owner.delete(&format!("/api/v1/words/{}", id(&word))).await.expect(404);
    let left = owner.get("/api/v1/words").await.expect(200).json();
    assert_eq!((left["items"].as_array().map(Vec::len), &left["items"][0]["word"]), (Some(1), &json!("cold <b>fish")));
    for (who, status) in
        [(house.organiser("Ruth").await, 403), (house.guest("Sam").await, 403), (house.stranger(), 401)]
    {
        who.get("/api/v1/words").await.expect(status);
        who.post("/api/v1/words", json!({ "word": "kind" })).await.expect(status);
    }
}

/// The public finds nothing of these words anywhere.
async fn assert_nowhere(house: &House, slug: &str, words: &str) {
    let anyone = house.stranger();
    for path in [format!("/events/{slug}"), format!("/api/v1/events/{slug}/shares?limit=100")] {
        assert!(!anyone.get(&path).await.expect(200).text().contains(words), "{words} on {path}");
    }
    let told = Listener::open(house, slug, None).await.until("now_playing").await;
    assert!(!told.iter().any(|message| message.data.to_string().contains(words)), "{words} on the stream");
}

async fn a_listed_song_waits_and_hosts_see_the_word(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    list_word(&house.owner("Moira").await, "wretch").await;
    let sam = house.guest("Sam").await;
    let songs = [
        json!({ "title": "Wr\u{00e9}tch of mine" }),
        json!({ "title": "Second", "artist": "The w.r.e.t.c.h" }),
        json!({ "title": "Third", "dedication": "for that wr3tсh Jo" }),
    ];
    for song in songs {
        let held = share(&sam, &api, song).await;
        assert_eq!(held["state"], "held");
        assert!(!held.to_string().contains("held_word"), "which word it was is for hosts");
    }
    let fine = share(&sam, &api, json!({ "title": "Wretched" })).await;
    assert_eq!(fine["state"], "shown", "whole words only");
    assert_nowhere(&house, &slug, "of mine").await;
    assert_nowhere(&house, &slug, "that wr").await;
    let told = care(&host, &api).await;
    let held = told["held"].as_array().expect("held");
    assert_eq!(held.len(), 3);
    assert!(held.iter().all(|one| one["kind"] == "share" && one["word"] == "wretch"), "{held:?}");
    let page = house.browser_of("Louise").await.get(&format!("/host/events/{slug}/kindness")).await.expect(200);
    assert!(page.select("section[aria-labelledby=words]").contains("The word: wretch"));
    let mine = sam.get(&format!("{api}/shares/mine")).await.expect(200).json();
    assert_eq!((&mine["items"][0]["waits_for"], &mine["items"][3]["waits_for"]), (&json!("words"), &json!(null)));
    assert!(!mine.to_string().contains("\"wretch\""), "general words");
    host.post(&format!("/api/v1/shares/{}/approval", id(&mine["items"][0])), json!({})).await.expect(200);
    assert!(house.stranger().get(&format!("/events/{slug}")).await.text().contains("of mine"));
    assert_eq!(care(&host, &api).await["held"].as_array().map(Vec::len), Some(2));
    // What a host posts was looked at by a host.
    assert_eq!(share(&host, &api, json!({ "title": "Wretch again" })).await["state"], "shown");
    house.check().await;
}

async fn a_listed_name_waits_where_it_joins(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    list_word(&house.owner("Moira").await, "wretch").await;
    let song = json!({ "title": "Blue Monday" });
    share(&house.guest("Sam").await, &api, song.clone()).await;
    let wretch = house.guest("The Wretch").await;
    wretch.post(&format!("{api}/shares"), song.clone()).await.expect(200);
    assert_nowhere(&house, &slug, "The Wretch").await;
    // A dedication is seen by nobody where somebody joins, so it keeps nobody's name back.
    let priya = house.guest("Priya").await;
    let with_words = json!({ "title": "Blue Monday", "dedication": "you wretch" });
    let joined = priya.post(&format!("{api}/shares"), with_words).await.expect(200).json();
    assert_eq!(joined["joined_by"], json!(["Priya"]));
    assert_nowhere(&house, &slug, "you wretch").await;
    let own = share(&wretch, &api, json!({ "title": "Fine title" })).await;
    assert_eq!(own["state"], "held", "a name is beside every song");
    let told = care(&host, &api).await;
    let name = told["held"].as_array().expect("held").iter().find(|one| one["kind"] == "guest").expect("a name");
    assert_eq!(name["word"], "wretch");
    // A newcomer by the form, too.
    let browser = house.stranger();
    let page = format!("/events/{slug}/share");
    browser.fill_in(&page, &page, &[("title", "Le Freak"), ("nickname", "wretch")]).await.expect(303);
    let mine = browser.get(&format!("/events/{slug}/mine")).await.expect(200);
    assert!(mine.select("main").contains("a host always looks at first"), "{}", mine.select("main"));
    host.post(&format!("{api}/guests/{}/approval", id(name)), json!({})).await.expect(204);
    let shown = house.stranger().get(&format!("{api}/shares")).await.expect(200).json();
    assert_eq!(shown["items"][0]["joined_by"], json!(["The Wretch", "Priya"]));
    assert!(kinds(&host, &api).await.contains(&"guest.shown".to_owned()));
    house.check().await;
}

async fn words_that_are_added_later_are_looked_at_too(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    list_word(&house.owner("Moira").await, "wretch").await;
    let sam = house.guest("Sam").await;
    let song = share(&sam, &api, json!({ "link": "https://youtu.be/HgzGwKwLmgM" })).await;
    let path = format!("/api/v1/shares/{}", id(&song));
    host.put(&format!("{api}/now-playing"), json!({ "share_id": id(&song) })).await.expect(200);
    let mut listener = Listener::open(&house, &slug, None).await;
    listener.until("totals").await;
    listener.until("now_playing").await;
    let held = sam.patch(&path, json!({ "dedication": "you wretch" })).await.expect(200).json();
    assert_eq!(held["state"], "held");
    let told = listener.until("now_playing").await;
    let gone = told.iter().find(|message| message.kind == "share_changed").expect("it is taken from the page");
    assert_eq!((&gone.data["state"], gone.data.get("dedication")), (&json!("held"), None));
    assert_nowhere(&house, &slug, "you wretch").await;
    let totals = house.stranger().get(&format!("{api}/totals")).await.json();
    assert_eq!(totals["shares"], 0);
    assert_eq!(care(&host, &api).await["held"][0]["word"], "wretch");
    // A title that is given later, and one that a host gives.
    sam.patch(&path, json!({ "title": "Don't Stop Me Now" })).await.expect(200);
    host.post(&format!("{path}/approval"), json!({})).await.expect(200);
    let named = share(&sam, &api, json!({ "link": "https://youtu.be/aaaaaaaaaaa" })).await;
    let held = sam.patch(&format!("/api/v1/shares/{}", id(&named)), json!({ "title": "wretch" })).await.expect(200);
    assert_eq!(held.json()["state"], "held");
    let fine = host.patch(&path, json!({ "dedication": "no wretch" })).await.expect(200).json();
    assert_eq!(fine["state"], "shown");
    house.check().await;
}

async fn pledge(house: &House, api: &str, key: &str, words: Value) -> Value {
    let mut body = json!({ "kind": "fixed", "amount_pence": 500, "show_name": true, "show_message": true });
    body.as_object_mut().expect("an object").extend(words.as_object().cloned().unwrap_or_default());
    house.stranger().post_once(&format!("{api}/pledges"), key, body).await.expect(201).json()
}

fn letter_of(made: &Value) -> String {
    made["manage_url"].as_str().expect("a link").replace("http://disco.test", "")
}

/// What everyone is told of the first pledge.
async fn public(anyone: &Actor, api: &str) -> (Value, Value) {
    let list = anyone.get(&format!("{api}/pledges?public=true")).await.expect(200).json();
    (list["items"][0]["name"].clone(), list["items"][0]["message"].clone())
}

async fn a_supporters_words_wait_and_the_money_stands(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    list_word(&house.owner("Moira").await, "wretch").await;
    let words = json!({ "name": "Jo", "message": "for every wretch on nights" });
    let made = pledge(&house, &api, "listed-1", words).await;
    let anyone = house.stranger();
    assert_eq!(public(&anyone, &api).await, (json!(null), json!(null)));
    assert_nowhere(&house, &slug, "every wretch").await;
    let totals = anyone.get(&format!("{api}/totals")).await.json();
    assert_eq!(totals["promised_pence"], 500);
    assert!(anyone.get(&letter_of(&made)).await.expect(200).text().contains("wait until a host"));
    let told = care(&host, &api).await;
    assert_eq!(told["held"], json!([{ "kind": "pledge", "id": made["id"], "word": "wretch" }]));
    let browser = house.browser_of("Louise").await;
    let action = format!("/host/events/{slug}/pledges/{}/approval", id(&made));
    browser.fill_in(&format!("/host/events/{slug}/kindness"), &action, &[]).await.expect(303);
    assert_eq!(public(&anyone, &api).await, (json!("Jo"), json!("for every wretch on nights")));
    // A change of anything else doesn't hide what a host has shown.
    let token = made["manage_token"].as_str().expect("a token");
    anyone.patch(&format!("/api/v1/pledges/{token}"), json!({ "amount_pence": 700 })).await.expect(200);
    assert_eq!(public(&anyone, &api).await.0, "Jo");
    // A host can hide them again, and show them again over JSON.
    let at = format!("{api}/pledges/{}", id(&made));
    host.post(&format!("{at}/removal"), json!({})).await.expect(200);
    assert_eq!(public(&anyone, &api).await.0, json!(null));
    host.post(&format!("{at}/approval"), json!({})).await.expect(200);
    assert_eq!(public(&anyone, &api).await.0, "Jo");
    let kinds = kinds(&host, &api).await;
    for kind in ["pledge.words_held", "pledge.words_shown", "pledge.words_removed"] {
        assert!(kinds.contains(&kind.to_owned()), "{kind}");
    }
    house.check().await;
}

async fn a_supporter_changes_listed_words(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    list_word(&house.owner("Moira").await, "wretch").await;
    let made = pledge(&house, &api, "listed-2", json!({ "name": "Jo" })).await;
    let anyone = house.stranger();
    let own = format!("/api/v1/pledges/{}", made["manage_token"].as_str().expect("a token"));
    assert_eq!(public(&anyone, &api).await.0, "Jo");
    anyone.patch(&own, json!({ "message": "wr3tch" })).await.expect(200);
    assert_eq!(public(&anyone, &api).await, (json!(null), json!(null)));
    // Taken back, nothing keeps the rest hidden.
    anyone.patch(&own, json!({ "message": null })).await.expect(200);
    assert_eq!(public(&anyone, &api).await.0, "Jo");
    // What a host hid stays hidden, whatever the supporter writes then.
    host.post(&format!("{api}/pledges/{}/removal", id(&made)), json!({})).await.expect(200);
    anyone.patch(&own, json!({ "message": "kind words" })).await.expect(200);
    assert_eq!(public(&anyone, &api).await, (json!(null), json!(null)));
    house.check().await;
}
