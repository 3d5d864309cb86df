//! Who may do what: signing in, tokens, rights, forgeries, headers and limits.
//!
//! `routes.rs` reads the list of routes from the router itself, and `stage.rs` knows for each of them the request that
//! does what it is there for; the promises about every route are built on the two.

#![expect(clippy::print_stdout, reason = "tests of promises print what they counted")]

mod forgeries;
mod guesses;
mod headers;
mod limits;
mod props;
mod rights;
mod routes;
mod sent;
mod signing_in;
mod stage;
mod tokens;
