//! From a playlist to CSV.

use crate::error::AppError;
use crate::tracks::playlist::Playlist;
use crate::tracks::playlist::song::written;
use crate::web::spreadsheet::{Rows, harmless};

/// A playlist as CSV. Links beyond the first stand in one cell.
pub(in crate::tracks::playlist) fn write(playlist: &Playlist) -> Result<Vec<u8>, AppError> {
    let mut rows = Rows::begin();
    rows.add(["title", "artist", "link", "more_links", "shared_by", "dedication", "shared_at"])?;
    for song in &playlist.songs {
        let (first, more) = song.links.split_first().map_or(("", &[][..]), |(first, more)| (first.as_str(), more));
        rows.add([
            harmless(&song.title()).as_ref(),
            harmless(song.artist.as_deref().unwrap_or_default()).as_ref(),
            harmless(first).as_ref(),
            harmless(&more.join(" ")).as_ref(),
            harmless(song.shared_by.as_deref().unwrap_or_default()).as_ref(),
            harmless(song.dedication.as_deref().unwrap_or_default()).as_ref(),
            &song.shared_at.map(written).unwrap_or_default(),
        ])?;
    }
    rows.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::tracks::playlist::examples::hostile;

    #[test]
    fn no_cell_is_run() {
        let mut playlist = hostile();
        playlist.songs[1].title = Some("=HYPERLINK(\"https://evil.example\")".to_owned());
        let file = write(&playlist).expect("a file");
        let mut reader = csv::Reader::from_reader(&file[3..]);
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].get(0), playlist.songs[0].title.as_deref());
        assert!(rows[1].get(0).is_some_and(|cell| cell.starts_with("'=")));
    }
}
