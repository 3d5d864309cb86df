//! Pledges: promises of money.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{EventId, PledgeId};
use crate::money::Pence;

words! {
    /// What is promised.
    PledgeKind { Fixed = "fixed" }
}

words! {
    /// Where a pledge stands.
    PledgeState { Promised = "promised", Settled = "settled", Withdrawn = "withdrawn", Lapsed = "lapsed" }
}

/// One promise.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pledge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PledgeId,
    pub event_id: EventId,
    /// Dense from 1 within the event; decides whose turn a tied penny is.
    pub number: i64,
    /// Short, and unambiguous when read aloud.
    pub reference: String,
    pub kind: PledgeKind,
    pub amount_pence: Pence,
    pub state: PledgeState,
    pub gift_aid: bool,
    pub name: Option<String>,
    pub email: Option<String>,
    pub message: Option<String>,
    pub show_name: bool,
    pub show_amount: bool,
    pub show_message: bool,
    /// A host hid its words; the money stays.
    pub words_removed: bool,
    /// The same for two pledges of one mail address: a keyed hash of it, else of the pledge's own id.
    pub supporter_key: Vec<u8>,
    /// Raised to make an old secret link useless.
    pub token_version: i32,
    pub made_at: Moment,
    pub withdrawn_at: Option<Moment>,
}

impl ActiveModelBehavior for ActiveModel {}
