//! Queries about people who dance to a song that was there already.

use entity::ids::{EventId, GuestId, ShareId};
use entity::{share, share_join};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, SelectExt, Set};

use crate::db::Tx;
use crate::error::AppError;
use crate::tracks::share::ShareState;

/// Joins a share; false when this guest had joined before. One who has yet to be looked at isn't shown.
///
/// # Errors
/// When the database fails.
pub async fn join(tx: &Tx, share: ShareId, guest: GuestId, is_shown: bool) -> Result<bool, AppError> {
    if share_join::Entity::find_by_id((share, guest)).exists(tx.db()).await? {
        return Ok(false);
    }
    let row = share_join::ActiveModel {
        share_id: Set(share),
        guest_id: Set(guest),
        joined_at: Set(tx.now()),
        is_shown: Set(is_shown),
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
