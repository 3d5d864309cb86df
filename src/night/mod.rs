//! A night: what happens across the rooms, each verb one unit of work.
//!
//! Planning and changing touch events and stories; sharing touches events and tracks; opening, closing and cancelling
//! touch events and pledges. The clock opens a night at its start and closes it three hours after its planned end.
//! Invariant: what is playing is always a shown song of the same night.

mod actions;
pub mod api;
pub mod clockwork;
pub mod pages;
mod view;

pub use actions::{NewExample, Plan, Sharer, add_example, close, open, plan, set_now_playing, share};
pub use view::{EventOut, NightView};
