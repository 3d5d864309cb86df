//! JSPF, the JSON twin of XSPF (<https://xspf.org/jspf>), with what `ListenBrainz` adds to it
//! (<https://musicbrainz.org/doc/jspf>).

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

/// What the additions for a playlist are called.
const OF_PLAYLIST: &str = "https://musicbrainz.org/doc/jspf#playlist";
/// And those for a song.
const OF_TRACK: &str = "https://musicbrainz.org/doc/jspf#track";
