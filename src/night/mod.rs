//! A night: what happens across the rooms, each verb one unit of work.
//!
//! Planning and changing touch events and stories; sharing touches events and tracks; opening, closing and cancelling
//! touch events and pledges; reports touch whatever people write. The clock opens a night at its start and closes it
//! three hours after its planned end. Whoever holds the secret link of a slot runs that slot, without an account.
//! Invariant: what is playing is always a shown song of the same night.

mod actions;
pub mod api;
mod care;
pub mod clockwork;
mod history;
pub mod jobs;
pub mod pages;
mod reported;
mod view;
mod waiting;

pub use actions::{
    NewExample, Plan, Sharer, add_example, ask_again, close, open, plan, set_decks, set_now_playing, share,
};
pub use view::{EventOut, LineupOut, NightView, SlotView, TonightOut, entries};
