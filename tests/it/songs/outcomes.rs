//! What becomes of each song that is brought, who may bring any, and files that mean no good.

use axum::http::Method;
use serde_json::{Value, json};

use super::brought_files::{hostile, send, upload};
use super::{live, path, share, titles};
use crate::support::{House, on_both};

on_both!(
    a_dry_run_tells_what_will_come,
    hostile_files_are_refused_in_words,
    long_lists_are_cut_and_counted,
    only_hosts_of_a_night_that_takes_songs_bring_any,
);

/// Title and outcome of each song of a report.
fn outcomes(report: &Value) -> Vec<String> {
    let songs = report["songs"].as_array().expect("songs").iter();
    songs
        .map(|song| {
            format!(
                "{}: {} {}",
                song["title"].as_str().unwrap_or("-"),
                song["outcome"].as_str().expect("an outcome"),
                song["reason"].as_str().unwrap_or("-")
            )
        })
        .collect()
}

/// Catches: a preview that says something else than what happens then.
async fn a_dry_run_tells_what_will_come(house: House) {
    let (host, slug, api) = live(&house, json!({ "screening": "all", "songs_each": 1 })).await;
    let sam = house.guest("Sam").await;
    let held = share(&sam, &api, json!({ "title": "Held" }), 201).await;
    let jo = house.guest("Jo").await;
    let removed = share(&jo, &api, json!({ "title": "Removed", "link": "https://youtu.be/HgzGwKwLmgM" }), 201).await;
    host.post(&format!("{}/approval", path(&removed)), json!({})).await.expect(200);
    host.post(&format!("{}/removal", path(&removed)), json!({})).await.expect(200);
    host.post(&format!("{api}/shares"), json!({ "title": "Shown", "artist": "A" })).await.expect(201);
    host.patch(&api, json!({ "is_paused": true })).await.expect(200);
    let file = json!({ "playlist": { "track": [
        { "title": "held!" },
        { "title": "Other name", "location": "https://www.youtube.com/watch?v=HgzGwKwLmgM" },
        { "title": "SHOWN", "creator": "a" },
        { "title": "New", "location": ["https://www.deezer.com/track/1", "https://youtu.be/djV11Xbc914"], "annotation": "for all" },
        { "location": "https://youtu.be/djV11Xbc914" },
        { "title": "new" },
        { "creator": "Nobody", "location": "file:///home/sam/a.mp3" },
        { "title": "Look-alike", "location": "https://open.spotify.com.evil.example/track/0GjEhVFGZW8afUYGChu3Rr" },
    ] } });
    let kind = "application/json";
    let send_it = async |dry_run, key| send(&host, &api, dry_run, (kind, key), file.to_string()).await;
    let dry = send_it(true, "tell-me-first").await.expect(200).json();
    assert_eq!(send_it(true, "tell-me-first").await.expect(200).header("idempotency-replayed"), Some("true"));
    let expected = [
        "held!: already_there It waits for a host.",
        "Other name: added A host took it down from this night before.",
        "SHOWN: already_there -",
        "New: added -",
        "-: already_there It is in this list twice.",
        "new: already_there It is in this list twice.",
        "-: refused It has no name, and no link that we can use.",
        "Look-alike: added -",
    ];
    assert_eq!(outcomes(&dry), expected);
    assert_eq!(dry["songs"][0]["share_id"], held["id"]);
    assert_eq!((&dry["added"], &dry["already_there"], &dry["refused"]), (&json!(3), &json!(4), &json!(1)));
    let browser = house.browser_of("Louise").await;
    let preview = upload(&browser, &format!("/host/events/{slug}/songs"), "list.json", file.to_string().as_bytes())
        .await
        .expect(200);
    assert_eq!(
        preview.attributes("input[name=songs][checked]", "value"),
        ["4", "8"],
        "what was taken down isn't ticked"
    );
    let done = send_it(false, "and-then-do-it").await.expect(201).json();
    let words = |report: &Value| -> Vec<Value> {
        report["songs"].as_array().expect("songs").iter().map(|song| song["outcome"].clone()).collect()
    };
    assert_eq!(words(&done), words(&dry));
    assert_eq!(done["songs"][4]["share_id"], done["songs"][3]["share_id"], "the same song by its other link");
    assert_eq!(
        titles(&house, &api).await,
        ["Shown", "Other name", "New", "Look-alike"],
        "none waits, and no fair share counts"
    );
    let again = send_it(false, "and-once-more").await.expect(201).json();
    assert_eq!((&again["added"], &again["already_there"]), (&json!(0), &json!(7)));
    let list = house.stranger().get(&format!("{api}/shares")).await.expect(200).json();
    let links = list["items"][2]["track"]["links"].as_array().expect("links").len();
    assert_eq!((links, &list["items"][2]["dedication"]), (2, &json!("for all")));
    assert_eq!(list["items"][3]["track"]["service"], "web", "a look-alike is no service");
    house.check().await;
}

/// Catches: a file that is believed, a refusal that says nothing, a half of a file that goes on.
async fn hostile_files_are_refused_in_words(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let browser = house.browser_of("Louise").await;
    let page = format!("/host/events/{slug}/songs");
    for (name, kind, file, word) in hostile() {
        for dry_run in [true, false] {
            let answer = send(&host, &api, dry_run, (kind, "a-hostile-file"), file.clone()).await.expect(422);
            assert_eq!(answer.wrong_fields(), ["playlist"], "{name}");
            assert!(
                answer.json()["errors"][0]["message"].as_str().is_some_and(|why| why.contains(word)),
                "{name}: {}",
                answer.text()
            );
        }
        let answer = upload(&browser, &page, name, &file).await.expect(422);
        assert!(answer.select("#errors a[href='#file']").contains(word), "{name}: {}", answer.text());
    }
    assert!(titles(&house, &api).await.is_empty());
    let headers = |kind| [("content-type", kind), ("idempotency-key", "of-another-kind")];
    let playlist = format!("{api}/playlist");
    for kind in ["application/xml", "text/html", "audio/mpeg", "application/octet-stream", ""] {
        host.send(Method::POST, &playlist, &headers(kind), "Chic - Le Freak").await.expect(415);
    }
    let klingon =
        send(&host, &api, true, ("text/csv; charset=klingon", "in-an-odd-charset"), "title\nA\n").await.expect(422);
    assert!(klingon.text().contains("encoding"), "{}", klingon.text());
    // Its content says what it is, whatever it is called.
    let sheet = send(&host, &api, true, ("text/plain", "a-sheet-as-text"), "artist,title\nChic,Le Freak\n")
        .await
        .expect(200)
        .json();
    assert_eq!((&sheet["songs"][0]["artist"], &sheet["songs"][0]["title"]), (&json!("Chic"), &json!("Le Freak")));
    let latin = send(
        &host,
        &api,
        true,
        ("audio/x-mpegurl", "an-old-list"),
        b"#EXTM3U\n#EXTINF:1,Beyonc\xe9 - Halo\na.mp3\n".to_vec(),
    )
    .await;
    assert_eq!(latin.expect(200).json()["songs"][0]["artist"], "Beyoncé");
    let usual = host
        .send(Method::POST, &playlist, &[("content-type", "text/plain")], "Chic - Le Freak")
        .await
        .expect(200)
        .json();
    assert_eq!(usual["dry_run"], true, "true unless said");
}

async fn long_lists_are_cut_and_counted(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let many = format!("<playlist><trackList>{}</trackList></playlist>", "<track/>".repeat(125_000));
    let report =
        send(&host, &api, true, ("application/xspf+xml", "a-long-list"), many.clone()).await.expect(200).json();
    assert_eq!((&report["refused"], &report["left_out"]), (&json!(500), &json!(124_500)));
    let songs: Vec<String> = (0..501).map(|number| format!("Band {number} - Song {number}\n")).collect();
    let songs = songs.concat();
    let browser = house.browser_of("Louise").await;
    let page = format!("/host/events/{slug}/songs");
    let preview = upload(&browser, &page, "songs.txt", songs.as_bytes()).await.expect(200);
    assert!(preview.select(".say.warn").starts_with("1 more is left out"), "{}", preview.select(".say.warn"));
    let report = send(&host, &api, false, ("text/plain", "five-hundred-songs"), songs).await.expect(201).json();
    assert_eq!(
        (&report["added"], &report["left_out"], &report["songs"][499]["position"]),
        (&json!(500), &json!(1), &json!(500))
    );
    let event = house.stranger().get(&api).await.expect(200).json();
    assert_eq!(event["share_count"], 500);
    house.check().await;
    let million = "a\n".repeat(1_000_000);
    send(&host, &api, false, ("text/plain", "a-million-songs"), million.clone()).await.expect(413);
    upload(&browser, &page, "songs.txt", million.as_bytes()).await.expect(413);
    let just_over = upload(&browser, &page, "songs.txt", "a\n".repeat(530_000).as_bytes()).await.expect(422);
    assert!(just_over.select("#errors").contains("1 MB"), "{}", just_over.text());
}

async fn only_hosts_of_a_night_that_takes_songs_bring_any(house: House) {
    let (host, _, api) = live(&house, json!({})).await;
    let file = "Chic - Le Freak\n";
    let once = ("text/plain", "who-may-bring-it");
    for (who, status) in [
        (house.stranger(), 401),
        (house.guest("Sam").await, 403),
        (house.organiser("Priya").await, 403),
        (house.owner("Olu").await, 200),
    ] {
        send(&who, &api, true, once, file).await.expect(status);
    }
    // A cookie counts for nothing that another site's form could send.
    let browser = house.browser_of("Louise").await;
    let ours = [("content-type", "text/plain"), ("sec-fetch-site", "same-origin")];
    browser.send(Method::POST, &format!("{api}/playlist?dry_run=false"), &ours, file).await.expect(415);
    let draft = json!({ "title": "Draft", "starts_local": "2027-03-27T21:00", "duration_minutes": 60 });
    let draft =
        host.post("/api/v1/events", draft).await.expect(201).json()["slug"].as_str().expect("a slug").to_owned();
    send(&host, &format!("/api/v1/events/{draft}"), true, ("text/plain", "for-a-draft-only"), file).await.expect(404);
    host.post(&format!("{api}/cancellation"), json!({})).await.expect(200);
    send(&host, &api, true, ("text/plain", "for-a-cancelled-night"), file).await.expect(409);
    assert!(titles(&house, &api).await.is_empty());
}
