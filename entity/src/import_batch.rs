//! Statements that were imported.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{CharityId, EventId, ImportId};
use crate::money::Pence;

words! {
    /// What kind of statement it is.
    ImportSource { JustGiving = "justgiving", Csv = "csv" }
}

words! {
    /// Whether it still counts.
    ImportState { Imported = "imported", Undone = "undone" }
}

/// One statement that was imported.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_batch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    pub event_id: EventId,
    pub charity_id: CharityId,
    pub source: ImportSource,
    /// SHA-256 of what was sent.
    pub file_hash: Vec<u8>,
    pub state: ImportState,
    /// How many rows came to each outcome when it was imported, and the sum of those that matched.
    pub matched: i64,
    pub unmatched: i64,
    pub duplicate: i64,
    pub refused: i64,
    pub total_pence: Pence,
    pub made_by: Uuid,
    pub made_at: Moment,
    pub undone_at: Option<Moment>,
}

impl ActiveModelBehavior for ActiveModel {}
