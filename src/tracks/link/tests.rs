//! Whole texts, and what holds for any text at all.

use proptest::prelude::*;
use proptest::sample::select;

use super::examples::{check, check_link};
use super::{EMBED_HOSTS, Link, SERVICES, Service, recognise, searches};

#[test]
fn the_first_song_link_in_a_text_wins() {
    check(&[
        ("", "nothing"),
        ("Mr.Blue Sky", "nothing"),
        ("Dancing Queen - ABBA #TwitterDisco", "nothing"),
        ("example.com/dancing-queen", "nothing"),
        ("https://example.com/a", "web page"),
        ("Loved this! https://youtu.be/dQw4w9WgXcQ. Who's next?", "youtube track dQw4w9WgXcQ"),
        ("(youtu.be/dQw4w9WgXcQ)", "youtube track dQw4w9WgXcQ"),
        ("🕺https://youtu.be/dQw4w9WgXcQ🕺 #disco", "youtube track dQw4w9WgXcQ"),
        ("[tune](https://youtu.be/dQw4w9WgXcQ)", "youtube track dQw4w9WgXcQ"),
        ("<a href='https://youtu.be/dQw4w9WgXcQ'>", "youtube track dQw4w9WgXcQ"),
        ("<iframe src=\"https://www.youtube.com/embed/dQw4w9WgXcQ?si=x\" title=\"y\">", "youtube track dQw4w9WgXcQ"),
        ("https://example.com/a https://youtu.be/dQw4w9WgXcQ", "youtube track dQw4w9WgXcQ"),
        ("https://example.com/a,https://youtu.be/dQw4w9WgXcQ", "youtube track dQw4w9WgXcQ"),
        ("soundcloud.com/forss/flickermood\nhttps://youtu.be/dQw4w9WgXcQ", "soundcloud track forss/flickermood"),
        ("https://me@youtu.be/dQw4w9WgXcQ https://example.com/a", "web page"),
        ("https://example.com/?u=https://youtu.be/dQw4w9WgXcQ", "web page"),
        ("https://web.archive.org/web/2020/https://youtu.be/dQw4w9WgXcQ", "web page"),
        ("https://youtu.be/dQw4w9WgXcQ!?utm_source=x", "youtube track dQw4w9WgXcQ"),
        ("https://localhost/a http://192.168.0.1/b", "nothing"),
        ("javascript:alert(1)", "nothing"),
        ("mailto:me@example.com", "nothing"),
        ("http", "nothing"),
        ("https://", "nothing"),
        ("...://?#@", "nothing"),
    ]);
}

#[test]
fn of_two_pages_the_first_is_given() {
    let url = recognise("https://a.example https://b.example").map(|link| link.url);
    assert_eq!(url.as_deref(), Some("https://a.example/"));
}

#[test]
fn a_link_is_written_as_the_contract_says() {
    let link = recognise("youtu.be/dQw4w9WgXcQ?t=65");
    let json = concat!(
        r#"{"service":"youtube","kind":"track","id":"dQw4w9WgXcQ","#,
        r#""url":"https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=65s","#,
        r#""embed_url":"https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ","start_seconds":65}"#,
    );
    assert_eq!(serde_json::to_string(&link).ok().as_deref(), Some(json));
    assert_eq!(serde_json::from_str::<Link>(json).ok(), link);
    assert_eq!(serde_json::to_string(&recognise("-")).ok().as_deref(), Some("null"));
}

#[test]
fn players_come_from_whole_origins() {
    // Bandcamp has no player whose address can be made from an id.
    assert_eq!(EMBED_HOSTS.len(), SERVICES.len() - 1);
    for host in EMBED_HOSTS {
        let parsed = url::Url::parse(host).map(|url| url.origin().ascii_serialization());
        assert_eq!(parsed.as_deref(), Ok(*host));
    }
}

#[test]
fn every_service_can_be_searched() {
    let found = searches("Don't Stop Me Now, Queen & é/..?#");
    let services: Vec<Service> = found.iter().map(|(service, _)| *service).collect();
    let all: Vec<Service> = Service::ALL.into_iter().filter(|service| *service != Service::Web).collect();
    assert_eq!(services, all, "each once, in its order");
    for (service, address) in found {
        let parsed = url::Url::parse(&address);
        assert!(parsed.as_ref().is_ok_and(|url| url.scheme() == "https" && url.fragment().is_none()), "{address}");
        assert!(address.ends_with("Don%27t%20Stop%20Me%20Now%2C%20Queen%20%26%20%C3%A9%2F%2E%2E%3F%23"), "{address}");
        let host = parsed.ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let is_own = host.ends_with("bandcamp.com") || recognise(&format!("https://{host}/a/b")).is_some();
        assert!(is_own, "{service}: {host}");
    }
}

/// Bits of links, sentences and tricks, to be strung together.
const BITS: &[&str] = &[
    "https://",
    "HTTP://",
    "spotify:",
    "javascript:",
    "youtu.be",
    "youtube.com",
    "www.",
    "m.",
    "music.",
    "open.spotify.com",
    "spotify.link",
    "music.apple.com",
    "soundcloud.com",
    "on.soundcloud.com",
    "evil.example",
    ".bandcamp.com",
    "portishead",
    "www.deezer.com",
    "link.deezer.com/s/",
    "tidal.com",
    "/browse/",
    "www.mixcloud.com",
    "/widget/iframe/?feed=",
    "music.amazon.co.uk",
    "/albums/",
    "?trackAsin=",
    "B08KKLW2XY",
    "/",
    "//",
    "\\",
    "/watch?v=",
    "/embed/",
    "/playlist?list=",
    "track",
    "album",
    "playlist",
    "/gb/",
    "/song/",
    "?i=",
    "pl.u-",
    "sets",
    "/s-aBcDe",
    "dQw4w9WgXcQ",
    "4uLU6hMCjMI75M1A2tKUQC",
    "1422648513",
    "PL0123456789",
    "&t=1m5s",
    "#t=65",
    "?utm_source=",
    "&si=x",
    "&",
    "=",
    "?",
    "#",
    "@",
    ":",
    ":443",
    ":8080",
    ".",
    ",",
    ";",
    "|",
    "!",
    "'",
    "\"",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "*",
    "~",
    "-",
    "_",
    "%",
    "%2F",
    "%00",
    " ",
    "\t",
    "\u{200b}",
    "\u{ad}",
    "é",
    "。",
    "🎵",
    "xn--",
    "localhost",
    "127.0.0.1",
    "[::1]",
];

/// Addresses of things, less the id.
const BEFORE_ID: &[&str] = &[
    "https://youtu.be/",
    "https://www.youtube.com/watch?v=",
    "https://www.youtube.com/playlist?list=",
    "https://open.spotify.com/track/",
    "spotify:album:",
    "https://spotify.link/",
    "https://music.apple.com/gb/album/x/1?i=",
    "https://music.apple.com/gb/song/",
    "https://music.apple.com/gb/playlist/pl.",
    "https://soundcloud.com/forss/",
    "https://soundcloud.com/forss/sets/",
    "https://on.soundcloud.com/",
    "https://portishead.bandcamp.com/track/",
    "https://www.deezer.com/track/",
    "https://link.deezer.com/s/",
    "https://tidal.com/browse/track/",
    "https://tidal.com/playlist/",
    "https://www.mixcloud.com/dj_sam/",
    "https://player-widget.mixcloud.com/widget/iframe/?feed=%2Fdj_sam%2F",
    "https://music.amazon.co.uk/tracks/",
    "https://music.amazon.co.uk/user-playlists/",
    "https://example.com/",
    "https://example.com/?utm_source=",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>()) {
        recognise(&text).iter().for_each(check_link);
    }

    #[test]
    fn a_canonical_url_recognises_to_itself(bits in prop::collection::vec(select(BITS), 0..20)) {
        recognise(&bits.concat()).iter().for_each(check_link);
    }

    #[test]
    fn a_page_does_too(path in "[!-~éü🎵]{0,40}") {
        recognise(&format!("https://a.example/{path}")).iter().for_each(check_link);
    }

    #[test]
    fn any_id_is_read_or_refused(before in select(BEFORE_ID), id in r"[A-Za-z0-9_.%&?#!'()\-]{0,24}|\PC{0,24}") {
        recognise(&format!("{before}{id}")).iter().for_each(check_link);
    }
}

#[test]
fn the_worst_texts_are_read_in_one_pass() {
    for bit in BITS {
        let link = recognise(&bit.repeat(10_240 / bit.len()));
        link.iter().for_each(check_link);
    }
}
