//! From a playlist to M3U in UTF-8.

use std::fmt::Write as _;

use super::NO_LINK;
use crate::tracks::playlist::Playlist;

/// A playlist as M3U8.
pub(in crate::tracks::playlist) fn write(playlist: &Playlist) -> String {
    // Writing to a String can't fail.
    let mut file = String::from("#EXTM3U\n");
    if let Some(title) = &playlist.title {
        let _ = writeln!(file, "#PLAYLIST:{}", one_line(title));
    }
    for song in &playlist.songs {
        let name = one_line(&song.name());
        match song.links.first() {
            Some(link) => {
                let _ = writeln!(file, "#EXTINF:-1,{name}\n{}", one_line(link));
            }
            None => {
                let _ = writeln!(file, "# {name}{NO_LINK}");
            }
        }
    }
    file
}

/// What would end a line would begin a song.
fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::tracks::playlist::examples::hostile;

    #[test]
    fn each_song_with_a_link_is_two_lines() {
        let mut playlist = hostile();
        playlist.songs[0].title = Some("a\nhttps://evil.example/".to_owned());
        let file = write(&playlist);
        let addresses: Vec<&str> = file.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(addresses, ["https://a.example/?a=1&b=2"]);
        assert!(file.lines().any(|line| line == "# Le Freak (no link)"));
    }
}
