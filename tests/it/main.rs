//! The one integration binary: scenes with actors, through the public surface, on both databases.
//!
//! A scene is an `async fn(House)`; `on_both!` makes it two tests, `…::on_sqlite` and `…::on_postgres`.

mod support;

mod commands;
mod faces;
mod friday_night;
mod house;
mod kindness;
mod money;
mod nights;
mod people;
mod search;
mod songs;
