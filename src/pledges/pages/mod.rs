//! A pledge's pages, in the order a supporter meets them.

mod letter;
mod make;

pub use letter::{letter, set_switches, withdraw};
pub use make::{check, form, make};

use entity::money::Pence;

use crate::charities::{Book, Split};
use crate::events::Event;

/// A charity's part, as pages say it.
#[derive(Debug)]
pub struct PartView {
    pub slug: String,
    pub name: String,
    pub about: String,
    pub percent: i64,
    pub amount: Pence,
    pub giving_url: String,
}

fn parts_of(split: &Split, amounts: &[Pence], event: &Event, book: &Book) -> Vec<PartView> {
    let parts = split.parts().iter().zip(split.percents()).zip(amounts);
    parts
        .filter_map(|((part, percent), amount)| {
            let charity = book.get(part.charity)?;
            Some(PartView {
                slug: charity.slug.clone(),
                name: charity.name_on(event.when.local.date()).to_owned(),
                about: charity.about.clone(),
                percent,
                amount: *amount,
                giving_url: charity.giving_url.clone(),
            })
        })
        .collect()
}
