//! Pledges that a row of a statement may be for.

use entity::ids::{CharityId, EventId, PledgeId};
use entity::money::Pence;
use entity::{pledge, pledge_split};
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect, QueryTrait};

/// More than a host looks through.
const FOUND_MAX: u64 = 300;

/// Pledges of an event that still have one of these amounts to give to a charity, or whose supporter has one of these
/// names, in small letters.
pub(in crate::pledges) async fn suggested(
    db: &impl ConnectionTrait,
    event: EventId,
    charity: CharityId,
    amounts: Vec<Pence>,
    names: Vec<String>,
) -> Result<Vec<PledgeId>, DbErr> {
    let mine =
        || pledge::Entity::find().select_only().column(pledge::Column::Id).filter(pledge::COLUMN.event_id.eq(event));
    let still = Expr::col(pledge_split::Column::PromisedPence).sub(Expr::col(pledge_split::Column::ReceivedPence));
    let by_amount = pledge_split::Entity::find()
        .select_only()
        .column(pledge_split::Column::PledgeId)
        .filter(pledge_split::COLUMN.charity_id.eq(charity))
        .filter(still.is_in(amounts.into_iter().map(|amount| amount.0)))
        .filter(pledge_split::Column::PledgeId.in_subquery(mine().into_query()))
        .limit(FOUND_MAX);
    let name = Expr::expr(Func::lower(Expr::col(pledge::Column::Name)));
    let by_name = mine().filter(name.is_in(names)).limit(FOUND_MAX);
    let mut found: Vec<PledgeId> = by_amount.into_tuple().all(db).await?;
    found.extend(by_name.into_tuple::<PledgeId>().all(db).await?);
    Ok(found)
}
