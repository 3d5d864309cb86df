//! What the service shows to the outside: that JSON and documents keep the contract, that bad input gets a clear answer,
//! that text stays text on every page, that the stream tells all and nothing private, and that pages hold together.

#![expect(clippy::print_stdout, reason = "tests of promises print what they counted")]

mod contract;
mod errors;
mod hostile;
mod hostile_decks;
mod kindness;
mod listeners;
mod lists;
mod nonsense;
mod openapi;
mod pages;
mod phone;
mod random;
mod shape;
mod song_answers;
mod stream;
mod to_come;
