//! Kindness: reports, a list of words that are held for a host, and people who sit a night out.
//!
//! A **report** says that something isn't right. All reports of one thing, until somebody has looked at it, are one
//! **matter**; one person counts once in it. A report by itself hides nothing. Matters of a song or a pledge belong to the
//! hosts of its night, all others to the owners. The owners' **word list** knows words in every disguise that still reads
//! as them, whole words only. Whoever is **blocked** takes no part in one night. What follows from all this for songs,
//! pledges and nights happens in `night`, where they meet.

mod actions;
pub mod api;
mod look_alikes;
pub mod pages;
mod report;
mod store;
mod word_list;

pub use actions::{TakenReport, take_report};
pub use entity::matter::{AboutKind, Outcome};
pub use entity::report::Reason;
pub use report::{Asked, Matter, NewReport, Report, ReportIn, Subject, in_words, is_reference};
pub use store::{
    Block, block, blocks_of_event, close_matter, count_open, find_matter, forget_addresses, is_blocked,
    matters_of_event, matters_of_owners, unblock, word_list,
};
pub use word_list::WordList;
