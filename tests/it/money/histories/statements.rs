//! Statements in a history: sent, sent again, taken back.

use super::Chance;
use super::deeds::Night;
use super::model::{CHARITIES, Paid};
use crate::support::statement::{CHARITY, justgiving, outcomes, path, send};

/// Statements that were written, and imports that were made of them.
#[derive(Default)]
pub struct Statements {
    written: Vec<Vec<Row>>,
    imports: Vec<Import>,
    rows: usize,
}

/// A row: what it gives, and the payment that it counts as.
#[derive(Clone)]
struct Row {
    id: String,
    pledge: usize,
    amount: i64,
    payment: Option<usize>,
}

/// An import, and the payments that came of it.
struct Import {
    id: String,
    payments: Vec<usize>,
    is_undone: bool,
}

impl Night {
    /// A new statement, or an old one again: what counts already counts no more, and what was taken back counts anew.
    pub async fn import(&mut self, chance: &mut Chance) -> &'static str {
        let old: Vec<usize> = (0..self.statements.written.len()).collect();
        let at = match chance.one_of(&old).filter(|_| chance.once_in(2)) {
            Some(at) => at,
            None if self.model.pledges.is_empty() => return "no pledge to import for",
            None => self.write_statement(chance),
        };
        let rows = self.statements.written[at].clone();
        let counts =
            |row: &Row| row.payment.is_some_and(|payment| self.model.payments[payment].state == Paid::Confirmed);
        let fresh: Vec<usize> = (0..rows.len()).filter(|at| !counts(&rows[*at])).collect();
        let lines: Vec<(String, String, String)> = rows
            .iter()
            .map(|row| {
                let amount = format!("{}.{:02}", row.amount / 100, row.amount % 100);
                (row.id.clone(), amount, self.model.pledges[row.pledge].reference.clone())
            })
            .collect();
        let lines: Vec<_> =
            lines.iter().map(|(id, amount, of)| (id.as_str(), amount.as_str(), of.as_str(), "")).collect();
        let key = self.key();
        let report = send(&self.host, &path(&self.slug, "justgiving", false), &key, justgiving(&lines)).await;
        let report = report.expect(201).json();
        let [matched, unmatched, duplicate, refused] =
            outcomes(&report).map(|count| usize::try_from(count).unwrap_or_default());
        assert_eq!([matched, unmatched, duplicate, refused], [fresh.len(), 0, rows.len() - fresh.len(), 0], "{report}");
        let payments = self.host.get(&self.path("/payments?limit=100")).await.expect(200).json();
        let all = payments["items"].as_array().expect("payments");
        let charity = CHARITIES.iter().position(|slug| *slug == CHARITY).unwrap_or_default();
        let mut made = Vec::new();
        for (row, told) in fresh.iter().zip(&all[all.len() - fresh.len()..]) {
            self.add_payment(told, Some(rows[*row].pledge), charity, rows[*row].amount, Paid::Confirmed);
            self.model.settle_claims();
            made.push(self.model.payments.len() - 1);
            self.statements.written[at][*row].payment = made.last().copied();
        }
        let id = report["id"].as_str().expect("an id").to_owned();
        self.statements.imports.push(Import { id, payments: made, is_undone: false });
        "a statement"
    }

    fn write_statement(&mut self, chance: &mut Chance) -> usize {
        let mut rows = Vec::new();
        for _ in 0..chance.between(1, 3) {
            self.statements.rows += 1;
            let id = format!("{}-row-{}", self.slug, self.statements.rows);
            let pledge = chance.below(self.model.pledges.len());
            rows.push(Row { id, pledge, amount: chance.between(1, 900), payment: None });
        }
        self.statements.written.push(rows);
        self.statements.written.len() - 1
    }

    /// An import is taken back: what still counts of it counts no more.
    pub async fn undo_import(&mut self, chance: &mut Chance) -> &'static str {
        let all: Vec<usize> = (0..self.statements.imports.len()).collect();
        let Some(at) = chance.one_of(&all) else { return "no import to take back" };
        let Import { id, payments, is_undone } = &mut self.statements.imports[at];
        let answer = self.host.delete(&format!("/api/v1/imports/{id}")).await;
        if std::mem::replace(is_undone, true) {
            answer.expect(409);
            return "an import that was taken back already";
        }
        answer.expect(200);
        for payment in payments.iter().copied() {
            if self.model.payments[payment].state == Paid::Confirmed {
                self.model.reverse(payment);
            }
        }
        "an import is taken back"
    }
}
