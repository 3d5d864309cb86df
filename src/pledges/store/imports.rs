//! Queries about imports and their rows.

use std::collections::{HashMap, HashSet};

use entity::ids::{EventId, ImportId, PledgeId};
use entity::import_batch::ImportSource;
use entity::import_row::RowState;
use entity::{import_batch, import_row, pledge};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::Expr,
};

use crate::db::Tx;
use crate::error::AppError;
use crate::pledges::import::{Import, Known, OutcomeCounts};

/// Values in one statement of SQL: far below what either database takes.
pub(super) const AT_ONCE: usize = 500;

fn import(row: import_batch::Model) -> Import {
    let import_batch::Model {
        id,
        event_id,
        charity_id,
        source,
        file_hash,
        state,
        matched,
        unmatched,
        duplicate,
        refused,
        total_pence,
        made_by,
        made_at,
        undone_at: _,
    } = row;
    let counts = OutcomeCounts { matched, unmatched, duplicate, refused, total: total_pence };
    Import { id, event: event_id, charity: charity_id, source, file_hash, state, counts, made_by, made_at }
}

/// The pledges of an event with these references.
pub(in crate::pledges) async fn pledges_by_reference(
    db: &impl ConnectionTrait,
    event: EventId,
    references: &[String],
) -> Result<HashMap<String, PledgeId>, DbErr> {
    let mut found = HashMap::new();
    for some in references.chunks(AT_ONCE) {
        let rows: Vec<(String, PledgeId)> = pledge::Entity::find()
            .select_only()
            .columns([pledge::Column::Reference, pledge::Column::Id])
            .filter(pledge::COLUMN.event_id.eq(event))
            .filter(pledge::Column::Reference.is_in(some))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Those of these external ids that count already.
pub(in crate::pledges) async fn counted_of(
    db: &impl ConnectionTrait,
    source: ImportSource,
    external_ids: &[String],
) -> Result<HashSet<String>, DbErr> {
    let mut found = HashSet::new();
    for some in external_ids.chunks(AT_ONCE) {
        let rows: Vec<Option<String>> = import_row::Entity::find()
            .select_only()
            .column(import_row::Column::ExternalId)
            .filter(import_row::COLUMN.source.eq(source))
            .filter(import_row::COLUMN.state.eq(RowState::Counted))
            .filter(import_row::Column::ExternalId.is_in(some))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows.into_iter().flatten());
    }
    Ok(found)
}

/// What a statement's rows are compared with.
pub(in crate::pledges) async fn known(
    db: &impl ConnectionTrait,
    event: EventId,
    source: ImportSource,
    references: &[String],
    external_ids: &[String],
) -> Result<Known, DbErr> {
    let pledges = pledges_by_reference(db, event, references).await?;
    Ok(Known { pledges, counted: counted_of(db, source, external_ids).await? })
}

pub(in crate::pledges) async fn insert_import(tx: &Tx, new: &Import) -> Result<(), AppError> {
    let Import { id, event, charity, source, file_hash, state, counts, made_by, made_at } = new.clone();
    let OutcomeCounts { matched, unmatched, duplicate, refused, total } = counts;
    let row = import_batch::ActiveModel {
        id: Set(id),
        event_id: Set(event),
        charity_id: Set(charity),
        source: Set(source),
        file_hash: Set(file_hash),
        state: Set(state),
        matched: Set(matched),
        unmatched: Set(unmatched),
        duplicate: Set(duplicate),
        refused: Set(refused),
        total_pence: Set(total),
        made_by: Set(made_by),
        made_at: Set(made_at),
        undone_at: Set(None),
    };
    import_batch::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// An import.
pub(in crate::pledges) async fn find_import(db: &impl ConnectionTrait, id: ImportId) -> Result<Option<Import>, DbErr> {
    Ok(import_batch::Entity::find_by_id(id).one(db).await?.map(import))
}

/// An event's imports, the newest first, before `before`.
pub(in crate::pledges) async fn imports_of_event(
    db: &impl ConnectionTrait,
    event: EventId,
    before: Option<ImportId>,
    count: u64,
) -> Result<Vec<Import>, DbErr> {
    let mut query = import_batch::Entity::find()
        .filter(import_batch::COLUMN.event_id.eq(event))
        .order_by_desc(import_batch::COLUMN.id)
        .limit(count);
    if let Some(before) = before {
        query = query.filter(import_batch::COLUMN.id.lt(before));
    }
    Ok(query.all(db).await?.into_iter().map(import).collect())
}

/// Stores that an import was undone: what of it waits, waits no more. Its payments are taken back before this.
pub(in crate::pledges) async fn save_undone(tx: &Tx, import: &Import) -> Result<(), AppError> {
    import_row::Entity::update_many()
        .col_expr(import_row::Column::State, Expr::value(RowState::Undone.as_str()))
        .filter(import_row::COLUMN.import_id.eq(import.id))
        .filter(import_row::COLUMN.state.eq(RowState::Waiting))
        .exec(tx.db())
        .await?;
    let row = import_batch::ActiveModel {
        id: Set(import.id),
        state: Set(import.state),
        undone_at: Set(Some(tx.now())),
        ..Default::default()
    };
    row.update_without_returning(tx.db()).await?;
    Ok(())
}

/// The references of these pledges.
pub(in crate::pledges) async fn references_of_pledges(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = PledgeId>,
) -> Result<HashMap<PledgeId, String>, DbErr> {
    let ids: Vec<PledgeId> = ids.into_iter().collect::<HashSet<_>>().into_iter().collect();
    let mut found = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        let rows: Vec<(PledgeId, String)> = pledge::Entity::find()
            .select_only()
            .columns([pledge::Column::Id, pledge::Column::Reference])
            .filter(pledge::Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}
