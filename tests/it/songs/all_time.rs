//! Songs over all nights: one page for each, whatever it was called and wherever it is played, and the ones that come back.

use serde_json::{Value, json};

use crate::support::{Actor, House, on_both};

on_both!(a_song_has_a_page_of_its_own, songs_are_ranked_by_dances_and_by_nights, what_is_shown_nowhere_has_no_page);

async fn share(who: &Actor, slug: &str, song: Value) -> Value {
    let shared = who.post(&format!("/api/v1/events/{slug}/shares"), song).await;
    assert!([200, 201].contains(&shared.status.as_u16()), "{}", shared.text());
    shared.json()
}

fn page(share: &Value) -> String {
    format!("/songs/{}", share["track"]["id"].as_str().expect("an id"))
}

async fn a_song_has_a_page_of_its_own(house: House) {
    let host = house.organiser("Louise").await;
    let (sam, jo, anyone) = (house.guest("Sam").await, house.guest("Jo").await, house.stranger());
    let first = house.night(&host, json!({ "title": "First night" })).await;
    let second = house.night(&host, json!({ "title": "Second night", "starts_local": "2027-04-02T21:00" })).await;
    let spotify = json!({ "link": "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC", "title": "Lovely Day",
        "artist": "Bill Withers", "dedication": "for Theatre 3" });
    let shared = share(&sam, &first, spotify).await;
    let tidal =
        json!({ "link": "https://tidal.com/browse/track/77646168", "title": "lovely day!", "artist": "BILL WITHERS" });
    let again = share(&jo, &second, tidal).await;
    assert_eq!(again["track"]["id"], shared["track"]["id"], "one song, whatever it is called");
    house
        .guest("Kim")
        .await
        .post(&format!("/api/v1/shares/{}/dances", shared["id"].as_str().expect("an id")), json!({}))
        .await
        .expect(200);
    let song = anyone.get(&page(&shared)).await.expect(200);
    assert_eq!((song.select("h1"), song.select(".by")), ("Lovely Day".to_owned(), "Bill Withers".to_owned()));
    assert!(song.text().contains("First heard on 26 March 2027, when <b>Sam</b> shared it. Danced to 1 time since."));
    for link in ["https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC", "https://tidal.com/browse/track/77646168"] {
        assert!(song.try_select(&format!("a[href='{link}']")).is_some(), "{link}");
    }
    // Looked for where nobody gave a link, and only there.
    let words = "Lovely%20Day%2C%20Bill%20Withers";
    for search in [
        "https://www.youtube.com/results?search_query=",
        "https://www.deezer.com/search/",
        "https://bandcamp.com/search?q=",
    ] {
        assert!(song.try_select(&format!("a[href='{search}{words}']")).is_some(), "{search}");
    }
    assert!(!song.text().contains("open.spotify.com/search") && !song.text().contains("tidal.com/search"));
    assert_eq!(song.all("ul.nights h3"), ["First night", "Second night"]);
    assert!(song.text().contains("“for Theatre 3”"));
    let night = anyone.get(&format!("/events/{first}")).await.expect(200);
    assert!(night.try_select(&format!("h3 a[href='{}']", page(&shared))).is_some(), "its card leads there");
}

async fn songs_are_ranked_by_dances_and_by_nights(house: House) {
    let host = house.organiser("Louise").await;
    let anyone = house.stranger();
    let empty = anyone.get("/songs").await.expect(200);
    assert!(empty.text().contains("Nobody has danced yet") && empty.text().contains("No song has come back"));
    let one = house.night(&host, json!({ "title": "One" })).await;
    let two = house.night(&host, json!({ "title": "Two" })).await;
    let quiet = house.night(&host, json!({ "title": "Quiet", "mood": "remembrance" })).await;
    let sam = house.guest("Sam").await;
    let guests = [house.guest("Ann").await, house.guest("Bo").await, house.guest("Cy").await];
    for (slug, title, dances) in [
        (&one, "Le Freak", 1),
        (&two, "Le Freak", 1),
        (&one, "Africa", 3),
        (&two, "Vienna", 0),
        (&quiet, "Vienna", 0),
        (&quiet, "Hallelujah", 3),
    ] {
        let shared = share(&sam, slug, json!({ "title": title })).await;
        for guest in &guests[..dances] {
            let path = format!("/api/v1/shares/{}/dances", shared["id"].as_str().expect("an id"));
            guest.post(&path, json!({})).await.expect(200);
        }
    }
    let page = anyone.get("/songs").await.expect(200);
    let listed = page.all("ol.ranks li");
    let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
    assert_eq!(listed, ["Africa · 3 dances", "Le Freak · 2 dances", "Le Freak · 2 nights"], "and none of remembrance");
}

async fn what_is_shown_nowhere_has_no_page(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let sam = house.guest("Sam").await;
    let shared = share(&sam, &slug, json!({ "link": "https://youtu.be/HgzGwKwLmgM", "title": "Rude words" })).await;
    let anyone = house.stranger();
    anyone.get(&page(&shared)).await.expect(200);
    let removal = format!("/api/v1/shares/{}/removal", shared["id"].as_str().expect("an id"));
    host.post(&removal, json!({})).await.expect(200);
    anyone.get(&page(&shared)).await.expect(404);
    // On another night somebody else shares it by its link alone: the removed words stay gone.
    let other = house.night(&host, json!({ "title": "Other" })).await;
    let again = share(&house.guest("Jo").await, &other, json!({ "link": "https://youtu.be/HgzGwKwLmgM" })).await;
    let song = anyone.get(&page(&again)).await.expect(200);
    assert!(!song.text().contains("Rude words") && song.select("h1").contains("A song on YouTube"), "{}", song.text());
    assert!(song.try_select("main a[href*='search']").is_none(), "without a name there is nothing to look for");
    anyone.get("/songs/01890000-0000-7000-8000-000000000000").await.expect(404);
    anyone.get("/songs/nonsense").await.expect(404);
}
