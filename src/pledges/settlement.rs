//! A settlement sheet: what a night has for one charity, to be handed to that charity.
//!
//! It goes to others, so it names a supporter only where their pledge does so in public.

use chrono::NaiveDate;
use entity::Moment;
use entity::money::Pence;

use super::payment::{Method, Payment, how};
use super::pledge::Pledge;
use super::totals::CharityTotal;

/// The sums of a sheet, and where in the ledger they were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub total: CharityTotal,
    /// What the payments on the sheet sum to.
    pub listed: Pence,
    /// How many those are.
    pub payments: usize,
    /// The ledger's last journal, and its hash in hex: whoever has both can show that nothing was changed since.
    pub head: (i64, String),
    pub made_at: Moment,
}

/// A payment that the charity has got, as the sheet lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    pub paid_on: NaiveDate,
    pub method: Method,
    pub reference: Option<String>,
    pub pledge_reference: Option<String>,
    /// Whose it is, where that is shown to everyone.
    pub name: Option<String>,
    pub amount: Pence,
}

impl Settlement {
    /// A sheet before its payments are read.
    #[must_use]
    pub fn begin(total: CharityTotal, head: (i64, String), made_at: Moment) -> Self {
        Self { total, listed: Pence::ZERO, payments: 0, head, made_at }
    }

    /// Puts a payment on the sheet.
    pub fn add(&mut self, arrived: &Arrived) {
        self.listed += arrived.amount;
        self.payments += 1;
    }

    /// Whether the payments sum to what the ledger has received. They always do.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.listed == self.total.received
    }
}

impl Arrived {
    /// A payment of this pledge, or of none.
    #[must_use]
    pub fn of(payment: Payment, pledge: Option<&Pledge>) -> Self {
        let amount = payment.arrived();
        // One that was withdrawn is shown to nobody, so neither is its name; and a name beside a payment tells an amount.
        let shown = pledge.filter(|pledge| pledge.stands() && pledge.show.show_amount);
        Self {
            paid_on: payment.paid_on,
            method: payment.method,
            reference: payment.reference,
            pledge_reference: pledge.map(|pledge| pledge.reference.clone()),
            name: shown.and_then(Pledge::public_name).map(str::to_owned),
            amount,
        }
    }

    /// How it was given, as pages say it.
    #[must_use]
    pub fn how(&self) -> &'static str {
        how(self.method)
    }
}
