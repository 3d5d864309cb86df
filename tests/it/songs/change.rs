//! Naming a nameless song, and changing or taking away a dedication.

use serde_json::{Value, json};

use super::{live, path, share};
use crate::support::{House, on_both};

on_both!(a_nameless_song_is_named_once, a_dedication_is_changed_and_taken_away, a_name_brings_songs_together);

async fn a_nameless_song_is_named_once(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    let link = json!({ "link": "https://youtu.be/HgzGwKwLmgM", "dedication": "for nights" });
    let song = share(&sam, &api, link, 201).await;
    let refused = sam.patch(&path(&song), json!({ "title": "" })).await.expect(422);
    assert!(!refused.wrong_fields().is_empty());
    sam.patch(&path(&song), json!({ "artist": "Queen" })).await.expect(422);
    let named = json!({ "title": "Don't Stop Me Now", "artist": "Queen" });
    let named = sam.patch(&path(&song), named).await.expect(200).json();
    assert_eq!((&named["track"]["title"], &named["track"]["artist"]), (&json!("Don't Stop Me Now"), &json!("Queen")));
    assert_eq!(named["dedication"], "for nights", "what wasn't sent stays");
    assert!(
        house
            .stranger()
            .get(&format!("/events/{slug}"))
            .await
            .expect(200)
            .select("#songs")
            .contains("Don't Stop Me Now")
    );
    // A name once given stays, unless a host corrects it.
    sam.patch(&path(&song), json!({ "title": "Other" })).await.expect(409);
    let corrected = host.patch(&path(&song), json!({ "title": "Don’t Stop Me Now" })).await.expect(200).json();
    assert_eq!(corrected["track"]["title"], "Don’t Stop Me Now");
    let typed = share(&sam, &api, json!({ "title": "Blue Monday" }), 201).await;
    sam.patch(&path(&typed), json!({ "title": "Manic Monday" })).await.expect(409);
    // A host may name one too.
    let other = share(&sam, &api, json!({ "link": "https://youtu.be/djV11Xbc914" }), 201).await;
    host.patch(&path(&other), json!({ "title": "Take On Me" })).await.expect(200);
    house.check().await;
}

async fn a_dedication_is_changed_and_taken_away(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    let song = share(&sam, &api, json!({ "title": "Blue Monday", "dedication": "First words" }), 201).await;
    let page = async || house.stranger().get(&format!("/events/{slug}")).await.expect(200).text();
    let changed = sam.patch(&path(&song), json!({ "dedication": "Second words" })).await.expect(200).json();
    assert_eq!((&changed["dedication"], &changed["track"]["title"]), (&json!("Second words"), &json!("Blue Monday")));
    assert!(page().await.contains("Second words") && !page().await.contains("First words"));
    assert_eq!(sam.patch(&path(&song), json!({})).await.expect(200).json()["dedication"], "Second words");
    assert_eq!(
        sam.patch(&path(&song), json!({ "dedication": "d".repeat(281) })).await.expect(422).wrong_fields(),
        ["dedication"]
    );
    assert_eq!(
        sam.patch(&path(&song), json!({ "dedication": null })).await.expect(200).json()["dedication"],
        Value::Null
    );
    assert!(!page().await.contains("Second words"));
    // The stream tells today's words only.
    let told = crate::support::stream::Listener::open(&house, &slug, None).await.until("now_playing").await;
    assert!(!format!("{told:?}").contains(" words"), "{told:?}");
    host.patch(&path(&song), json!({ "dedication": "From a host" })).await.expect(200);
}

/// A link named by hand meets the song that was typed: whoever comes next by either way joins one of them.
async fn a_name_brings_songs_together(house: House) {
    let (_, _, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    let linked = share(&sam, &api, json!({ "link": "https://youtu.be/HgzGwKwLmgM" }), 201).await;
    sam.patch(&path(&linked), json!({ "title": "Don't Stop Me Now", "artist": "Queen" })).await.expect(200);
    let typed = json!({ "title": "dont stop me now", "artist": "QUEEN" });
    let joined = share(&house.guest("Priya").await, &api, typed, 200).await;
    assert_eq!((&joined["id"], &joined["joined"]), (&linked["id"], &json!(true)));
    house.check().await;
}
