//! Queries of the queue.

use chrono::TimeDelta;
use entity::ids::JobId;
use entity::{Moment, job};
use sea_orm::sea_query::{Expr, LockBehavior, LockType, Query, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExprTrait, QueryFilter};

/// Claims the job of these kinds that has waited longest, until `now + lasts`. Of several workers one gets it.
pub async fn claim(
    db: &impl ConnectionTrait,
    kinds: &[&str],
    now: Moment,
    lasts: TimeDelta,
) -> Result<Option<job::Model>, DbErr> {
    let free = Condition::any().add(job::COLUMN.claimed_until.is_null()).add(job::COLUMN.claimed_until.lt(now));
    let mut next = Query::select();
    next.column(job::Column::Id)
        .from(job::Entity)
        .cond_where(due(kinds, now).add(free))
        .order_by(job::Column::RunAt, sea_orm::Order::Asc)
        .limit(1);
    if db.get_database_backend() == DbBackend::Postgres {
        next.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let claimed = job::Entity::update_many()
        .col_expr(job::Column::ClaimedUntil, Expr::value(now + lasts))
        .col_expr(job::Column::Attempts, Expr::col(job::Column::Attempts).add(1))
        .filter(Expr::col(job::Column::Id).eq(SimpleExpr::SubQuery(None, Box::new(next.into()))))
        .exec_with_returning(db)
        .await?;
    Ok(claimed.into_iter().next())
}

/// Deletes a finished job.
pub async fn finish(db: &impl ConnectionTrait, id: JobId) -> Result<(), DbErr> {
    job::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Puts a failed job off.
pub async fn put_off(db: &impl ConnectionTrait, id: JobId, until: Moment, error: String) -> Result<(), DbErr> {
    job::Entity::update_many()
        .col_expr(job::Column::RunAt, Expr::value(until))
        .col_expr(job::Column::ClaimedUntil, Expr::value(Option::<Moment>::None))
        .col_expr(job::Column::LastError, Expr::value(error))
        .filter(job::COLUMN.id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

fn due(kinds: &[&str], now: Moment) -> Condition {
    let of_kinds = job::Column::Kind.is_in(kinds.iter().copied());
    Condition::all().add(of_kinds).add(job::COLUMN.run_at.lte(now))
}

/// Whether a job of this kind waits or runs.
///
/// # Errors
/// When the database fails.
pub async fn is_queued(db: &impl ConnectionTrait, kind: &str) -> Result<bool, DbErr> {
    use sea_orm::SelectExt;
    job::Entity::find().filter(job::COLUMN.kind.eq(kind)).exists(db).await
}

/// Whether any job of these kinds is due.
pub async fn any_due(db: &impl ConnectionTrait, kinds: &[&str], now: Moment) -> Result<bool, DbErr> {
    use sea_orm::SelectExt;
    let free = Condition::any().add(job::COLUMN.claimed_until.is_null()).add(job::COLUMN.claimed_until.lt(now));
    job::Entity::find().filter(due(kinds, now)).filter(free).exists(db).await
}
