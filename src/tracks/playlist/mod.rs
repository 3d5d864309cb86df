//! A night's songs as a playlist that other programs write and read. One more format is one drawer with a writer and a
//! reader, one line in [`Format::ALL`], and how its content is known (`format.rs`).
//!
//! What a written playlist tells is what the night's page tells: shown songs, the oldest first, each with every link that
//! people gave. A song without a link is in it all the same. XSPF and JSPF lose nothing of it: reading one and writing the
//! other, and back, gives the same file. What is read ([`Brought`]) is a stranger's file, so it is bounded in every way,
//! read in one pass, and never believed: it gives texts and links that were recognised, and nothing else.

mod brought;
mod decode;
mod format;
mod jspf;
mod m3u8;
mod name;
mod sheet;
mod song;
mod text;
mod xspf;

pub use brought::Brought;
pub use format::Format;
pub use song::{Entry, Playlist};

use std::borrow::Cow;

/// Why a file can't be read: a sentence for whoever sent it.
pub type Refusal = Cow<'static, str>;

/// What our own fields are called where a format has no field for them, by those who keep such names.
mod terms {
    /// Who shared the song (Dublin Core: who contributed it).
    pub const SHARED_BY: &str = "http://purl.org/dc/terms/contributor";
    /// When (Dublin Core: when it was submitted).
    pub const SHARED_AT: &str = "http://purl.org/dc/terms/dateSubmitted";
    /// Whom it is for (MARC: the dedicatee).
    pub const DEDICATION: &str = "http://id.loc.gov/vocabulary/relators/dte";
}

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;
