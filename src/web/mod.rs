//! HTTP: what is the same for every room. Reads requests into our types and gives answers and errors their faces.

pub mod assets;
pub mod client;
pub mod connections;
pub mod download;
pub mod extract;
pub mod faces;
pub mod form;
pub mod layers;
pub mod once;
pub mod page;
pub mod paging;
pub mod spreadsheet;
