//! What music services say of links: their names, where short ones lead, and that one has gone. The services are a
//! stand-in here, which says what each test wants, faults included.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{live, share};
use crate::support::stand_in::{Reply, StandIn};
use crate::support::{Actor, House, on_both};

on_both!(
    a_nameless_link_is_named_once_and_for_good,
    what_a_person_typed_wins,
    a_service_that_fails_is_left_alone_for_a_while,
    a_service_that_says_how_long_is_left_alone_that_long,
    answers_that_are_no_answers_name_nothing,
    what_a_service_says_is_text,
    a_link_that_has_gone_keeps_its_name,
    nobody_is_asked_unless_it_is_wanted,
    songs_of_before_are_asked_about_later,
    musicbrainz_is_asked_where_it_is_wanted,
);

pub(super) const SPOTIFY: &str = "https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC";

pub(super) async fn with_services(house: House) -> (StandIn, House) {
    let services = StandIn::open().await;
    let house = services.furnish(house);
    (services, house)
}

/// A live night of its own.
pub(super) async fn another(house: &House, host: &Actor) -> (String, String) {
    let slug = house.night(host, json!({})).await;
    let api = format!("/api/v1/events/{slug}");
    host.post(&format!("{api}/opening"), json!({})).await.expect(200);
    (slug, api)
}

pub(super) async fn work(house: &House) {
    house.pass(TimeDelta::seconds(1)).await;
}

pub(super) async fn first(house: &House, api: &str) -> Value {
    house.stranger().get(&format!("{api}/shares")).await.expect(200).json()["items"][0]["track"].clone()
}

pub(super) async fn sams_link(house: &House, api: &str, link: &str) -> (Actor, Value) {
    let sam = house.guest("Sam").await;
    let shared = share(&sam, api, json!({ "link": link }), 201).await;
    (sam, shared)
}

/// A host, a link, the title and the author that it tells of it, and the title and the artist that this means.
type Told = (&'static str, &'static str, (&'static str, Option<&'static str>), (&'static str, &'static str));

const ANSWERS: [Told; 7] = [
    (
        "www.youtube.com",
        "https://youtu.be/xFrGuyw1V8s?t=9",
        ("ABBA - Dancing Queen (Official Music Video)", Some("AbbaVEVO")),
        ("Dancing Queen", "ABBA"),
    ),
    ("open.spotify.com", SPOTIFY, ("Never Gonna Give You Up", None), ("Never Gonna Give You Up", "")),
    (
        "music.apple.com",
        "https://music.apple.com/gb/album/x/1422648512?i=1422648513",
        ("Le Freak", Some("CHIC")),
        ("Le Freak", "CHIC"),
    ),
    (
        "soundcloud.com",
        "https://soundcloud.com/forss/flickermood",
        ("Flickermood by Forss", Some("Forss")),
        ("Flickermood", "Forss"),
    ),
    (
        "api.deezer.com",
        "https://www.deezer.com/en/track/3135556",
        ("Harder, Better, Faster, Stronger", Some("Daft Punk")),
        ("Harder, Better, Faster, Stronger", "Daft Punk"),
    ),
    (
        "oembed.tidal.com",
        "https://tidal.com/browse/track/77646168",
        ("Lovely Day", Some("Bill Withers")),
        ("Lovely Day", "Bill Withers"),
    ),
    (
        "www.mixcloud.com",
        "https://www.mixcloud.com/spartacus/party-time/",
        ("Party Time", Some("Spartacus")),
        ("Party Time", "Spartacus"),
    ),
];

async fn a_nameless_link_is_named_once_and_for_good(house: House) {
    let (services, house) = with_services(house).await;
    let host = house.organiser("Louise").await;
    for (site, link, answer, name) in ANSWERS {
        services.says(site, "oembed", Reply::oembed(answer.0, answer.1));
        services.says(site, "/?url=", Reply::oembed(answer.0, answer.1));
        let (slug, api) = another(&house, &host).await;
        let mut listener = crate::support::stream::Listener::open(&house, &slug, None).await;
        listener.until("now_playing").await;
        let (_, shared) = sams_link(&house, &api, link).await;
        assert_eq!(shared["track"]["title"], Value::Null, "the page never waits for a service: {site}");
        work(&house).await;
        let track = first(&house, &api).await;
        assert_eq!(
            (track["title"].as_str(), track["artist"].as_str().unwrap_or_default()),
            (Some(name.0), name.1),
            "{site}"
        );
        let told = listener.until("share_changed").await;
        assert_eq!(told.last().expect("it").data["track"]["title"], name.0, "listeners are told: {site}");
        assert!(house.stranger().get(&format!("/events/{slug}")).await.expect(200).text().contains(name.0), "{site}");
    }
    let found = house.stranger().get("/api/v1/search?q=flickermood+forss").await.expect(200).json();
    assert_eq!(found["tracks"][0]["title"], "Flickermood", "what a service told is found");
    let asked = services.asked();
    assert_eq!(asked.len(), 7, "{asked:?}");
    assert!(asked.iter().any(|asked| asked == "www.youtube.com/oembed?format=json&url=https%3A%2F%2Fwww%2Eyoutube%2Ecom%2Fwatch%3Fv%3DxFrGuyw1V8s%26t%3D9s"), "{asked:?}");
    assert_eq!(services.heard(), 0);
    // On another night, by somebody else: it is known.
    let (_, api) = another(&house, &host).await;
    sams_link(&house, &api, SPOTIFY).await;
    work(&house).await;
    assert_eq!(first(&house, &api).await["title"], "Never Gonna Give You Up");
    house.pass(TimeDelta::hours(2)).await;
    assert_eq!(services.asked().len(), 7, "asked once");
    house.check().await;
}

async fn what_a_person_typed_wins(house: House) {
    let (services, house) = with_services(house).await;
    let host = house.organiser("Louise").await;
    services.says("open.spotify.com", "oembed", Reply::oembed("Their name", Some("Them")));
    let (_, api) = another(&house, &host).await;
    let sam = house.guest("Sam").await;
    share(&sam, &api, json!({ "link": SPOTIFY, "title": "Our song" }), 201).await;
    work(&house).await;
    let track = first(&house, &api).await;
    assert_eq!((&track["title"], &track["artist"]), (&json!("Our song"), &Value::Null));
    // And who types the name finds a song that a service named.
    let (_, api) = another(&house, &host).await;
    let other = "https://open.spotify.com/track/0GjEhVFGZW8afUYGChu3Rr";
    services.says("open.spotify.com", "0GjEhVFGZW8afUYGChu3Rr", Reply::oembed("Dancing Queen", Some("ABBA")));
    sams_link(&house, &api, other).await;
    work(&house).await;
    let jo = house.guest("Jo").await;
    let joined = share(&jo, &api, json!({ "title": "dancing queen!", "artist": "Abba" }), 200).await;
    assert_eq!(joined["joined"], true);
}

async fn a_service_that_fails_is_left_alone_for_a_while(house: House) {
    let (services, house) = with_services(house).await;
    let host = house.organiser("Louise").await;
    services.says("open.spotify.com", "oembed", Reply::new("500 Internal Server Error", "", ""));
    let (_, api) = another(&house, &host).await;
    let sam = house.guest("Sam").await;
    for number in 0..12 {
        share(&sam, &api, json!({ "link": format!("https://open.spotify.com/track/{number:022}") }), 201).await;
    }
    work(&house).await;
    assert_eq!(services.asked().len(), 5, "five failures, and the rest isn't asked");
    house.pass(TimeDelta::minutes(5)).await;
    assert_eq!(services.asked().len(), 5, "it rests");
    house.pass(TimeDelta::minutes(6)).await;
    assert_eq!(services.asked().len(), 6, "one tries again, and fails again");
    services.says("open.spotify.com", "oembed", Reply::oembed("Back again", None));
    for _ in 0..12 {
        house.pass(TimeDelta::hours(2)).await;
    }
    let songs = house.stranger().get(&format!("{api}/shares")).await.json();
    for song in songs["items"].as_array().expect("songs") {
        assert_eq!(song["track"]["title"], "Back again");
    }
}

async fn a_service_that_says_how_long_is_left_alone_that_long(house: House) {
    let (services, house) = with_services(house).await;
    let (_, _, api) = live(&house, json!({})).await;
    let sam = house.guest("Sam").await;
    services.says("open.spotify.com", "oembed", Reply::new("429 Too Many Requests", "retry-after: 600\r\n", ""));
    for number in 20..24 {
        share(&sam, &api, json!({ "link": format!("https://open.spotify.com/track/{number:022}") }), 201).await;
    }
    work(&house).await;
    assert_eq!(services.asked().len(), 1, "one was refused, and the others wait");
    services.says("open.spotify.com", "oembed", Reply::oembed("Back again", None));
    house.pass(TimeDelta::minutes(9)).await;
    assert_eq!(services.asked().len(), 1);
    house.pass(TimeDelta::minutes(2)).await;
    assert_eq!(services.asked().len(), 5);
}

async fn answers_that_are_no_answers_name_nothing(house: House) {
    let (services, house) = with_services(house).await;
    let host = house.organiser("Louise").await;
    let long = "x".repeat(300 * 1024);
    let json = "content-type: application/json\r\n";
    let faults = [
        ("a redirect", Reply::to("https://evil.example/")),
        ("a redirect to the listener", Reply::to(&format!("http://{}/", services.elsewhere))),
        ("HTML", Reply::new("200 OK", "content-type: text/html\r\n", "{\"title\":\"HTML\"}")),
        ("a login page", Reply::new("200 OK", "content-type: text/html\r\n", "<title>Log in</title>")),
        ("no type", Reply::new("200 OK", "", "{\"title\":\"no type\"}")),
        ("no JSON", Reply::new("200 OK", json, "{\"title\":")),
        ("a list", Reply::new("200 OK", json, "[1,2]")),
        ("a number for a title", Reply::new("200 OK", json, "{\"title\":7}")),
        ("no title", Reply::new("200 OK", json, "{}")),
        ("an empty title", Reply::new("200 OK", json, "{\"title\":\" \\u0000\\u202e \"}")),
        ("too long", Reply::json(&json!({ "title": "long", "html": long }))),
        (
            "too long, and no word of it",
            Reply::Bytes(format!("HTTP/1.1 200 OK\r\n{json}connection: close\r\n\r\n{{\"title\":\"{long}\"}}").into()),
        ),
        (
            "shorter than it says",
            Reply::Bytes(format!("HTTP/1.1 200 OK\r\n{json}content-length: 999\r\n\r\n{{\"title\":\"short\"}}").into()),
        ),
        ("no HTTP", Reply::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())),
        ("nothing", Reply::Bytes(Vec::new())),
        ("silence", Reply::Silence),
        ("forbidden", Reply::new("403 Forbidden", json, "{\"title\":\"private\"}")),
        ("no content", Reply::new("204 No Content", "", "")),
    ];
    let sam = house.guest("Sam").await;
    for (at, (what, reply)) in faults.into_iter().enumerate() {
        // A stand-in of its own, for each to be asked however many failed before.
        let house = services.furnish(house.clone());
        let (slug, api) = another(&house, &host).await;
        services.says("open.spotify.com", "oembed", reply);
        share(&sam, &api, json!({ "link": format!("https://open.spotify.com/track/{at:022}") }), 201).await;
        let before = services.asked().len();
        work(&house).await;
        assert_eq!(services.asked().len(), before + 1, "{what} was asked for once");
        let track = first(&house, &api).await;
        assert_eq!((&track["title"], &track["artist"]), (&Value::Null, &Value::Null), "{what}");
        house.stranger().get(&format!("/events/{slug}")).await.expect(200);
    }
    assert_eq!(services.hosts_asked().len(), 1);
    assert_eq!(services.heard(), 0, "no redirect was followed");
}

async fn what_a_service_says_is_text(house: House) {
    let (services, house) = with_services(house).await;
    let host = house.organiser("Louise").await;
    let hostile = "</title><script>alert(1)</script>\u{202e}\u{0} \"'><img src=x onerror=alert(1)>";
    services.says("open.spotify.com", "oembed", Reply::oembed(&hostile.repeat(9), Some("<b>them</b>")));
    let (slug, api) = another(&house, &host).await;
    sams_link(&house, &api, SPOTIFY).await;
    work(&house).await;
    let track = first(&house, &api).await;
    let title = track["title"].as_str().expect("a title");
    assert_eq!(title.chars().count(), 200);
    assert!(!title.contains(['\u{202e}', '\u{0}']));
    let id = track["id"].as_str().expect("an id");
    for path in [format!("/events/{slug}"), format!("/songs/{id}"), format!("/events/{slug}/playlist.xspf")] {
        let page = house.stranger().get(&path).await.expect(200).text();
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x") && !page.contains("<b>them"), "{path}");
    }
    // What people mayn't say unlooked at, a service mayn't either.
    house.owner("Owner").await.post("/api/v1/words", json!({ "word": "grumble" })).await.expect(201);
    services.says("open.spotify.com", "0GjEhVFGZW8afUYGChu3Rr", Reply::oembed("A Grumble", None));
    let (_, api) = another(&house, &host).await;
    sams_link(&house, &api, "https://open.spotify.com/track/0GjEhVFGZW8afUYGChu3Rr").await;
    work(&house).await;
    assert_eq!(first(&house, &api).await["title"], Value::Null);
}

async fn a_link_that_has_gone_keeps_its_name(house: House) {
    let (services, house) = with_services(house).await;
    services.says("open.spotify.com", "oembed", Reply::oembed("Never Gonna Give You Up", None));
    let (_, slug, api) = live(&house, json!({})).await;
    sams_link(&house, &api, SPOTIFY).await;
    work(&house).await;
    services.says("open.spotify.com", "oembed", Reply::new("404 Not Found", "", ""));
    house.pass(TimeDelta::days(89)).await;
    assert_eq!(services.asked().len(), 1);
    house.pass(TimeDelta::days(2)).await;
    house.pass(TimeDelta::seconds(1)).await;
    assert_eq!(services.asked().len(), 2, "asked about again after a season");
    let track = first(&house, &api).await;
    assert_eq!((&track["title"], &track["links"][0]["is_gone"]), (&json!("Never Gonna Give You Up"), &json!(true)));
    assert_eq!(track["links"][0]["embed_url"], Value::Null);
    let song = house.stranger().get(&format!("/songs/{}", track["id"].as_str().expect("an id"))).await.expect(200);
    assert!(song.select(".chip.gone").contains("is no longer on Spotify"), "{}", song.select("main"));
    assert_eq!(song.all("a[href*='open.spotify.com/track']").len(), 0);
    house.stranger().get(&format!("/events/{slug}")).await.expect(200);
}

async fn nobody_is_asked_unless_it_is_wanted(house: House) {
    let (_, _, api) = live(&house, json!({})).await;
    sams_link(&house, &api, SPOTIFY).await;
    work(&house).await;
    house.pass(TimeDelta::hours(2)).await;
    assert_eq!(house.count("SELECT COUNT(*) FROM job WHERE kind = 'night.look_up'").await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM link_finding").await, 0);
}

async fn songs_of_before_are_asked_about_later(house: House) {
    let (_, _, api) = live(&house, json!({})).await;
    let (_, kept) = sams_link(&house, &api, SPOTIFY).await;
    let sam = house.guest("Ash").await;
    let gone = share(&sam, &api, json!({ "link": "https://open.spotify.com/track/0GjEhVFGZW8afUYGChu3Rr" }), 201).await;
    sam.delete(&super::path(&gone)).await.expect(204);
    let (services, house) = with_services(house).await;
    services.says("open.spotify.com", "oembed", Reply::oembed("Never Gonna Give You Up", None));
    house.pass(TimeDelta::hours(2)).await;
    work(&house).await;
    assert_eq!(first(&house, &api).await["id"], kept["track"]["id"]);
    assert_eq!(first(&house, &api).await["title"], "Never Gonna Give You Up");
    assert_eq!(services.asked().len(), 1, "what was taken back isn't asked about");
}

async fn musicbrainz_is_asked_where_it_is_wanted(house: House) {
    let (services, mut house) = with_services(house).await;
    let host = house.organiser("Louise").await;
    let id = "b1a9c0e9-d987-4042-ae91-78d6a3267d69";
    services.says("open.spotify.com", "oembed", Reply::oembed("Under Pressure", None));
    let related =
        json!({ "relations": [{ "type": "streaming", "recording": { "id": id, "title": "Under Pressure" } }] });
    services.says("musicbrainz.org", "/ws/2/url?resource=", Reply::json(&related));
    let credits = json!([{ "name": "Queen", "joinphrase": " & " }, { "name": "David Bowie", "joinphrase": "" }]);
    let recording = json!({ "id": id, "title": "Under Pressure", "artist-credit": credits });
    services.says("musicbrainz.org", &format!("/ws/2/recording/{id}?inc=artist-credits"), Reply::json(&recording));
    for (is_wanted, artist) in [(false, Value::Null), (true, json!("Queen & David Bowie"))] {
        let mut config = (*house.app.config).clone();
        config.musicbrainz = is_wanted;
        house.app.config = std::sync::Arc::new(config);
        let (_, api) = another(&house, &host).await;
        sams_link(&house, &api, &format!("https://open.spotify.com/track/{:022}", u8::from(is_wanted))).await;
        work(&house).await;
        assert_eq!(first(&house, &api).await["artist"], artist);
    }
    let asked: Vec<String> =
        services.asked().into_iter().filter(|asked| asked.starts_with("musicbrainz.org")).collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    // What it doesn't know, and what it doesn't answer, keeps what the service said.
    for (number, reply) in [
        Reply::new("404 Not Found", "", ""),
        Reply::new("503 Service Unavailable", "", ""),
        Reply::json(&json!({ "relations": [] })),
    ]
    .into_iter()
    .enumerate()
    {
        services.says("musicbrainz.org", "/ws/2/url?resource=", reply);
        let (_, api) = another(&house, &host).await;
        sams_link(&house, &api, &format!("https://open.spotify.com/track/{:022}", 5 + number)).await;
        work(&house).await;
        let track = first(&house, &api).await;
        assert_eq!((&track["title"], &track["artist"]), (&json!("Under Pressure"), &Value::Null));
    }
}
