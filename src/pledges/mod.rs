//! Pledges: promises of money, and the book that proves the sums.
//!
//! A pledge is a promise; no money passes through here. Each promise, change and withdrawal posts a **journal** whose
//! entries sum to zero; entries are added and never edited, and each journal's hash chains to the one before it.
//! The running totals of an event are kept in the same transaction and equal the entries; [`check()`] proves it.
//! A **per-song** pledge or a **match** is *open* until its night ends: what it has come to is counted from songs and
//! running sums, apart from the ledger; then each is counted exactly and posted, and for a day the hosts can correct it.
//! A **payment** is money a charity has got: claimed by its supporter, or confirmed by a host or a statement. A row of a
//! **statement** counts once, however often it is imported; one that names no pledge waits until a host assigns it.
//! Its **mails** go once each, and hold back what was withdrawn, stopped or paid meanwhile.
//! Promised, at most, claimed, received and the Gift Aid estimate are five numbers, never added together. A pledge's
//! three switches (name, amount, message) are off unless its supporter turns them on, and off means off everywhere.

mod actions;
pub mod api;
mod chart;
mod check;
mod import;

pub mod jobs;
mod ledger;
mod mails;
mod new_payment;
mod new_pledge;
mod open;
pub mod pages;
mod parts;
mod payment;
mod pledge;
mod pounds;
mod reference;
mod ring;
mod settlement;
mod statement;
mod stock;
mod store;
mod sums;
mod terms;
mod totals;

pub use actions::{count_share, follow, hide_words, make, remove_words, show_words, take_stock, withdraw};
pub use api::{PublicPledgeOut, TotalsOut};
pub use chart::{Chart, HEIGHT as CHART_HEIGHT, Hour, Row, WIDTH as CHART_WIDTH};
pub use check::{Finding, check};
pub use new_pledge::{NewPledge, PledgeIn};
pub use pledge::{Pledge, PledgeState};
pub use pounds::parse as parse_pounds;
pub use ring::Ring;
pub use stock::{Point, Reached};
pub use store::{
    by_ids as pledges_by_ids, causes_of_all, find as find_pledge, has_book, held_of_event, newest,
    of_event as pledges_of_event, points_of_event, reached_of_event, totals_of_all, totals_of_event,
};
pub use terms::{PledgeKind, in_small, per_song_example};
pub use totals::{CharityTotal, Totals};
