//! A pledge's parts as people read them: each charity under the name of the night's day, and what it has of the pledge.

use entity::money::Pence;

use super::ledger::Allocation;
use crate::charities::{Book, Split};
use crate::events::Event;

/// A charity's part, as pages and mails say it.
#[derive(Debug)]
pub struct PartView {
    pub slug: String,
    pub name: String,
    /// With the name people knew, beside a newer one.
    pub full_name: String,
    pub about: String,
    pub percent: i64,
    pub amount: Pence,
    pub claimed: Pence,
    pub received: Pence,
    /// What is promised, and neither said to be given nor known to have arrived.
    pub still_to_give: Pence,
    /// Where to give that; with a pledge, its reference is filled in beside it.
    pub giving_link: String,
    /// The name of the charity it is part of today, where gifts to it go.
    pub part_of: Option<String>,
}

impl PartView {
    /// What a pledge of this reference has with each charity, under the names of the night's day.
    #[must_use]
    pub fn of_pledge(parts: &[Allocation], reference: &str, event: &Event, book: &Book) -> Vec<Self> {
        let view = |part: &Allocation| {
            let charity = book.get(part.charity)?;
            Some(Self {
                slug: charity.slug.clone(),
                name: charity.name_on(event.when.local.date()).to_owned(),
                full_name: charity.full_name_on(event.when.local.date()),
                about: charity.about.clone(),
                percent: 0,
                amount: part.promised,
                claimed: part.claimed,
                received: part.received,
                still_to_give: part.still_to_give(),
                giving_link: book.today(charity).giving_link(part.still_to_give(), reference),
                part_of: book.part_of(charity).map(|now| now.name().to_owned()),
            })
        };
        parts.iter().filter_map(view).collect()
    }
}

/// Amounts divided by a split, under the names of the night's day.
#[must_use]
pub fn parts_of(split: &Split, amounts: &[Pence], event: &Event, book: &Book) -> Vec<PartView> {
    let weighted = split.parts().iter().zip(amounts);
    let parts: Vec<Allocation> = weighted
        .map(|(part, amount)| Allocation { promised: *amount, ..Allocation::nothing(part.charity, part.parts) })
        .collect();
    let views = PartView::of_pledge(&parts, "", event, book);
    views.into_iter().zip(split.percents()).map(|(view, percent)| PartView { percent, ..view }).collect()
}
