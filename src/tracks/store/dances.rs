//! Queries about taps for a song.

use entity::ids::{GuestId, ShareId};
use entity::{share, share_dance};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, SelectExt, Set,
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
pub async fn miscounted(db: &impl ConnectionTrait, event: entity::ids::EventId) -> Result<Vec<ShareId>, DbErr> {
    let rows = share::Entity::find().filter(share::COLUMN.event_id.eq(event)).all(db).await?;
    let mut wrong = Vec::new();
    for row in rows.into_iter().filter(|row| row.dances != 0) {
        let noted = share_dance::Entity::find().filter(share_dance::COLUMN.share_id.eq(row.id)).count(db).await?;
        if u64::try_from(row.dances).ok() != Some(noted) {
            wrong.push(row.id);
        }
    }
    Ok(wrong)
}
