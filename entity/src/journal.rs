//! Ledger journals: append-only (triggers refuse change).

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{EventId, JournalId, PledgeId};

words! {
    /// Why a journal was posted.
    JournalKind { Promised = "promised", Changed = "changed", Withdrawn = "withdrawn", Lapsed = "lapsed" }
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
    pub pledge_id: PledgeId,
    pub kind: JournalKind,
    pub at: Moment,
    /// SHA-256 of the hash before it, this row and its entries.
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
