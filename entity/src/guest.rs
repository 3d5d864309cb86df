//! People who take part: a nickname and nothing else.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{AccountId, GuestId};

/// One participant.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guest")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GuestId,
    /// Empty for one who only danced so far.
    pub nickname: String,
    /// Set for an organiser who takes part.
    pub account_id: Option<AccountId>,
    pub created_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
