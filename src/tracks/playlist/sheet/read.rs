//! From CSV to a playlist.

use csv::{ReaderBuilder, StringRecord};

use super::columns::{Column, Columns, LOOKED_AT};
use crate::tracks::playlist::Refusal;
use crate::tracks::playlist::brought::{Found, Raw, line_at, moment};
use crate::tracks::playlist::name::song_of;
use crate::web::spreadsheet::harmless;

/// What may stand between cells.
const DELIMITERS: [u8; 3] = *b",;\t";

/// Reads a sheet, with a row of column names or without.
///
/// # Errors
/// A sentence, where nobody could tell which column is which, or quotation marks make no sense.
pub(in crate::tracks::playlist) fn read(text: &str) -> Result<Found, Refusal> {
    let (rows, columns) = header(text).map_or_else(|| guessed(text), Ok)?;
    let mut found = Found::default();
    for row in rows {
        let row = row?;
        // What isn't taken is only counted.
        found.add(if found.has_room() { song(&columns, &row) } else { Raw::default() });
    }
    Ok(found)
}

/// Whether the first row of a text names the columns of a sheet of songs.
pub(in crate::tracks::playlist) fn has_header(text: &str) -> bool {
    header(text).is_some()
}

/// What the first row of a sheet names, and the rows below it.
fn header(text: &str) -> Option<(Rows<'_>, Columns)> {
    DELIMITERS.into_iter().find_map(|delimiter| {
        let mut rows = Rows::of(text, delimiter);
        let columns = Columns::named(&rows.next()?.ok()?)?;
        Some((rows, columns))
    })
}

/// What the columns of a sheet without names are by the look of them, and its rows.
fn guessed(text: &str) -> Result<(Rows<'_>, Columns), Refusal> {
    let delimiter = widest(text);
    let first: Result<Vec<StringRecord>, Refusal> = Rows::of(text, delimiter).take(LOOKED_AT).collect();
    Ok((Rows::of(text, delimiter), Columns::guessed(&first?)?))
}

/// The delimiter that makes the most cells of the first row; of equals the first.
fn widest(text: &str) -> u8 {
    let width = |delimiter| Rows::of(text, delimiter).next().and_then(Result::ok).map_or(0, |row| row.len());
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| width(*delimiter)).unwrap_or(DELIMITERS[0])
}

/// The rows of a sheet that aren't blank.
struct Rows<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
}

impl<'a> Rows<'a> {
    fn of(text: &'a str, delimiter: u8) -> Self {
        let mut builder = ReaderBuilder::new();
        let reader = builder.has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        Self { text, reader }
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX).min(self.text.len())
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<StringRecord, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut row = StringRecord::new();
        loop {
            let from = self.offset();
            // What isn't UTF-8 can't come from a text, and reading from memory can't fail.
            if !self.reader.read_record(&mut row).unwrap_or(false) {
                return None;
            }
            let raw = self.text.get(from..self.offset()).unwrap_or_default().trim();
            if raw.contains('\n') && raw.matches('"').count() % 2 == 1 {
                let line = line_at(self.text, from);
                return Some(
                    Err(format!("A quotation mark begins in or below line {line} and is never closed").into()),
                );
            }
            if row.iter().any(|cell| !cell.trim().is_empty()) {
                return Some(Ok(row));
            }
        }
    }
}

fn song(columns: &Columns, row: &StringRecord) -> Raw {
    let mut song = Raw::default();
    for (column, cell) in columns.cells(row) {
        let cell = as_typed(cell);
        let text = || Some(cell.to_owned());
        match column {
            Column::Title => song.title = text(),
            Column::Artist => song.artist = text(),
            Column::Link => song.links.extend(cell.split_whitespace().map(str::to_owned)),
            Column::Dedication => song.dedication = text(),
            Column::SharedBy => song.shared_by = text(),
            Column::SharedAt => song.shared_at = moment(cell),
            Column::Other => {}
        }
    }
    // A sheet with one column of names has both in it.
    if !columns.has_artist() {
        let named = song_of(song.title.as_deref().unwrap_or_default());
        (song.title, song.artist) = (named.title, named.artist);
        song.links.extend(named.links);
    }
    song
}

/// A cell as it was before it was made harmless.
fn as_typed(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| harmless(rest) != *rest).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::read;

    /// Artist, title, links and dedication of each song.
    fn songs(text: &str) -> Vec<String> {
        let songs = read(text).expect("a sheet").playlist.songs.into_iter();
        let show = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let show = |song: crate::tracks::Entry| {
            format!("{}|{}|{}|{}", show(song.artist), show(song.title), song.links.len(), show(song.dedication))
        };
        songs.map(show).collect()
    }

    #[test]
    fn columns_are_known_by_their_names() {
        let freak = ["Chic|Le Freak|1|for Sam"];
        assert_eq!(songs("Title,Artist,Link,For\nLe Freak,Chic,https://youtu.be/HgzGwKwLmgM,for Sam\n"), freak);
        let exported = "Track URI;Track Name;Album Name;Artist Name(s);Notes\r\n\r\nspotify:track:0GjEhVFGZW8afUYGChu3Rr;Le Freak;C'est Chic;Chic;for Sam\r\n";
        assert_eq!(songs(exported), freak);
        assert_eq!(songs("Artist\tSong\tYear\n Chic \t'=Freak\t1978\n"), ["Chic|=Freak|0|-"]);
        assert_eq!(songs("song\nChic - Le Freak\n\"Africa\nToto\"\n"), ["Chic|Le Freak|0|-", "-|Africa Toto|0|-"]);
    }

    /// The fault: a row that costs its length squared.
    #[test]
    fn very_many_columns_take_no_longer_than_one_look_each() {
        assert_eq!(songs(&format!("title{}\nLe Freak\n", ",id".repeat(300_000))), ["-|Le Freak|0|-"]);
    }

    #[test]
    fn columns_are_known_by_what_is_in_them() {
        assert_eq!(songs("1,Le Freak,Chic\n2,\"Africa, again\",Toto"), ["Chic|Le Freak|0|-", "Toto|Africa, again|0|-"]);
        assert_eq!(songs("https://youtu.be/HgzGwKwLmgM,Le Freak\n,Africa"), ["-|Le Freak|1|-", "-|Africa|0|-"]);
        assert_eq!(songs("Chic - Le Freak\n1999\n"), ["Chic|Le Freak|0|-", "-|1999|0|-"]);
        assert!(read("a,b,c,d,e").is_err());
    }

    #[test]
    fn a_mark_that_is_never_closed_is_found() {
        assert!(read("title,artist\n12\" mix,Chic\n").is_ok());
        let why = read("title,artist\nAfrica,Toto\n\"Le Freak,Chic\nFlash,Queen\n").expect_err("no sheet");
        assert!(why.contains("line 2") || why.contains("line 3"), "{why}");
    }
}
