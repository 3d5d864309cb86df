//! Queries about people who dance to a song that was there already.

use std::collections::HashMap;

use entity::ids::{EventId, GuestId, ShareId};
use entity::{share, share_join};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, JoinType, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationDef, SelectExt, Set,
};

use super::by_ids;
use crate::accounts;
use crate::db::Tx;
use crate::error::AppError;
use crate::tracks::share::{Share, ShareState};

/// Joins a share; false when this guest had joined before. One who has yet to be looked at, maybe for a listed word in
/// their name, isn't shown.
///
/// # Errors
/// When the database fails.
pub async fn join(
    tx: &Tx,
    share: ShareId,
    guest: GuestId,
    is_shown: bool,
    held_word: Option<String>,
) -> Result<bool, AppError> {
    if share_join::Entity::find_by_id((share, guest)).exists(tx.db()).await? {
        return Ok(false);
    }
    let row = share_join::ActiveModel {
        share_id: Set(share),
        guest_id: Set(guest),
        joined_at: Set(tx.now()),
        is_shown: Set(is_shown),
        held_word: Set(held_word),
    };
    share_join::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(true)
}

/// Shows a guest where they joined on an event, now that a host has let them in; returns the shares.
///
/// # Errors
/// When the database fails.
pub async fn show_joins_of(tx: &Tx, event: EventId, guest: GuestId) -> Result<Vec<ShareId>, AppError> {
    let waiting = share_join::Entity::find()
        .filter(share_join::COLUMN.guest_id.eq(guest))
        .filter(share_join::COLUMN.is_shown.eq(false))
        .all(tx.db())
        .await?;
    let ids = waiting.into_iter().map(|join| join.share_id);
    let here = share::Entity::find()
        .filter(share::Column::Id.is_in(ids))
        .filter(share::COLUMN.event_id.eq(event))
        .filter(share::COLUMN.state.eq(ShareState::Shown));
    let here: Vec<ShareId> = here.all(tx.db()).await?.into_iter().map(|share| share.id).collect();
    share_join::Entity::update_many()
        .col_expr(share_join::Column::IsShown, Expr::value(true))
        .filter(share_join::COLUMN.guest_id.eq(guest))
        .filter(share_join::Column::ShareId.is_in(here.iter().copied()))
        .exec(tx.db())
        .await?;
    Ok(here)
}

/// The nicknames of those who joined these shares and are shown.
///
/// # Errors
/// When the database fails.
pub async fn joiners_of(
    db: &impl ConnectionTrait,
    shares: Vec<ShareId>,
) -> Result<HashMap<(ShareId, GuestId), String>, DbErr> {
    let joins = share_join::Entity::find()
        .filter(share_join::Column::ShareId.is_in(shares))
        .filter(share_join::COLUMN.is_shown.eq(true));
    let joins = joins.all(db).await?;
    let names = accounts::nicknames(db, joins.iter().map(|join| join.guest_id)).await?;
    let named = |join: share_join::Model| Some(((join.share_id, join.guest_id), names.get(&join.guest_id)?.clone()));
    Ok(joins.into_iter().filter_map(named).collect())
}

/// Hides a guest wherever they joined on an event; returns the shares that showed them.
///
/// # Errors
/// When the database fails.
pub async fn hide_joins_of(tx: &Tx, event: EventId, guest: GuestId) -> Result<Vec<ShareId>, AppError> {
    let here = share::Entity::find().select_only().column(share::Column::Id).filter(share::COLUMN.event_id.eq(event));
    let shown = share_join::Entity::find()
        .filter(share_join::COLUMN.guest_id.eq(guest))
        .filter(share_join::COLUMN.is_shown.eq(true))
        .filter(share_join::Column::ShareId.in_subquery(here.into_query()));
    let ids: Vec<ShareId> = shown.all(tx.db()).await?.into_iter().map(|join| join.share_id).collect();
    share_join::Entity::update_many()
        .col_expr(share_join::Column::IsShown, Expr::value(false))
        .filter(share_join::COLUMN.guest_id.eq(guest))
        .filter(share_join::Column::ShareId.is_in(ids.iter().copied()))
        .exec(tx.db())
        .await?;
    Ok(ids)
}

/// The guests whose name waits for a host where they joined on an event, each with the listed word in it.
///
/// # Errors
/// When the database fails.
pub async fn waiting_names(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<(GuestId, String)>, DbErr> {
    let here = share::Entity::find()
        .select_only()
        .column(share::Column::Id)
        .filter(share::COLUMN.event_id.eq(event))
        .filter(share::COLUMN.state.eq(ShareState::Shown));
    let waiting = share_join::Entity::find()
        .filter(share_join::COLUMN.is_shown.eq(false))
        .filter(share_join::COLUMN.held_word.is_not_null())
        .filter(share_join::Column::ShareId.in_subquery(here.into_query()))
        .order_by_asc(share_join::COLUMN.joined_at)
        .limit(NAMES_MAX);
    let mut names: Vec<(GuestId, String)> = Vec::new();
    for join in waiting.all(db).await? {
        if names.iter().all(|(guest, _)| *guest != join.guest_id) {
            names.push((join.guest_id, join.held_word.unwrap_or_default()));
        }
    }
    Ok(names)
}

/// Joins looked through for names that wait.
const NAMES_MAX: u64 = 200;

/// The shown shares of an event that most people joined, the most joined first, each with how many did.
///
/// # Errors
/// When the database fails.
pub async fn most_joined(db: &impl ConnectionTrait, event: EventId, count: u64) -> Result<Vec<(Share, i64)>, DbErr> {
    let its_share: RelationDef =
        share_join::Entity::belongs_to(share::Entity).from(share_join::Column::ShareId).to(share::Column::Id).into();
    let joins = || Expr::col((share_join::Entity, share_join::Column::GuestId)).count();
    let most: Vec<(ShareId, i64)> = share_join::Entity::find()
        .select_only()
        .column(share_join::Column::ShareId)
        .column_as(joins(), "joins")
        .join(JoinType::InnerJoin, its_share)
        .filter(share_join::COLUMN.is_shown.eq(true))
        .filter(share::COLUMN.event_id.eq(event))
        .filter(share::COLUMN.state.eq(ShareState::Shown))
        .group_by(share_join::Column::ShareId)
        .order_by(joins(), Order::Desc)
        .order_by(share_join::Column::ShareId, Order::Asc)
        .limit(count)
        .into_tuple()
        .all(db)
        .await?;
    let shares = by_ids(db, most.iter().map(|(id, _)| *id).collect()).await?;
    let with_joins = |(id, joins)| shares.iter().find(|share| share.id == id).map(|share| (share.clone(), joins));
    Ok(most.into_iter().filter_map(with_joins).collect())
}
