//! Nights and their songs over JSON.

pub mod dancing;
pub mod events;
pub mod shares;
