//! What the service shows to the outside: that JSON and documents keep the contract, that bad input gets a clear answer,
//! that text stays text on every page, that the stream tells all and nothing private, and that pages hold together.

mod contract;
mod errors;
mod lists;
mod nonsense;
mod openapi;
mod shape;
mod stream;
