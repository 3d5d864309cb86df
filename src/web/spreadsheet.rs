//! CSV for spreadsheet programs: as RFC 4180 has it, in UTF-8 with a mark that says so, and no cell that they would run.

use std::borrow::Cow;

use csv::{Terminator, Writer, WriterBuilder};

use crate::error::AppError;

/// What the file begins with, so that spreadsheet programs read it as UTF-8.
const MARK: &str = "\u{FEFF}";

/// What a cell begins with that they take for a formula: the signs, and what looks like them in other widths.
const FORMULA: [char; 16] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{2212}', '\u{FE62}', '\u{FE63}', '\u{FE66}', '\u{FE6B}', '\u{FF0B}',
    '\u{FF0D}', '\u{FF1D}', '\u{FF20}',
];
/// Signs that show nothing, and may stand before one.
const UNSEEN: [char; 6] = ['\u{FEFF}', '\u{200B}', '\u{200C}', '\u{200D}', '\u{2060}', '\u{AD}'];

/// Some rows of a sheet.
#[derive(Debug)]
pub struct Rows(Writer<Vec<u8>>);

impl Rows {
    /// The beginning of a sheet.
    #[must_use]
    pub fn begin() -> Self {
        Self::to(MARK.as_bytes().to_vec())
    }

    /// More of it.
    #[must_use]
    pub fn more() -> Self {
        Self::to(Vec::new())
    }

    fn to(bytes: Vec<u8>) -> Self {
        Self(WriterBuilder::new().terminator(Terminator::CRLF).from_writer(bytes))
    }

    /// Adds a row; text goes through [`harmless`] first, numbers of ours needn't.
    ///
    /// # Errors
    /// When a row has more or fewer cells than the one before.
    pub fn add<Cell: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<(), AppError> {
        self.0.write_record(cells).map_err(AppError::internal)
    }

    /// The rows as they are sent.
    ///
    /// # Errors
    /// Never, in memory.
    pub fn into_bytes(self) -> Result<Vec<u8>, AppError> {
        self.0.into_inner().map_err(|error| AppError::internal(error.to_string()))
    }
}

/// A text that no spreadsheet program runs: one that begins like a formula gets an apostrophe before it, which says
/// there that it is text.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    let begins = |c: char| FORMULA.contains(&c);
    let first = text.chars().next();
    let seen = text.chars().find(|c| !c.is_whitespace() && !UNSEEN.contains(c));
    if first.is_some_and(begins) || seen.is_some_and(begins) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::{Rows, harmless};

    #[test]
    fn no_cell_is_a_formula() {
        for text in [
            "=1+1",
            "+44",
            "-5",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\u{a0}=1",
            "\u{200b}=1",
            "\u{feff}=1",
            "＝1",
            "＋1",
            "－1",
            "＠a",
            "﹢1",
            "﹣1",
            "﹦1",
            "﹫1",
            "−1",
            "=",
            "\t",
        ] {
            assert_eq!(harmless(text), format!("'{text}"), "{text:?}");
        }
        for text in ["", " ", "Sam", "1-1", "a=b", "'=1", "£5", "é", "2027-03-26"] {
            assert_eq!(harmless(text), text, "{text:?}");
        }
    }

    #[test]
    fn rows_are_as_rfc_4180_has_them() -> Result<(), crate::error::AppError> {
        let mut rows = Rows::begin();
        rows.add(["name", "message"])?;
        rows.add(["a \"b\"", "c,\nd"])?;
        rows.add(["", ""])?;
        let bytes = rows.into_bytes()?;
        let expected = "\u{feff}name,message\r\n\"a \"\"b\"\"\",\"c,\nd\"\r\n,\r\n";
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
        Ok(())
    }
}
