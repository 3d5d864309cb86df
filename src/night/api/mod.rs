//! Nights and their songs over JSON.

pub mod dancing;
pub mod decks;
pub mod events;
pub mod kindness;
pub mod mine;
pub mod playlist;
pub mod reports;
pub mod series;
pub mod shares;
