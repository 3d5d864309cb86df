//! Stories: the digital stories that stand beside the nights.
//!
//! The stories are their tellers' own: we keep a summary in our own words, themes, a note where the content may be
//! hard, and a link to the story's home. A teller who isn't named in public isn't named here.

pub mod api;
pub mod pages;
mod seed;
mod store;
mod story;

pub use seed::seed;
pub use store::{all, find_by_slugs, index, nights_beside, of_event, one_for_the_day, set_of_event};
pub use story::Story;
