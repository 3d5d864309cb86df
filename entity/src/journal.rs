//! Ledger journals: append-only (triggers refuse change).

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{EventId, JournalId, PaymentId, PledgeId};

words! {
    /// Why a journal was posted.
    JournalKind {
        Promised = "promised",
        Changed = "changed",
        Withdrawn = "withdrawn",
        Lapsed = "lapsed",
        /// An open pledge was counted when its night ended, or counted again after a correction.
        Counted = "counted",
        /// Its night was opened again.
        Reopened = "reopened",
        Claimed = "claimed",
        Confirmed = "confirmed",
        Reversed = "reversed",
    }
}

/// One journal: entries that sum to zero.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JournalId,
    pub event_id: EventId,
    /// Dense from 1 within the event.
    pub number: i64,
    /// None for money that nobody promised.
    pub pledge_id: Option<PledgeId>,
    pub payment_id: Option<PaymentId>,
    pub kind: JournalKind,
    pub at: Moment,
    /// SHA-256 of the hash before it, this row and its entries.
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
