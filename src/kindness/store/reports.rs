//! Queries about reports and matters.

use std::collections::HashMap;

use entity::ids::{AccountId, EventId, MatterId, ReportId};
use entity::matter::Outcome;
use entity::{Moment, matter, report};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, Set,
};
use uuid::Uuid;

use crate::db::Tx;
use crate::error::AppError;
use crate::kindness::report::{Matter, NewReport, Report, Subject};

/// Matters shown at once; the oldest come first, so that none waits for ever.
const MATTERS_MAX: u64 = 100;
/// Reports read of those.
const REPORTS_MAX: u64 = 1000;

/// The matter that a report of `subject` joins, if one is open.
pub(in crate::kindness) async fn open_matter(
    db: &impl ConnectionTrait,
    subject: Subject,
) -> Result<Option<MatterId>, DbErr> {
    let Some(id) = subject.id else { return Ok(None) };
    let open = matter::Entity::find()
        .filter(matter::COLUMN.about.eq(subject.kind))
        .filter(matter::COLUMN.about_id.eq(id))
        .filter(matter::COLUMN.closed_at.is_null());
    Ok(open.one(db).await?.map(|row| row.id))
}

pub(in crate::kindness) async fn insert_matter(tx: &Tx, subject: Subject) -> Result<MatterId, AppError> {
    let Subject { kind, id, event } = subject;
    let row = matter::ActiveModel {
        id: Set(tx.new_id()),
        event_id: Set(event),
        about: Set(kind),
        about_id: Set(id),
        opened_at: Set(tx.now()),
        outcome: Set(None),
        closed_at: Set(None),
        closed_by: Set(None),
    };
    let id = *row.id.as_ref();
    matter::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(id)
}

/// The report that somebody made in a matter.
pub(in crate::kindness) async fn report_by(
    db: &impl ConnectionTrait,
    matter: MatterId,
    reporter: Option<Uuid>,
) -> Result<Option<Report>, DbErr> {
    let Some(reporter) = reporter else { return Ok(None) };
    let own =
        report::Entity::find().filter(report::COLUMN.matter_id.eq(matter)).filter(report::COLUMN.reporter.eq(reporter));
    Ok(own.one(db).await?.map(noun))
}

pub(in crate::kindness) async fn insert_report(
    tx: &Tx,
    matter: MatterId,
    reporter: Option<Uuid>,
    (id, reference): (ReportId, String),
    new: NewReport,
) -> Result<Report, AppError> {
    let NewReport { reason, words, email } = new;
    let report = Report { id, reference, reason, words, email, made_at: tx.now() };
    let row = report::ActiveModel {
        id: Set(id),
        matter_id: Set(matter),
        reference: Set(report.reference.clone()),
        reason: Set(reason),
        words: Set(report.words.clone()),
        email: Set(report.email.clone()),
        reporter: Set(reporter),
        made_at: Set(report.made_at),
    };
    report::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(report)
}

fn noun(row: report::Model) -> Report {
    let report::Model { id, matter_id: _, reference, reason, words, email, reporter: _, made_at } = row;
    Report { id, reference, reason, words, email, made_at }
}

async fn nouns(db: &impl ConnectionTrait, rows: Vec<matter::Model>) -> Result<Vec<Matter>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let of_these = || report::Entity::find().filter(report::Column::MatterId.is_in(rows.iter().map(|row| row.id)));
    let counts: Vec<(MatterId, i64)> = of_these()
        .select_only()
        .column(report::Column::MatterId)
        .column_as(Expr::col(report::Column::Id).count(), "reports")
        .group_by(report::Column::MatterId)
        .into_tuple()
        .all(db)
        .await?;
    let counts: HashMap<_, _> = counts.into_iter().collect();
    let first = of_these().order_by_asc(report::COLUMN.id).limit(REPORTS_MAX).all(db).await?;
    let matter = |row: matter::Model| {
        let matter::Model { id, event_id, about, about_id, opened_at, outcome, closed_at: _, closed_by: _ } = row;
        let reports = first.iter().filter(|report| report.matter_id == id).cloned().map(noun);
        Matter {
            id,
            subject: Subject { kind: about, id: about_id, event: event_id },
            opened_at,
            outcome,
            count: counts.get(&id).copied().unwrap_or_default(),
            reports: reports.collect(),
        }
    };
    Ok(rows.iter().cloned().map(matter).collect())
}

/// A matter.
///
/// # Errors
/// When the database fails.
pub async fn find_matter(db: &impl ConnectionTrait, id: MatterId) -> Result<Option<Matter>, DbErr> {
    let row = matter::Entity::find_by_id(id).one(db).await?;
    Ok(nouns(db, row.into_iter().collect()).await?.pop())
}

fn open_of(event: Option<EventId>) -> Select<matter::Entity> {
    let open = matter::Entity::find().filter(matter::COLUMN.closed_at.is_null());
    match event {
        Some(event) => open.filter(matter::COLUMN.event_id.eq(event)),
        None => open.filter(matter::COLUMN.event_id.is_null()),
    }
}

/// What waits for the hosts of a night, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn matters_of_event(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<Matter>, DbErr> {
    nouns(db, open_of(Some(event)).order_by_asc(matter::COLUMN.id).limit(MATTERS_MAX).all(db).await?).await
}

/// What waits for the owners, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn matters_of_owners(db: &impl ConnectionTrait) -> Result<Vec<Matter>, DbErr> {
    nouns(db, open_of(None).order_by_asc(matter::COLUMN.id).limit(MATTERS_MAX).all(db).await?).await
}

/// How many matters wait for the hosts of a night; for the owners, where it is none.
///
/// # Errors
/// When the database fails.
pub async fn count_open(db: &impl ConnectionTrait, event: Option<EventId>) -> Result<u64, DbErr> {
    open_of(event).count(db).await
}

/// Notes what came of a matter.
///
/// # Errors
/// When the database fails.
pub async fn close_matter(tx: &Tx, id: MatterId, outcome: Outcome, by: AccountId) -> Result<(), AppError> {
    matter::Entity::update_many()
        .col_expr(matter::Column::Outcome, Expr::value(outcome))
        .col_expr(matter::Column::ClosedAt, Expr::value(tx.now()))
        .col_expr(matter::Column::ClosedBy, Expr::value(by))
        .filter(matter::COLUMN.id.eq(id))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// Forgets the mail addresses in reports whose matter was closed before `before`.
///
/// # Errors
/// When the database fails.
pub async fn forget_addresses(tx: &Tx, before: Moment) -> Result<(), AppError> {
    let closed = matter::Entity::find()
        .select_only()
        .column(matter::Column::Id)
        .filter(matter::COLUMN.closed_at.lt(before))
        .into_query();
    report::Entity::update_many()
        .col_expr(report::Column::Email, Expr::value(None::<String>))
        .filter(report::COLUMN.email.is_not_null())
        .filter(report::Column::MatterId.in_subquery(closed))
        .exec(tx.db())
        .await?;
    Ok(())
}
