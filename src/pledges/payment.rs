//! A payment: money that a charity has got, as its supporter says (`claimed`) or as an organiser or a statement knows
//! (`confirmed`). It never came through here.

use chrono::NaiveDate;
use entity::Moment;
use entity::ids::{CharityId, EventId, PaymentId, PledgeId};
use entity::money::Pence;
pub use entity::payment::{Method, PaymentState};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// How it was given, as pages say it.
#[must_use]
pub fn how(method: Method) -> &'static str {
    match method {
        Method::Direct => "straight to the charity",
        Method::JustGiving => "through JustGiving",
        Method::Cash => "in cash",
        Method::Cheque => "by cheque",
        Method::Other => "another way",
    }
}

/// One payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub id: PaymentId,
    pub event: EventId,
    /// None for money that nobody promised.
    pub pledge: Option<PledgeId>,
    pub charity: CharityId,
    pub amount: Pence,
    /// The part of a claim that confirmed payments have settled: it counts with them, and here no more.
    pub settled: Pence,
    pub method: Method,
    pub state: PaymentState,
    /// What a statement calls it.
    pub reference: Option<String>,
    /// Who gave it, where no pledge says so.
    pub name: Option<String>,
    pub note: Option<String>,
    pub paid_on: NaiveDate,
    /// The account that recorded it; none for a claim.
    pub recorded_by: Option<uuid::Uuid>,
    pub made_at: Moment,
}

impl Payment {
    /// What it counts for.
    #[must_use]
    pub fn counts(&self) -> Pence {
        match self.state {
            PaymentState::Claimed | PaymentState::Confirmed => self.amount - self.settled,
            PaymentState::Reversed => Pence::ZERO,
        }
    }

    /// The part of it that is claimed.
    #[must_use]
    pub fn claims(&self) -> Pence {
        if self.state == PaymentState::Claimed { self.counts() } else { Pence::ZERO }
    }

    /// The part of it that has arrived.
    #[must_use]
    pub fn arrived(&self) -> Pence {
        if self.state == PaymentState::Confirmed { self.counts() } else { Pence::ZERO }
    }

    /// Somebody has seen it arrive.
    ///
    /// # Errors
    /// 409 unless it is claimed.
    pub fn confirm(&mut self) -> Result<(), AppError> {
        if self.state != PaymentState::Claimed {
            return Err(AppError::conflict(format!("This payment is {} already.", self.state)));
        }
        self.state = PaymentState::Confirmed;
        Ok(())
    }

    /// It didn't arrive after all, or was recorded by mistake.
    ///
    /// # Errors
    /// 409 when it is reversed already.
    pub fn reverse(&mut self) -> Result<(), AppError> {
        if self.state == PaymentState::Reversed {
            return Err(AppError::conflict("This payment is reversed already."));
        }
        self.state = PaymentState::Reversed;
        Ok(())
    }

    /// Settles a claim with money that arrived; one that is settled whole counts no more.
    #[must_use]
    pub fn settle(&mut self, at_most: Pence) -> Pence {
        let part = self.claims().min(at_most);
        self.settled += part;
        if self.settled == self.amount {
            self.state = PaymentState::Reversed;
        }
        part
    }

    /// The money that settled it was taken back: it is claimed again, unless it was reversed for its own sake. What a host
    /// confirmed meanwhile was the rest of it, and stays that.
    #[must_use]
    pub fn unsettle(&mut self, part: Pence) -> Pence {
        if self.state == PaymentState::Confirmed {
            return Pence::ZERO;
        }
        let was_settled_whole = self.settled == self.amount;
        self.settled -= part;
        match self.state {
            PaymentState::Reversed if was_settled_whole => self.state = PaymentState::Claimed,
            PaymentState::Claimed => {}
            PaymentState::Confirmed | PaymentState::Reversed => return Pence::ZERO,
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use entity::money::Pence;

    use super::{Method, Payment, PaymentState};

    fn claim(amount: i64) -> Payment {
        let id = uuid::Uuid::nil();
        Payment {
            id: id.into(),
            event: id.into(),
            pledge: Some(id.into()),
            charity: id.into(),
            amount: Pence(amount),
            settled: Pence::ZERO,
            method: Method::Direct,
            state: PaymentState::Claimed,
            reference: None,
            name: None,
            note: None,
            paid_on: chrono::NaiveDate::default(),
            recorded_by: None,
            made_at: chrono::DateTime::default(),
        }
    }

    #[test]
    fn a_claim_is_counted_once_whatever_settles_it() {
        let mut one = claim(500);
        assert_eq!(one.settle(Pence(200)), Pence(200));
        assert_eq!((one.state, one.claims()), (PaymentState::Claimed, Pence(300)));
        assert_eq!(one.settle(Pence(900)), Pence(300), "no more than is left of it");
        assert_eq!((one.state, one.counts()), (PaymentState::Reversed, Pence::ZERO));
        assert!(one.clone().confirm().is_err(), "it has arrived already");
        assert_eq!(one.unsettle(Pence(300)), Pence(300));
        assert_eq!((one.state, one.claims()), (PaymentState::Claimed, Pence(300)));
        assert!(one.reverse().is_ok());
        assert_eq!(one.unsettle(Pence(200)), Pence::ZERO, "what was reversed for its own sake stays so");
        assert_eq!(one.state, PaymentState::Reversed);
    }

    #[test]
    fn a_claim_whose_rest_was_confirmed_counts_for_that_rest() {
        let mut one = claim(500);
        assert_eq!(one.settle(Pence(200)), Pence(200));
        assert!(one.confirm().is_ok());
        assert_eq!(one.arrived(), Pence(300));
        assert_eq!(one.unsettle(Pence(200)), Pence::ZERO, "nobody has seen that part arrive");
        assert_eq!((one.state, one.arrived()), (PaymentState::Confirmed, Pence(300)));
    }
}
