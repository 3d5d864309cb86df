//! The service behind #TwitterDisco: community disco nights held online, the songs people share and the money they
//! promise. The modules in reading order; the README has the map of the house.

pub mod router;

pub mod site;

pub mod night;

pub mod pledges;
pub mod rsvps;
pub mod tracks;

pub mod stories;

pub mod events;

pub mod charities;
pub mod kindness;

pub mod accounts;
pub mod search;

pub mod jobs;
pub mod live;
pub mod web;

pub mod activity;
pub mod app;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod keys;
pub mod limits;
pub mod mail;
pub mod markdown;
pub mod once;
pub mod openapi;
pub mod outgoing;
pub mod sent;
pub mod words;

mod assemble;

pub use app::App;
pub use assemble::{around, build, prepare, serve, wire, worker};
