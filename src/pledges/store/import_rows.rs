//! Queries about the rows of imports.

use std::collections::HashMap;

use entity::ids::{EventId, ImportId, ImportRowId, PaymentId};
use entity::import_batch::{ImportSource, ImportState};
use entity::import_row::RowState;
use entity::{import_batch, import_row};
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Set, SqlErr,
};

use super::imports::AT_ONCE;
use crate::db::Tx;
use crate::error::AppError;
use crate::pledges::import::ImportRow;

fn noun(row: import_row::Model) -> ImportRow {
    let import_row::Model {
        id,
        import_id,
        line,
        source,
        external_id,
        reference,
        amount_pence,
        paid_on,
        name,
        outcome,
        reason,
        state,
        pledge_id,
        payment_id,
    } = row;
    ImportRow {
        id,
        import: import_id,
        line,
        source,
        external_id,
        reference,
        amount: amount_pence,
        paid_on,
        name,
        outcome,
        reason,
        state,
        pledge: pledge_id,
        payment: payment_id,
    }
}

fn row_of(row: ImportRow) -> import_row::ActiveModel {
    let ImportRow {
        id,
        import,
        line,
        source,
        external_id,
        reference,
        amount,
        paid_on,
        name,
        outcome,
        reason,
        state,
        pledge,
        payment,
    } = row;
    import_row::ActiveModel {
        id: Set(id),
        import_id: Set(import),
        line: Set(line),
        source: Set(source),
        external_id: Set(external_id),
        reference: Set(reference),
        amount_pence: Set(amount),
        paid_on: Set(paid_on),
        name: Set(name),
        outcome: Set(outcome),
        reason: Set(reason),
        state: Set(state),
        pledge_id: Set(pledge),
        payment_id: Set(payment),
    }
}

fn imports_of(event: EventId) -> SelectStatement {
    let imports = import_batch::Entity::find().select_only().column(import_batch::Column::Id);
    imports.filter(import_batch::COLUMN.event_id.eq(event)).into_query()
}

/// A row that counts twice is what the database refuses, when two imports run into each other.
fn twice(error: DbErr) -> AppError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            AppError::conflict("Another import has just counted the same row. Send it again to see what is left.")
        }
        _ => error.into(),
    }
}

pub(in crate::pledges) async fn insert_rows(tx: &Tx, rows: &[ImportRow]) -> Result<(), AppError> {
    for some in rows.chunks(AT_ONCE) {
        let rows = some.iter().cloned().map(row_of);
        import_row::Entity::insert_many(rows).exec_without_returning(tx.db()).await.map_err(twice)?;
    }
    Ok(())
}

/// Rows of an event's imports that wait and have come again wait no more.
pub(in crate::pledges) async fn replace_waiting(
    tx: &Tx,
    event: EventId,
    source: ImportSource,
    external_ids: &[String],
) -> Result<(), AppError> {
    for some in external_ids.chunks(AT_ONCE) {
        import_row::Entity::update_many()
            .col_expr(import_row::Column::State, Expr::value(RowState::Replaced.as_str()))
            .filter(import_row::COLUMN.source.eq(source))
            .filter(import_row::COLUMN.state.eq(RowState::Waiting))
            .filter(import_row::Column::ExternalId.is_in(some))
            .filter(import_row::Column::ImportId.in_subquery(imports_of(event)))
            .exec(tx.db())
            .await?;
    }
    Ok(())
}

/// A row.
pub(in crate::pledges) async fn find_row(
    db: &impl ConnectionTrait,
    id: ImportRowId,
) -> Result<Option<ImportRow>, DbErr> {
    Ok(import_row::Entity::find_by_id(id).one(db).await?.map(noun))
}

/// The rows of an import after line `after`, in the order of the file.
pub(in crate::pledges) async fn rows_of_import(
    db: &impl ConnectionTrait,
    import: ImportId,
    after: i64,
    count: u64,
) -> Result<Vec<ImportRow>, DbErr> {
    let rows = import_row::Entity::find()
        .filter(import_row::COLUMN.import_id.eq(import))
        .filter(import_row::COLUMN.line.gt(after))
        .order_by_asc(import_row::COLUMN.line)
        .limit(count);
    Ok(rows.all(db).await?.into_iter().map(noun).collect())
}

/// The rows of an event that wait for a host, the oldest first, at most `count`; and how many there are.
pub(in crate::pledges) async fn waiting(
    db: &impl ConnectionTrait,
    event: EventId,
    count: u64,
) -> Result<(Vec<ImportRow>, u64), DbErr> {
    let rows = import_row::Entity::find()
        .filter(import_row::Column::ImportId.in_subquery(imports_of(event)))
        .filter(import_row::COLUMN.state.eq(RowState::Waiting))
        .order_by_asc(import_row::COLUMN.id);
    let all = rows.clone().count(db).await?;
    Ok((rows.limit(count).all(db).await?.into_iter().map(noun).collect(), all))
}

/// Stores what can change about a row: what it counts for, and whether.
pub(in crate::pledges) async fn save_row(tx: &Tx, row: &ImportRow) -> Result<(), AppError> {
    let changed = import_row::ActiveModel {
        id: Set(row.id),
        state: Set(row.state),
        pledge_id: Set(row.pledge),
        payment_id: Set(row.payment),
        ..Default::default()
    };
    changed.update_without_returning(tx.db()).await.map_err(twice)?;
    Ok(())
}

/// A payment was taken back: the row it came from waits again.
pub(in crate::pledges) async fn wait_again(tx: &Tx, payment: PaymentId) -> Result<(), AppError> {
    import_row::Entity::update_many()
        .col_expr(import_row::Column::State, Expr::value(RowState::Waiting.as_str()))
        .filter(import_row::COLUMN.payment_id.eq(payment))
        .filter(import_row::COLUMN.state.eq(RowState::Counted))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// The rows of an event's imports after row `after`, each with its import's state: what the audit reads.
pub(in crate::pledges) async fn rows_of_event(
    db: &impl ConnectionTrait,
    event: EventId,
    after: Option<ImportRowId>,
    count: u64,
) -> Result<Vec<(ImportRow, ImportState)>, DbErr> {
    let imports = import_batch::Entity::find().filter(import_batch::COLUMN.event_id.eq(event)).all(db).await?;
    let states: HashMap<ImportId, ImportState> = imports.into_iter().map(|import| (import.id, import.state)).collect();
    let mut query = import_row::Entity::find()
        .filter(import_row::Column::ImportId.in_subquery(imports_of(event)))
        .order_by_asc(import_row::COLUMN.id)
        .limit(count);
    if let Some(after) = after {
        query = query.filter(import_row::COLUMN.id.gt(after));
    }
    let rows = query.all(db).await?.into_iter().map(noun);
    let with_state = |row: ImportRow| {
        let state = states.get(&row.import).copied().unwrap_or(ImportState::Undone);
        (row, state)
    };
    Ok(rows.map(with_state).collect())
}

/// The external ids that more than one row counts by, a few of them.
pub(in crate::pledges) async fn counted_twice(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let found: Vec<Option<String>> = import_row::Entity::find()
        .select_only()
        .column(import_row::Column::ExternalId)
        .filter(import_row::COLUMN.state.eq(RowState::Counted))
        .group_by(import_row::Column::Source)
        .group_by(import_row::Column::ExternalId)
        .having(Expr::col(import_row::Column::Id).count().gt(1))
        .limit(5)
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().flatten().collect())
}
