//! Reports: somebody says that something isn't right.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{MatterId, ReportId};

words! {
    /// Why.
    Reason {
        Unkind = "unkind",
        Private = "private",
        Harmful = "harmful",
        Spam = "spam",
        Other = "other",
    }
}

/// One report.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReportId,
    pub matter_id: MatterId,
    /// What its maker can ask about it by.
    pub reference: String,
    pub reason: Reason,
    pub words: Option<String>,
    /// Where an answer is wanted.
    pub email: Option<String>,
    /// The guest or the account that made it, so that one person counts once; shown to nobody.
    pub reporter: Option<Uuid>,
    pub made_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
