//! An import: a statement whose rows became payments, or wait for a host to say what they are for.
//!
//! A row is the same when it comes again from the same source under the same name. Of the same rows only one ever counts;
//! the database holds to that. What was undone, taken back or never counted doesn't stand in the way of a later one.

mod judge;
mod report;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::Moment;
use entity::ids::{CharityId, EventId, ImportId, ImportRowId, PaymentId, PledgeId};
pub use entity::import_batch::{ImportSource, ImportState};
pub use entity::import_row::{Outcome, RowState};
use entity::money::Pence;
pub use report::{Report, ReportRow};
use serde::{Deserialize, Serialize};

use super::new_payment::NewPayment;
use super::payment::Method;
use crate::error::AppError;

/// A statement that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub id: ImportId,
    pub event: EventId,
    pub charity: CharityId,
    pub source: ImportSource,
    /// SHA-256 of what was sent.
    pub file_hash: Vec<u8>,
    pub state: ImportState,
    pub counts: OutcomeCounts,
    pub made_by: uuid::Uuid,
    pub made_at: Moment,
}

/// How many rows came to each outcome, and the sum of those that matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeCounts {
    pub matched: i64,
    pub unmatched: i64,
    pub duplicate: i64,
    pub refused: i64,
    pub total: Pence,
}

/// One row of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    pub id: ImportRowId,
    pub import: ImportId,
    pub line: i64,
    pub source: ImportSource,
    /// What makes it the same row when it comes again; none for one that was refused.
    pub external_id: Option<String>,
    pub reference: Option<String>,
    pub amount: Option<Pence>,
    pub paid_on: Option<NaiveDate>,
    pub name: Option<String>,
    pub outcome: Outcome,
    pub reason: Option<String>,
    pub state: RowState,
    pub pledge: Option<PledgeId>,
    pub payment: Option<PaymentId>,
}

/// Where a statement goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub event: EventId,
    pub charity: CharityId,
    pub source: ImportSource,
}

/// What a statement's rows are compared with.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The night's pledges by reference.
    pub pledges: HashMap<String, PledgeId>,
    /// The external ids of rows that count.
    pub counted: HashSet<String>,
}

/// A row of a statement with what it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub line: i64,
    pub external_id: Option<String>,
    pub reference: Option<String>,
    pub amount: Option<Pence>,
    pub paid_on: Option<NaiveDate>,
    pub name: Option<String>,
    pub outcome: Outcome,
    pub reason: Option<Cow<'static, str>>,
    /// The pledge it matched.
    pub pledge: Option<PledgeId>,
}

impl Import {
    /// Takes it back.
    ///
    /// # Errors
    /// 409 when that was done already.
    pub fn undo(&mut self) -> Result<(), AppError> {
        self.check_stands()?;
        self.state = ImportState::Undone;
        Ok(())
    }

    /// # Errors
    /// 409 when it was undone.
    pub fn check_stands(&self) -> Result<(), AppError> {
        match self.state {
            ImportState::Imported => Ok(()),
            ImportState::Undone => Err(AppError::conflict("This import was undone already.")),
        }
    }
}

impl ImportRow {
    /// # Errors
    /// 409 unless it waits for a host.
    pub fn check_waits(&self) -> Result<(), AppError> {
        let why = match self.state {
            RowState::Waiting => return Ok(()),
            RowState::Counted => "This row counts already. Take its payment back first.",
            RowState::Left => "This row can’t count; its report says why.",
            RowState::Replaced => "This row came again in a later import. Assign it there.",
            RowState::Undone => "This row’s import was undone.",
        };
        Err(AppError::conflict(why))
    }

    /// The payment that it becomes, to a pledge or to none.
    ///
    /// # Errors
    /// 409 for a row without an amount.
    pub fn payment(&self, charity: CharityId, pledge: Option<PledgeId>) -> Result<NewPayment, AppError> {
        let amount = self.amount.ok_or_else(|| AppError::conflict("This row can’t count; its report says why."))?;
        let method = match self.source {
            ImportSource::JustGiving => Method::JustGiving,
            ImportSource::Csv => Method::Direct,
        };
        let name = self.name.clone().filter(|_| pledge.is_none());
        let (reference, paid_on) = (self.reference.clone(), self.paid_on);
        Ok(NewPayment { charity, amount, method, reference, name, note: None, paid_on })
    }
}

impl Verdict {
    /// As a row of an import.
    #[must_use]
    pub fn into_row(self, id: ImportRowId, import: ImportId, source: ImportSource) -> ImportRow {
        let Self { line, external_id, reference, amount, paid_on, name, outcome, reason, pledge } = self;
        let state = match outcome {
            // Once it has its payment it counts.
            Outcome::Matched | Outcome::Unmatched => RowState::Waiting,
            Outcome::Duplicate | Outcome::Refused => RowState::Left,
        };
        let reason = reason.map(Cow::into_owned);
        ImportRow {
            id,
            import,
            line,
            source,
            external_id,
            reference,
            amount,
            paid_on,
            name,
            outcome,
            reason,
            state,
            pledge,
            payment: None,
        }
    }
}
