//! A night's songs as a playlist that other programs read. One more format is one file and one line in [`Format::ALL`].
//!
//! What a playlist tells is what the night's page tells: shown songs, the oldest first, each with every link that people gave.
//! A song without a link is in it all the same, but for M3U8, which knows songs by their addresses alone.

mod jspf;
mod m3u8;
mod sheet;
mod text;
mod xspf;

use entity::Moment;

use crate::error::AppError;

/// A night's songs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playlist {
    /// The night's title.
    pub title: String,
    /// The night's page.
    pub page: String,
    /// When the night begins.
    pub date: Moment,
    pub songs: Vec<Entry>,
}

/// One song.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the song is called, or what stands in for a name.
    pub title: String,
    pub artist: Option<String>,
    /// The first one given first.
    pub links: Vec<String>,
    pub shared_by: String,
    pub dedication: Option<String>,
    pub shared_at: Moment,
}

impl Entry {
    /// `Shared by Sam: for the night shift`
    fn note(&self) -> String {
        match &self.dedication {
            Some(dedication) => format!("Shared by {}: {dedication}", self.shared_by),
            None => format!("Shared by {}", self.shared_by),
        }
    }

    /// `Bill Withers - Lovely Day`
    fn name(&self) -> String {
        match &self.artist {
            Some(artist) => format!("{artist} - {}", self.title),
            None => self.title.clone(),
        }
    }
}

/// A format that playlists are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xspf,
    Jspf,
    M3u8,
    Csv,
    Txt,
}

impl Format {
    /// Every format, as a page offers them.
    pub const ALL: [Self; 5] = [Self::Xspf, Self::Jspf, Self::M3u8, Self::Csv, Self::Txt];

    /// What ends the file's name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Xspf => "xspf",
            Self::Jspf => "jspf",
            Self::M3u8 => "m3u8",
            Self::Csv => "csv",
            Self::Txt => "txt",
        }
    }

    /// What it is for, to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Xspf => "XSPF, for players",
            Self::Jspf => "JSPF, for ListenBrainz",
            Self::M3u8 => "M3U8, for players",
            Self::Csv => "CSV, for spreadsheets",
            Self::Txt => "Plain text, to read",
        }
    }

    /// The format of this ending.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ending() == ending)
    }

    /// What the file is sent as.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Xspf => "application/xspf+xml; charset=utf-8",
            Self::Jspf => "application/json",
            Self::M3u8 => "application/vnd.apple.mpegurl; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Txt => "text/plain; charset=utf-8",
        }
    }

    /// A playlist in this format.
    ///
    /// # Errors
    /// Never, in memory.
    pub fn write(self, playlist: &Playlist) -> Result<Vec<u8>, AppError> {
        match self {
            Self::Xspf => xspf::write(playlist).map_err(AppError::internal),
            Self::Jspf => jspf::write(playlist).map_err(AppError::internal),
            Self::M3u8 => Ok(m3u8::write(playlist).into_bytes()),
            Self::Csv => sheet::write(playlist),
            Self::Txt => Ok(text::write(playlist).into_bytes()),
        }
    }
}

#[cfg(test)]
pub(super) mod examples {
    use super::{Entry, Playlist};

    /// Words that would break each of the formats.
    pub fn hostile() -> Playlist {
        let words = "]]></title><x a='\"&amp; {\"b\": \\ #EXTINF:1,2; =1+1 é😀\u{FFFE}";
        let song = |title: &str, links: &[&str]| Entry {
            title: title.to_owned(),
            artist: Some(words.to_owned()),
            links: links.iter().map(|link| (*link).to_owned()).collect(),
            shared_by: words.to_owned(),
            dedication: Some(words.to_owned()),
            shared_at: chrono::DateTime::UNIX_EPOCH,
        };
        let plain = Entry { artist: None, dedication: None, ..song("Le Freak", &[]) };
        Playlist {
            title: words.to_owned(),
            page: "https://disco.test/events/night".to_owned(),
            date: chrono::DateTime::UNIX_EPOCH,
            songs: vec![song(words, &["https://a.example/?a=1&b=2", "https://b.example/"]), plain],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn endings_are_read_as_they_are_written() {
        for format in Format::ALL {
            assert_eq!(Format::of_ending(format.ending()), Some(format));
        }
        assert_eq!(Format::of_ending("exe"), None);
    }
}
