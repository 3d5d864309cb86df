//! Events: the nights themselves.
//!
//! An event goes `draft → scheduled → live → ended`, or is `cancelled`; [`State`] holds the facts of each and refuses
//! the wrong turns. Its time is what the organiser typed, a wall-clock time in a zone ([`When`]), and the instants are
//! worked out from it. Invariants: a slug never changes and is never `new`; charities can't change once there are
//! pledges; drafts are seen by their hosts only.

mod actions;
pub mod calendar;
mod charity_in;
pub mod decks;
mod details;
mod dj;
mod drift;
mod event;
mod host;
pub mod hours;
mod lineup;
mod milestones;
pub mod rule;
mod series;
mod series_desk;
mod series_in;
mod store;
mod tonight;
mod when;

pub use actions::{end_slot, keep_lineup, keep_slots, publish, put_lineup, set_lineup};
pub use charity_in::CharityIn;
pub use details::{Beside, Details, EventIn};
pub use dj::Dj;
pub use drift::{Drift, Expected};
pub use event::{AUTO_CLOSE_AFTER, Event, Mood, REOPEN_WITHIN, Screening, State, Status};
pub use host::{Desk, Here, HostOf, check_welcome, is_hosted_by, may_host};
pub use lineup::{Kept as KeptSlot, Slot, SlotIn, TimedSlot};
pub use milestones::{Mark, Milestone, MilestoneIn};
pub use rule::Rule;
pub use series::{Pattern, Place, Series};
pub use series_desk::SeriesDesk;
pub use series_in::{SeriesChange, SeriesIn};
pub use store::{
    Listing, OfNight, Window, add_host, by_ids, changes_of, count_dancing, due_to_close, due_to_open, exists, find,
    find_by_slug, find_series, find_slot, forget_dancing, forget_faded, free_slug, hosted_by, hosts_of, ids_after,
    index, insert, is_host, last_ended, leave_series, lineup_of, lineups_of, list, live_now, lock, look_at_series,
    next_planned, nights_of_series, note_dancing, own_night, place_of, published_since, put_place, put_series, save,
    series_due, series_of, set_charities, set_now_playing, set_slot_guest,
};
pub use tonight::Tonight;
pub use when::{When, clock_words};
