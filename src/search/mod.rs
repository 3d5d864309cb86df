//! Search: which nights, songs and stories have which words.
//!
//! The rooms that words belong to write an [`Entry`] in the unit of work that changes the words. Invariant: an entry
//! holds what everyone may see, and nothing else: what is hidden has none, so that it can't even be told by the order in
//! which others are found. Words are [folded](crate::words::fold) on their way in and on their way out; a word is what
//! stands between two spaces then, in both databases. Whoever shows what was found reads it anew from its own room.

mod entry;
mod query;
mod store;

pub use entry::{Entry, Kind};
pub use query::{LOOKED_AT, Query};
pub use store::{find, is_empty, put};
