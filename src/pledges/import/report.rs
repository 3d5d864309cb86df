//! What is told of an import.

use std::borrow::Cow;
use std::collections::HashMap;

use entity::ids::{ImportId, ImportRowId, PledgeId};
use entity::import_row::{Outcome, RowState};
use entity::money::Pence;
use serde::{Deserialize, Serialize};

use super::{ImportRow, OutcomeCounts, Verdict};
use crate::pledges::reference;

/// What an import came to, or would come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// None when nothing was imported.
    pub id: Option<ImportId>,
    pub counts: OutcomeCounts,
    pub rows: Vec<ReportRow>,
}

/// One row of a report. Names aren't part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    pub id: Option<ImportRowId>,
    pub line: i64,
    pub reference: Option<String>,
    pub amount: Option<Pence>,
    pub outcome: Outcome,
    pub reason: Option<String>,
    /// None when nothing was imported.
    pub state: Option<RowState>,
    pub pledge_reference: Option<String>,
}

impl Report {
    /// What importing would come to.
    #[must_use]
    pub fn of_verdicts(verdicts: Vec<Verdict>, references: &HashMap<PledgeId, String>) -> Self {
        let counts = OutcomeCounts::of(&verdicts);
        let rows = verdicts.into_iter().map(|verdict| ReportRow {
            id: None,
            line: verdict.line,
            reference: verdict.reference,
            amount: verdict.amount,
            outcome: verdict.outcome,
            reason: verdict.reason.map(Cow::into_owned),
            state: None,
            pledge_reference: verdict.pledge.and_then(|pledge| references.get(&pledge).cloned()),
        });
        Self { id: None, counts, rows: rows.collect() }
    }

    /// The first rows, at most `count`: what fits on a page.
    #[must_use]
    pub fn first(&self, count: usize) -> &[ReportRow] {
        &self.rows[..self.rows.len().min(count)]
    }

    /// What an import came to.
    #[must_use]
    pub fn of_rows(
        id: ImportId,
        counts: OutcomeCounts,
        rows: Vec<ImportRow>,
        references: &HashMap<PledgeId, String>,
    ) -> Self {
        Self { id: Some(id), counts, rows: rows.into_iter().map(|row| ReportRow::of(row, references)).collect() }
    }
}

impl ReportRow {
    /// A row, with the reference of its pledge.
    #[must_use]
    pub fn of(row: ImportRow, references: &HashMap<PledgeId, String>) -> Self {
        Self {
            id: Some(row.id),
            line: row.line,
            reference: row.reference,
            amount: row.amount,
            outcome: row.outcome,
            reason: row.reason,
            state: Some(row.state),
            pledge_reference: row.pledge.and_then(|pledge| references.get(&pledge).cloned()),
        }
    }

    /// What becomes of it, as pages say it.
    #[must_use]
    pub fn in_words(&self) -> String {
        let pledge = self.pledge_reference.as_deref().map(reference::spaced);
        let counts = match pledge {
            Some(pledge) => format!("Counts for {pledge}"),
            None => "Counts, for no pledge".to_owned(),
        };
        let why = self.reason.as_deref().map(|reason| format!(". {reason}")).unwrap_or_default();
        match (self.state, self.outcome) {
            (Some(RowState::Undone), _) => "Undone".to_owned(),
            (Some(RowState::Replaced), _) => "Came again in a later statement, and waits there".to_owned(),
            (Some(RowState::Counted), _) | (None, Outcome::Matched) => counts,
            (Some(RowState::Waiting), Outcome::Matched) => "Waits for you. Its payment was taken back".to_owned(),
            (Some(RowState::Waiting), _) | (_, Outcome::Unmatched) => format!("Waits for you{why}"),
            (_, Outcome::Duplicate) => format!("Counted before{why}"),
            (_, Outcome::Matched | Outcome::Refused) => format!("Can’t count{why}"),
        }
    }
}
