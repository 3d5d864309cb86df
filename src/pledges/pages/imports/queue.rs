//! Rows that wait for a host, with what they may be for.

use std::collections::HashMap;

use entity::ids::{CharityId, ImportId, ImportRowId};
use entity::money::Pence;

use crate::charities::Book;
use crate::error::AppError;
use crate::events::Event;
use crate::pledges::import::ImportRow;
use crate::pledges::pages::name_of;
use crate::pledges::pledge::Pledge;
use crate::pledges::{reference, store};
use crate::words::fold;

/// What fits on the page; the rest comes once these are done.
const WAITING_MAX: u64 = 50;
/// What is suggested for one row.
const SUGGESTIONS_MAX: usize = 3;

/// A waiting row.
pub(super) struct WaitingView {
    pub row: ImportRow,
    pub amount: Pence,
    pub charity: String,
    /// As pages write days.
    pub paid_on: Option<String>,
    pub suggestions: Vec<Suggestion>,
}

/// A pledge that a row may be for.
pub(super) struct Suggestion {
    pub reference: String,
    /// Whose it is, and why it is suggested.
    pub why: String,
}

/// The id of a row's field for a reference.
pub(super) fn field_of(row: ImportRowId) -> String {
    format!("reference-{row}")
}

impl WaitingView {
    pub fn field(&self) -> String {
        field_of(self.row.id)
    }

    /// What the host is told it is called: the name, or else the reference.
    pub fn called(&self) -> &str {
        self.row.name.as_deref().or(self.row.reference.as_deref()).unwrap_or("no name")
    }

    /// The oldest rows that wait on a night, and how many there are in all.
    pub async fn of_event(db: &impl store::Reads, event: &Event, book: &Book) -> Result<(Vec<Self>, usize), AppError> {
        let (rows, count) = store::waiting(db, event.id, WAITING_MAX).await?;
        let mut by_import: HashMap<ImportId, Vec<ImportRow>> = HashMap::new();
        for row in rows {
            by_import.entry(row.import).or_default().push(row);
        }
        let mut by_charity: HashMap<CharityId, Vec<ImportRow>> = HashMap::new();
        for (import, rows) in by_import {
            let import = store::find_import(db, import).await?.ok_or(AppError::NotFound)?;
            by_charity.entry(import.charity).or_default().extend(rows);
        }
        let mut views = Vec::new();
        for (charity, rows) in by_charity {
            let pledges = candidates(db, event, charity, &rows).await?;
            let name = name_of(charity, event, book);
            views.extend(rows.into_iter().map(|row| Self::of(row, charity, &name, &pledges)));
        }
        views.sort_by_key(|view| view.row.id);
        Ok((views, usize::try_from(count).unwrap_or(usize::MAX)))
    }

    fn of(row: ImportRow, charity: CharityId, name: &str, pledges: &[Pledge]) -> Self {
        let suggestions = pledges.iter().filter_map(|pledge| Suggestion::of(pledge, &row, charity));
        Self {
            amount: row.amount.unwrap_or_default(),
            charity: name.to_owned(),
            paid_on: row.paid_on.map(|day| day.format("%-d %B %Y").to_string()),
            suggestions: suggestions.take(SUGGESTIONS_MAX).collect(),
            row,
        }
    }
}

/// Pledges that some of these rows may be for, in the order they were made.
async fn candidates(
    db: &impl store::Reads,
    event: &Event,
    charity: CharityId,
    rows: &[ImportRow],
) -> Result<Vec<Pledge>, AppError> {
    let amounts = rows.iter().filter_map(|row| row.amount).collect();
    let names = rows.iter().filter_map(|row| row.name.as_deref()).map(str::to_lowercase).collect();
    let ids = store::suggested(db, event.id, charity, amounts, names).await?;
    let mut pledges = store::by_ids(db, ids).await?;
    pledges.sort_by_key(|pledge| pledge.number);
    Ok(pledges)
}

impl Suggestion {
    fn of(pledge: &Pledge, row: &ImportRow, charity: CharityId) -> Option<Self> {
        let part = pledge.allocations.iter().find(|part| part.charity == charity);
        let still = part.map_or(Pence::ZERO, |part| part.promised - part.received);
        let same_name = match (&pledge.words.name, &row.name) {
            (Some(one), Some(other)) => fold(one) == fold(other) && !fold(one).is_empty(),
            _ => false,
        };
        let same_amount = row.amount == Some(still);
        if !same_name && !same_amount {
            return None;
        }
        let name = pledge.words.name.as_deref().unwrap_or("no name");
        let why =
            if still > Pence::ZERO { format!("{name}, {still} still to give") } else { format!("{name}, all given") };
        Some(Self { reference: reference::spaced(&pledge.reference), why })
    }
}
