//! Nights and their songs over JSON.

pub mod dancing;
pub mod decks;
pub mod events;
pub mod kindness;
pub mod mine;
pub mod one_song;
pub mod playlist;
pub mod reports;
pub mod series;
pub mod shares;

/// What is said of a text that should have had a link in it.
pub(super) const NO_LINK: &str = "There is no link we can use in this.";
