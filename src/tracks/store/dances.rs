//! Queries about taps for a song.

use std::collections::HashMap;

use entity::ids::{EventId, GuestId, ShareId};
use entity::{share, share_dance};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, JoinType, QueryFilter, QuerySelect, RelationDef,
    SelectExt, Set,
};

use crate::db::Tx;
use crate::error::AppError;

/// Notes a guest's tap for a song; false when it was noted before.
///
/// # Errors
/// When the database fails.
pub async fn dance(tx: &Tx, share: ShareId, guest: GuestId) -> Result<bool, AppError> {
    if share_dance::Entity::find_by_id((share, guest)).exists(tx.db()).await? {
        return Ok(false);
    }
    let row = share_dance::ActiveModel { share_id: Set(share), guest_id: Set(guest), danced_at: Set(tx.now()) };
    share_dance::Entity::insert(row).exec_without_returning(tx.db()).await?;
    share::Entity::update_many()
        .col_expr(share::Column::Dances, Expr::col(share::Column::Dances).add(1))
        .filter(share::COLUMN.id.eq(share))
        .exec(tx.db())
        .await?;
    Ok(true)
}

/// The songs among a night's whose counted taps aren't those that were noted, for the audit.
///
/// # Errors
/// When the database fails.
pub async fn miscounted(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<ShareId>, DbErr> {
    let its_share: RelationDef =
        share_dance::Entity::belongs_to(share::Entity).from(share_dance::Column::ShareId).to(share::Column::Id).into();
    let noted: Vec<(ShareId, i64)> = share_dance::Entity::find()
        .select_only()
        .column(share_dance::Column::ShareId)
        .column_as(Expr::col((share_dance::Entity, share_dance::Column::GuestId)).count(), "taps")
        .join(JoinType::InnerJoin, its_share)
        .filter(share::COLUMN.event_id.eq(event))
        .group_by(share_dance::Column::ShareId)
        .into_tuple()
        .all(db)
        .await?;
    let noted: HashMap<ShareId, i64> = noted.into_iter().collect();
    let shares = share::Entity::find().filter(share::COLUMN.event_id.eq(event)).all(db).await?;
    let is_wrong = |share: &share::Model| share.dances != noted.get(&share.id).copied().unwrap_or_default();
    Ok(shares.into_iter().filter(is_wrong).map(|share| share.id).collect())
}
