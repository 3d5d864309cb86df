//! Charities: causes under all the names they have had.
//!
//! A charity has one or more names, each with the days it was used; a night shows the name of its day, and all-time
//! totals the name of today. Registered numbers are shown only where they are confirmed. Charities are data: the
//! three founding ones are seeded, and more can stand beside them for one night.

pub mod api;
mod charity;
pub mod pages;
mod seed;
mod split;
mod store;

pub use charity::{Charity, CharityName};
pub use seed::seed;
pub use split::{Part, Split, Weight};
pub use store::{Book, all, find_by_slug, founding};
