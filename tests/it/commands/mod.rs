//! The commands, by the real binary: what they print, what they leave, and how they end.

mod instances;
mod schema;
mod serving;
mod telling;
