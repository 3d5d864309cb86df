//! Which claims a confirmed payment settled, and how far.

use sea_orm::entity::prelude::*;

use crate::ids::PaymentId;
use crate::money::Pence;

/// One claim settled by one confirmed payment.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "settlement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub claim_id: PaymentId,
    pub amount_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
