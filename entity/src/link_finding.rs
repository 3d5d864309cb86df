//! What services say of links, asked once and kept.

use sea_orm::entity::prelude::*;

use crate::Moment;

words! {
    /// What came of asking.
    FindingOutcome {
        /// It is called something.
        Named = "named",
        /// It is a short link, and leads to a thing on the service.
        Leads = "leads",
        /// There is no such thing any more.
        Gone = "gone",
        /// The service says nothing of use.
        Nothing = "nothing",
    }
}

/// What a service said of one link.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_finding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub service: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// As in `track_link`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub outcome: FindingOutcome,
    pub title: Option<String>,
    pub artist: Option<String>,
    /// The canonical address that a short link leads to.
    pub leads_to: Option<String>,
    pub asked_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
