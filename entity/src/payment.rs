//! Payments: money that a charity has got, as its supporter says or as an organiser or a statement knows.

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{CharityId, EventId, PaymentId, PledgeId};
use crate::money::Pence;

words! {
    /// How it was given.
    Method {
        Direct = "direct",
        JustGiving = "justgiving",
        Cash = "cash",
        Cheque = "cheque",
        Other = "other",
    }
}

words! {
    /// Who says that it has arrived.
    PaymentState { Claimed = "claimed", Confirmed = "confirmed", Reversed = "reversed" }
}

/// One payment.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaymentId,
    pub event_id: EventId,
    /// None for money that nobody promised.
    pub pledge_id: Option<PledgeId>,
    pub charity_id: CharityId,
    pub amount_pence: Pence,
    /// The part of a claim that confirmed payments have settled.
    pub settled_pence: Pence,
    pub method: Method,
    pub state: PaymentState,
    /// What a statement calls it.
    pub reference: Option<String>,
    /// Who gave it, where no pledge says so.
    pub name: Option<String>,
    pub note: Option<String>,
    pub paid_on: Date,
    /// The account that recorded it; none for a claim.
    pub recorded_by: Option<Uuid>,
    pub made_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
