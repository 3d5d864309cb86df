//! Pledges: promises of money.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{EventId, PledgeId};
use crate::money::Pence;

words! {
    /// What is promised.
    PledgeKind {
        /// An amount.
        Fixed = "fixed",
        /// A rate for each song shown, up to a cap.
        PerSong = "per_song",
        /// A percentage of what others promise, until a pot is used.
        Match = "match",
    }
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
    /// The amount, the cap or the pot.
    pub at_most_pence: Pence,
    /// Pence a song, or percent; none for a fixed amount.
    pub rate: Option<i64>,
    /// What its amount was counted from when the night ended: songs, or what others promised, in pence. None while it
    /// is open, and for a fixed amount.
    pub counted: Option<i64>,
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
    /// The listed word for which its words are hidden until a host shows them; none when it was a host who hid them.
    pub held_word: Option<String>,
    /// The same for two pledges of one mail address: a keyed hash of it, else of the pledge's own id.
    pub supporter_key: Vec<u8>,
    /// Raised to make an old secret link useless.
    pub token_version: i32,
    /// At most two (product.md, rule 7).
    pub reminders_sent: i32,
    pub reminders_stopped: bool,
    pub made_at: Moment,
    pub withdrawn_at: Option<Moment>,
}

impl ActiveModelBehavior for ActiveModel {}
