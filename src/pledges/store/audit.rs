//! Queries of the audit.

use entity::ids::{EventId, Scope};
use entity::money::Pence;
use entity::{event_head, pledge};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::activity::Kind;
use crate::pledges::pledge::PledgeState;
use crate::pledges::totals::Counts;

/// Every event.
pub(in crate::pledges) async fn events_with_books(db: &impl ConnectionTrait) -> Result<Vec<EventId>, DbErr> {
    let query = entity::event::Entity::find().select_only().column(entity::event::Column::Id);
    query.order_by_asc(entity::event::Column::Id).into_tuple().all(db).await
}

/// An event's head as the audit reads it.
#[derive(Clone, Debug)]
pub(in crate::pledges) struct Head {
    pub counts: Counts,
    pub journal_number: i64,
    pub journal_hash: Vec<u8>,
    pub pledge_number: i64,
    pub base: Pence,
    /// Those that open pledges are counted by.
    pub songs: i64,
}

/// The head of an event; none when it is gone.
pub(in crate::pledges) async fn head(db: &impl ConnectionTrait, event: EventId) -> Result<Option<Head>, DbErr> {
    let head = event_head::Entity::find_by_id(Scope::from(event)).one(db).await?;
    Ok(head.map(|head| {
        let event_head::Model {
            scope: _,
            seq,
            at,
            journal_number,
            journal_hash,
            pledge_number,
            base_pence,
            counted_songs,
            pledges,
            supporters,
            shares,
        } = head;
        let counts = Counts { pledges, supporters, shares, revision: seq, as_of: at };
        Head {
            counts,
            journal_number,
            journal_hash,
            pledge_number,
            base: base_pence,
            songs: counted_songs.unwrap_or(shares),
        }
    }))
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

/// The milestones that an event's activity tells of: number, and amount.
pub(in crate::pledges) async fn milestones_recorded(
    db: &impl ConnectionTrait,
    event: EventId,
) -> Result<Vec<(i64, Option<Pence>)>, DbErr> {
    use entity::activity;
    let rows = activity::Entity::find()
        .select_only()
        .columns([activity::Column::Seq, activity::Column::AmountPence])
        .filter(activity::COLUMN.scope.eq(Scope::from(event)))
        .filter(activity::COLUMN.kind.eq(Kind::MilestoneReached.as_str()))
        .order_by_asc(activity::COLUMN.seq);
    rows.into_tuple().all(db).await
}

/// Each scope that has a head or any activity, with its head's number.
pub(in crate::pledges) async fn activity_heads(db: &impl ConnectionTrait) -> Result<Vec<(Scope, Option<i64>)>, DbErr> {
    use entity::activity;
    let heads = event_head::Entity::find().all(db).await?;
    let active: Vec<Scope> =
        activity::Entity::find().select_only().column(activity::Column::Scope).distinct().into_tuple().all(db).await?;
    let mut all: Vec<(Scope, Option<i64>)> = heads.iter().map(|head| (head.scope, Some(head.seq))).collect();
    let headless = active.into_iter().filter(|scope| heads.iter().all(|head| head.scope != *scope));
    all.extend(headless.map(|scope| (scope, None)));
    Ok(all)
}
