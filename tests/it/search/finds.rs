//! What is found, and in which order.

use serde_json::json;

use super::{assert_nothing, events, found, page, share, songs, stories};
use crate::support::{House, on_both};

on_both!(
    case_accents_and_signs_do_not_matter,
    all_words_in_any_order_and_the_last_one_begun,
    a_song_goes_by_every_name_in_sight,
    a_night_is_found_by_what_its_page_tells,
    a_changed_night_is_found_by_what_it_is_now,
    what_is_called_so_comes_first,
    stories_are_found,
    twenty_of_a_kind_are_enough,
    the_page_leads_to_what_was_found,
);

async fn case_accents_and_signs_do_not_matter(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "title": "Früh & spät: Soirée №9" })).await;
    let sam = house.guest("Sam").await;
    share(&sam, &slug, json!({ "title": "Déjà Vu", "artist": "Beyoncé" })).await;
    share(&sam, &slug, json!({ "title": "Don't Stop Me Now", "artist": "Queen" })).await;
    share(&sam, &slug, json!({ "title": "愛の讃歌", "artist": "越路吹雪" })).await;
    share(&sam, &slug, json!({ "title": "🅱🅾🅾🅼", "artist": "௰ Ⅻ" })).await;
    for words in ["beyonce", "BEYONCÉ", "beyonce\u{301}", "deja vu", "déjà-vu", "Deja, vu!", "  vu  "] {
        assert_eq!(songs(&house, words).await, ["Déjà Vu"], "{words}");
    }
    for words in ["dont stop", "don't stop", "don’t STOP"] {
        assert_eq!(songs(&house, words).await, ["Don't Stop Me Now"], "{words}");
    }
    // Letters that not every database takes for letters.
    for (words, title) in [("愛", "愛の讃歌"), ("越路", "愛の讃歌"), ("🅱🅾", "🅱🅾🅾🅼"), ("௰", "🅱🅾🅾🅼"), ("xii", "🅱🅾🅾🅼")]
    {
        assert_eq!(songs(&house, words).await, [title], "{words}");
    }
    assert_eq!(events(&house, "soiree fruh").await, ["Früh & spät: Soirée №9"]);
    assert_nothing(&house, "beyoncee").await;
}

async fn all_words_in_any_order_and_the_last_one_begun(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let sam = house.guest("Sam").await;
    share(&sam, &slug, json!({ "title": "Lovely Day", "artist": "Bill Withers" })).await;
    share(&sam, &slug, json!({ "title": "Lean on Me", "artist": "Bill Withers" })).await;
    share(&sam, &slug, json!({ "title": "Lovely", "artist": "Billie Eilish" })).await;
    for words in ["lovely day", "day lovely", "bill withers lovely day", "withers day", "lovely bill wi", "withers da"]
    {
        assert_eq!(songs(&house, words).await, ["Lovely Day"], "{words}");
    }
    // Only the last word may be begun; and every word must be there.
    assert_nothing(&house, "love withers").await;
    assert_nothing(&house, "lovely withers blue").await;
    let mut both = songs(&house, "lovely bil").await;
    both.sort();
    assert_eq!(both, ["Lovely", "Lovely Day"]);
}

async fn a_song_goes_by_every_name_in_sight(house: House) {
    let host = house.organiser("Louise").await;
    let one = house.night(&host, json!({ "title": "One" })).await;
    let two = house.night(&host, json!({ "title": "Two" })).await;
    let sam = house.guest("Sam").await;
    let link = "https://youtu.be/HgzGwKwLmgM";
    let nameless = share(&sam, &one, json!({ "link": link })).await;
    assert_nothing(&house, "youtube").await;
    let named = share(&sam, &two, json!({ "link": link, "title": "Tonight I'm gonna", "artist": "Quween" })).await;
    assert_eq!(named["track"]["id"], nameless["track"]["id"]);
    assert_eq!(songs(&house, "tonight").await, ["Tonight I'm gonna"]);
    // The first sharing is named later: that is what the song is called then, and both names find it.
    let name = json!({ "title": "Don't Stop Me Now", "artist": "Queen" });
    host.patch(&super::path(&nameless), name).await.expect(200);
    for words in ["queen", "dont stop", "quween", "tonight gonna"] {
        assert_eq!(songs(&house, words).await, ["Don't Stop Me Now"], "{words}");
    }
}

async fn a_night_is_found_by_what_its_page_tells(house: House) {
    let host = house.organiser("Louise").await;
    let night = json!({
        "title": "Kitchen disco", "summary": "Songs for ward seven.", "hashtag": "WardSeven",
        "description_markdown": "**Come** as you are, and read [our *promise*](https://elsewhere.example/nonsuch).",
        "lineup": [{ "host": "Priya", "title": "Northern soul", "minutes": 30 }],
    });
    house.night(&host, night).await;
    for words in
        ["ward seven", "wardseven", "come as you are", "our promise", "louise", "priya northern", "kitchen soul"]
    {
        assert_eq!(events(&house, words).await, ["Kitchen disco"], "{words}");
    }
    for words in ["friday march 2027", "26 march", "2027"] {
        assert_eq!(events(&house, words).await, ["Kitchen disco"], "{words}");
    }
    assert_nothing(&house, "nonsuch").await;
    assert_nothing(&house, "kitchen saturday").await;
}

async fn a_changed_night_is_found_by_what_it_is_now(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "title": "Bluebell", "lineup": [{ "host": "Priya", "minutes": 30 }] })).await;
    let api = format!("/api/v1/events/{slug}");
    host.patch(&api, json!({ "title": "Foxglove", "starts_local": "2027-05-07T21:00" })).await.expect(200);
    assert_eq!(events(&house, "foxglove").await, ["Foxglove"]);
    assert_eq!(events(&house, "may 2027").await, ["Foxglove"]);
    assert_nothing(&house, "bluebell").await;
    assert_nothing(&house, "march 2027").await;
    let slots = json!({ "slots": [{ "host": "Femi", "minutes": 30 }] });
    host.put(&format!("{api}/lineup"), slots).await.expect(200);
    assert_eq!(events(&house, "femi").await, ["Foxglove"]);
    assert_nothing(&house, "priya").await;
    for verb in ["opening", "closing"] {
        host.post(&format!("{api}/{verb}"), json!({})).await.expect(200);
        assert_eq!(events(&house, "foxglove femi").await, ["Foxglove"], "after its {verb}");
    }
    // A series makes nights of its own, published as it is.
    let weekly = house.night(&host, json!({ "title": "Evergreen" })).await;
    let rule = json!({ "rule": "FREQ=WEEKLY" });
    host.post(&format!("/api/v1/events/{weekly}/series"), rule).await.expect(201);
    assert!(events(&house, "evergreen april 2027").await.len() >= 3);
}

async fn what_is_called_so_comes_first(house: House) {
    let host = house.organiser("Louise").await;
    let told = json!({ "title": "Another", "summary": "With foxglove, foxglove and foxglove again: foxglove." });
    house.night(&host, told.clone()).await;
    house.night(&host, json!({ "title": "A foxglove night" })).await;
    house.night(&host, told).await;
    let found = found(&house, "foxglove").await;
    let slugs = found["events"].as_array().expect("nights").iter().map(|night| night["slug"].clone());
    // What is as good is newest first, each time.
    assert_eq!(slugs.collect::<Vec<_>>(), ["a-foxglove-night", "another-2", "another"]);
    let slug = house.night(&host, json!({})).await;
    let sam = house.guest("Sam").await;
    share(&sam, &slug, json!({ "title": "Foxglove, and a very long name that goes on", "artist": "Some Band" })).await;
    share(&sam, &slug, json!({ "title": "Foxglove" })).await;
    assert_eq!(songs(&house, "foxglove").await[0], "Foxglove");
}

async fn stories_are_found(house: House) {
    let all = house.stranger().get("/api/v1/stories").await.expect(200).json();
    for story in all["items"].as_array().expect("stories") {
        let title = story["title"].as_str().expect("a title");
        assert!(stories(&house, title).await.contains(&title.to_owned()), "by its title {title}");
        let teller = story["teller"].as_str();
        let themes = story["themes"].as_array().expect("themes").iter().filter_map(|theme| theme.as_str());
        let last = story["summary"].as_str().and_then(|summary| summary.split_whitespace().last());
        for words in teller.into_iter().chain(themes).chain(last) {
            assert!(stories(&house, words).await.contains(&title.to_owned()), "{title} by {words}");
        }
    }
}

async fn twenty_of_a_kind_are_enough(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let sam = house.guest("Sam").await;
    for number in 0..20 {
        share(&sam, &slug, json!({ "title": format!("Foxglove {number}") })).await;
    }
    let twenty = page(&house, "foxglove").await;
    assert_eq!(twenty.select("#songs"), "Twenty songs");
    assert!(!twenty.text().contains("Another word would narrow it down"));
    share(&sam, &slug, json!({ "title": "Foxglove 20" })).await;
    assert_eq!(songs(&house, "foxglove").await.len(), 20);
    let cut = page(&house, "foxglove").await;
    assert_eq!(cut.select("#songs"), "More than twenty songs");
    assert!(cut.text().contains("Another word would narrow it down"));
}

async fn the_page_leads_to_what_was_found(house: House) {
    let host = house.organiser("Louise").await;
    let live = house.night(&host, json!({ "title": "Edges of the night" })).await;
    host.post(&format!("/api/v1/events/{live}/opening"), json!({})).await.expect(200);
    let off = house.night(&host, json!({ "title": "Edges, called off" })).await;
    host.post(&format!("/api/v1/events/{off}/cancellation"), json!({})).await.expect(200);
    let shared = share(&host, &live, json!({ "title": "Edges", "artist": "The Borders" })).await;
    let page = page(&house, "edges").await;
    assert_eq!(page.all("main h2"), ["Two nights", "One song", "One story"]);
    let song = format!("/songs/{}", shared["track"]["id"].as_str().expect("an id"));
    let links = page.addresses("main h3 a");
    for link in [&format!("/events/{live}"), &format!("/events/{off}"), &song, "/stories/edges"] {
        assert!(links.iter().any(|found| found == link), "{link} among {links:?}");
        house.stranger().get(link).await.expect(200);
    }
    let main = page.select("main");
    for said in ["Friday 26 March 2027, 9pm", "on now", "cancelled", "The Borders"] {
        assert!(main.contains(said), "{said}: {main}");
    }
    assert_eq!(page.attribute("#q", "value"), "edges");
    assert!(page.select("title").starts_with("edges – Search"));
    assert_eq!(page.attribute("meta[name=robots]", "content"), "noindex");
    // A story with a note is shown with it, and not with its summary.
    let all = house.stranger().get("/api/v1/stories").await.expect(200).json();
    let noted = all["items"].as_array().expect("stories").iter().find(|story| story["content_note"].is_string());
    let noted = noted.expect("a story with a note");
    let text = |field: &str| noted[field].as_str().expect("a text").to_owned();
    let page = super::page(&house, &text("title")).await.select("main");
    assert!(page.contains(&text("content_note")) && !page.contains(&text("summary")), "{page}");
}
