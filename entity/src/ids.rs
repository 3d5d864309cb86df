//! Ids: version 7 UUIDs, one type a table, so that a pledge's id can't be handed where an event's is meant.

use sea_orm::entity::prelude::*;
use sea_orm::{DbErr, TryFromU64};
use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }

        // A UUID never comes from an auto-increment column.
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

ids! {
    /// An organiser's account.
    AccountId,
    /// A charity.
    CharityId,
    /// An event (a "night").
    EventId,
    /// Someone taking part; organisers have one too once they share a song.
    GuestId,
    /// A statement that was imported.
    ImportId,
    /// A row of such a statement.
    ImportRowId,
    /// A ledger journal.
    JournalId,
    /// A queued job.
    JobId,
    /// A word that is held for a host.
    ListedWordId,
    /// Something that was reported, by one person or by many.
    MatterId,
    /// A group of open pledges.
    OpenGroupId,
    /// A payment.
    PaymentId,
    /// A pledge.
    PledgeId,
    /// A report.
    ReportId,
    /// Somebody who says they'll be there.
    RsvpId,
    /// Nights that come again.
    SeriesId,
    /// A session, the thing every credential hangs on.
    SessionId,
    /// A share: one track posted to one event.
    ShareId,
    /// A slot of a night's line-up.
    SlotId,
    /// A one-use link that signs somebody in.
    SignInLinkId,
    /// A digital story.
    StoryId,
    /// A track: a song, wherever it is played.
    TrackId,
}

/// What an activity number counts within: one event, or the site as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, DeriveValueType)]
#[serde(transparent)]
pub struct Scope(pub Uuid);

impl Scope {
    /// Matters of no single event, and the head of their own numbering.
    pub const SITE: Self = Self(Uuid::nil());
}

impl From<EventId> for Scope {
    fn from(event: EventId) -> Self {
        Self(event.0)
    }
}

impl TryFromU64 for Scope {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Scope"))
    }
}
