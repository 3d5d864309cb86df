//! How imports look in JSON.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::charities::Book;
use crate::events::Event;
use crate::pledges::import::{Import, OutcomeCounts, Report, ReportRow, RowState, Target};

/// What a statement came to, or would come to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ImportReportOut {
    /// Null for a dry run.
    id: Option<Uuid>,
    dry_run: bool,
    /// The event's slug.
    event: String,
    charity: String,
    /// `justgiving` or `csv`.
    source: &'static str,
    rows: Vec<ImportRowOut>,
    matched: i64,
    unmatched: i64,
    duplicate: i64,
    refused: i64,
    /// The sum of the rows that matched.
    total_pence: i64,
}

/// One row of a statement.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ImportRowOut {
    /// To assign it by; null for a dry run.
    id: Option<Uuid>,
    /// The line of the file it begins on, from 1.
    line: i64,
    /// What it says it is for, or else what the statement calls it.
    reference: Option<String>,
    /// Null where it can't be read.
    amount_pence: Option<i64>,
    /// `matched`, `unmatched`, `duplicate` or `refused`.
    outcome: &'static str,
    /// Null for a row that matched.
    reason: Option<String>,
    pledge_reference: Option<String>,
    /// `counted`, `waiting`, `left`, `replaced` or `undone`; null for a dry run.
    state: Option<&'static str>,
}

/// An import without its rows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ImportOut {
    id: Uuid,
    event: String,
    charity: String,
    source: &'static str,
    /// `imported` or `undone`.
    state: &'static str,
    made_at: DateTime<Utc>,
    matched: i64,
    unmatched: i64,
    duplicate: i64,
    refused: i64,
    total_pence: i64,
}

impl ImportReportOut {
    pub(super) fn of(report: Report, target: Target, event: &Event, book: &Book) -> Self {
        let Report { id, counts, rows } = report;
        let OutcomeCounts { matched, unmatched, duplicate, refused, total } = counts;
        Self {
            id: id.map(|id| id.0),
            dry_run: id.is_none(),
            event: event.slug.clone(),
            charity: book.slug(target.charity),
            source: target.source.as_str(),
            rows: rows.into_iter().map(ImportRowOut::of).collect(),
            matched,
            unmatched,
            duplicate,
            refused,
            total_pence: total.0,
        }
    }
}

impl ImportRowOut {
    pub(super) fn of(row: ReportRow) -> Self {
        let ReportRow { id, line, reference, amount, outcome, reason, state, pledge_reference } = row;
        Self {
            id: id.map(|id| id.0),
            line,
            reference,
            amount_pence: amount.map(|amount| amount.0),
            outcome: outcome.as_str(),
            reason,
            pledge_reference,
            state: state.map(RowState::as_str),
        }
    }
}

impl ImportOut {
    pub(super) fn of(import: &Import, event: &Event, book: &Book) -> Self {
        let Import { id, event: _, charity, source, file_hash: _, state, counts, made_by: _, made_at } = *import;
        let OutcomeCounts { matched, unmatched, duplicate, refused, total } = counts;
        Self {
            id: id.0,
            event: event.slug.clone(),
            charity: book.slug(charity),
            source: source.as_str(),
            state: state.as_str(),
            made_at,
            matched,
            unmatched,
            duplicate,
            refused,
            total_pence: total.0,
        }
    }
}
