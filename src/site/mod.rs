//! The site: pages made of many rooms, the live stream, and the plain pages.

pub mod calendars;
pub mod demo;
pub mod elsewhere;
pub mod events;
pub mod health;
pub mod home;
pub mod indexing;
pub mod night;
pub mod phone;
pub mod plain;
pub mod playlists;
mod record;
pub mod replay;
pub mod search;
pub mod songs;
pub mod stream;
mod teller;
mod telling;
pub mod totals;
