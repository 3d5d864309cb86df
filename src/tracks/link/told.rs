//! What services say that a thing is called. Their answers have a title and an author, and each puts other words in them.

use crate::words::cut;

/// As long as what people may type.
const LONGEST: usize = 200;

/// A song's name and who made it, as a service tells them: one line each, without hidden characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// None when the service said nothing.
    pub title: Option<String>,
    pub artist: Option<String>,
}

impl Name {
    /// Texts from outside made fit to show; a song without a title has no name.
    pub(crate) fn of(title: &str, artist: Option<&str>) -> Self {
        let title = cut(title, LONGEST);
        let artist = artist.and_then(|artist| cut(artist, LONGEST)).filter(|_| title.is_some());
        Self { title, artist }
    }
}

/// The author made it. Some repeat them in the title: `Flickermood by Forss`, `Forss - Flickermood`.
pub(super) fn by_author(title: &str, author: Option<&str>) -> Name {
    let Name { title, artist } = Name::of(title, author);
    let title = title.map(|title| match &artist {
        Some(artist) => without_artist(&title, artist).to_owned(),
        None => title,
    });
    Name { title, artist }
}

fn without_artist<'a>(title: &'a str, artist: &str) -> &'a str {
    let before = title.strip_suffix(artist).and_then(|title| title.strip_suffix(" by "));
    let after = title.strip_prefix(artist).and_then(|title| title.strip_prefix(" - "));
    let rest = before.or(after).map(str::trim).filter(|rest| !rest.is_empty());
    rest.unwrap_or(title)
}

/// A channel that a music service fills: `ABBA - Topic`. Only such a channel is who made the song.
const FILLED: &str = " - Topic";
/// What videos say of themselves in brackets.
const OF_VIDEOS: &[&str] =
    &["4k", "audio", "clip", "hd", "hq", "lyric", "lyrics", "official", "video", "visualiser", "visualizer"];

/// Videos: the author is whoever put it there, and the title has it all: `ABBA - Dancing Queen (Official Music Video)`.
pub(super) fn by_dash(title: &str, author: Option<&str>) -> Name {
    let title = without_video_words(title);
    if let Some(artist) = author.and_then(|author| author.strip_suffix(FILLED)) {
        return Name::of(&title, Some(artist));
    }
    let parts = title.split_once(" - ").or_else(|| title.split_once(" – "));
    match parts.map(|(artist, title)| Name::of(title, Some(artist))) {
        Some(name @ Name { title: Some(_), artist: Some(_) }) => name,
        _ => Name::of(&title, None),
    }
}

/// A title without the brackets at its end that say that it is a video; the title as it is when nothing else is left.
fn without_video_words(title: &str) -> String {
    let mut kept = title.trim();
    while let Some((before, inside)) = last_brackets(kept) {
        let is_of_video = |word: &str| OF_VIDEOS.iter().any(|known| known.eq_ignore_ascii_case(word));
        let says_so = inside.split(|c: char| !c.is_alphanumeric()).any(is_of_video);
        if !says_so || before.trim().is_empty() {
            break;
        }
        kept = before.trim_end();
    }
    kept.to_owned()
}

fn last_brackets(title: &str) -> Option<(&str, &str)> {
    let inside = title.strip_suffix([')', ']'])?;
    let begin = inside.rfind(['(', '['])?;
    Some((&title[..begin], &inside[begin + 1..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Name, by_author, by_dash};

    fn name(title: &str, artist: &str) -> Name {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Name { title: some(title), artist: some(artist) }
    }

    #[test]
    fn the_author_made_it() {
        for (title, author, told) in [
            ("Discovery", Some("Daft Punk"), name("Discovery", "Daft Punk")),
            ("Flickermood by Forss", Some("Forss"), name("Flickermood", "Forss")),
            ("Forss - Flickermood", Some("Forss"), name("Flickermood", "Forss")),
            ("by Forss", Some("Forss"), name("by Forss", "Forss")),
            ("Never Gonna Give You Up", None, name("Never Gonna Give You Up", "")),
            (" a\u{202e}b\n c ", Some("\u{0}"), name("ab c", "")),
            ("", Some("Forss"), name("", "")),
        ] {
            assert_eq!(by_author(title, author), told, "{title}");
        }
    }

    #[test]
    fn a_video_has_it_all_in_its_title() {
        for (title, author, told) in [
            (
                "Rick Astley - Never Gonna Give You Up (Official Video) (4K Remaster)",
                Some("Rick Astley"),
                name("Never Gonna Give You Up", "Rick Astley"),
            ),
            ("ABBA - Dancing Queen [Official Music Video]", Some("AbbaVEVO"), name("Dancing Queen", "ABBA")),
            ("Dancing Queen", Some("ABBA - Topic"), name("Dancing Queen", "ABBA")),
            ("Queen – Don’t Stop Me Now (Live)", Some("Queen Official"), name("Don’t Stop Me Now (Live)", "Queen")),
            ("Our ward dances to Le Freak", Some("A ward"), name("Our ward dances to Le Freak", "")),
            ("(Official Video)", None, name("(Official Video)", "")),
            ("- x", None, name("- x", "")),
            ("<script>alert(1)</script>", None, name("<script>alert(1)</script>", "")),
        ] {
            assert_eq!(by_dash(title, author), told, "{title}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_told_in_bounds(title in r"\PC{0,300}|[\[\]() –a-z-]{0,60}", author in prop::option::of(r"\PC{0,300}")) {
            for told in [by_dash(&title, author.as_deref()), by_author(&title, author.as_deref())] {
                for text in [told.title, told.artist].into_iter().flatten() {
                    prop_assert!((1..=200).contains(&text.chars().count()));
                    prop_assert!(!text.chars().any(char::is_control));
                }
            }
        }
    }
}
