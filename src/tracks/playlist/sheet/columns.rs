//! Which column of a sheet is what, by its name; case, spaces and signs in a name don't matter. Without names, by what is
//! in it.

use std::collections::HashMap;

use csv::StringRecord;

use crate::tracks::playlist::Refusal;
use crate::tracks::playlist::name::as_link;

/// What a column can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    Title,
    Artist,
    /// Addresses, with spaces between them.
    Link,
    Dedication,
    SharedBy,
    SharedAt,
    /// One that such sheets have, and we need not.
    Other,
}

/// Each column's names, the surest first: our own export's, then what other sheets say.
const NAMES: &[(Column, &[&str])] = &[
    (Column::Title, &["title", "song", "track", "trackname", "tracktitle", "songtitle", "songname", "name"]),
    (
        Column::Artist,
        &["artist", "artists", "artistname", "artistnames", "creator", "by", "band", "performer", "interpret"],
    ),
    (
        Column::Link,
        &[
            "link",
            "morelinks",
            "links",
            "url",
            "location",
            "uri",
            "trackurl",
            "trackuri",
            "spotifyuri",
            "spotifyurl",
            "youtubeurl",
            "href",
            "address",
        ],
    ),
    (
        Column::Dedication,
        &["dedication", "for", "note", "notes", "comment", "comments", "annotation", "message", "dedicatedto"],
    ),
    (Column::SharedBy, &["sharedby"]),
    (Column::SharedAt, &["sharedat", "addedat"]),
    (
        Column::Other,
        &[
            "album",
            "albumname",
            "year",
            "genre",
            "genres",
            "duration",
            "durationms",
            "length",
            "time",
            "position",
            "number",
            "no",
            "nr",
            "id",
            "bpm",
            "tempo",
            "isrc",
            "date",
            "popularity",
            "explicit",
            "addedby",
            "releasedate",
            "label",
            "rating",
            "plays",
            "disc",
            "discnumber",
            "tracknumber",
            "albumartist",
        ],
    ),
];

/// Rows that are looked at where no row names the columns.
pub const LOOKED_AT: usize = 20;

/// The columns of a sheet, as they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(Vec<Column>);

impl Columns {
    /// The columns that a row of names names; none for a row that doesn't.
    pub fn named(row: &StringRecord) -> Option<Self> {
        let columns: Vec<Option<(Column, usize)>> = row.iter().map(named).collect();
        let known = columns.iter().flatten().count();
        let is_a_songs = |column: &(Column, usize)| matches!(column.0, Column::Title | Column::Link);
        let names_songs = columns.iter().flatten().any(is_a_songs);
        let is_header = names_songs && (known >= 2 || columns.len() == 1);
        // Of two columns for one thing the one with the surer name is it; of links, all are.
        let mut surest: HashMap<Column, usize> = HashMap::new();
        for (column, place) in columns.iter().flatten() {
            surest.entry(*column).and_modify(|known| *known = (*known).min(*place)).or_insert(*place);
        }
        let kept = columns.iter().map(|column| match column {
            Some((Column::Link, _)) => Column::Link,
            Some((column, place)) if surest.get(column) == Some(place) => *column,
            _ => Column::Other,
        });
        is_header.then(|| Self(kept.collect()))
    }

    /// The columns of a sheet whose first rows these are: links where links are, and then title, artist and dedication.
    ///
    /// # Errors
    /// A sentence, where there are more columns than that.
    pub fn guessed(rows: &[StringRecord]) -> Result<Self, Refusal> {
        let width = rows.iter().map(StringRecord::len).max().unwrap_or_default();
        let mut texts = [Column::Title, Column::Artist, Column::Dedication].into_iter();
        let mut columns = Vec::with_capacity(width);
        for at in 0..width {
            let cells = || rows.iter().filter_map(|row| row.get(at)).map(str::trim).filter(|cell| !cell.is_empty());
            columns.push(if cells().any(|cell| as_link(cell).is_some()) {
                Column::Link
            } else if cells().all(|cell| cell.bytes().all(|byte| byte.is_ascii_digit())) {
                // Numbers in order, or nothing at all.
                Column::Other
            } else {
                texts.next().ok_or(
                    "We can’t tell which column is which. Put a row of names on top: title, artist, link, dedication",
                )?
            });
        }
        // One that is called by a number alone is called so.
        if columns.iter().all(|column| *column == Column::Other) && width == 1 {
            columns[0] = Column::Title;
        }
        Ok(Self(columns))
    }

    /// The cells of a row, each with what it is.
    pub fn cells<'a>(&'a self, row: &'a StringRecord) -> impl Iterator<Item = (Column, &'a str)> {
        self.0.iter().copied().zip(row.iter().map(str::trim)).filter(|(_, cell)| !cell.is_empty())
    }

    /// Whether there is one for who made the song.
    pub fn has_artist(&self) -> bool {
        self.0.contains(&Column::Artist)
    }
}

/// What a column of this name is, and how sure its name is.
fn named(name: &str) -> Option<(Column, usize)> {
    // A cell that goes on for pages is no name.
    let name: String = name.chars().take(40).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let place = |names: &[&str]| names.iter().position(|known| *known == name);
    NAMES.iter().find_map(|(column, names)| Some((*column, place(names)?)))
}
