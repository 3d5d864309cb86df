//! Rows: one file per table, and the newtypes that columns are made of.
//!
//! No rules, no clock, no HTTP. Rooms read and write these in their `store.rs` and nowhere else.

#![expect(clippy::disallowed_methods, reason = "SeaORM's generated code begins transactions that nobody calls")]

#[macro_use]
mod text;

pub mod ids;
pub mod money;

pub mod account;
pub mod activity;
pub mod charity;
pub mod charity_merger;
pub mod charity_name;
pub mod charity_number;
pub mod entry;
pub mod event;
pub mod event_charity;
pub mod event_head;
pub mod event_host;
pub mod event_story;
pub mod guest;
pub mod guest_block;
pub mod import_batch;
pub mod import_row;
pub mod job;
pub mod journal;
pub mod kept_answer;
pub mod link_finding;
pub mod listed_word;
pub mod matter;
pub mod milestone;
pub mod night_point;
pub mod open_group;
pub mod open_match;
pub mod open_pot;
pub mod open_step;
pub mod payment;
pub mod pledge;
pub mod pledge_mail;
pub mod pledge_split;
pub mod presence;
pub mod report;
pub mod rsvp;
pub mod search_entry;
pub mod series;
pub mod series_night;
pub mod session;
pub mod setting;
pub mod settlement;
pub mod share;
pub mod share_dance;
pub mod share_join;
pub mod share_link;
pub mod sign_in_link;
pub mod slot;
pub mod story;
pub mod track;
pub mod track_link;

/// A moment in UTC, whole milliseconds (the clock sees to that, so both databases keep it exactly).
pub type Moment = chrono::DateTime<chrono::Utc>;
