//! Shares: a participant's posting of a track to an event.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{EventId, GuestId, ShareId, TrackId};

words! {
    /// Where a share stands.
    ShareState { Shown = "shown", Held = "held", Removed = "removed", Withdrawn = "withdrawn" }
}

/// One posting.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "share")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShareId,
    pub event_id: EventId,
    pub track_id: TrackId,
    pub guest_id: GuestId,
    /// What its guest, or whoever named it later, calls the song.
    pub title: Option<String>,
    pub artist: Option<String>,
    pub dedication: Option<String>,
    pub state: ShareState,
    pub shared_at: Moment,
    pub played_at: Option<Moment>,
    /// Taps of people who dance to it.
    pub dances: i64,
    /// The listed word for which it waits for a host, or waited.
    pub held_word: Option<String>,
    /// What the host who took it down said to its guest.
    pub removed_for: Option<String>,
    /// The share of the same song that it became part of, when hosts merged the two; it is `withdrawn` then.
    pub merged_into: Option<ShareId>,
    /// What it was then: `shown` or `held`.
    pub merged_as: Option<ShareState>,
    /// Whether the other goes by its name since, having had none.
    pub gave_name: bool,
}

impl ActiveModelBehavior for ActiveModel {}
