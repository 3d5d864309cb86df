//! What the rows of a statement come to.

use std::collections::HashMap;

use entity::import_batch::ImportSource;
use entity::import_row::Outcome;

use super::{Known, OutcomeCounts, Target, Verdict};
use crate::pledges::statement::{Gift, Refusal, Row, Statement};

impl Target {
    /// What makes a gift the same when it comes again. JustGiving's numbers are its own the world over; what a bank or a
    /// spreadsheet numbers, or nobody does, is the same only for the same charity.
    fn external_id(self, gift: &Gift) -> String {
        match (self.source, &gift.id) {
            (ImportSource::JustGiving, Some(id)) => id.clone(),
            (_, Some(id)) => format!("{}/{id}", self.charity),
            (_, None) => format!("{}/{}", self.charity, gift.print),
        }
    }

    /// Every external id in a statement.
    #[must_use]
    pub fn external_ids(self, statement: &Statement) -> Vec<String> {
        let gifts = statement.rows.iter().filter_map(|row| row.read.as_ref().ok());
        gifts.map(|gift| self.external_id(gift)).collect()
    }

    /// What each row of a statement comes to.
    #[must_use]
    pub fn judge(self, statement: Statement, known: &Known) -> Vec<Verdict> {
        let mut lines: HashMap<String, u64> = HashMap::new();
        statement.rows.into_iter().map(|row| self.verdict(row, known, &mut lines)).collect()
    }

    /// `lines` has the line of each row before.
    fn verdict(self, row: Row, known: &Known, lines: &mut HashMap<String, u64>) -> Verdict {
        let line = i64::try_from(row.line).unwrap_or(i64::MAX);
        let gift = match row.read {
            Ok(gift) => gift,
            Err(refusal) => return refused(line, refusal),
        };
        let external_id = self.external_id(&gift);
        let found = gift.candidates.iter().find_map(|text| Some((text, *known.pledges.get(text)?)));
        let pledge = found.map(|(_, pledge)| pledge);
        let said = found.map(|(text, _)| text.clone()).or(gift.reference).or(gift.id);
        let (outcome, reason) = if known.counted.contains(&external_id) {
            (Outcome::Duplicate, Some("It was counted from an earlier statement".into()))
        } else if let Some(before) = lines.get(&external_id) {
            (Outcome::Duplicate, Some(format!("It is the same row as line {before}").into()))
        } else if pledge.is_some() {
            (Outcome::Matched, None)
        } else if gift.candidates.is_empty() {
            (Outcome::Unmatched, Some("It names no pledge".into()))
        } else {
            (Outcome::Unmatched, Some("No pledge of this night has its reference".into()))
        };
        lines.entry(external_id.clone()).or_insert(row.line);
        Verdict {
            line,
            external_id: Some(external_id),
            reference: said,
            amount: Some(gift.amount),
            paid_on: gift.paid_on,
            name: gift.name.filter(|_| outcome != Outcome::Duplicate),
            outcome,
            reason,
            pledge: pledge.filter(|_| outcome == Outcome::Matched),
        }
    }
}

fn refused(line: i64, refusal: Refusal) -> Verdict {
    let Refusal { reference, amount, reason } = refusal;
    Verdict {
        line,
        external_id: None,
        reference,
        amount,
        paid_on: None,
        name: None,
        outcome: Outcome::Refused,
        reason: Some(reason),
        pledge: None,
    }
}

impl OutcomeCounts {
    /// Counts verdicts.
    #[must_use]
    pub fn of(verdicts: &[Verdict]) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            match verdict.outcome {
                Outcome::Matched => {
                    counts.matched += 1;
                    counts.total += verdict.amount.unwrap_or_default();
                }
                Outcome::Unmatched => counts.unmatched += 1,
                Outcome::Duplicate => counts.duplicate += 1,
                Outcome::Refused => counts.refused += 1,
            }
        }
        counts
    }
}
