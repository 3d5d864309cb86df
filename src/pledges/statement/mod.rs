//! A statement of gifts, as a giving site or a bank hands it out: CSV of one kind or another, read into rows.
//!
//! Columns are known by their names, never by their places. Of each row only what is needed is kept: what the statement
//! calls it, how much, when, the name and words that were meant to be seen, and the references of pledges found in them.
//! Addresses and every other column are dropped while parsing.

mod amount;
mod columns;
mod day;
mod decode;
mod row;
mod table;

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::money::Pence;
use sha2::{Digest, Sha256};

/// The most rows one statement may have: more than a year of any night's gifts, and one unit of work.
const ROWS_MAX: usize = 20_000;

/// A statement that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub rows: Vec<Row>,
}

/// One row of it that isn't blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file it begins on, from 1.
    pub line: u64,
    pub read: Result<Gift, Refusal>,
}

/// A row that says what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    /// What the statement calls it.
    pub id: Option<String>,
    /// What stands for an id where there is none: a hash of what is kept of the row.
    pub print: String,
    pub amount: Pence,
    pub paid_on: Option<NaiveDate>,
    pub name: Option<String>,
    /// What stands where a reference is looked for first.
    pub reference: Option<String>,
    /// Whatever reads like the reference of a pledge, in the order in which it counts.
    pub candidates: Vec<String>,
}

/// A row that can't count, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reference: Option<String>,
    pub amount: Option<Pence>,
    /// A sentence for the host.
    pub reason: Cow<'static, str>,
}

impl Statement {
    /// Reads a statement. `charset` is what its sender says it is written in; a byte order mark knows better.
    ///
    /// # Errors
    /// A sentence that says why these bytes aren't a statement.
    pub fn read(bytes: &[u8], charset: Option<&str>) -> Result<Self, Cow<'static, str>> {
        Self::parse(&decode::decode(bytes, charset)?)
    }

    /// Reads a statement that is text already.
    ///
    /// # Errors
    /// As [`Statement::read`].
    pub fn parse(text: &str) -> Result<Self, Cow<'static, str>> {
        let text = table::plain_lines(text);
        let table = table::Table::find(&text)?;
        let mut rows = table.rows(ROWS_MAX)?;
        tell_repeats_apart(&mut rows);
        Ok(Self { rows })
    }

    /// The text of a statement, to be shown and sent again.
    ///
    /// # Errors
    /// When the charset isn't known.
    pub fn text(bytes: &[u8], charset: Option<&str>) -> Result<String, Cow<'static, str>> {
        decode::decode(bytes, charset)
    }
}

/// Two gifts without an id that look alike are two gifts, unless they name the same pledge: those are one row twice.
fn tell_repeats_apart(rows: &mut [Row]) {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let gifts = rows.iter_mut().filter_map(|row| row.read.as_mut().ok());
    for gift in gifts.filter(|gift| gift.id.is_none() && gift.candidates.is_empty()) {
        let count = seen.entry(gift.print.clone()).or_default();
        *count += 1;
        if *count > 1 {
            gift.print = print_of(&[&gift.print, &count.to_string()]);
        }
    }
}

/// A hash of these texts, as text.
fn print_of(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    format!("#{}", crate::keys::hex(&hash.finalize()[..16]))
}

#[cfg(test)]
mod tests;
