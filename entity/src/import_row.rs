//! Rows of statements that were imported.

use sea_orm::entity::prelude::*;

use crate::ids::{ImportId, ImportRowId, PaymentId, PledgeId};
use crate::import_batch::ImportSource;
use crate::money::Pence;

words! {
    /// What a row came to when it was imported.
    Outcome { Matched = "matched", Unmatched = "unmatched", Duplicate = "duplicate", Refused = "refused" }
}

words! {
    /// What has become of it.
    RowState {
        /// It has a payment.
        Counted = "counted",
        /// It counts once a host assigns it.
        Waiting = "waiting",
        /// It never counts.
        Left = "left",
        /// It was waiting when it came again, and waits there.
        Replaced = "replaced",
        /// Its import was undone.
        Undone = "undone",
    }
}

/// One row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportRowId,
    pub import_id: ImportId,
    /// The line of the file it begins on.
    pub line: i64,
    pub source: ImportSource,
    /// What makes it the same row when it comes again; none for one that was refused.
    pub external_id: Option<String>,
    /// What the statement says it is for, or calls it.
    pub reference: Option<String>,
    pub amount_pence: Option<Pence>,
    pub paid_on: Option<Date>,
    /// Kept only while it waits or counts.
    pub name: Option<String>,
    pub outcome: Outcome,
    pub reason: Option<String>,
    pub state: RowState,
    pub pledge_id: Option<PledgeId>,
    pub payment_id: Option<PaymentId>,
}

impl ActiveModelBehavior for ActiveModel {}
