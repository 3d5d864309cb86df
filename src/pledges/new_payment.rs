//! A payment as it is sent: by its supporter, or by a host.

use chrono::NaiveDate;
use entity::ids::CharityId;
use entity::money::Pence;
use serde::Deserialize;

use super::payment::Method;
use crate::charities::Book;
use crate::error::{AppError, Problems};
use crate::events::Event;
use crate::words::{self, Line, Prose};

/// The most one payment can be, in pence: a hundred times the largest pledge.
pub(super) const AMOUNT_PENCE: std::ops::RangeInclusive<i64> = 1..=100_000_000;

/// A payment as it is sent.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct PaymentIn {
    /// The slug of one of the night's charities.
    pub charity: Option<String>,
    pub amount_pence: Option<i64>,
    /// `direct`, `justgiving`, `cash`, `cheque` or `other`; `direct` unless said.
    pub method: Option<String>,
    /// For hosts: the pledge it belongs to. Case, spaces and hyphens don't matter.
    pub pledge_reference: Option<String>,
    /// For hosts: who gave it, where no pledge says so. Up to 80 characters.
    pub name: Option<String>,
    /// For hosts: what a statement calls it. Up to 100 characters.
    pub reference: Option<String>,
    /// For hosts: how it is known to have arrived. Up to 500 characters.
    pub note: Option<String>,
    /// The day it was given; today unless said.
    pub paid_on: Option<String>,
}

/// A payment before it is booked; every field checked.
#[derive(Clone, Debug)]
pub struct NewPayment {
    pub charity: CharityId,
    pub amount: Pence,
    pub method: Method,
    pub reference: Option<String>,
    pub name: Option<String>,
    pub note: Option<String>,
    /// Today, in London, unless said.
    pub paid_on: Option<NaiveDate>,
}

impl NewPayment {
    /// Checks a payment to one of the charities of `event`.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub fn new(input: &PaymentIn, event: &Event, book: &Book) -> Result<Self, AppError> {
        let mut problems = Problems::default();
        let of_night = |id| event.split.parts().iter().any(|part| part.charity == id);
        let charity = input.charity.as_deref().and_then(|slug| book.by_slug(slug));
        let charity = charity.map(|charity| charity.id).filter(|id| of_night(*id));
        let charity = problems.take("charity", charity.ok_or("Choose one of this night’s charities"));
        let amount = match input.amount_pence {
            None => Err("Enter an amount"),
            Some(pence) if AMOUNT_PENCE.contains(&pence) => Ok(Pence(pence)),
            Some(_) => Err("Choose an amount from 1p to £1,000,000"),
        };
        let amount = problems.take("amount_pence", amount);
        let method = input.method.as_deref().map_or(Ok(Method::Direct), str::parse);
        let method = problems.take("method", method.map_err(|_| "Choose direct, justgiving, cash, cheque or other"));
        let reference = problems.take("reference", Line::<100>::optional(input.reference.as_deref())).flatten();
        let name = problems.take("name", Line::<80>::optional(input.name.as_deref())).flatten();
        let note = problems.take("note", Prose::<500>::optional(input.note.as_deref())).flatten();
        let paid_on = input.paid_on.as_deref().filter(|day| !day.trim().is_empty()).map(parse_day).transpose();
        let paid_on = problems.take("paid_on", paid_on).flatten();
        let (Some(charity), Some(amount), Some(method), true) = (charity, amount, method, problems.list().is_empty())
        else {
            return Err(problems.refuse());
        };
        let (reference, name) = (reference.map(Line::into_string), name.map(Line::into_string));
        Ok(Self { charity, amount, method, reference, name, note: note.map(Prose::into_string), paid_on })
    }
}

/// A day that money can have been given on.
fn parse_day(text: &str) -> Result<NaiveDate, &'static str> {
    let day = words::day(text)?;
    if chrono::Datelike::year(&day) >= 2000 { Ok(day) } else { Err("Enter a day from the year 2000 on") }
}
