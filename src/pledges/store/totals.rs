//! Running totals and counts, and reading them.

use entity::ids::{CharityId, EventId, Scope};
use entity::money::Pence;
use entity::{Moment, event_charity, event_head, pledge};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
    sea_query::{Expr, SimpleExpr},
};

use super::open::{open_at, open_of_all};
use crate::charities::Book;
use crate::db::Tx;
use crate::error::AppError;
use crate::pledges::open::Open;
use crate::pledges::pledge::PledgeState;
use crate::pledges::totals::{CharityTotal, Counts, Totals, under_today, with_open};

async fn bump(
    db: &impl ConnectionTrait,
    event: EventId,
    column: event_head::Column,
    by: i64,
) -> Result<event_head::Model, AppError> {
    let rows = event_head::Entity::update_many()
        .col_expr(column, Expr::col(column).add(by))
        .filter(event_head::COLUMN.scope.eq(Scope::from(event)))
        .exec_with_returning(db)
        .await?;
    rows.into_iter().next().ok_or(AppError::NotFound)
}

pub(in crate::pledges) async fn count_pledge(tx: &Tx, event: EventId, by: i64) -> Result<(), AppError> {
    bump(tx.db(), event, event_head::Column::Pledges, by).await.map(|_| ())
}

pub(in crate::pledges) async fn count_supporter(tx: &Tx, event: EventId, by: i64) -> Result<(), AppError> {
    bump(tx.db(), event, event_head::Column::Supporters, by).await.map(|_| ())
}

/// Counts shares that appeared or went; returns how many are shown.
pub(in crate::pledges) async fn count_share(tx: &Tx, event: EventId, by: i64) -> Result<i64, AppError> {
    Ok(bump(tx.db(), event, event_head::Column::Shares, by).await?.shares)
}

/// Moves what matches are a percentage of, less the open part.
pub(in crate::pledges) async fn move_base(tx: &Tx, event: EventId, by: Pence) -> Result<(), AppError> {
    bump(tx.db(), event, event_head::Column::BasePence, by.0).await.map(|_| ())
}

/// How many songs of an event are shown.
pub(in crate::pledges) async fn songs(db: &impl ConnectionTrait, event: EventId) -> Result<i64, AppError> {
    Ok(head_of(db, event).await?.shares)
}

/// The songs that an event's per-song pledges are counted by; none while it is open.
pub(in crate::pledges) async fn counted_songs(
    db: &impl ConnectionTrait,
    event: EventId,
) -> Result<Option<i64>, AppError> {
    Ok(head_of(db, event).await?.counted_songs)
}

async fn head_of(db: &impl ConnectionTrait, event: EventId) -> Result<event_head::Model, AppError> {
    event_head::Entity::find_by_id(Scope::from(event)).one(db).await?.ok_or(AppError::NotFound)
}

pub(in crate::pledges) async fn set_counted_songs(tx: &Tx, event: EventId, songs: Option<i64>) -> Result<(), AppError> {
    let row = event_head::ActiveModel { scope: Set(event.into()), counted_songs: Set(songs), ..Default::default() };
    row.update_without_returning(tx.db()).await?;
    Ok(())
}

/// Takes the next pledge number of an event. Its head is locked until the commit.
pub(in crate::pledges) async fn next_number(tx: &Tx, event: EventId) -> Result<i64, AppError> {
    let head = bump(tx.db(), event, event_head::Column::PledgeNumber, 1).await?;
    Ok(head.pledge_number)
}

/// The totals of one night. Reads several rows: hand it a snapshot, or a transaction.
///
/// # Errors
/// When the database fails.
pub async fn totals_of_event(
    db: &impl ConnectionTrait,
    event: EventId,
    target: Option<Pence>,
) -> Result<Totals, DbErr> {
    let head = head_row(db, event).await?;
    let open = open_at(db, event, &head).await?;
    totals_with_open(db, event, &head, open, target).await
}

/// As [`totals_of_event`], of a head and an open part that are read already.
pub(super) async fn totals_with_open(
    db: &impl ConnectionTrait,
    event: EventId,
    head: &event_head::Model,
    open: Open,
    target: Option<Pence>,
) -> Result<Totals, DbErr> {
    let counts = Counts {
        pledges: head.pledges,
        supporters: head.supporters,
        shares: head.shares,
        revision: head.seq,
        as_of: head.at,
    };
    Ok(Totals::add_up(ledger_of_event(db, event).await?, &[open], counts, target))
}

/// The head of an event.
pub(super) async fn head_row(db: &impl ConnectionTrait, event: EventId) -> Result<event_head::Model, DbErr> {
    let head = event_head::Entity::find_by_id(Scope::from(event)).one(db).await?;
    head.ok_or_else(|| DbErr::RecordNotFound(format!("the head of event {event}")))
}

/// What the ledger has of each charity of a night.
pub(in crate::pledges) async fn ledger_of_event(
    db: &impl ConnectionTrait,
    event: EventId,
) -> Result<Vec<CharityTotal>, DbErr> {
    let rows = event_charity::Entity::find()
        .filter(event_charity::COLUMN.event_id.eq(event))
        .order_by_asc(event_charity::COLUMN.position)
        .all(db)
        .await?;
    let by_charity = rows.into_iter().map(|row| CharityTotal {
        charity: row.charity_id,
        promised: row.promised_pence,
        claimed: row.claimed_pence,
        received: row.received_pence,
        gift_aidable: row.gift_aidable_pence,
    });
    Ok(by_charity.collect())
}

/// A sum of a column of pence or counts, as `bigint` on both databases.
pub(super) fn sum(column: impl sea_orm::sea_query::IntoColumnRef) -> SimpleExpr {
    Expr::col(column).sum().cast_as("bigint")
}

/// What every charity of today has of every night, summed when it is read.
///
/// # Errors
/// When the database fails.
pub async fn causes_of_all(db: &impl ConnectionTrait) -> Result<Vec<CharityTotal>, DbErr> {
    let by_charity = with_open(ledger_of_all(db).await?, &open_of_all(db).await?);
    Ok(under_today(&by_charity, &Book::read(db).await?))
}

async fn ledger_of_all(db: &impl ConnectionTrait) -> Result<Vec<CharityTotal>, DbErr> {
    let rows: Vec<(CharityId, i64, i64, i64, i64)> = event_charity::Entity::find()
        .select_only()
        .column(event_charity::Column::CharityId)
        .column_as(sum(event_charity::Column::PromisedPence), "promised")
        .column_as(sum(event_charity::Column::ClaimedPence), "claimed")
        .column_as(sum(event_charity::Column::ReceivedPence), "received")
        .column_as(sum(event_charity::Column::GiftAidablePence), "gift_aidable")
        .group_by(event_charity::Column::CharityId)
        .into_tuple()
        .all(db)
        .await?;
    let by_charity = rows.into_iter().map(|(charity, promised, claimed, received, gift_aidable)| CharityTotal {
        charity,
        promised: Pence(promised),
        claimed: Pence(claimed),
        received: Pence(received),
        gift_aidable: Pence(gift_aidable),
    });
    Ok(by_charity.collect())
}

/// Pledges, shares, revision, and when that was.
type Sums = (Option<i64>, Option<i64>, Option<i64>, Option<Moment>);

/// The totals of every night under the charities of today, summed when they are read.
///
/// # Errors
/// When the database fails.
pub async fn totals_of_all(db: &impl ConnectionTrait) -> Result<Totals, DbErr> {
    let counts: Option<Sums> = event_head::Entity::find()
        .select_only()
        .column_as(sum(event_head::Column::Pledges), "pledges")
        .column_as(sum(event_head::Column::Shares), "shares")
        .column_as(sum(event_head::Column::Seq), "revision")
        .column_as(Expr::col(event_head::Column::At).max(), "as_of")
        .filter(event_head::COLUMN.scope.ne(Scope::SITE))
        .into_tuple()
        .one(db)
        .await?;
    let (pledges, shares, revision, as_of) = counts.unwrap_or_default();
    // A mail address counts once over all nights too, so this one can't be a sum.
    let supporters: Option<i64> = pledge::Entity::find()
        .select_only()
        .column_as(Expr::col(pledge::Column::SupporterKey).count_distinct(), "supporters")
        .filter(pledge::COLUMN.state.ne(PledgeState::Withdrawn))
        .into_tuple()
        .one(db)
        .await?;
    let counts = Counts {
        pledges: pledges.unwrap_or_default(),
        supporters: supporters.unwrap_or_default(),
        shares: shares.unwrap_or_default(),
        revision: revision.unwrap_or_default(),
        as_of: as_of.unwrap_or_default(),
    };
    let totals = Totals::add_up(ledger_of_all(db).await?, &open_of_all(db).await?, counts, None);
    Ok(Totals { by_charity: under_today(&totals.by_charity, &Book::read(db).await?), ..totals })
}
