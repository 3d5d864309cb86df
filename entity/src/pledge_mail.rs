//! The mails of a pledge: what is on its way, and what has gone.

use sea_orm::entity::prelude::*;
use sea_orm::{DbErr, TryFromU64};

use crate::Moment;
use crate::ids::PledgeId;

words! {
    /// What a mail is about.
    MailKind {
        /// What was promised, and the secret link.
        Receipt = "receipt",
        /// What it came to and how to give it, after the day of correction.
        FirstReminder = "first_reminder",
        /// The same once more, two weeks after the night.
        SecondReminder = "second_reminder",
        /// All of it has arrived.
        Thanks = "thanks",
        /// The night was cancelled, so nothing is expected.
        Ended = "ended",
    }
}

words! {
    /// How far a mail is.
    MailState {
        /// A job will see to it.
        Queued = "queued",
        /// Its hand-over has begun. One that stays so was cut off, and nobody can tell whether it went.
        Begun = "begun",
        Sent = "sent",
        /// The mail server will never take it.
        Refused = "refused",
    }
}

// A word never comes from an auto-increment column.
impl TryFromU64 for MailKind {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("MailKind"))
    }
}

/// One mail. There is at most one of each kind for a pledge.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pledge_mail")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub pledge_id: PledgeId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: MailKind,
    pub state: MailState,
    /// When it came to that.
    pub at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
