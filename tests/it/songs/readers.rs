//! Promise 6 for playlists: any bytes at all are read or refused. Nothing breaks the readers; that a list takes one pass is
//! measured by `benches/playlists.rs`.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use twitterdisco::tracks::{Brought, Format};

use crate::support::scale;

/// What the formats are made of, to be put together in any order.
const PARTS: [&str; 64] = [
    "<?xml version='1.0' encoding='UTF-8'?>",
    "<?xml encoding=\"latin1\"?>",
    "<playlist version='1' xmlns='http://xspf.org/ns/0/'>",
    "<trackList>",
    "<track>",
    "<track/>",
    "<title>",
    "</title>",
    "</track>",
    "</trackList>",
    "</playlist>",
    "<location>",
    "</location>",
    "<meta rel='http://purl.org/dc/terms/contributor'>",
    "<meta rel=",
    "</meta>",
    "<!DOCTYPE x [",
    "<!ENTITY a 'b'>",
    "]>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&amp;",
    "&a;",
    "&#x0;",
    "&#xD800;",
    "&#99999999999;",
    "{\"playlist\":",
    "{\"track\":[",
    "{\"title\":",
    "\"location\":",
    "\"\\ud800\"",
    "[",
    "]",
    "}",
    ",",
    "null",
    "1e999",
    "#EXTM3U\n",
    "#EXTINF:-1,",
    "#EXTINF:",
    "#PLAYLIST:",
    " (no link)\n",
    "# ",
    "title,artist,link\n",
    "artist;title\n",
    "\"",
    "\"\"",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "1. ",
    "   Shared by Sam: ",
    "Chic - Le Freak",
    " - ",
    "https://youtu.be/HgzGwKwLmgM",
    "spotify:track:",
    "file:///C:/é.mp3",
    "é😀\u{202E}\u{FEFF}",
    "\u{FFFE}",
    "'=1+1",
    "\0",
];

/// A file that may be anything: bytes, or parts of the formats, in this or that encoding.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let parts = || prop::collection::vec(prop::sample::select(&PARTS[..]), 0..24).prop_map(|parts| parts.concat());
    let wide = |text: String| [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..200),
        5 => parts().prop_map(String::into_bytes),
        1 => parts().prop_map(wide),
        2 => (parts(), prop::collection::vec(any::<u8>(), 0..8), any::<prop::sample::Index>()).prop_map(|(text, bytes, at)| {
            let mut file = text.into_bytes();
            let at = at.index(file.len() + 1);
            file.splice(at..at, bytes);
            file
        }),
    ]
}

fn hint() -> impl Strategy<Value = Option<Format>> {
    prop::option::of(prop::sample::select(&Format::ALL[..]))
}

/// Catches: a panic, a hang, a text that is longer than a typed one may be, a song that isn't the same once written and read.
#[test]
fn any_bytes_are_read_or_refused() {
    let cases = scale(4_000, 1_000_000);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(cases) });
    let (read, refused) = (Cell::new(0_u32), Cell::new(0_u32));
    let charset = prop::sample::select(vec![
        None,
        Some("utf-8"),
        Some("windows-1252"),
        Some("utf-16"),
        Some("shift_jis"),
        Some("x"),
    ]);
    let outcome = runner.run(&(file(), hint(), charset), |(file, hint, charset)| {
        let Ok(brought) = Brought::read(&file, hint, charset) else {
            refused.set(refused.get() + 1);
            // Each reader has its turn at it, whatever it looks like.
            let text = String::from_utf8_lossy(&file);
            for format in Format::ALL {
                let _ = Brought::parse(&text, format);
            }
            return Ok(());
        };
        read.set(read.get() + 1);
        for song in &brought.playlist.songs {
            let length = |text: &Option<String>| text.as_ref().map_or(0, |text| text.chars().count());
            prop_assert!(length(&song.title) <= 200 && length(&song.artist) <= 200 && length(&song.dedication) <= 280);
            let texts = [&song.title, &song.artist, &song.dedication, &song.shared_by];
            prop_assert!(!texts.into_iter().flatten().any(|text| text.is_empty() || text.contains(char::is_control)));
            prop_assert!(song.links.iter().all(|link| link.starts_with("http://") || link.starts_with("https://")));
        }
        // Taken in once, it is the same in whichever of the two it is kept.
        let again = |format: Format| {
            Brought::read(&format.write(&brought.playlist).expect("a file"), None, None).expect("a playlist")
        };
        prop_assert_eq!(&again(Format::Jspf).playlist, &brought.playlist);
        Ok(())
    });
    let (read, refused) = (read.get(), refused.get());
    println!("{cases} files: {read} read, {refused} refused, none broke a reader");
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(read > cases / 20 && refused > cases / 20, "of each kind enough");
}
