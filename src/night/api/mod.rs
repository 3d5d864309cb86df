//! Nights and their songs over JSON.

pub mod dancing;
pub mod decks;
pub mod events;
pub mod shares;
