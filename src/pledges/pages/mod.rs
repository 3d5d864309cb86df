//! A pledge's pages, in the order a supporter meets them.

pub mod imports;
mod letter;
mod make;
mod pledge_form;
mod sums;

pub use letter::{claim, letter, set_switches, withdraw};
pub use make::{check, form, make};
pub use sums::sums;
