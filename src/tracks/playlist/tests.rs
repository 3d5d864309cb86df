//! What is written is read by others as it was meant, and by us as it was.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::examples::hostile;
use super::{Brought, Entry, Format, Playlist, terms};
use entity::Moment;

/// Texts as people type them: one line, with any sign in it that can be seen.
fn line(max: usize) -> impl Strategy<Value = String> {
    let any = prop_oneof![
        "\\PC{1,40}",
        "[<>&\"'\\[\\]{}:;,#=+@ -]{1,20}",
        "[a-zé ]{1,30}: [a-z -]{1,9}",
        Just("]]>".to_owned()),
        Just("Shared by Sam: x".to_owned())
    ];
    any.prop_map(move |text| text.trim().chars().take(max).collect::<String>().trim().to_owned())
        .prop_filter("some text", |text| !text.is_empty() && !text.contains('\u{FEFF}'))
}

fn link() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9_-]{10}[AEIMQUYcgkosw048]".prop_map(|id| format!("https://www.youtube.com/watch?v={id}")),
        "[1-9][0-9]{3,8}".prop_map(|id| format!("https://www.deezer.com/track/{id}")),
        "[A-Za-z0-9]{22}".prop_map(|id| format!("https://open.spotify.com/track/{id}")),
        "[a-z]{3,9}/[a-z]{1,9}[?]a=[a-z]{1,5}&b=[a-z]{1,5}"
            .prop_map(|path| format!("https://{}.example/{path}", &path[..3])),
    ]
}

fn at() -> impl Strategy<Value = Moment> {
    // The twenty-first century, to the microsecond, as both databases keep it.
    (946_684_800_000_000_i64..4_102_444_800_000_000)
        .prop_filter_map("a moment", chrono::DateTime::from_timestamp_micros)
}

prop_compose! {
    fn song()(
        title in prop::option::of(line(200)),
        artist in prop::option::of(line(200)),
        links in prop::collection::vec(link(), 0..4),
        shared_by in prop::option::of(line(40)),
        dedication in prop::option::of(line(280)),
        shared_at in prop::option::of(at()),
    ) -> Entry {
        let mut seen = BTreeSet::new();
        let links = links.into_iter().filter(|link| seen.insert(link.clone())).collect();
        Entry { title, artist, links, shared_by, dedication, shared_at }
    }
}

prop_compose! {
    fn playlist()(
        title in prop::option::of(line(200)),
        page in prop::option::of(link()),
        date in prop::option::of(at()),
        songs in prop::collection::vec(song(), 1..6),
    ) -> Playlist {
        Playlist { title, page, date, songs }
    }
}

fn written(playlist: &Playlist, format: Format) -> Vec<u8> {
    format.write(playlist).expect("a file")
}

fn read(file: &[u8], format: Format) -> Playlist {
    let brought = Brought::read(file, None, None)
        .unwrap_or_else(|why| panic!("{format:?}: {why}: {}", String::from_utf8_lossy(file)));
    assert_eq!((brought.format, brought.left_out), (format, 0));
    brought.playlist
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Catches: a field that a format has no place for, a text that comes back changed, a note that is read for its parts.
    #[test]
    fn from_xspf_to_jspf_and_back_nothing_is_lost(playlist in playlist()) {
        let xspf = written(&playlist, Format::Xspf);
        let of_xspf = read(&xspf, Format::Xspf);
        prop_assert_eq!(&of_xspf, &playlist);
        let jspf = written(&of_xspf, Format::Jspf);
        let of_jspf = read(&jspf, Format::Jspf);
        prop_assert_eq!(&of_jspf, &playlist);
        prop_assert_eq!(written(&of_jspf, Format::Xspf), xspf);
        prop_assert_eq!(written(&of_xspf, Format::Jspf), jspf);
    }

    #[test]
    fn a_sheet_brings_every_field_of_a_song_back(songs in prop::collection::vec(song(), 1..6)) {
        let songs: Vec<Entry> = songs.into_iter().filter(|song| !begins_with_a_mark(song)).collect();
        prop_assume!(!songs.is_empty());
        let playlist = Playlist { songs, ..Playlist::default() };
        prop_assert_eq!(read(&written(&playlist, Format::Csv), Format::Csv), playlist);
    }

    /// An independent parser of XML finds every text where the format has it.
    #[test]
    fn others_read_our_xspf(playlist in playlist()) {
        let file = written(&playlist, Format::Xspf);
        let text = std::str::from_utf8(&file).expect("UTF-8");
        let document = roxmltree::Document::parse(text).expect("well-formed XML");
        let root = document.root_element();
        assert!(root.has_tag_name(("http://xspf.org/ns/0/", "playlist")) && root.attribute("version") == Some("1"));
        let texts = |node: roxmltree::Node, name: &str| -> Vec<String> {
            let children = node.children().filter(|child| child.has_tag_name(("http://xspf.org/ns/0/", name)));
            children.map(|child| child.text().unwrap_or_default().to_owned()).collect()
        };
        prop_assert_eq!(texts(root, "title"), Vec::from_iter(playlist.title.clone()));
        prop_assert_eq!(texts(root, "info"), Vec::from_iter(playlist.page.clone()));
        let list = root.children().find(|child| child.tag_name().name() == "trackList").expect("a list");
        let tracks: Vec<_> = list.children().filter(|child| child.has_tag_name(("http://xspf.org/ns/0/", "track"))).collect();
        prop_assert_eq!(tracks.len(), playlist.songs.len());
        for (track, song) in tracks.into_iter().zip(&playlist.songs) {
            prop_assert_eq!(texts(track, "title"), [song.title()]);
            prop_assert_eq!(texts(track, "creator"), Vec::from_iter(song.artist.clone()));
            prop_assert_eq!(texts(track, "location"), song.links.clone());
            prop_assert_eq!(texts(track, "annotation"), Vec::from_iter(song.note()));
            let meta = |term| track.children().find(|child| child.attribute("rel") == Some(term)).and_then(|child| child.text());
            prop_assert_eq!(meta(terms::DEDICATION), song.dedication.as_deref());
            prop_assert_eq!(meta(terms::SHARED_BY), song.shared_by.as_deref());
            let parsed = meta(terms::SHARED_AT).map(|at| at.parse::<Moment>().expect("a moment"));
            prop_assert_eq!(parsed, song.shared_at);
            // What version 1 allows in a track, and nothing else.
            let known = ["location", "title", "creator", "annotation", "meta"];
            prop_assert!(track.children().filter(roxmltree::Node::is_element).all(|child| known.contains(&child.tag_name().name())));
        }
    }

    /// The same with JSON, which knows nothing of playlists.
    #[test]
    fn others_read_our_jspf(playlist in playlist()) {
        let file: serde_json::Value = serde_json::from_slice(&written(&playlist, Format::Jspf)).expect("JSON");
        let list = &file["playlist"];
        prop_assert_eq!((list["title"].as_str(), list["info"].as_str()), (playlist.title.as_deref(), playlist.page.as_deref()));
        let tracks = list["track"].as_array().expect("a list");
        prop_assert_eq!(tracks.len(), playlist.songs.len());
        for (track, song) in tracks.iter().zip(&playlist.songs) {
            let (title, note) = (song.title(), song.note());
            prop_assert_eq!(track["title"].as_str(), Some(title.as_str()));
            prop_assert_eq!(track["creator"].as_str(), song.artist.as_deref());
            prop_assert_eq!(track["annotation"].as_str(), note.as_deref());
            let links = track["location"].as_array().into_iter().flatten().filter_map(|link| link.as_str());
            prop_assert_eq!(links.collect::<Vec<_>>(), song.links.clone());
            let meta = track["meta"].as_array().into_iter().flatten();
            let pairs: Vec<(&str, &str)> = meta
                .flat_map(|pair| pair.as_object().expect("one name and one text"))
                .map(|(name, text)| (name.as_str(), text.as_str().expect("a text")))
                .collect();
            let expected = [(terms::SHARED_BY, &song.shared_by), (terms::DEDICATION, &song.dedication)];
            let expected = expected.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?)));
            prop_assert_eq!(pairs, expected.collect::<Vec<_>>());
            let added_at = &track["extension"]["https://musicbrainz.org/doc/jspf#track"]["added_at"];
            let added_at = added_at.as_str().map(|at| at.parse::<Moment>().expect("a moment"));
            prop_assert_eq!(added_at, song.shared_at);
        }
    }

    #[test]
    fn others_read_our_sheet(songs in prop::collection::vec(song(), 1..6)) {
        let playlist = Playlist { songs, ..Playlist::default() };
        let file = written(&playlist, Format::Csv);
        let mut reader = csv::Reader::from_reader(&file[3..]);
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row of as many cells")).collect();
        prop_assert_eq!(rows.len(), playlist.songs.len());
        for (row, song) in rows.iter().zip(&playlist.songs) {
            let cell = |at: usize| row[at].strip_prefix('\'').unwrap_or(&row[at]).to_owned();
            let bare = |text: &str| text.strip_prefix('\'').unwrap_or(text).to_owned();
            prop_assert_eq!(cell(0), bare(&song.title()));
            prop_assert_eq!(cell(5), bare(song.dedication.as_deref().unwrap_or_default()));
        }
    }

    /// M3U as it is written down (RFC 8216, section 4, and what players agree on): the first line is `#EXTM3U`; every other
    /// is blank, a comment, a tag, or an address; `#EXTINF` is a whole number, a comma and a title, and an address follows.
    #[test]
    fn our_m3u_keeps_to_its_rules(playlist in playlist()) {
        let file = String::from_utf8(written(&playlist, Format::M3u8)).expect("UTF-8");
        let is_whole = file.starts_with("#EXTM3U\n") && file.ends_with('\n');
        prop_assert!(is_whole, "no mark before the first line, and each line has its end");
        let mut lines = file.lines().skip(1).peekable();
        let mut addresses = Vec::new();
        while let Some(line) = lines.next() {
            prop_assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
            if let Some(info) = line.strip_prefix("#EXTINF:") {
                let (seconds, name) = info.split_once(',').expect("a comma");
                prop_assert!(seconds.parse::<i32>().is_ok() && !name.is_empty());
                prop_assert!(lines.peek().is_some_and(|next| !next.starts_with('#')), "an address follows");
            } else if !line.starts_with('#') {
                let address = url::Url::parse(line).expect("an address");
                addresses.push(address.to_string());
            }
        }
        let first = playlist.songs.iter().filter_map(|song| song.links.first().cloned());
        prop_assert_eq!(addresses, first.collect::<Vec<_>>());
    }
}

/// An apostrophe before what looks like a formula is taken for ours.
fn begins_with_a_mark(song: &Entry) -> bool {
    let texts = [&song.title, &song.artist, &song.shared_by, &song.dedication];
    texts.into_iter().flatten().any(|text| text.starts_with('\''))
}

#[test]
fn hostile_words_come_back_as_they_were() {
    // What XML has no place for.
    let plain = |text: &Option<String>| text.as_ref().map(|text| text.replace('\u{FFFE}', ""));
    let without = |song: &Entry| Entry {
        title: plain(&song.title),
        artist: plain(&song.artist),
        shared_by: plain(&song.shared_by),
        dedication: plain(&song.dedication),
        ..song.clone()
    };
    let playlist = hostile();
    assert_eq!(read(&written(&playlist, Format::Jspf), Format::Jspf), playlist);
    let bare = Playlist {
        title: plain(&playlist.title),
        songs: playlist.songs.iter().map(without).collect(),
        ..playlist.clone()
    };
    assert_eq!(read(&written(&playlist, Format::Xspf), Format::Xspf), bare);
    let file: serde_json::Value = serde_json::from_slice(&written(&playlist, Format::Jspf)).expect("JSON");
    let track = &file["playlist"]["track"][0];
    assert_eq!(
        (track["title"].as_str(), &track["location"][1]),
        (playlist.songs[0].title.as_deref(), &"https://b.example/".into())
    );
    assert_eq!(track["meta"][1][terms::DEDICATION].as_str(), playlist.songs[0].dedication.as_deref());
    assert_eq!(file["playlist"]["track"][1]["location"], serde_json::Value::Null);
}

/// Each simple format keeps what it has a place for, so that a night can be brought to another.
#[test]
fn simple_formats_bring_the_songs_back() {
    let song = |artist: Option<&str>, title: Option<&str>, link: &str| Entry {
        title: title.map(str::to_owned),
        artist: artist.map(str::to_owned),
        links: Vec::from_iter(Some(link.to_owned()).filter(|link| !link.is_empty())),
        ..Entry::default()
    };
    let songs = vec![
        song(Some("Queen"), Some("Don't Stop Me Now - Live, again"), "https://www.youtube.com/watch?v=HgzGwKwLmgM"),
        song(Some("Chic"), Some("Le Freak"), ""),
        song(None, None, "https://portishead.bandcamp.com/track/glory-box"),
        song(None, Some("Africa"), ""),
    ];
    let playlist = Playlist {
        title: Some("Friday".to_owned()),
        page: Some("https://disco.test/events/friday".to_owned()),
        songs,
        date: None,
    };
    for format in [Format::M3u8, Format::Txt] {
        let brought = read(&written(&playlist, format), format);
        assert_eq!(brought.songs, playlist.songs, "{format:?}");
        assert_eq!(brought.title, playlist.title, "{format:?}");
    }
}

#[test]
fn a_list_without_end_is_counted_to_its_end() {
    const MANY: usize = 1_000_000;
    let files = [
        format!("<playlist><trackList>{}</trackList></playlist>", "<track/>".repeat(MANY)),
        format!("{{\"playlist\": {{\"track\": [1{}]}}}}", ",1".repeat(MANY - 1)),
        format!("#EXTM3U\n{}", "a\n".repeat(MANY)),
        format!("title,artist\n{}", "a,b\n".repeat(MANY)),
        "a\n".repeat(MANY),
    ];
    for file in files {
        let format = Format::of_content(&file, None).expect("a format");
        let brought = Brought::parse(&file, format).expect("a playlist");
        assert_eq!((brought.playlist.songs.len(), brought.left_out), (500, MANY - 500), "{format:?}");
        assert!(Brought::read(file.as_bytes(), None, None).is_err_and(|why| why.contains("1 MB")), "{format:?}");
    }
}

#[test]
fn long_texts_are_cut_as_typed_ones_are_refused() {
    let long = "é".repeat(1_000);
    let file =
        format!("title,artist,for,link\n{long},{long},{long},{}\n", "https://youtu.be/HgzGwKwLmgM ".repeat(1_000));
    let song = Brought::read(file.as_bytes(), None, None).expect("a playlist").playlist.songs.remove(0);
    let count = |text: Option<String>| text.unwrap_or_default().chars().count();
    assert_eq!((count(song.title), count(song.artist), count(song.dedication)), (200, 200, 280));
    assert_eq!(song.links.len(), 1);
    let empty = Brought::read(b" \n", None, None);
    assert!(empty.is_err_and(|why| why.contains("no song")));
}
