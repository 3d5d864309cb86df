//! Queries of the audit.

use entity::ids::{EventId, Scope};
use entity::{event_head, pledge};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::error::AppError;
use crate::pledges::pledge::PledgeState;
use crate::pledges::totals::Counts;

/// Every event.
pub(in crate::pledges) async fn events_with_books(db: &impl ConnectionTrait) -> Result<Vec<EventId>, DbErr> {
    let query = entity::event::Entity::find().select_only().column(entity::event::Column::Id);
    query.order_by_asc(entity::event::Column::Id).into_tuple().all(db).await
}

/// The counts of an event, and the number and hash its book ends at.
pub(in crate::pledges) async fn head(
    db: &impl ConnectionTrait,
    event: EventId,
) -> Result<(Counts, i64, Vec<u8>), AppError> {
    let head = event_head::Entity::find_by_id(Scope::from(event)).one(db).await?.ok_or(AppError::NotFound)?;
    let event_head::Model {
        scope: _,
        seq,
        at,
        journal_number,
        journal_hash,
        pledge_number: _,
        pledges,
        supporters,
        shares,
    } = head;
    Ok((Counts { pledges, supporters, shares, revision: seq, as_of: at }, journal_number, journal_hash))
}

/// Supporters of an event, counted.
pub(in crate::pledges) async fn count_supporters(db: &impl ConnectionTrait, event: EventId) -> Result<i64, DbErr> {
    let count: Option<i64> = pledge::Entity::find()
        .select_only()
        .column_as(Expr::col(pledge::Column::SupporterKey).count_distinct(), "supporters")
        .filter(pledge::COLUMN.event_id.eq(event))
        .filter(pledge::COLUMN.state.ne(PledgeState::Withdrawn))
        .into_tuple()
        .one(db)
        .await?;
    Ok(count.unwrap_or_default())
}

/// Each scope with its head's number, how many activities it has, and the highest number among them.
pub(in crate::pledges) async fn activity_heads(
    db: &impl ConnectionTrait,
) -> Result<Vec<(Scope, i64, i64, i64)>, DbErr> {
    use entity::activity;
    let heads = event_head::Entity::find().all(db).await?;
    let rows: Vec<(Scope, i64, Option<i64>)> = activity::Entity::find()
        .select_only()
        .column(activity::Column::Scope)
        .column_as(Expr::col(activity::Column::Seq).count(), "rows")
        .column_as(Expr::col(activity::Column::Seq).max(), "highest")
        .group_by(activity::Column::Scope)
        .into_tuple()
        .all(db)
        .await?;
    let of = |scope: Scope| rows.iter().find(|row| row.0 == scope);
    let heads = heads.into_iter().map(|head| {
        let (rows, highest) = of(head.scope).map_or((0, 0), |row| (row.1, row.2.unwrap_or_default()));
        (head.scope, head.seq, rows, highest)
    });
    Ok(heads.collect())
}
