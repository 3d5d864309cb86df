//! A night's songs as a file, in each format: what the page tells, and nothing that it doesn't.

use serde_json::{Value, json};

use crate::support::{House, on_both};

on_both!(the_songs_can_be_taken_along, what_was_taken_down_is_in_no_file, formats_that_are_none_are_nowhere);

const ENDINGS: [&str; 5] = ["xspf", "jspf", "m3u8", "csv", "txt"];

async fn the_songs_can_be_taken_along(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let (anyone, path) = (house.stranger(), format!("/events/{slug}/playlist"));
    let empty = anyone.get(&format!("{path}.m3u8")).await.expect(200);
    assert_eq!(empty.text(), "#EXTM3U\n#PLAYLIST:Friday night\n");
    let night = anyone.get(&format!("/events/{slug}")).await.expect(200);
    assert!(!night.text().contains("playlist.xspf"), "nothing to take along yet");
    let sam = house.guest("Sam").await;
    let shares = format!("/api/v1/events/{slug}/shares");
    let song = json!({ "link": "https://youtu.be/HgzGwKwLmgM", "title": "Don't Stop Me Now", "artist": "Queen",
        "dedication": "for Theatre 3" });
    sam.post(&shares, song).await.expect(201);
    let also =
        json!({ "link": "https://www.deezer.com/en/track/3135556", "title": "Don’t stop me now!", "artist": "queen" });
    house.guest("Jo").await.post(&shares, also).await.expect(200);
    sam.post(&shares, json!({ "title": "Le Freak", "artist": "Chic" })).await.expect(201);
    sam.post(&shares, json!({ "link": "https://portishead.bandcamp.com/track/glory-box" })).await.expect(201);

    let m3u8 = anyone.get(&format!("{path}.m3u8")).await.expect(200);
    assert_eq!(m3u8.header("content-type"), Some("application/vnd.apple.mpegurl; charset=utf-8"));
    assert_eq!(m3u8.header("content-disposition"), Some(format!("attachment; filename=\"{slug}.m3u8\"").as_str()));
    let lines = "#EXTINF:-1,Queen - Don't Stop Me Now\nhttps://www.youtube.com/watch?v=HgzGwKwLmgM\n# Chic - Le Freak (no link)\n#EXTINF:-1,A song on Bandcamp\nhttps://portishead.bandcamp.com/track/glory-box\n";
    assert!(m3u8.text().ends_with(lines), "{}", m3u8.text());
    let jspf: Value = anyone.get(&format!("{path}.jspf")).await.expect(200).json();
    let tracks = jspf["playlist"]["track"].as_array().expect("tracks");
    assert_eq!(tracks.len(), 3);
    assert_eq!(tracks[0]["annotation"], "Shared by Sam: for Theatre 3");
    let links = json!(["https://www.youtube.com/watch?v=HgzGwKwLmgM", "https://www.deezer.com/track/3135556"]);
    assert_eq!(tracks[0]["location"], links, "every link that people gave");
    let xspf = anyone.get(&format!("{path}.xspf")).await.expect(200).text();
    assert!(xspf.contains("<location>https://www.deezer.com/track/3135556</location>"), "{xspf}");
    assert!(xspf.contains(&format!("<info>http://disco.test/events/{slug}</info>")), "{xspf}");
    let csv = anyone.get(&format!("{path}.csv")).await.expect(200).text();
    assert!(
        csv.lines().nth(2).is_some_and(|row| row.starts_with("Le Freak,Chic,,,Sam,,2027-03-26T19:00:00Z")),
        "{csv}"
    );
    let text = anyone.get(&format!("{path}.txt")).await.expect(200);
    assert!(text.text().contains("2. Chic - Le Freak\n   Shared by Sam\n"), "{}", text.text());
    let tag = text.header("etag").expect("a tag").to_owned();
    let again = [("if-none-match", tag.as_str())];
    anyone.send(axum::http::Method::GET, &format!("{path}.txt"), &again, axum::body::Body::empty()).await.expect(304);
    let night = anyone.get(&format!("/events/{slug}")).await.expect(200);
    for ending in ENDINGS {
        assert!(night.try_select(&format!("a[href='{path}.{ending}']")).is_some(), "{ending}");
    }
}

async fn what_was_taken_down_is_in_no_file(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "screening": "open" })).await;
    let sam = house.guest("Sam").await;
    let shares = format!("/api/v1/events/{slug}/shares");
    let mut ids = Vec::new();
    for title in ["Removed", "Withdrawn", "Shown"] {
        let shared = sam.post(&shares, json!({ "title": title, "dedication": format!("{title} words") })).await;
        ids.push(shared.expect(201).json()["id"].as_str().expect("an id").to_owned());
    }
    host.post(&format!("/api/v1/shares/{}/removal", ids[0]), json!({})).await.expect(200);
    sam.delete(&format!("/api/v1/shares/{}", ids[1])).await.expect(204);
    host.patch(&format!("/api/v1/events/{slug}"), json!({ "screening": "all" })).await.expect(200);
    sam.post(&shares, json!({ "title": "Held", "dedication": "Held words" })).await.expect(201);
    for ending in ENDINGS {
        let file = house.stranger().get(&format!("/events/{slug}/playlist.{ending}")).await.expect(200).text();
        assert!(file.contains("Shown"), "{ending}: {file}");
        for gone in ["Removed", "Withdrawn", "Held"] {
            assert!(!file.contains(gone), "{ending} tells of {gone}: {file}");
        }
    }
}

async fn formats_that_are_none_are_nowhere(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let anyone = house.stranger();
    for name in ["playlist", "playlist.", "playlist.exe", "playlist.XSPF", "songs.xspf", "playlist.csv.exe", ".xspf"] {
        anyone.get(&format!("/events/{slug}/{name}")).await.expect(404);
    }
    anyone.get("/events/nowhere/playlist.xspf").await.expect(404);
}
