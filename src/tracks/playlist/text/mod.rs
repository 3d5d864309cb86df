//! Plain text, to read and to paste into a letter.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;
