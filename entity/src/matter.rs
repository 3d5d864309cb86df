//! What was reported, by one person or by many, and what came of it.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{AccountId, EventId, MatterId};

words! {
    /// What kind of thing a report is about.
    AboutKind {
        Share = "share",
        Pledge = "pledge",
        /// A night's own words and its line-up.
        Event = "event",
        Story = "story",
        /// Nothing in particular: a complaint.
        Site = "site",
    }
}

words! {
    /// What came of it.
    Outcome {
        /// It was taken down, or its words were hidden.
        Removed = "removed",
        /// Somebody looked, and it was left, or dealt with in another way.
        Left = "left",
    }
}

/// One matter.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "matter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MatterId,
    /// The night whose hosts look at it; none for what owners look at.
    pub event_id: Option<EventId>,
    pub about: AboutKind,
    pub about_id: Option<Uuid>,
    pub opened_at: Moment,
    pub outcome: Option<Outcome>,
    pub closed_at: Option<Moment>,
    pub closed_by: Option<AccountId>,
}

impl ActiveModelBehavior for ActiveModel {}
