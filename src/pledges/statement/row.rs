//! From the cells of one row to a gift, or to why it is none.

use std::borrow::Cow;

use csv::StringRecord;

use super::amount::shown;
use super::columns::{Column, Columns, REFERENCES};
use super::{Gift, Refusal, amount, day, print_of};
use crate::pledges::reference;
use crate::words::cut;

/// What is kept of a text, in characters.
const ID_MAX: usize = 100;
const NAME_MAX: usize = 80;
const MESSAGE_MAX: usize = 2000;
/// No row names more pledges than this.
const CANDIDATES_MAX: usize = 20;

/// What is kept beside the references.
const KEPT: [Column; 5] = [Column::Id, Column::Amount, Column::Date, Column::Name, Column::Message];

/// The cells of a row by their columns; all others stay behind.
struct Cells<'a> {
    columns: &'a Columns,
    record: &'a StringRecord,
}

impl Cells<'_> {
    /// A cell as it is; empty where there is none.
    fn raw(&self, column: Column) -> &str {
        self.columns.place(column).and_then(|at| self.record.get(at)).unwrap_or_default().trim()
    }

    fn text(&self, column: Column, max: usize) -> Option<String> {
        cut(self.raw(column), max)
    }

    /// The first of the references that says anything.
    fn reference(&self) -> Option<String> {
        REFERENCES.iter().find_map(|column| self.text(*column, ID_MAX))
    }

    fn candidates(&self) -> Vec<String> {
        let places = REFERENCES.into_iter().chain([Column::Message]);
        let texts = places.map(|column| self.raw(column).chars().take(MESSAGE_MAX).collect::<String>());
        let mut found: Vec<String> = Vec::new();
        for one in texts.flat_map(|text| reference::find_all(&text)).take(CANDIDATES_MAX) {
            if !found.contains(&one) {
                found.push(one);
            }
        }
        found
    }

    /// Why this row can't count whatever it is worth.
    fn objection(&self) -> Option<Cow<'static, str>> {
        let beyond = self.record.iter().skip(self.columns.width).any(|cell| !cell.trim().is_empty());
        if beyond {
            return Some("It has more cells than the statement has columns, so they may be in the wrong places".into());
        }
        let formula = KEPT.into_iter().chain(REFERENCES).map(|column| self.raw(column)).find(|cell| is_formula(cell));
        if let Some(cell) = formula {
            return Some(format!("It has a formula in a cell: {}", shown(cell)).into());
        }
        if matches!(self.raw(Column::IsPledge).to_ascii_lowercase().as_str(), "true" | "yes" | "y" | "t" | "1") {
            return Some("It is a pledge on the giving page, so nothing has been given yet".into());
        }
        let currency = self.raw(Column::Currency);
        if !currency.is_empty() && !currency.eq_ignore_ascii_case("GBP") && currency != "£" {
            return Some(format!("It isn’t in pounds but in {}", shown(currency)).into());
        }
        None
    }

    /// A line of totals has an amount and nothing that tells it from another.
    fn says_nothing_else(&self) -> bool {
        let telling = [Column::Id, Column::Date, Column::Message].into_iter().chain(REFERENCES);
        let could = [Column::Id, Column::Date].iter().any(|column| self.columns.place(*column).is_some());
        could && telling.into_iter().all(|column| self.raw(column).is_empty())
    }
}

/// Reads a row.
pub fn read(columns: &Columns, record: &StringRecord) -> Result<Gift, Refusal> {
    let cells = Cells { columns, record };
    let id = cells.text(Column::Id, ID_MAX);
    let reference = cells.reference();
    let shown_reference = || reference.clone().or_else(|| id.clone());
    let amount = amount::parse(cells.raw(Column::Amount));
    let refuse = |reason| Refusal { reference: shown_reference(), amount: amount.clone().ok(), reason };
    if let Some(reason) = cells.objection() {
        return Err(refuse(reason));
    }
    let amount = match &amount {
        Ok(amount) => *amount,
        Err(reason) => return Err(refuse(reason.clone())),
    };
    let paid_on = day::parse(cells.raw(Column::Date)).map_err(refuse)?;
    if cells.says_nothing_else() {
        return Err(refuse("It has an amount and nothing else, as a line of totals has".into()));
    }
    let name = cells.text(Column::Name, NAME_MAX);
    let message = cells.text(Column::Message, MESSAGE_MAX);
    let mut parts = vec![amount.0.to_string(), paid_on.map_or_else(String::new, |day| day.to_string())];
    parts.extend([name.clone().unwrap_or_default(), message.unwrap_or_default()]);
    parts.extend(REFERENCES.iter().map(|column| cells.text(*column, ID_MAX).unwrap_or_default()));
    let print = print_of(&parts.iter().map(String::as_str).collect::<Vec<_>>());
    Ok(Gift { id, print, amount, paid_on, name, reference: reference.clone(), candidates: cells.candidates() })
}

/// Whether a spreadsheet would compute this cell, rather than show it. `- thanks` and `@Louise` it wouldn't.
fn is_formula(cell: &str) -> bool {
    let Some(rest) = cell.strip_prefix(['=', '+', '-', '@']) else { return false };
    let function = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_');
    cell.starts_with('=') || rest.contains('|') || (function.len() < rest.len() && function.starts_with('('))
}
