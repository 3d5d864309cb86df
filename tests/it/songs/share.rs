//! Sharing: by link, by words, by both; and the same song in other words is joined, never there twice.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{live, path, share, titles};
use crate::support::{House, on_both};

on_both!(
    a_song_is_a_link_a_title_or_both,
    the_same_song_in_other_words_joins,
    ones_own_again_is_no_self_join,
    the_same_song_by_twenty_at_once_is_one_share,
    what_is_no_song_is_refused,
    songs_are_taken_while_a_night_is_planned_or_live,
    the_longest_names_are_songs_too,
);

async fn a_song_is_a_link_a_title_or_both(house: House) {
    let (_, _, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    let link = share(&sam, &api, json!({ "link": "this one! https://youtu.be/HgzGwKwLmgM?t=9 love it" }), 201).await;
    assert_eq!((&link["track"]["service"], &link["track"]["service_id"]), (&json!("youtube"), &json!("HgzGwKwLmgM")));
    assert_eq!(link["track"]["title"], Value::Null, "nobody has named it");
    let title = share(&sam, &api, json!({ "title": "  Blue   Monday\n" }), 201).await;
    assert_eq!(title["track"]["links"], json!([]));
    let both = json!({ "link": "https://open.spotify.com/track/0GjEhVFGZW8afUYGChu3Rr", "title": "Dancing Queen", "artist": "ABBA",
        "dedication": "for my mum" });
    let both = share(&sam, &api, both, 201).await;
    assert_eq!(
        (&both["track"]["artist"], &both["track"]["service"], &both["dedication"]),
        (&json!("ABBA"), &json!("spotify"), &json!("for my mum"))
    );
    assert_eq!((&both["joined"], &both["shared_by"], &both["state"]), (&json!(false), &json!("Sam"), &json!("shown")));
    let list = titles(&house, &api).await;
    assert_eq!(list.len(), 3);
    assert_eq!((list[0].as_str(), list[2].as_str()), ("", "Dancing Queen"), "oldest first");
}

async fn the_same_song_in_other_words_joins(house: House) {
    let (_, _, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    let song = json!({ "link": "https://youtu.be/HgzGwKwLmgM", "title": "Déjà Vu", "artist": "Beyoncé" });
    let first = share(&sam, &api, song, 201).await;
    let again = [
        json!({ "link": "https://www.youtube.com/watch?v=HgzGwKwLmgM&list=PLabc&t=10" }),
        json!({ "link": "https://music.youtube.com/watch?v=HgzGwKwLmgM" }),
        json!({ "link": "HTTPS://M.YOUTUBE.COM/watch?v=HgzGwKwLmgM&feature=share" }),
        json!({ "title": "DEJA VU!", "artist": "beyonce" }),
        // Another service, the same title and artist: the same song, and one more place to play it.
        json!({ "link": "https://open.spotify.com/track/0GjEhVFGZW8afUYGChu3Rr", "title": "Deja vu", "artist": "BEYONCÉ" }),
        json!({ "link": "https://open.spotify.com/intl-de/track/0GjEhVFGZW8afUYGChu3Rr?si=x" }),
    ];
    for (number, song) in again.iter().enumerate() {
        let guest = house.guest(&format!("Guest {number}")).await;
        let joined = share(&guest, &api, song.clone(), 200).await;
        assert_eq!((&joined["id"], &joined["joined"]), (&first["id"], &json!(true)), "{song}");
        assert_eq!(joined["joined_by"].as_array().map(Vec::len), Some(number + 1));
        // Joining twice is joining once.
        let twice = share(&guest, &api, song.clone(), 200).await;
        assert_eq!(twice["joined_by"].as_array().map(Vec::len), Some(number + 1));
    }
    let whole = house.stranger().get(&path(&first)).await.expect(200).json();
    let services: Vec<&str> =
        whole["track"]["links"].as_array().expect("links").iter().filter_map(|link| link["service"].as_str()).collect();
    assert_eq!(services, ["youtube", "spotify"]);
    assert_eq!(titles(&house, &api).await.len(), 1);
    // Another artist's song of that title is another song.
    share(&sam, &api, json!({ "title": "Déjà Vu", "artist": "Olivia Rodrigo" }), 201).await;
    house.check().await;
}

async fn ones_own_again_is_no_self_join(house: House) {
    let (_, _, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    let first = share(&sam, &api, json!({ "title": "Blue Monday" }), 201).await;
    let again = share(&sam, &api, json!({ "title": "blue monday", "dedication": "again" }), 200).await;
    assert_eq!((&again["id"], &again["joined_by"], &again["joined"]), (&first["id"], &json!([]), &json!(false)));
    assert_eq!(again["dedication"], Value::Null, "what was said first stands");
}

/// The fault: two rows for one song, because both looked before either wrote.
async fn the_same_song_by_twenty_at_once_is_one_share(house: House) {
    let (_, _, api) = live(&house, json!({})).await;
    let guests = join_all((0..20).map(|number| {
        let house = house.clone();
        async move { house.guest(&format!("Guest {number}")).await }
    }))
    .await;
    let url = format!("{api}/shares");
    let answers = join_all(guests.iter().map(|guest| guest.post(&url, json!({ "title": "Blue Monday" })))).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(201), count(200)), (1, 19));
    assert_eq!(titles(&house, &api).await, ["Blue Monday"]);
    let whole = house.stranger().get(&path(&answers[0].json())).await.expect(200).json();
    assert_eq!(whole["joined_by"].as_array().map(Vec::len), Some(19));
    house.check().await;
}

async fn what_is_no_song_is_refused(house: House) {
    let (host, slug, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    for (song, field) in [
        (json!({}), "link"),
        (json!({ "link": "" }), "link"),
        (json!({ "title": "  " }), "link"),
        (json!({ "link": "Blue Monday" }), "link"),
        (json!({ "link": "javascript:alert(1)", "title": "x" }), "link"),
        (json!({ "artist": "New Order" }), "link"),
        (json!({ "title": "t".repeat(201) }), "title"),
        (json!({ "title": "x", "artist": "a".repeat(201) }), "artist"),
        (json!({ "title": "x", "dedication": "d".repeat(281) }), "dedication"),
    ] {
        let refused = sam.post(&format!("{api}/shares"), song.clone()).await.expect(422);
        assert_eq!(refused.wrong_fields(), [field], "{song}");
    }
    house.stranger().post(&format!("{api}/shares"), json!({ "title": "x" })).await.expect(401);
    // The page's one field takes words for a title.
    let fields = [("link", "New Order - Blue Monday"), ("nickname", "Jo")];
    let page = format!("/events/{slug}/share");
    house.stranger().fill_in(&page, &page, &fields).await.expect(303);
    let list = host.get(&format!("{api}/shares")).await.json();
    assert_eq!(
        (&list["items"][0]["track"]["title"], &list["items"][0]["track"]["artist"]),
        (&json!("Blue Monday"), &json!("New Order"))
    );
}

async fn songs_are_taken_while_a_night_is_planned_or_live(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let api = format!("/api/v1/events/{slug}");
    let sam = house.guest("Sam").await;
    share(&sam, &api, json!({ "title": "Beforehand" }), 201).await;
    for (verb, song, status) in
        [("opening", "Live", 201), ("closing", "Late", 409), ("opening", "Again", 201), ("cancellation", "Never", 409)]
    {
        host.post(&format!("{api}/{verb}"), json!({})).await.expect(200);
        share(&sam, &api, json!({ "title": song }), status).await;
        // What is over takes none from its host either, and its form isn't there.
        let form = house.stranger().get(&format!("/events/{slug}/share")).await;
        assert_eq!(form.status.as_u16(), if status == 409 { 409 } else { 200 }, "{verb}");
    }
    host.post(&format!("{api}/shares"), json!({ "title": "Host's" })).await.expect(409);
    assert_eq!(titles(&house, &api).await, ["Beforehand", "Live", "Again"]);
}

/// The fault: a key made of long names outgrows a page of PostgreSQL's index. A syllable folds to nine bytes, and a
/// sequence that looks like chance can't be packed.
async fn the_longest_names_are_songs_too(house: House) {
    let (_, _, api) = live(&house, json!({})).await;
    let mut state = 20_161_216_u32;
    let mut name = || -> String {
        let mut syllable = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from_u32(0xac00 + (state >> 8) % 11_172).expect("a syllable")
        };
        (0..200).map(&mut syllable).collect()
    };
    let song = json!({ "title": name(), "artist": name() });
    let first = share(&house.guest("Sam").await, &api, song.clone(), 201).await;
    assert_eq!(first["track"]["title"], song["title"]);
    let joined = share(&house.guest("Priya").await, &api, song, 200).await;
    assert_eq!(joined["id"], first["id"]);
    share(&house.guest("Jo").await, &api, json!({ "title": name(), "artist": name() }), 201).await;
}
