//! A song in one line of text, as people and simple formats write it: `2. Artist - Title https://…`.

use super::brought::Raw;
use crate::tracks::link::{Service, recognise};
use crate::tracks::share::artist_and_title;

/// A link longer than this is none; nor are such long words worth a look.
const LINK_MAX: usize = 2_048;

/// Words of a line that are looked at for links: more than any name has.
const WORDS_MAX: usize = 200;

/// The address of a text that is a link and nothing else, as the recogniser writes it. A file on somebody's disk isn't one.
pub(super) fn as_link(text: &str) -> Option<String> {
    let text = text.trim();
    // What might be a link has a dot or a colon in it; most words have neither.
    if text.len() > LINK_MAX || !text.contains(['.', ':']) || text.contains(char::is_whitespace) {
        return None;
    }
    let is_address = ["http://", "https://"].iter().any(|scheme| starts_with(text, scheme));
    let link = recognise(text)?;
    // Without a scheme of the web it must be a service's own, as `youtu.be/…` and `spotify:track:…` are.
    (is_address || (link.service != Service::WEB && !text.contains("://"))).then_some(link.url)
}

/// Whether a text begins so, in whatever case.
pub(super) fn starts_with(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(beginning))
}

/// Puts a name where it belongs: `Artist - Title`, or a title alone.
pub(super) fn take_name(song: &mut Raw, name: &str) {
    let (artist, title) = artist_and_title(name);
    song.artist = artist.map(str::to_owned);
    song.title = Some(title.to_owned()).filter(|title| !title.is_empty());
}

/// A line that names a song, has links, or both; a number or a bullet before it is left out.
pub(super) fn song_of(line: &str) -> Raw {
    let line = without_number(line.trim());
    let mut song = Raw::default();
    let mut words: Vec<&str> = Vec::new();
    for (at, word) in line.split(' ').enumerate() {
        let bare = word.trim_matches(|c| matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | '"'));
        match Some(bare).filter(|_| at < WORDS_MAX).and_then(as_link) {
            Some(link) => song.links.push(link),
            None => words.push(word),
        }
    }
    let name = words.join(" ");
    let around = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '|' | ':');
    let name = if song.links.is_empty() { name.trim() } else { name.trim_matches(around) };
    take_name(&mut song, name);
    song
}

/// `Lovely Day` of `12. Lovely Day`, of `3) Lovely Day` and of `- Lovely Day`.
fn without_number(line: &str) -> &str {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let after = line[digits..].strip_prefix(['.', ')']).filter(|_| (1..=4).contains(&digits));
    let after = after.or_else(|| line.strip_prefix(['-', '*', '•']));
    after.and_then(|rest| rest.strip_prefix([' ', '\t'])).map_or(line, str::trim_start)
}

/// The number that a line begins with, as `12. …` has one.
pub(super) fn number_of(line: &str) -> Option<usize> {
    let (number, _) = line.split_once(". ")?;
    number.parse().ok().filter(|_| number.len() <= 6 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{as_link, song_of};

    fn read(line: &str) -> (Option<String>, Option<String>, usize) {
        let song = song_of(line);
        (song.artist, song.title, song.links.len())
    }

    #[test]
    fn a_line_is_a_name_links_or_both() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(read("Chic - Le Freak"), (text("Chic"), text("Le Freak"), 0));
        assert_eq!(read(" 12. Chic – Le Freak "), (text("Chic"), text("Le Freak"), 0));
        assert_eq!(read("3) Le Freak"), (None, text("Le Freak"), 0));
        assert_eq!(read("- Le Freak"), (None, text("Le Freak"), 0));
        assert_eq!(read("99 Luftballons"), (None, text("99 Luftballons"), 0));
        assert_eq!(read("1999"), (None, text("1999"), 0));
        assert_eq!(read("https://youtu.be/HgzGwKwLmgM"), (None, None, 1));
        let both = "Queen - Don't Stop Me Now: <https://youtu.be/HgzGwKwLmgM>, spotify:track:0GjEhVFGZW8afUYGChu3Rr";
        assert_eq!(read(both), (text("Queen"), text("Don't Stop Me Now"), 2));
        assert_eq!(read("R.E.M. - Drive"), (text("R.E.M."), text("Drive"), 0));
    }

    #[test]
    fn a_file_is_no_link() {
        for path in [
            "file:///home/sam/a.mp3",
            "C:\\Music\\a.mp3",
            "/music/a.mp3",
            "../a.mp3",
            "javascript:alert(1)",
            "ftp://a.example/b",
        ] {
            assert_eq!(as_link(path), None, "{path}");
        }
        assert_eq!(as_link("youtu.be/HgzGwKwLmgM").as_deref(), Some("https://www.youtube.com/watch?v=HgzGwKwLmgM"));
    }
}
