//! CSV, for spreadsheet programs: a row for each song.

mod columns;
mod read;
mod write;

pub(super) use read::{has_header, read};
pub(super) use write::write;
