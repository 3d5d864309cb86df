//! Songs collected beforehand: a host brings a list of them, sees what is in it, and puts it on.

use serde_json::{Value, json};

use super::brought_files::{FORMATS, confirm, send, upload};
use super::{share, titles};
use crate::support::{Actor, House, on_both};

on_both!(
    each_format_brings_one_nights_songs_to_another,
    each_format_goes_through_the_page,
    only_what_is_ticked_goes_on,
    a_list_can_be_pasted,
    a_retry_counts_once_and_the_money_moves,
);

/// A host of a published night, its slug and its path under `/api/v1`.
async fn planned(house: &House) -> (Actor, String, String) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let api = format!("/api/v1/events/{slug}");
    (host, slug, api)
}

/// A night with songs of every kind: under two links, typed, nameless, with words that break things.
async fn with_songs(house: &House) -> (Actor, String, String) {
    let (host, slug, api) = planned(house).await;
    let sam = house.guest("Sam").await;
    let queen = json!({ "link": "https://youtu.be/HgzGwKwLmgM", "title": "Don't Stop Me Now", "artist": "Queen", "dedication": "for Theatre 3: all" });
    share(&sam, &api, queen, 201).await;
    let also =
        json!({ "link": "https://www.deezer.com/en/track/3135556", "title": "Don’t stop me now!", "artist": "queen" });
    share(&house.guest("Jo").await, &api, also, 200).await;
    share(&sam, &api, json!({ "title": "Le Freak", "artist": "Chic" }), 201).await;
    share(&sam, &api, json!({ "link": "https://portishead.bandcamp.com/track/glory-box" }), 201).await;
    let odd = json!({ "title": "<b>=1+1</b>, \"é\" & co", "artist": "=Ms. O'Neil", "dedication": "<script>alert(1)</script>" });
    share(&sam, &api, odd, 201).await;
    (host, slug, api)
}

/// Of each song what a list has of it: title, artist, links, and perhaps for whom it is.
async fn songs(house: &House, api: &str, is_rich: bool) -> Vec<Value> {
    let list = house.stranger().get(&format!("{api}/shares?limit=100")).await.expect(200).json();
    let song = |share: &Value| {
        let links: Vec<Value> =
            share["track"]["links"].as_array().expect("links").iter().map(|link| link["url"].clone()).collect();
        let links = links.into_iter().take(if is_rich { 9 } else { 1 }).collect::<Vec<_>>();
        json!([
            share["track"]["title"],
            share["track"]["artist"],
            links,
            if is_rich { share["dedication"].clone() } else { Value::Null }
        ])
    };
    list["items"].as_array().expect("items").iter().map(song).collect()
}

/// Catches: a field that gets lost on the way, a stand-in that becomes a name, a dry run that does it.
async fn each_format_brings_one_nights_songs_to_another(house: House) {
    let (_, slug, api) = with_songs(&house).await;
    for (ending, kind) in FORMATS {
        let file = house.stranger().get(&format!("/events/{slug}/playlist.{ending}")).await.expect(200).body;
        // Elsewhere, where nobody knows these songs.
        let other = House::new(house.backend).await;
        let (host, _, there) = planned(&other).await;
        let dry = send(&host, &there, true, (kind, "a-dry-run-of-it"), file.clone()).await.expect(200).json();
        assert_eq!(
            (&dry["dry_run"], &dry["added"], &dry["songs"][0]["share_id"]),
            (&json!(true), &json!(4), &Value::Null),
            "{ending}: {dry}"
        );
        assert_eq!(songs(&other, &there, true).await, Vec::<Value>::new(), "{ending}: a dry run changes nothing");
        let done = send(&host, &there, false, (kind, "now-for-real"), file).await.expect(201).json();
        assert_eq!(
            (&done["added"], &done["refused"], &done["left_out"]),
            (&json!(4), &json!(0), &json!(0)),
            "{ending}: {done}"
        );
        let is_rich = ending != "m3u8";
        assert_eq!(songs(&other, &there, is_rich).await, songs(&house, &api, is_rich).await, "{ending}");
        let list = other.stranger().get(&format!("{there}/shares")).await.expect(200).json();
        assert_eq!(list["items"][0]["shared_by"], "Louise", "they are the host's who brings them");
        assert_eq!(list["items"][0]["id"], done["songs"][0]["share_id"]);
        other.check().await;
    }
}

async fn each_format_goes_through_the_page(house: House) {
    let (_, slug, api) = with_songs(&house).await;
    for (ending, _) in FORMATS {
        let file = house.stranger().get(&format!("/events/{slug}/playlist.{ending}")).await.expect(200).body;
        let other = House::new(house.backend).await;
        let (_, night, there) = planned(&other).await;
        let browser = other.browser_of("Louise").await;
        let page = format!("/host/events/{night}/songs");
        let preview = upload(&browser, &page, &format!("My night.{ending}"), &file).await.expect(200);
        assert_eq!(preview.attributes("input[name=songs][checked]", "value"), ["1", "2", "3", "4"], "{ending}");
        assert!(preview.try_select("main script, main b").is_none(), "{ending}: what was typed stays text");
        assert!(preview.select("fieldset").contains("YouTube"), "{ending}: {}", preview.text());
        assert!(songs(&other, &there, true).await.is_empty(), "{ending}: nothing goes on yet");
        let done = confirm(&browser, &page, &preview, None).await.expect(303);
        let shown = browser.get(done.header("location").expect("a page")).await.expect(200);
        assert!(shown.select("[role=status]").contains("4 songs went on the list"), "{}", shown.text());
        let is_rich = ending != "m3u8";
        assert_eq!(songs(&other, &there, is_rich).await, songs(&house, &api, is_rich).await, "{ending}");
    }
}

async fn only_what_is_ticked_goes_on(house: House) {
    let (_, slug, api) = planned(&house).await;
    let sam = house.guest("Sam").await;
    share(&sam, &api, json!({ "title": "Africa", "artist": "Toto" }), 201).await;
    let browser = house.browser_of("Louise").await;
    let page = format!("/host/events/{slug}/songs");
    for desk in [format!("/host/events/{slug}"), format!("/host/events/{slug}/details")] {
        assert!(browser.get(&desk).await.expect(200).addresses("a").contains(&page), "{desk} leads there");
    }
    let file = "Artist;Title;For\r\nChic;Le Freak;\r\nToto;AFRICA!;me\r\n;;\r\nQueen;Flash;the ward\r\nQueen;flash;\r\nAbba;;\r\n".as_bytes();
    let preview = upload(&browser, &page, "list.csv", file).await.expect(200);
    assert_eq!(preview.attributes("input[name=songs]", "value"), ["1", "2", "3", "4"]);
    assert_eq!(
        preview.attributes("input[name=songs][checked]", "value"),
        ["1", "3"],
        "what stands already isn't ticked"
    );
    assert!(preview.select("label:has([value='2'])").contains("On the list already"));
    assert!(preview.select("label:has([value='4'])").contains("twice"));
    assert!(preview.select("section[aria-labelledby=unusable]").contains("Abba"));
    let none = confirm(&browser, &page, &preview, Some(&[])).await.expect(422);
    assert!(
        none.select("#errors a[href='#songs']").contains("Tick the songs")
            && none.select("title").starts_with("Error: ")
    );
    assert_eq!(titles(&house, &api).await, ["Africa"]);
    let done = confirm(&browser, &page, &preview, Some(&["2", "3", "6", "99"])).await.expect(303);
    let again = confirm(&browser, &page, &preview, Some(&["2", "3", "6", "99"])).await.expect(303);
    assert_eq!(done.header("location"), Some(format!("{page}?added=1&already_there=1&refused=0").as_str()));
    assert_eq!(again.header("location"), done.header("location"), "a second press is the first one again");
    assert_eq!(titles(&house, &api).await, ["Africa", "Flash"]);
    let list = house.stranger().get(&format!("{api}/shares")).await.expect(200).json();
    assert_eq!((&list["items"][1]["dedication"], &list["items"][0]["joined_by"]), (&json!("the ward"), &json!([])));
}

async fn a_list_can_be_pasted(house: House) {
    let (_, slug, api) = planned(&house).await;
    let browser = house.browser_of("Louise").await;
    let page = format!("/host/events/{slug}/songs");
    let empty = browser.fill_in(&page, &page, &[("playlist", " \n")]).await.expect(422);
    assert!(empty.select("#errors a[href='#playlist']").contains("paste it"), "{}", empty.text());
    let list = "# ours\n1. Chic – Le Freak\n2. https://youtu.be/HgzGwKwLmgM\n\n3. <script>alert(1)</script>\n";
    let preview = browser.fill_in(&page, &page, &[("playlist", list)]).await.expect(200);
    assert!(preview.try_select("main script").is_none());
    confirm(&browser, &page, &preview, None).await.expect(303);
    assert_eq!(titles(&house, &api).await, ["Le Freak", "", "<script>alert(1)</script>"]);
    let wrong = browser.fill_in(&page, &page, &[("playlist", "<!doctype html><p>")]).await.expect(422);
    assert!(wrong.select("#errors").contains("web page"));
    assert_eq!(wrong.select("textarea[name=playlist]"), "<!doctype html><p>", "the form comes back as it was");
}

/// Catches: a batch that counts twice, songs that no pledge hears of, a book that doesn't add up.
async fn a_retry_counts_once_and_the_money_moves(house: House) {
    let (host, _, api) = planned(&house).await;
    let pledge = json!({ "kind": "per_song", "rate_pence": 50, "cap_pence": 120 });
    let pledge =
        house.stranger().post_once(&format!("{api}/pledges"), "a-pledge-per-song", pledge).await.expect(201).json();
    let path = format!("/api/v1/pledges/{}", pledge["manage_token"].as_str().expect("a token"));
    let promised = async || house.stranger().get(&path).await.expect(200).json()["promised_pence"].clone();
    let once = ("text/plain", "two-songs-once");
    let first = send(&host, &api, false, once, "Chic - Le Freak\nToto - Africa\n").await.expect(201);
    assert_eq!(promised().await, 100);
    let again = send(&host, &api, false, once, "Chic - Le Freak\nToto - Africa\n").await.expect(201);
    assert_eq!((again.header("idempotency-replayed"), &again.body), (Some("true"), &first.body));
    assert_eq!(promised().await, 100);
    send(&host, &api, false, once, "Chic - Le Freak\n").await.expect(422);
    let more =
        send(&host, &api, false, ("text/plain", "two-more-songs"), "Toto - Africa\nQueen - Flash\nAbba - Fernando\n")
            .await;
    let more = more.expect(201).json();
    assert_eq!((&more["added"], &more["already_there"]), (&json!(2), &json!(1)));
    assert_eq!(promised().await, 120, "no more than its cap");
    let event = house.stranger().get(&api).await.expect(200).json();
    assert_eq!(event["share_count"], 4);
    house.check().await;
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    host.post(&format!("{api}/closing"), json!({})).await.expect(200);
    let late = send(&host, &api, false, once, "Chic - Le Freak\nToto - Africa\n").await.expect(201);
    assert_eq!(late.body, first.body, "what was done is told again, though the night is over");
    send(&host, &api, false, ("text/plain", "too-late-for-it"), "Abba - Waterloo\n").await.expect(409);
    send(&host, &api, true, ("text/plain", "too-late-to-ask"), "Abba - Waterloo\n").await.expect(409);
}
