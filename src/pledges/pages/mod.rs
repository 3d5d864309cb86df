//! A pledge's pages, in the order a supporter meets them.

mod change;
pub mod imports;
mod letter;
mod make;
mod pledge_form;
mod reminders;
mod sums;

pub use change::{change, change_form};
pub use letter::{claim, letter, set_switches, withdraw};
pub use make::{check, form, make};
pub use reminders::{ask_to_stop, start as start_reminders, stop as stop_reminders};
pub use sums::sums;
