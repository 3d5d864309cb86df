//! The formats: what they are called, what a file is sent as, and how one is known when it comes back.

use super::brought::Found;
use super::name::starts_with;
use super::{Playlist, Refusal, jspf, m3u8, sheet, text, xspf};
use crate::error::AppError;

/// A format that playlists are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xspf,
    Jspf,
    M3u8,
    Csv,
    Txt,
}

/// How many lines are looked through for what gives a format away.
const LOOKED_AT: usize = 40;

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

    /// What a file of this name may be.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        let ending = ending.to_ascii_lowercase();
        match ending.as_str() {
            "json" => Some(Self::Jspf),
            "m3u" => Some(Self::M3u8),
            "tsv" | "tab" => Some(Self::Csv),
            "text" => Some(Self::Txt),
            other => Self::of_ending(other),
        }
    }

    /// What a file of this media type, without its parameters, is said to be; none for one that no playlist has.
    #[must_use]
    pub fn of_media_type(kind: &str) -> Option<Self> {
        match kind.trim().to_ascii_lowercase().as_str() {
            "application/xspf+xml" => Some(Self::Xspf),
            "application/json" | "application/jspf+json" => Some(Self::Jspf),
            "audio/x-mpegurl" | "audio/mpegurl" | "application/x-mpegurl" | "application/vnd.apple.mpegurl" => {
                Some(Self::M3u8)
            }
            "text/csv" => Some(Self::Csv),
            "text/plain" => Some(Self::Txt),
            _ => None,
        }
    }

    /// What a text is by the look of it, and by what its name says where the look says nothing.
    ///
    /// # Errors
    /// A sentence for what is something else, a web page for instance.
    pub fn of_content(text: &str, hint: Option<Self>) -> Result<Self, Refusal> {
        let begin = text.trim_start();
        if let Some(markup) = begin.strip_prefix('<') {
            if is_web_page(markup) {
                return Err(WEB_PAGE.into());
            }
            // A song may begin with a `<` too.
            if hint == Some(Self::Xspf) || is_xml(markup) {
                return Ok(Self::Xspf);
            }
        }
        if begin.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with(['"', '}'])) {
            return Ok(Self::Jspf);
        }
        let mut lines = begin.lines().take(LOOKED_AT);
        if starts_with(begin, "#EXTM3U") || lines.any(|line| starts_with(line, "#EXTINF:")) {
            return Ok(Self::M3u8);
        }
        match hint {
            Some(Self::Xspf) => Err("This is called XSPF, and isn’t: XSPF begins with <?xml or <playlist".into()),
            Some(Self::Jspf) => Err("This is called JSPF, and isn’t: JSPF begins with {".into()),
            Some(format @ (Self::M3u8 | Self::Csv)) => Ok(format),
            Some(Self::Txt) | None if sheet::has_header(text) => Ok(Self::Csv),
            Some(Self::Txt) | None => Ok(Self::Txt),
        }
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

    pub(super) fn read(self, text: &str) -> Result<Found, Refusal> {
        match self {
            Self::Xspf => xspf::read(text),
            Self::Jspf => jspf::read(text),
            Self::M3u8 => m3u8::read(text),
            Self::Csv => sheet::read(text),
            Self::Txt => Ok(text::read(text)),
        }
    }
}

const WEB_PAGE: &str =
    "This is a web page, not a playlist. Look there for a way to download the list itself, or paste the songs as text";

/// Whether markup, without its first `<`, is XML that may be a playlist.
fn is_xml(markup: &str) -> bool {
    let name = markup.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default();
    markup.starts_with(['?', '!']) || name == "playlist" || name.ends_with(":playlist")
}

/// Whether markup, without its first `<`, is a page's, whatever stands before its first element.
fn is_web_page(markup: &str) -> bool {
    let mut rest = markup;
    while let Some(after) = [("?", "?>"), ("!--", "-->")]
        .into_iter()
        .find_map(|(begin, end)| rest.strip_prefix(begin)?.split_once(end).map(|(_, after)| after))
    {
        let Some(next) = after.trim_start().strip_prefix('<') else { return false };
        rest = next;
    }
    ["!doctype html", "html", "head", "body"].iter().any(|begin| starts_with(rest, begin))
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn endings_are_read_as_they_are_written() {
        for format in Format::ALL {
            assert_eq!(Format::of_ending(format.ending()), Some(format));
            assert_eq!(Format::of_name(&format!("My Night.{}", format.ending().to_uppercase())), Some(format));
            let kind = format.media_type().split(';').next().unwrap_or_default();
            assert_eq!(Format::of_media_type(kind), Some(format));
        }
        assert_eq!(Format::of_ending("exe"), None);
    }

    #[test]
    fn content_knows_better_than_a_name() {
        let of = |text: &str, hint| Format::of_content(text, hint);
        assert_eq!(of("<script>x</script> - Song", None), Ok(Format::Txt));
        assert_eq!(of("<x:playlist xmlns:x='http://xspf.org/ns/0/'>", None), Ok(Format::Xspf));
        assert_eq!(of(" <?xml version='1.0'?><playlist/>", Some(Format::Csv)), Ok(Format::Xspf));
        assert_eq!(of("{\n \"playlist\": {}}", Some(Format::Txt)), Ok(Format::Jspf));
        assert_eq!(of("#EXTM3U\n", Some(Format::Txt)), Ok(Format::M3u8));
        assert_eq!(of("# mine\n#EXTINF:1,A - B\na.mp3", None), Ok(Format::M3u8));
        assert_eq!(of("a.mp3", Some(Format::M3u8)), Ok(Format::M3u8));
        assert_eq!(of("Artist,Title\nChic,Le Freak", None), Ok(Format::Csv));
        assert_eq!(of("Chic, Le Freak", None), Ok(Format::Txt));
        assert_eq!(of("Chic, Le Freak", Some(Format::Csv)), Ok(Format::Csv));
        assert_eq!(of("<3 - Love Song", None), Ok(Format::Txt));
        assert_eq!(of("{Untitled} - Song", None), Ok(Format::Txt));
        for page in [
            "<!DOCTYPE html><p>",
            "<html>",
            "<?xml version='1.0'?>\n<!-- a --><!doctype HTML><html>",
            "\n<HTML lang=en>",
        ] {
            assert!(of(page, Some(Format::Xspf)).is_err_and(|why| why.contains("web page")), "{page}");
        }
        assert!(of("Chic - Le Freak", Some(Format::Xspf)).is_err());
        assert!(of("Chic - Le Freak", Some(Format::Jspf)).is_err());
    }
}
