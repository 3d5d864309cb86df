//! The rows of exports, and reading them in batches.

use chrono::{DateTime, Utc};
use entity::ids::PaymentId;
use serde::Serialize;
use uuid::Uuid;

use crate::charities::Book;
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::Event;
use crate::pledges::api::payments::PaymentOut;
use crate::pledges::pledge::Pledge;
use crate::pledges::store::{self, Posted};
use crate::pledges::terms::{Amounts, Counts};

/// Rows read at once.
const BATCH: u64 = 500;

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Pledges,
    Payments,
    Entries,
}

/// The fields of each row, in order; each is a column of the CSV.
const PLEDGE: &[&str] = &[
    "reference",
    "id",
    "made_at",
    "kind",
    "state",
    "amount_pence",
    "rate_pence",
    "cap_pence",
    "percent",
    "pot_pence",
    "promised_pence",
    "at_most_pence",
    "claimed_pence",
    "received_pence",
    "split",
    "gift_aid",
    "name",
    "message",
    "show_name",
    "show_amount",
    "show_message",
    "words_removed",
];
const PAYMENT: &[&str] = &[
    "id",
    "pledge_reference",
    "charity",
    "amount_pence",
    "settled_pence",
    "method",
    "state",
    "reference",
    "name",
    "note",
    "paid_on",
    "made_at",
];
const ENTRY: &[&str] =
    &["journal", "at", "kind", "pledge_reference", "payment_id", "account", "charity", "amount_pence", "hash"];

impl What {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "pledges" => Some(Self::Pledges),
            "payments" => Some(Self::Payments),
            "entries" => Some(Self::Entries),
            _ => None,
        }
    }

    pub(super) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Pledges => PLEDGE,
            Self::Payments => PAYMENT,
            Self::Entries => ENTRY,
        }
    }
}

/// A row of an export.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum ExportRow {
    Pledge(ExportedPledge),
    Payment(PaymentOut),
    Entry(ExportedEntry),
}

/// A pledge in an export: as its host sees it, without its supporter's address.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ExportedPledge {
    reference: String,
    id: Uuid,
    made_at: DateTime<Utc>,
    kind: &'static str,
    state: &'static str,
    amount_pence: Option<i64>,
    rate_pence: Option<i64>,
    cap_pence: Option<i64>,
    percent: Option<i64>,
    pot_pence: Option<i64>,
    promised_pence: i64,
    at_most_pence: i64,
    claimed_pence: i64,
    received_pence: i64,
    /// Each charity's slug and weight: `sepsis-trust=2 cavell-nurses-trust=1`.
    split: String,
    gift_aid: bool,
    name: Option<String>,
    message: Option<String>,
    show_name: bool,
    show_amount: bool,
    show_message: bool,
    /// A host has hidden its name and message from everyone else.
    words_removed: bool,
}

/// An entry of the ledger. Those of a journal sum to zero.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ExportedEntry {
    /// The number of its journal within the night, dense from 1.
    journal: i64,
    at: DateTime<Utc>,
    /// Why the journal was posted.
    kind: &'static str,
    pledge_reference: Option<String>,
    payment_id: Option<Uuid>,
    /// `promised`, `claimed` or `received` of a charity, or the `supporter`'s side.
    account: &'static str,
    charity: Option<String>,
    amount_pence: i64,
    /// The journal's hash in hex, which chains it to the one before.
    hash: String,
}

/// Reads an export, a batch at a time.
pub(super) struct Reader {
    what: What,
    event: Event,
    book: Book,
    counts: Counts,
    /// The last pledge's or journal's number.
    number: i64,
    payment: Option<PaymentId>,
}

impl Reader {
    /// At the beginning.
    pub(super) async fn begin(db: &Snapshot, what: What, event: Event) -> Result<Self, AppError> {
        let book = Book::read(db).await?;
        let counts = store::open_of_event(db, event.id).await?.counts();
        Ok(Self { what, event, book, counts, number: 0, payment: None })
    }

    /// The next rows; none at the end.
    pub(super) async fn next(&mut self, db: &Snapshot) -> Result<Vec<ExportRow>, AppError> {
        match self.what {
            What::Pledges => self.pledges(db).await,
            What::Payments => self.payments(db).await,
            What::Entries => self.entries(db).await,
        }
    }

    async fn pledges(&mut self, db: &Snapshot) -> Result<Vec<ExportRow>, AppError> {
        let pledges = store::of_event(db, self.event.id, self.number, BATCH, false).await?;
        self.number = pledges.last().map_or(self.number, |pledge| pledge.number);
        Ok(pledges.into_iter().map(|pledge| ExportRow::Pledge(self.pledge(pledge))).collect())
    }

    fn pledge(&self, pledge: Pledge) -> ExportedPledge {
        let Amounts { amount_pence, rate_pence, cap_pence, percent, pot_pence } = Amounts::of(pledge.terms);
        let split = pledge.split();
        let weights = split.parts().iter().map(|part| format!("{}={}", self.book.slug(part.charity), part.parts));
        ExportedPledge {
            id: pledge.id.0,
            made_at: pledge.made_at,
            kind: pledge.kind().as_str(),
            state: pledge.state.as_str(),
            amount_pence,
            rate_pence,
            cap_pence,
            percent,
            pot_pence,
            promised_pence: pledge.promised(self.counts).0,
            at_most_pence: pledge.at_most(self.counts).0,
            claimed_pence: pledge.claimed().0,
            received_pence: pledge.received().0,
            split: weights.collect::<Vec<_>>().join(" "),
            gift_aid: pledge.gift_aid,
            show_name: pledge.show.show_name,
            show_amount: pledge.show.show_amount,
            show_message: pledge.show.show_message,
            words_removed: pledge.words_removed,
            reference: pledge.reference,
            name: pledge.words.name,
            message: pledge.words.message,
        }
    }

    async fn payments(&mut self, db: &Snapshot) -> Result<Vec<ExportRow>, AppError> {
        let payments = store::payments_of_event(db, self.event.id, self.payment, BATCH).await?;
        self.payment = payments.last().map(|payment| payment.id).or(self.payment);
        let references = store::references_of_pledges(db, payments.iter().filter_map(|payment| payment.pledge)).await?;
        let rows = payments.into_iter().map(|payment| {
            let reference = payment.pledge.and_then(|pledge| references.get(&pledge).cloned());
            ExportRow::Payment(PaymentOut::of(payment, reference, &self.book))
        });
        Ok(rows.collect())
    }

    async fn entries(&mut self, db: &Snapshot) -> Result<Vec<ExportRow>, AppError> {
        let journals = store::journals(db, self.event.id, self.number, BATCH).await?;
        self.number = journals.last().map_or(self.number, |posted| posted.number);
        let pledges = journals.iter().filter_map(|posted| posted.journal.pledge);
        let references = store::references_of_pledges(db, pledges).await?;
        let rows = journals.iter().flat_map(|posted| {
            let reference = posted.journal.pledge.and_then(|pledge| references.get(&pledge));
            self.entries_of(posted, reference)
        });
        Ok(rows.collect())
    }

    fn entries_of(&self, posted: &Posted, reference: Option<&String>) -> Vec<ExportRow> {
        let hash = crate::keys::hex(&posted.hash);
        let entry = |line: &crate::pledges::ledger::Line| ExportedEntry {
            journal: posted.number,
            at: posted.journal.at,
            kind: posted.journal.kind.as_str(),
            pledge_reference: reference.cloned(),
            payment_id: posted.journal.payment.map(|payment| payment.0),
            account: line.account.as_str(),
            charity: line.charity.map(|charity| self.book.slug(charity)),
            amount_pence: line.amount.0,
            hash: hash.clone(),
        };
        posted.journal.lines.iter().map(|line| ExportRow::Entry(entry(line))).collect()
    }
}
