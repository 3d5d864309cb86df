//! From XSPF to a playlist. Elements it doesn't know are passed over with all that is in them. Nothing is ever fetched or
//! expanded: a document type, where entities are declared, is refused before anything else is read.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::tracks::playlist::brought::{Found, Raw, line_at, moment};
use crate::tracks::playlist::{Refusal, terms};

/// How deep elements may stand in one another: a playlist's own are five deep, and extensions add a few.
const DEPTH_MAX: usize = 32;

/// Where a part of the file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Playlist,
    List,
    Track,
    /// A text of the playlist's or of a track's.
    Text(Text),
    /// What we don't know.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    PlaylistTitle,
    PlaylistInfo,
    PlaylistDate,
    Location,
    Identifier,
    Title,
    Creator,
    Annotation,
    SharedBy,
    Dedication,
    SharedAt,
}

/// Reads XSPF.
///
/// # Errors
/// A sentence for what is no well-formed XML, for XML that is no playlist, and for a document type.
pub(in crate::tracks::playlist) fn read(text: &str) -> Result<Found, Refusal> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut reading = Reading::default();
    loop {
        let event = reader.read_event();
        let is_over = matches!(event, Ok(Event::Eof));
        event.map_err(|_| None).and_then(|event| reading.take(event)).map_err(|why| {
            why.unwrap_or_else(|| {
                let line = line_at(text, usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX));
                format!("This is no well-formed XML: it breaks in line {line}").into()
            })
        })?;
        if is_over {
            return Ok(reading.found);
        }
    }
}

/// Why a file isn't read; none where all there is to say is that its XML is broken.
type Fault = Option<Refusal>;

#[derive(Debug, Default)]
struct Reading {
    /// The elements that are open, the outermost first.
    open: Vec<Place>,
    /// The prefix of the playlist's own elements.
    prefix: Option<String>,
    is_begun: bool,
    text: String,
    song: Raw,
    found: Found,
}

impl Reading {
    fn take(&mut self, event: Event) -> Result<(), Fault> {
        match event {
            Event::Start(start) => self.begin(&start),
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Text(text) => self.hear(&text.xml10_content()),
            Event::CData(text) => self.hear(&text.xml10_content()),
            Event::GeneralRef(reference) => self.hear(meant(&reference)?.encode_utf8(&mut [0; 4])),
            Event::DocType(_) => Err(Some(WITH_DOCTYPE.into())),
            // The file was cut off, or holds nothing.
            Event::Eof if !self.is_begun || !self.open.is_empty() => Err(None),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, start: &BytesStart) -> Result<(), Fault> {
        if self.open.len() >= DEPTH_MAX {
            return Err(Some(format!("Elements of this XML stand more than {DEPTH_MAX} deep in one another").into()));
        }
        let (name, prefix) = start.name().decompose();
        let prefix = prefix.map(|prefix| prefix.as_ref().to_owned());
        let place = match self.open.last() {
            None if self.is_begun => return Err(None),
            None if name.as_ref() == "playlist" => {
                (self.is_begun, self.prefix) = (true, prefix);
                Place::Playlist
            }
            None => return Err(Some(NO_PLAYLIST.into())),
            // An element of somebody else's names something else.
            Some(_) if prefix != self.prefix => Place::Other,
            Some(parent) => place_in(*parent, name.as_ref(), start),
        };
        match place {
            Place::Track => self.song = Raw::default(),
            Place::Text(_) => self.text.clear(),
            _ => {}
        }
        self.open.push(place);
        Ok(())
    }

    fn hear(&mut self, text: &str) -> Result<(), Fault> {
        match self.open.last() {
            Some(Place::Text(_)) if self.found.has_room() || self.open.len() == 2 => self.text.push_str(text),
            None if !text.trim().is_empty() => return Err(None),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self) {
        match self.open.pop() {
            Some(Place::Track) => self.found.add(std::mem::take(&mut self.song)),
            Some(Place::Text(text)) => self.put(text),
            _ => {}
        }
    }

    fn put(&mut self, place: Text) {
        let text = std::mem::take(&mut self.text);
        let song = &mut self.song;
        // Of two where there should be one, the first counts.
        match place {
            Text::PlaylistTitle if self.found.playlist.title.is_none() => self.found.set_title(&text),
            Text::PlaylistInfo if self.found.playlist.page.is_none() => self.found.set_page(&text),
            Text::PlaylistDate if self.found.playlist.date.is_none() => self.found.playlist.date = moment(&text),
            Text::PlaylistTitle | Text::PlaylistInfo | Text::PlaylistDate => {}
            Text::Location => song.links.push(text),
            Text::Identifier => song.more_links.push(text),
            Text::Title => song.title = song.title.take().or(Some(text)),
            Text::Creator => song.artist = song.artist.take().or(Some(text)),
            Text::Annotation => song.note = song.note.take().or(Some(text)),
            Text::SharedBy => song.shared_by = song.shared_by.take().or(Some(text)),
            Text::Dedication => song.dedication = song.dedication.take().or(Some(text)),
            Text::SharedAt => song.shared_at = song.shared_at.or_else(|| moment(&text)),
        }
    }
}

const NO_PLAYLIST: &str = "This is XML, but not a playlist as XSPF has it: its first element should be <playlist>";
const WITH_DOCTYPE: &str = "This XML declares a document type, which can hide other files and endless text. XSPF needs none: take the <!DOCTYPE …> out";

/// What an element of our own is, by what it is in.
fn place_in(parent: Place, name: &str, start: &BytesStart) -> Place {
    let text = match (parent, name) {
        (Place::Playlist, "trackList") => return Place::List,
        (Place::List, "track") => return Place::Track,
        (Place::Playlist, "title") => Text::PlaylistTitle,
        (Place::Playlist, "info") => Text::PlaylistInfo,
        (Place::Playlist, "date") => Text::PlaylistDate,
        (Place::Track, "location") => Text::Location,
        (Place::Track, "identifier" | "info") => Text::Identifier,
        (Place::Track, "title") => Text::Title,
        (Place::Track, "creator") => Text::Creator,
        (Place::Track, "annotation") => Text::Annotation,
        (Place::Track, "meta") => match term_of(start) {
            Some(text) => text,
            None => return Place::Other,
        },
        _ => return Place::Other,
    };
    Place::Text(text)
}

fn term_of(meta: &BytesStart) -> Option<Text> {
    let rel = meta.try_get_attribute("rel").ok()??;
    match rel.value.as_ref() {
        terms::SHARED_BY => Some(Text::SharedBy),
        terms::DEDICATION => Some(Text::Dedication),
        terms::SHARED_AT => Some(Text::SharedAt),
        _ => None,
    }
}

/// The sign that `&amp;` or `&#233;` means. Others would have to be declared.
fn meant(reference: &BytesRef) -> Result<char, Fault> {
    if let Some(sign) = reference.resolve_char_ref().map_err(|_| None)? {
        return Ok(sign);
    }
    match reference.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => {
            let shown: String = other.chars().take(20).collect();
            Err(Some(format!("This XML names something that XML doesn’t know: &{shown};").into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DEPTH_MAX, read};

    fn wrapped(tracks: &str) -> String {
        format!(
            "<?xml version='1.0'?><playlist version='1' xmlns='http://xspf.org/ns/0/'><trackList>{tracks}</trackList></playlist>"
        )
    }

    fn refused(text: &str) -> String {
        read(text).expect_err("no playlist").into_owned()
    }

    #[test]
    fn a_players_file_is_read() {
        let file = wrapped(
            "<track><title>\n  Déjà &amp; <b>x</b><![CDATA[<Vu>]]> &#233; </title><creator>Beyoncé</creator><creator>Other</creator>\
             <location>file:///home/sam/a.mp3</location><location>https://youtu.be/HgzGwKwLmgM</location><annotation>for all</annotation>\
             <extension application='x'><title>Wrong</title></extension><v:title xmlns:v='v'>Wrong</v:title><meta rel='x'>y</meta></track><track/>",
        );
        let found = read(&file).expect("a playlist");
        let [song, nothing] = found.playlist.songs.as_slice() else { panic!("{found:?}") };
        assert_eq!(song.title.as_deref(), Some("Déjà & <Vu> é"));
        assert_eq!((song.artist.as_deref(), song.dedication.as_deref()), (Some("Beyoncé"), Some("for all")));
        assert_eq!(song.links, ["https://www.youtube.com/watch?v=HgzGwKwLmgM"]);
        assert_eq!(*nothing, crate::tracks::Entry::default());
        let prefixed = "<x:playlist xmlns:x='http://xspf.org/ns/0/'><x:trackList><x:track><x:title>A</x:title></x:track></x:trackList></x:playlist>";
        assert_eq!(read(prefixed).expect("a playlist").playlist.songs[0].title(), "A");
    }

    #[test]
    fn what_hides_or_grows_is_refused() {
        let bomb = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><playlist><trackList><track><title>&b;</title></track></trackList></playlist>";
        assert!(refused(bomb).contains("document type"));
        assert!(refused("<!DOCTYPE playlist SYSTEM 'file:///etc/passwd'><playlist/>").contains("document type"));
        assert!(refused(&wrapped("<track><title>&xxe;</title></track>")).contains("&xxe;"));
        let deep = "<a>".repeat(100_000);
        assert!(refused(&wrapped(&deep)).contains("deep"));
        let just = format!("{}{}", "<a>".repeat(DEPTH_MAX - 2), "</a>".repeat(DEPTH_MAX - 2));
        assert!(read(&wrapped(&just)).is_ok());
    }

    #[test]
    fn broken_files_say_where() {
        let cut = "<playlist>\n<trackList>\n<track>";
        assert!(refused(cut).contains("line 3"), "{}", refused(cut));
        for broken in [
            "",
            "<playlist>",
            "<playlist></trackList>",
            "<playlist/><playlist/>",
            "x<playlist/>",
            "<playlist/>x",
            "<rss/>",
            "<playlist>&#0;</playlist>",
            "<playlist>& </playlist>",
        ] {
            assert!(read(broken).is_err(), "{broken}");
        }
    }
}
