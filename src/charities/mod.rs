//! Charities: causes under all the names they have had.
//!
//! A charity has one or more names, each with the days it was used; a night shows the name of its day, and all-time
//! totals the name of today. One can become part of another (a **merger**): past nights keep it, all-time totals count it
//! under the one it is today ([`Book::today`]), gifts to it go to that one's page, and no new night can choose it. Taken
//! back, everything is as it was; mergers never go round in a circle. Registered numbers are shown only where they are
//! confirmed. Charities are data: the three founding ones are seeded, and organisers add others, for one night or many.
//! A **giving link** has places for the amount and the pledge's reference where the page takes them.

mod actions;
pub mod api;
mod book;
mod charity;
mod facts;
mod giving;
pub mod pages;
mod seed;
mod split;
mod store;

pub use book::Book;
pub use charity::{Charity, CharityName};
pub use seed::seed;
pub use split::{Part, Split, Weight};
pub use store::founding;
