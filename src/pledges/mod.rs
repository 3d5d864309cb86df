//! Pledges: promises of money, and the book that proves the sums.
//!
//! A pledge is a promise; no money passes through here. Each promise, change and withdrawal posts a **journal** whose
//! entries sum to zero; entries are added and never edited, and each journal's hash chains to the one before it.
//! The running totals of an event are kept in the same transaction and equal the entries; [`check()`] proves it.
//! Promised, at most, claimed, received and the Gift Aid estimate are five numbers, never added together. A pledge's
//! three switches (name, amount, message) are off unless its supporter turns them on, and off means off everywhere.

mod actions;
pub mod api;
mod check;
mod ledger;
pub mod pages;
mod pledge;
mod pounds;
mod reference;
mod ring;
mod store;
mod totals;

pub use actions::{lapse_all, make, remove_words, withdraw};
pub use api::{PublicPledgeOut, TotalsOut};
pub use check::{Finding, check};
pub use pledge::{NewPledge, Pledge, PledgeIn, PledgeState};
pub use pounds::parse as parse_pounds;
pub use ring::Ring;
pub use store::{
    any_of_event, by_ids as pledges_by_ids, causes_of_all, count_share, find as find_pledge, newest,
    of_event as pledges_of_event, totals_of_all, totals_of_event,
};
pub use totals::{CharityTotal, Totals};
