//! Queries about the mails of pledges.

use entity::ids::{EventId, PledgeId};
use entity::pledge_mail::{MailKind, MailState};
use entity::{Moment, pledge, pledge_mail};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    TryInsertResult,
};

use super::nouns;
use crate::pledges::pledge::{Pledge, PledgeState};

/// How far a mail is, and since when; none when it was never asked for.
pub(in crate::pledges) async fn mail(
    db: &impl ConnectionTrait,
    pledge: PledgeId,
    kind: MailKind,
) -> Result<Option<(MailState, Moment)>, DbErr> {
    let row = pledge_mail::Entity::find_by_id((pledge, kind)).one(db).await?;
    Ok(row.map(|row| (row.state, row.at)))
}

/// Notes that a mail is on its way. False when it is, or was, already.
pub(in crate::pledges) async fn queue_mail(
    db: &impl ConnectionTrait,
    pledge: PledgeId,
    kind: MailKind,
    now: Moment,
) -> Result<bool, DbErr> {
    let row = pledge_mail::ActiveModel {
        pledge_id: Set(pledge),
        kind: Set(kind),
        state: Set(MailState::Queued),
        at: Set(now),
    };
    let inserted = pledge_mail::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(db).await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(_)))
}

/// Notes how far a mail is now. False unless it was `from` before.
pub(in crate::pledges) async fn move_mail(
    db: &impl ConnectionTrait,
    (pledge, kind): (PledgeId, MailKind),
    from: MailState,
    to: MailState,
    now: Moment,
) -> Result<bool, DbErr> {
    let moved = pledge_mail::Entity::update_many()
        .col_expr(pledge_mail::Column::State, Expr::value(to))
        .col_expr(pledge_mail::Column::At, Expr::value(now))
        .filter(pledge_mail::COLUMN.pledge_id.eq(pledge))
        .filter(pledge_mail::COLUMN.kind.eq(kind))
        .filter(pledge_mail::COLUMN.state.eq(from));
    Ok(moved.exec(db).await?.rows_affected == 1)
}

/// Forgets a mail that wasn't sent, so that it can be asked for again.
pub(in crate::pledges) async fn forget_mail(
    db: &impl ConnectionTrait,
    pledge: PledgeId,
    kind: MailKind,
) -> Result<(), DbErr> {
    pledge_mail::Entity::delete_by_id((pledge, kind)).exec(db).await?;
    Ok(())
}

/// Forgets what was refused at an old address, and the receipt that went there.
pub(in crate::pledges) async fn forget_old_address(db: &impl ConnectionTrait, pledge: PledgeId) -> Result<(), DbErr> {
    let (kind, state) = (pledge_mail::COLUMN.kind, pledge_mail::COLUMN.state);
    let receipt = Condition::all().add(kind.eq(MailKind::Receipt)).add(state.ne(MailState::Queued));
    pledge_mail::Entity::delete_many()
        .filter(pledge_mail::COLUMN.pledge_id.eq(pledge))
        .filter(Condition::any().add(state.eq(MailState::Refused)).add(receipt))
        .exec(db)
        .await?;
    Ok(())
}

/// Counts a reminder that was sent.
pub(in crate::pledges) async fn count_reminder(db: &impl ConnectionTrait, pledge: PledgeId) -> Result<(), DbErr> {
    pledge::Entity::update_many()
        .col_expr(pledge::Column::RemindersSent, Expr::col(pledge::Column::RemindersSent).add(1))
        .filter(pledge::COLUMN.id.eq(pledge))
        .exec(db)
        .await?;
    Ok(())
}

/// Stops a pledge's reminders, or lets them go on.
pub(in crate::pledges) async fn stop_reminders(
    db: &impl ConnectionTrait,
    pledge: PledgeId,
    stopped: bool,
) -> Result<(), DbErr> {
    pledge::Entity::update_many()
        .col_expr(pledge::Column::RemindersStopped, Expr::value(stopped))
        .filter(pledge::COLUMN.id.eq(pledge))
        .exec(db)
        .await?;
    Ok(())
}

/// Promised pledges with an address whose reminders aren't stopped, in the order they were made, after number `after`.
pub(in crate::pledges) async fn remindable(
    db: &impl ConnectionTrait,
    event: EventId,
    after: i64,
    count: u64,
) -> Result<Vec<Pledge>, DbErr> {
    let rows = pledge::Entity::find()
        .filter(pledge::COLUMN.event_id.eq(event))
        .filter(pledge::COLUMN.number.gt(after))
        .filter(pledge::COLUMN.state.eq(PledgeState::Promised))
        .filter(pledge::COLUMN.email.is_not_null())
        .filter(pledge::COLUMN.reminders_stopped.eq(false))
        .order_by_asc(pledge::COLUMN.number)
        .limit(count);
    nouns(db, rows.all(db).await?).await
}
