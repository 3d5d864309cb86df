//! Ledger entries: append-only (triggers refuse change).

use sea_orm::entity::prelude::*;

use crate::ids::{CharityId, JournalId};
use crate::money::Pence;

words! {
    /// The accounts of the book. The five numbers are read from these and never added together.
    LedgerAccount {
        /// The other side of every line: what a pledge has given its word or money for.
        Supporter = "supporter",
        Promised = "promised",
        Claimed = "claimed",
        Received = "received",
    }
}

/// One line of a journal. The lines of a journal sum to zero.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub journal_id: JournalId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i32,
    pub account: LedgerAccount,
    /// The charity of a `promised`, `claimed` or `received` line; none on the supporter's side.
    pub charity_id: Option<CharityId>,
    pub amount_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
