//! What is never found: by its words, by a count, or by the order of others.

use serde_json::{Value, json};

use super::{assert_nothing, events, page, path, share, songs, stories};
use crate::support::{Actor, Backend, House, on_both};

on_both!(
    drafts_are_found_once_they_are_published,
    a_song_out_of_sight_is_found_by_nobody,
    a_song_is_found_by_what_is_in_sight_of_it,
    the_index_alone_shows_nothing,
    two_nights_take_a_song_down_at_once,
    two_nights_share_a_song_at_once,
);

/// How many entries have this word, in the table and in the pages of the index itself.
async fn traces(house: &House, word: &str) -> i64 {
    let entries = "SELECT count(*) FROM search_entry WHERE name LIKE '%{}%' OR words LIKE '%{}%'".replace("{}", word);
    let entries = house.count(&entries).await;
    let index = match house.backend {
        Backend::Sqlite => {
            format!("SELECT count(*) FROM search_text_data WHERE instr(block, CAST('{word}' AS BLOB)) > 0")
        }
        Backend::Postgres => {
            format!("SELECT count(*) FROM search_entry WHERE '{word}' = ANY (tsvector_to_array(terms))")
        }
    };
    entries + house.count(&index).await
}

/// Everything that is indexed, to see that what is hidden left nothing there.
async fn entries(house: &House) -> Vec<Value> {
    house.rows("SELECT kind, name, words FROM search_entry ORDER BY kind, subject").await
}

async fn plan(host: &Actor, title: &str) -> String {
    let plan = json!({ "title": title, "starts_local": "2027-03-26T21:00", "duration_minutes": 60,
        "lineup": [{ "host": "Priya", "minutes": 30 }] });
    host.post("/api/v1/events", plan).await.expect(201).json()["slug"].as_str().expect("a slug").to_owned()
}

async fn drafts_are_found_once_they_are_published(house: House) {
    let host = house.organiser("Louise").await;
    let before = entries(&house).await;
    let slug = plan(&host, "Foxglove").await;
    let api = format!("/api/v1/events/{slug}");
    host.patch(&api, json!({ "summary": "With bluebells" })).await.expect(200);
    host.put(&format!("{api}/lineup"), json!({ "slots": [{ "host": "Femi", "minutes": 30 }] })).await.expect(200);
    let gone = plan(&host, "Foxglove, never told of").await;
    host.post(&format!("/api/v1/events/{gone}/cancellation"), json!({})).await.expect(200);
    // Not in the index at all, so that nothing about the order of others can tell of them.
    assert_eq!(entries(&house).await, before);
    for words in ["foxglove", "bluebells", "femi", "priya"] {
        assert_nothing(&house, words).await;
        // Not even by those who may see them: the page is the same for all.
        let own = host.get(&super::at("/api/v1/search", words)).await.expect(200).json();
        assert_eq!(own["events"], json!([]), "{words}");
    }
    host.post(&format!("{api}/publication"), json!({})).await.expect(200);
    for words in ["foxglove", "bluebells", "femi"] {
        assert_eq!(events(&house, words).await, ["Foxglove"], "{words}");
    }
    host.post(&format!("{api}/cancellation"), json!({})).await.expect(200);
    assert_eq!(events(&house, "foxglove").await, ["Foxglove"], "it was published, so its page stays");
}

async fn a_song_out_of_sight_is_found_by_nobody(house: House) {
    let host = house.organiser("Louise").await;
    let owner = house.owner("Olga").await;
    let screened = house.night(&host, json!({ "title": "Screened", "screening": "all" })).await;
    let open = house.night(&host, json!({ "title": "Open" })).await;
    let sam = house.guest("Sam").await;

    let held = share(&sam, &screened, json!({ "title": "Zzyzx", "artist": "Quuxen" })).await;
    assert_eq!((held["state"].as_str(), traces(&house, "zzyzx").await), (Some("held"), 0));
    assert_nothing(&house, "zzyzx").await;
    host.post(&format!("{}/approval", path(&held)), json!({})).await.expect(200);
    assert_eq!(songs(&house, "quuxen zzyzx").await, ["Zzyzx"]);
    assert!(traces(&house, "zzyzx").await >= 2, "in the table and in the index");

    host.post(&format!("{}/removal", path(&held)), json!({})).await.expect(200);
    assert_nothing(&house, "zzyzx").await;
    assert_nothing(&house, "quuxen").await;
    assert_eq!((traces(&house, "zzyzx").await, traces(&house, "quuxen").await), (0, 0), "gone from the index itself");

    host.post(&format!("{}/approval", path(&held)), json!({})).await.expect(200);
    assert_eq!(songs(&house, "zzyzx").await, ["Zzyzx"]);
    sam.delete(&path(&held)).await.expect(204);
    assert_eq!(traces(&house, "zzyzx").await, 0);
    assert_nothing(&house, "zzyzx").await;

    // Named, and then held for a word in its dedication.
    owner.post("/api/v1/words", json!({ "word": "wretch" })).await.expect(201);
    let worded = share(&sam, &open, json!({ "title": "Xyzzy" })).await;
    assert_eq!(songs(&house, "xyzzy").await, ["Xyzzy"]);
    sam.patch(&path(&worded), json!({ "dedication": "for a wretch" })).await.expect(200);
    assert_eq!(traces(&house, "xyzzy").await, 0);

    // With everything that its guest has.
    let jo = house.guest("Jo").await;
    for title in ["Plugh", "Plover"] {
        share(&jo, &open, json!({ "title": title })).await;
    }
    assert_eq!(songs(&house, "pl").await.len(), 2);
    let guests = format!("/api/v1/events/{open}/guests");
    let id =
        house.rows("SELECT id FROM guest WHERE nickname = 'Jo'").await[0]["id"].as_str().expect("an id").to_owned();
    host.post(&format!("{guests}/{id}/block"), json!({ "take_down": true })).await.expect(200);
    assert_nothing(&house, "pl").await;
    assert_eq!(traces(&house, "plugh").await + traces(&house, "plover").await, 0);
}

async fn a_song_is_found_by_what_is_in_sight_of_it(house: House) {
    let host = house.organiser("Louise").await;
    let one = house.night(&host, json!({ "title": "One" })).await;
    let two = house.night(&host, json!({ "title": "Two" })).await;
    let sam = house.guest("Sam").await;
    let link = "https://youtu.be/HgzGwKwLmgM";
    let rude = share(&sam, &one, json!({ "link": link, "title": "Xyzzy", "artist": "Quux" })).await;
    let kind = share(&sam, &two, json!({ "link": link, "title": "Foxglove", "artist": "Quux" })).await;
    assert_eq!(kind["track"]["id"], rude["track"]["id"]);
    assert_eq!(songs(&house, "foxglove").await, ["Xyzzy"], "the name that the first one gave");
    host.post(&format!("{}/removal", path(&rude)), json!({})).await.expect(200);
    assert_eq!(songs(&house, "foxglove quux").await, ["Foxglove"]);
    assert_eq!(traces(&house, "xyzzy").await, 0);
    assert_nothing(&house, "xyzzy").await;
    // A host corrects a name.
    host.patch(&path(&kind), json!({ "title": "Bluebell", "artist": "Quux" })).await.expect(200);
    assert_eq!(songs(&house, "bluebell").await, ["Bluebell"]);
    assert_nothing(&house, "foxglove").await;
    host.post(&format!("{}/removal", path(&kind)), json!({})).await.expect(200);
    assert_nothing(&house, "quux").await;
}

/// As if the index were wrong: it knows of a draft, of a song that was taken down, and of a story that is gone.
async fn the_index_alone_shows_nothing(house: House) {
    let host = house.organiser("Louise").await;
    let draft = plan(&host, "Foxglove").await;
    let slug = house.night(&host, json!({ "title": "In sight" })).await;
    let removed = share(&host, &slug, json!({ "title": "Foxglove" })).await;
    host.post(&format!("{}/removal", path(&removed)), json!({})).await.expect(200);
    let track = format!("SELECT track_id FROM share WHERE event_id = (SELECT id FROM event WHERE slug = '{slug}')");
    let event = format!("SELECT id FROM event WHERE slug = '{draft}'");
    for (kind, subject) in [("track", track), ("event", event)] {
        let wrong = format!(
            "INSERT INTO search_entry (kind, subject, name, words) VALUES ('{kind}', ({subject}), 'foxglove', '')"
        );
        house.sql(&wrong).await.expect("a wrong entry");
    }
    assert_eq!(house.count("SELECT count(*) FROM search_entry WHERE name = 'foxglove'").await, 2);
    assert_nothing(&house, "foxglove").await;
    let page = page(&house, "foxglove").await;
    assert!(page.select("h2").contains("Nothing found"), "no count tells of them either: {}", page.text());

    assert_eq!(stories(&house, "edges").await, ["Edges"]);
    house.sql("DELETE FROM story WHERE slug = 'edges'").await.expect("a story taken back");
    assert_nothing(&house, "edges").await;
}

/// The fault: each still sees the song on the other night, and leaves its name in the index.
async fn two_nights_take_a_song_down_at_once(house: House) {
    const ROUNDS: usize = 12;
    let host = house.organiser("Louise").await;
    let one = house.night(&host, json!({ "title": "One" })).await;
    let two = house.night(&host, json!({ "title": "Two" })).await;
    for round in 0..ROUNDS {
        let song = json!({ "title": format!("Foxglove {round}") });
        let here = share(&host, &one, song.clone()).await;
        let there = share(&host, &two, song).await;
        assert_eq!(here["track"]["id"], there["track"]["id"]);
        let removals = [&here, &there].map(|share| format!("{}/removal", path(share)));
        let (first, second) = tokio::join!(host.post(&removals[0], json!({})), host.post(&removals[1], json!({})));
        first.expect(200);
        second.expect(200);
        assert_eq!(house.count("SELECT count(*) FROM search_entry WHERE kind = 'track'").await, 0, "round {round}");
    }
    println!("{ROUNDS} songs taken down on two nights at once: none left in the index");
}

/// The fault: two that point to one song and then each wait for the other to let go of it.
async fn two_nights_share_a_song_at_once(house: House) {
    const ROUNDS: usize = 12;
    let host = house.organiser("Louise").await;
    let one = house.night(&host, json!({ "title": "One" })).await;
    let two = house.night(&host, json!({ "title": "Two" })).await;
    let shares = [one, two].map(|slug| format!("/api/v1/events/{slug}/shares"));
    let (sam, jo) = (house.guest("Sam").await, house.guest("Jo").await);
    let elsewhere = house.night(&host, json!({ "title": "Three" })).await;
    for round in 0..ROUNDS {
        let song = json!({ "link": format!("https://youtu.be/{round:011}"), "title": format!("Foxglove {round}") });
        // Known already, so that both point to one track from the start.
        share(&host, &elsewhere, song.clone()).await;
        let (first, second) = tokio::join!(sam.post(&shares[0], song.clone()), jo.post(&shares[1], song));
        let (first, second) = (first.expect(201).json(), second.expect(201).json());
        assert_eq!(first["track"]["id"], second["track"]["id"]);
    }
    assert_eq!(songs(&house, "foxglove").await.len(), ROUNDS);
    println!("{ROUNDS} songs shared on two nights at once");
}
