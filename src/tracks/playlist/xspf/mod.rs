//! XSPF, version 1 (namespace `http://xspf.org/ns/0/`, <https://xspf.org/spec>).

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;
