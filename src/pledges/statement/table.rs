//! The table in a statement: its delimiter, its header row, and the rows under it with the lines they begin on.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};

use super::columns::Columns;
use super::{Refusal, Row, row};

/// What may stand between cells.
const DELIMITERS: [u8; 3] = *b",;\t";
/// How far down the header row is looked for: banks put an address above it.
const HEADER_WITHIN: usize = 40;
/// How often a quotation mark that is never closed is forgiven, each time by reading on from the next line.
const FORGIVEN_MAX: u32 = 20;

/// A table whose columns are known.
#[derive(Debug)]
pub struct Table<'a> {
    /// What follows the header row.
    rest: &'a str,
    /// The line it begins on.
    line: u64,
    delimiter: u8,
    columns: Columns,
}

/// The same text with `\n` alone at the end of its lines, whatever ended them before, and without a mark at its start.
pub fn plain_lines(text: &str) -> Cow<'_, str> {
    let text = text.trim_start_matches('\u{FEFF}');
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// One record with where it stands.
struct Found {
    record: StringRecord,
    /// Offsets in the text that was read.
    begin: usize,
    end: usize,
}

/// The records of a text, each with the part of the text that it takes up.
fn records(text: &str, delimiter: u8) -> impl Iterator<Item = Found> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    std::iter::from_fn(move || {
        let mut record = StringRecord::new();
        let from = offset(reader.position());
        // What isn't UTF-8 can't come from a text, and reading from memory can't fail.
        let more = reader.read_record(&mut record).unwrap_or(false);
        let end = offset(reader.position());
        let blank = text[from..end].len() - text[from..end].trim_start_matches('\n').len();
        more.then_some(Found { record, begin: from + blank, end })
    })
}

fn offset(position: &csv::Position) -> usize {
    usize::try_from(position.byte()).unwrap_or(usize::MAX)
}

fn lines_in(text: &str) -> u64 {
    text.bytes().map(|byte| u64::from(byte == b'\n')).sum()
}

impl<'a> Table<'a> {
    /// Finds the header row.
    ///
    /// # Errors
    /// A sentence, when no row has names that a statement's columns have.
    pub fn find(text: &'a str) -> Result<Self, Cow<'static, str>> {
        let mut best: Option<(Self, usize)> = None;
        let mut is_amountless = false;
        let all = DELIMITERS
            .iter()
            .flat_map(|delimiter| records(text, *delimiter).take(HEADER_WITHIN).map(|found| (*delimiter, found)));
        for (delimiter, found) in all {
            let columns = Columns::of(found.record.iter());
            let known = columns.known();
            is_amountless |= known > 1;
            if columns.are_enough() && best.as_ref().is_none_or(|(_, most)| known > *most) {
                let (rest, line) = (&text[found.end..], 1 + lines_in(&text[..found.end]));
                best = Some((Self { rest, line, delimiter, columns }, known));
            }
        }
        let missing = if is_amountless {
            "This statement has no column for the amount, such as DonationAmount or Amount"
        } else {
            "This isn’t a statement we can read. It needs a row of column names, with DonationAmount or Amount among \
             them, and a reference or a date beside it"
        };
        best.map(|(table, _)| table).ok_or(missing.into())
    }

    /// Its rows, without blank ones.
    ///
    /// # Errors
    /// A sentence, when there are more than `most`, or its quotation marks make no sense.
    pub fn rows(&self, most: usize) -> Result<Vec<Row>, Cow<'static, str>> {
        let mut rows = Vec::new();
        let (mut rest, mut line, mut forgiven) = (self.rest, self.line, 0);
        while let Some(after) = self.read_on(rest, line, &mut rows, most)? {
            line += lines_in(&rest[..after]);
            rest = &rest[after..];
            forgiven += 1;
            if forgiven > FORGIVEN_MAX {
                return Err("Many cells of this statement begin with a quotation mark that is never closed".into());
            }
        }
        Ok(rows)
    }

    /// Reads rows to the end, or to a quotation mark that is never closed: then it gives back where the next line begins.
    fn read_on(
        &self,
        text: &str,
        mut line: u64,
        rows: &mut Vec<Row>,
        most: usize,
    ) -> Result<Option<usize>, Cow<'static, str>> {
        let mut counted = 0;
        for Found { record, begin, end } in records(text, self.delimiter) {
            line += lines_in(&text[counted..begin]);
            counted = begin;
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if rows.len() >= most {
                return Err(format!("This statement has more than {most} rows. Send it in parts").into());
            }
            if let Some(length) = runs_away(&text[begin..end]) {
                let reason = "A quotation mark begins here and is never closed".into();
                rows.push(Row { line, read: Err(Refusal { reference: None, amount: None, reason }) });
                return Ok(Some(begin + length));
            }
            rows.push(Row { line, read: row::read(&self.columns, &record) });
        }
        Ok(None)
    }
}

/// How long the first line of a record is, when the record runs over several lines for want of a closing mark.
fn runs_away(record: &str) -> Option<usize> {
    let first = record.find('\n')? + 1;
    let is_odd = record.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    (is_odd && first < record.len()).then_some(first)
}
