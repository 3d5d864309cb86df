//! From JSPF to a playlist. Fields of another type than they should have are passed over; `identifier` and `location` are
//! one text or many.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value;

use super::OF_TRACK;
use crate::tracks::playlist::brought::{Found, Raw, moment};
use crate::tracks::playlist::{Refusal, terms};

#[derive(Deserialize)]
struct File {
    playlist: List,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    title: Value,
    #[serde(default)]
    info: Value,
    #[serde(default)]
    identifier: Value,
    #[serde(default)]
    date: Value,
    #[serde(default)]
    track: Tracks,
}

/// The songs that are taken; the others are counted as they go by.
#[derive(Default)]
struct Tracks(Found);

impl<'de> Deserialize<'de> for Tracks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(TrackVisitor)
    }
}

struct TrackVisitor;

impl<'de> Visitor<'de> for TrackVisitor {
    type Value = Tracks;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of songs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tracks, A::Error> {
        let mut found = Found::default();
        while found.has_room() {
            let Some(track) = list.next_element::<Value>()? else { return Ok(Tracks(found)) };
            found.add(song(&track));
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            found.left_out += 1;
        }
        Ok(Tracks(found))
    }
}

/// Reads JSPF.
///
/// # Errors
/// A sentence for what is no JSON (where lists may be 128 deep), and for JSON that is no playlist.
pub(in crate::tracks::playlist) fn read(text: &str) -> Result<Found, Refusal> {
    let read: Result<File, _> = serde_json::from_str(text);
    let File { playlist: List { title, info, identifier, date, track: Tracks(mut found) } } =
        read.map_err(|error| match error.classify() {
            serde_json::error::Category::Data => NO_PLAYLIST.into(),
            _ => Refusal::from(format!("This is no well-formed JSON: it breaks in line {}", error.line())),
        })?;
    if let Some(title) = title.as_str() {
        found.set_title(title);
    }
    if let Some(page) = info.as_str().or(identifier.as_str()) {
        found.set_page(page);
    }
    found.playlist.date = date.as_str().and_then(moment);
    Ok(found)
}

const NO_PLAYLIST: &str = "This is JSON, but not a playlist as JSPF has it: {\"playlist\": {\"track\": […]}}";

fn song(track: &Value) -> Raw {
    let text = |name: &str| track[name].as_str().map(str::to_owned);
    let meta = |term: &str| one_of(&track["meta"], |meta| meta[term].as_str());
    let added_at = one_of(&track["extension"][OF_TRACK], |more| more["added_at"].as_str());
    let added_at = added_at.or_else(|| meta(terms::SHARED_AT));
    Raw {
        title: text("title"),
        artist: text("creator"),
        links: texts(&track["location"]),
        more_links: texts(&track["identifier"]).into_iter().chain(text("info")).collect(),
        shared_by: meta(terms::SHARED_BY).map(str::to_owned),
        dedication: meta(terms::DEDICATION).map(str::to_owned),
        note: text("annotation"),
        shared_at: added_at.and_then(moment),
    }
}

/// What the first has of several, or the one that there is.
fn one_of<'a>(value: &'a Value, find: impl Fn(&'a Value) -> Option<&'a str>) -> Option<&'a str> {
    match value {
        Value::Array(all) => all.iter().find_map(find),
        one => find(one),
    }
}

/// One text or many.
fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match value {
        Value::Array(all) => all.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_playlist_of_listenbrainz_is_read() {
        let text = r#"{"playlist": {"title": "Mine", "creator": "sam", "identifier": "https://listenbrainz.org/playlist/1", "date": "2023-07-28T11:22:33+01:00",
            "extension": {"https://musicbrainz.org/doc/jspf#playlist": {"public": true}}, "track": [
            {"title": "Le Freak", "creator": "Chic", "album": null, "duration": 210000, "annotation": "for the ward",
             "identifier": ["https://musicbrainz.org/recording/e8f9b188-f819-4e43-ab0f-4bd26ce9ff56"],
             "extension": {"https://musicbrainz.org/doc/jspf#track": {"added_by": "x", "added_at": "2023-07-28T10:22:33Z"}}},
            {"title": 7, "identifier": "https://youtu.be/HgzGwKwLmgM", "location": {"a": 1}, "extension": {"https://musicbrainz.org/doc/jspf#track": [{"added_at": "x"}]}},
            3]}}"#;
        let found = read(text).expect("a playlist");
        let [freak, nameless, nothing] = found.playlist.songs.as_slice() else { panic!("{found:?}") };
        assert_eq!((freak.title.as_deref(), freak.artist.as_deref()), (Some("Le Freak"), Some("Chic")));
        assert_eq!((freak.links.len(), freak.dedication.as_deref()), (1, Some("for the ward")));
        assert_eq!(freak.shared_at, super::moment("2023-07-28T10:22:33Z"));
        assert_eq!((nameless.title.as_deref(), nameless.links.len()), (None, 1));
        assert_eq!(*nothing, crate::tracks::Entry::default());
        assert_eq!(found.playlist.date, super::moment("2023-07-28T10:22:33Z"));
    }

    #[test]
    fn other_json_is_refused() {
        for text in [
            "{}",
            "{\"playlist\": 1}",
            "{\"playlist\": {\"track\": {}}}",
            "{\"playlist\": {\"track\": []}",
            "{\"playlist\": {}} x",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        let deep = format!("{{\"playlist\": {{\"title\": {}1{}}}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(&deep).is_err());
    }
}
