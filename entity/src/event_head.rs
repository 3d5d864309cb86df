//! The heads of each event's numbering: activity, journals, pledges; and its counts.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::Scope;
use crate::money::Pence;

/// One scope's head. Its row lock orders the writes of an event.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: Scope,
    /// The last activity number.
    pub seq: i64,
    /// When that was.
    pub at: Moment,
    /// The last journal number, and the hash that chains to it.
    pub journal_number: i64,
    pub journal_hash: Vec<u8>,
    /// The last pledge number.
    pub pledge_number: i64,
    /// What the ledger has promised by pledges that aren't matches: what matches are a percentage of, less the open part.
    pub base_pence: Pence,
    /// The songs that per-song pledges were counted by when the night ended; none while it is open.
    pub counted_songs: Option<i64>,
    /// Pledges not withdrawn.
    pub pledges: i64,
    /// Supporters of those pledges: one mail address counts once.
    pub supporters: i64,
    /// Shares shown.
    pub shares: i64,
}

impl ActiveModelBehavior for ActiveModel {}
