//! A pledge's pages, in the order a supporter meets them.

mod change;
pub mod imports;
pub mod ledger;
mod letter;
mod make;
mod pledge_form;
mod reminders;
pub mod settlement;
mod sums;

pub use change::{change, change_form};
pub use letter::{claim, letter, renew_link, set_switches, withdraw};
pub use make::{check, form, make};
pub use reminders::{ask_to_stop, start as start_reminders, stop as stop_reminders};
pub use sums::sums;

use entity::Moment;
use entity::ids::CharityId;

use crate::charities::Book;
use crate::events::{Event, clock_words};

/// A charity's name on the night's day.
fn name_of(charity: CharityId, event: &Event, book: &Book) -> String {
    book.get(charity).map(|charity| charity.name_on(event.when.local.date()).to_owned()).unwrap_or_default()
}

/// The night's charities: slugs, and names of its day.
fn charities_of(event: &Event, book: &Book) -> Vec<(String, String)> {
    let parts = event.split.parts().iter();
    parts.map(|part| (book.slug(part.charity), name_of(part.charity, event, book))).collect()
}

/// `26 March 2027, 9:30pm`, by the night's clock.
fn time_of(at: Moment, event: &Event) -> String {
    let local = event.when.on_the_wall(at);
    format!("{}, {}", local.format("%-d %B %Y"), clock_words(local.naive_local()))
}
