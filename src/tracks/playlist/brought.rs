//! A playlist that somebody brings: read from bytes of any of the formats, within limits.

use chrono::{DateTime, Datelike, Utc};
use entity::Moment;

use super::name::as_link;
use super::song::SHARED_BY;
use super::{Entry, Format, Playlist, Refusal, decode};
use crate::web::layers::PLAYLIST_MAX;
use crate::words::one_line;

/// Songs taken from one file: a night has some dozens, and all of them go on its list in one unit of work.
const SONGS_MAX: usize = 500;
/// Links of one song: one for each service there is, and a page.
const LINKS_MAX: usize = 10;
/// Addresses of one song that are looked at for those.
pub(super) const ADDRESSES_MAX: usize = 100;
/// A typed title, artist or name (`ShareIn`).
const LINE_MAX: usize = 200;
/// A typed dedication (`ShareIn`).
const DEDICATION_MAX: usize = 280;
/// The address of a page.
const PAGE_MAX: usize = 2_048;

/// A playlist that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    pub format: Format,
    pub playlist: Playlist,
    /// Songs of the file beyond those that are taken.
    pub left_out: usize,
}

impl Brought {
    /// Reads a file. `hint` is what its name or its media type says it is, `charset` what its sender says it is written in;
    /// its content knows better than either.
    ///
    /// # Errors
    /// A sentence that says why these bytes aren't a playlist.
    pub fn read(bytes: &[u8], hint: Option<Format>, charset: Option<&str>) -> Result<Self, Refusal> {
        let text = Self::text(bytes, charset)?;
        Self::parse(&text, Format::of_content(&text, hint)?)
    }

    /// The text of a file, to be shown and sent again.
    ///
    /// # Errors
    /// A sentence, for more than a megabyte and for what is no text.
    pub fn text(bytes: &[u8], charset: Option<&str>) -> Result<String, Refusal> {
        if bytes.len() > PLAYLIST_MAX {
            return Err("This file is bigger than 1 MB. A list of songs is smaller".into());
        }
        // As a page sends it back: a line may end in a carriage return alone.
        Ok(decode::decode(bytes, charset)?.replace("\r\n", "\n").replace('\r', "\n"))
    }

    /// Reads a text that is known to be of this format.
    ///
    /// # Errors
    /// As [`Brought::read`].
    pub fn parse(text: &str, format: Format) -> Result<Self, Refusal> {
        let Found { playlist, left_out } = format.read(text)?;
        if playlist.songs.is_empty() {
            return Err("There is no song in this".into());
        }
        Ok(Self { format, playlist, left_out })
    }
}

/// What a reader has found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub playlist: Playlist,
    pub left_out: usize,
}

impl Found {
    /// Whether another song would be taken; what isn't needs no more than to be counted.
    pub fn has_room(&self) -> bool {
        self.playlist.songs.len() < SONGS_MAX
    }

    /// Takes a song, or counts it.
    pub fn add(&mut self, song: Raw) {
        if self.has_room() {
            self.playlist.songs.push(song.into_entry());
        } else {
            self.left_out += 1;
        }
    }

    /// What the whole of it is called.
    pub fn set_title(&mut self, title: &str) {
        self.playlist.title = one_line(title, LINE_MAX);
    }

    /// Where the whole of it is shown.
    pub fn set_page(&mut self, page: &str) {
        self.playlist.page = one_line(page, PAGE_MAX);
    }
}

/// A song as a file has it: any texts at all.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub title: Option<String>,
    pub artist: Option<String>,
    /// Addresses where it is played.
    pub links: Vec<String>,
    /// Addresses that tell of it.
    pub more_links: Vec<String>,
    pub shared_by: Option<String>,
    pub dedication: Option<String>,
    /// Words beside it, which may say who shared it and for whom.
    pub note: Option<String>,
    pub shared_at: Option<Moment>,
}

impl Raw {
    fn into_entry(self) -> Entry {
        let Self { title, artist, links, more_links, shared_by, dedication, note, shared_at } = self;
        let line = |text: Option<String>, max| text.and_then(|text| one_line(&text, max));
        // The note says the same in one text; where there is no more, it is all that is said.
        let of_note = if shared_by.is_none() && dedication.is_none() { note.as_deref().map(apart) } else { None };
        let (by, with) = of_note.unwrap_or_default();
        let entry = Entry {
            title: line(title, LINE_MAX),
            artist: line(artist, LINE_MAX),
            links: known(links.into_iter().chain(more_links)),
            shared_by: line(shared_by.or(by), LINE_MAX),
            dedication: line(dedication.or(with), DEDICATION_MAX),
            shared_at,
        };
        let is_named = entry.title.as_ref().is_some_and(|title| *title != entry.stand_in());
        Entry { title: entry.title.clone().filter(|_| is_named), ..entry }
    }
}

/// Who shared it and for whom, of `Shared by Sam: for the night shift`; any other note is for whom.
pub(super) fn apart(note: &str) -> (Option<String>, Option<String>) {
    let Some(rest) = note.trim().strip_prefix(SHARED_BY) else { return (None, Some(note.to_owned())) };
    match rest.split_once(": ") {
        Some((name, dedication)) => (Some(name.to_owned()), Some(dedication.to_owned())),
        None => (Some(rest.to_owned()), None),
    }
}

/// The links among these addresses, each once, as the recogniser writes them.
fn known(addresses: impl Iterator<Item = String>) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    for link in addresses.take(ADDRESSES_MAX).filter_map(|address| as_link(&address)) {
        if links.len() < LINKS_MAX && !links.contains(&link) {
            links.push(link);
        }
    }
    links
}

/// The moment that a text says, as RFC 3339 has it.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim().get(..).filter(|text| text.len() <= 40)?;
    let at = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    // Elsewhere it may be another year, and one that can't be written.
    (1..=9_999).contains(&at.year()).then_some(at)
}

/// The line of a text that this byte of it is on.
pub(super) fn line_at(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}
