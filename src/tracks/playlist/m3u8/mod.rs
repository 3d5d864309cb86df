//! M3U, with names. A song is known by its address, so one without a link stands in it as a remark.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;

/// How the remark ends.
const NO_LINK: &str = " (no link)";
