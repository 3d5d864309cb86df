//! From text to a playlist: a song a line, with its links and who shared it on the lines below, further in.

use crate::tracks::playlist::brought::{ADDRESSES_MAX, Found, Raw, apart};
use crate::tracks::playlist::name::{as_link, number_of, song_of, starts_with};
use crate::tracks::playlist::song::SHARED_BY;

/// How many lines may stand above the first song of a numbered list: what it is called, where it is, and a blank one.
const HEAD_MAX: usize = 4;

/// Reads any text at all, line by line.
pub(in crate::tracks::playlist) fn read(text: &str) -> Found {
    let lines: Vec<&str> = text.lines().collect();
    let (head, lines) = lines.split_at(head_of(&lines));
    let mut found = Found::default();
    for line in head.iter().filter(|line| !line.trim().is_empty()) {
        match as_link(line) {
            Some(_) => found.set_page(line),
            None => found.set_title(line),
        }
    }
    let links_follow = links_follow(lines);
    let mut reading = Reading { found, song: None, indent: 0, links_follow };
    for line in lines {
        reading.take(line);
    }
    reading.end()
}

/// How many lines are above the first song: none, but where `1. …` comes after a blank one.
fn head_of(lines: &[&str]) -> usize {
    let first = lines.iter().take(HEAD_MAX).position(|line| number_of(line) == Some(1)).unwrap_or_default();
    if first > 0 && lines[first - 1].trim().is_empty() { first } else { 0 }
}

/// Whether each name has its link on the line below: then a link is no song of its own.
fn links_follow(lines: &[&str]) -> bool {
    let songs = lines.iter().filter(|line| !is_remark(line) && indent_of(line) == 0);
    let mut is_after_name = false;
    for line in songs {
        if as_link(line).is_some() != is_after_name {
            return false;
        }
        is_after_name = !is_after_name;
    }
    !is_after_name
}

/// Blank lines, and those that begin with `#`.
fn is_remark(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

struct Reading {
    found: Found,
    /// The song that more may be said of.
    song: Option<Raw>,
    /// How far in it stands.
    indent: usize,
    links_follow: bool,
}

impl Reading {
    fn take(&mut self, line: &str) {
        if is_remark(line) {
            return;
        }
        let (indent, line) = (indent_of(line), line.trim());
        let is_below = indent > self.indent;
        if let Some(song) = self.song.as_mut().filter(|_| is_below || self.links_follow) {
            // Nobody plays the hundredth, so what else stands below isn't looked at.
            if is_below && song.links.len() >= ADDRESSES_MAX {
                return;
            }
            if let Some(link) = as_link(line) {
                song.links.push(link);
                return;
            }
            if is_below && is_note(line) {
                (song.shared_by, song.dedication) = apart(line);
                return;
            }
        }
        self.next();
        // What isn't taken is only counted, and needs no closer look.
        self.song = Some(if self.found.has_room() { song_of(line) } else { Raw::default() });
        self.indent = indent;
    }

    fn next(&mut self) {
        if let Some(song) = self.song.take() {
            self.found.add(song);
        }
    }

    fn end(mut self) -> Found {
        self.next();
        self.found
    }
}

/// Whether a line below a song says whose it is.
fn is_note(line: &str) -> bool {
    line.starts_with(SHARED_BY) || starts_with(line, "for ")
}

#[cfg(test)]
mod tests {
    use super::read;

    /// Artist, title, links and dedication of each song.
    fn songs(text: &str) -> Vec<String> {
        let songs = read(text).playlist.songs.into_iter();
        let show = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        songs
            .map(|song| {
                format!("{}|{}|{}|{}", show(song.artist), show(song.title), song.links.len(), show(song.dedication))
            })
            .collect()
    }

    #[test]
    fn a_song_a_line() {
        let text = "# our list\r\n\r\nChic - Le Freak\r\n  https://youtu.be/HgzGwKwLmgM\r\nfor Sam\r\n  Africa\r\n   for the ward\r\nhttps://youtu.be/djV11Xbc914\r\n";
        assert_eq!(songs(text), ["Chic|Le Freak|1|-", "-|for Sam|0|-", "-|Africa|0|for the ward", "-|-|1|-"]);
    }

    #[test]
    fn links_below_each_name_are_its_own() {
        let text = "Chic - Le Freak\nhttps://youtu.be/HgzGwKwLmgM\n\nAfrica\nhttps://youtu.be/djV11Xbc914\n";
        assert_eq!(songs(text), ["Chic|Le Freak|1|-", "-|Africa|1|-"]);
        let text = format!("{text}https://youtu.be/c1GxjzHm5us");
        assert_eq!(songs(&text).len(), 5, "one more link, and nobody knows whose the others are");
    }

    #[test]
    fn what_stands_above_a_numbered_list_is_no_song() {
        let read = read(
            "Friday\nhttps://disco.test/events/friday\n\n1. Chic - Le Freak\n   Shared by Sam: for: all\n2. Africa\n   Shared by Jo\n",
        );
        assert_eq!(read.playlist.title.as_deref(), Some("Friday"));
        assert_eq!(read.playlist.page.as_deref(), Some("https://disco.test/events/friday"));
        let [one, two] = read.playlist.songs.as_slice() else { panic!("{read:?}") };
        assert_eq!((one.shared_by.as_deref(), one.dedication.as_deref()), (Some("Sam"), Some("for: all")));
        assert_eq!((two.shared_by.as_deref(), two.dedication.as_deref()), (Some("Jo"), None));
    }
}
