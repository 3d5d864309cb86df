//! From a playlist to text.

use std::fmt::Write as _;

use crate::tracks::playlist::Playlist;

/// A playlist as text.
pub(in crate::tracks::playlist) fn write(playlist: &Playlist) -> String {
    // Writing to a String can't fail.
    let mut text = String::new();
    let head: Vec<&str> = [&playlist.title, &playlist.page].into_iter().filter_map(Option::as_deref).collect();
    if !head.is_empty() {
        let _ = writeln!(text, "{}\n", head.join("\n"));
    }
    for (number, song) in (1..).zip(&playlist.songs) {
        let _ = writeln!(text, "{number}. {}", song.name());
        for line in song.note().iter().chain(&song.links) {
            let _ = writeln!(text, "   {line}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::tracks::playlist::examples::hostile;

    #[test]
    fn every_song_has_its_number() {
        let text = write(&hostile());
        assert!(text.contains("\n2. Le Freak\n   Shared by ") && text.contains("\n   https://b.example/\n"), "{text}");
    }
}
