//! Plain text, to read and to paste into a letter.

use std::fmt::Write as _;

use super::Playlist;

/// A playlist as text.
pub(super) fn write(playlist: &Playlist) -> String {
    // Writing to a String can't fail.
    let mut text = String::new();
    let _ = writeln!(text, "{}\n{}\n", playlist.title, playlist.page);
    for (number, song) in (1..).zip(&playlist.songs) {
        let _ = writeln!(text, "{number}. {}\n   {}", song.name(), song.note());
        for link in &song.links {
            let _ = writeln!(text, "   {link}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::examples::hostile;
    use super::write;

    #[test]
    fn every_song_has_its_number() {
        let text = write(&hostile());
        assert!(text.contains("\n2. Le Freak\n   Shared by ") && text.contains("\n   https://b.example/\n"), "{text}");
    }
}
