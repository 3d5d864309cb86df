//! Nights and their songs over JSON.

pub mod events;
pub mod shares;
