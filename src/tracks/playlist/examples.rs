//! Playlists for the tests of every format.

use super::{Entry, Playlist};

/// Words that would break each of the formats.
pub fn hostile() -> Playlist {
    let words = "]]></title><x a='\"&amp; {\"b\": \\ #EXTINF:1,2; =1+1 é😀\u{FFFE}";
    let song = |title: &str, links: &[&str]| Entry {
        title: Some(title.to_owned()),
        artist: Some(words.to_owned()),
        links: links.iter().map(|link| (*link).to_owned()).collect(),
        shared_by: Some(words.to_owned()),
        dedication: Some(words.to_owned()),
        shared_at: Some(chrono::DateTime::UNIX_EPOCH),
    };
    let plain = Entry { artist: None, dedication: None, ..song("Le Freak", &[]) };
    Playlist {
        title: Some(words.to_owned()),
        page: Some("https://disco.test/events/night".to_owned()),
        date: Some(chrono::DateTime::UNIX_EPOCH),
        songs: vec![song(words, &["https://a.example/?a=1&b=2", "https://b.example/"]), plain],
    }
}
