//! Importing a statement: its rows become payments in one unit of work, or wait until a host assigns them.

use entity::ids::{EventId, ImportId, ImportRowId, PledgeId};
use entity::money::Pence;

use super::paying::{record_in, reverse_in};
use crate::activity::Kind;
use crate::app::App;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events;
use crate::once::Once;
use crate::pledges::import::{
    Import, ImportRow, ImportState, Known, OutcomeCounts, Report, ReportRow, RowState, Target, Verdict,
};
use crate::pledges::statement::Statement;
use crate::pledges::store::{self, Reads};

/// Rows read at once when an import is undone.
const BATCH: u64 = 500;

async fn known(db: &impl Reads, target: Target, statement: &Statement) -> Result<Known, AppError> {
    let gifts = statement.rows.iter().filter_map(|row| row.read.as_ref().ok());
    let references: Vec<String> = gifts.flat_map(|gift| gift.candidates.clone()).collect();
    Ok(store::known(db, target.event, target.source, &references, &target.external_ids(statement)).await?)
}

async fn judged(db: &impl Reads, target: Target, statement: Statement) -> Result<Vec<Verdict>, AppError> {
    let known = known(db, target, &statement).await?;
    Ok(target.judge(statement, &known))
}

async fn report_of(db: &impl Reads, verdicts: Vec<Verdict>) -> Result<Report, AppError> {
    let pledges = verdicts.iter().filter_map(|verdict| verdict.pledge);
    let references = store::references_of_pledges(db, pledges).await?;
    Ok(Report::of_verdicts(verdicts, &references))
}

/// What importing a statement would come to. Nothing is changed.
///
/// # Errors
/// When the database fails.
pub async fn preview(app: &App, target: Target, statement: Statement) -> Result<Report, AppError> {
    let snapshot = app.db.snapshot().await?;
    let verdicts = judged(&snapshot, target, statement).await?;
    report_of(&snapshot, verdicts).await
}

/// As [`preview`], under a key: a retry hears what the first one heard.
///
/// # Errors
/// As [`preview`].
pub async fn preview_once(app: &App, once: &Once, target: Target, statement: Statement) -> Result<Report, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let verdicts = judged(tx.db(), target, statement).await?;
        report_of(tx.db(), verdicts).await
    })
    .await
}

/// Imports a statement: what matches a pledge becomes a confirmed payment, what could waits.
///
/// # Errors
/// 404 for an event that is gone, 409 when another event's import counts the same row at the same moment.
pub async fn import(
    app: &App,
    once: &Once,
    actor: uuid::Uuid,
    target: Target,
    (statement, file_hash): (Statement, Vec<u8>),
) -> Result<Report, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        events::lock(tx, target.event).await?;
        let external_ids = target.external_ids(&statement);
        let verdicts = judged(tx.db(), target, statement).await?;
        let Target { event, charity, source } = target;
        let import = Import {
            id: tx.new_id(),
            event,
            charity,
            source,
            file_hash,
            state: ImportState::Imported,
            counts: OutcomeCounts::of(&verdicts),
            made_by: actor,
            made_at: tx.now(),
        };
        store::insert_import(tx, &import).await?;
        store::replace_waiting(tx, event, source, &external_ids).await?;
        let mut rows = Vec::with_capacity(verdicts.len());
        for verdict in verdicts {
            let mut row = verdict.into_row(tx.new_id(), import.id, source);
            if row.pledge.is_some() {
                count(tx, actor, &import, &mut row).await?;
            }
            rows.push(row);
        }
        store::insert_rows(tx, &rows).await?;
        note(tx, &import, Kind::ImportMade, actor).await?;
        let references = store::references_of_pledges(tx.db(), rows.iter().filter_map(|row| row.pledge)).await?;
        Ok(Report::of_rows(import.id, import.counts, rows, &references))
    })
    .await
}

/// Gives a row its payment, to its pledge or to none.
async fn count(tx: &mut Tx, actor: uuid::Uuid, import: &Import, row: &mut ImportRow) -> Result<(), AppError> {
    let new = row.payment(import.charity, row.pledge)?;
    let payment = record_in(tx, actor, import.event, row.pledge, new).await?;
    row.payment = Some(payment.id);
    row.state = RowState::Counted;
    Ok(())
}

/// A host says what a waiting row is for: a pledge, or none.
///
/// # Errors
/// 409 unless the row waits, or when the same row counts already.
pub async fn assign(
    app: &App,
    once: &Once,
    actor: uuid::Uuid,
    id: ImportRowId,
    pledge: Option<PledgeId>,
) -> Result<ReportRow, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let import = import_of(tx, id).await?;
        tx.lock(import.event).await?;
        let import = store::find_import(tx.db(), import.id).await?.ok_or(AppError::NotFound)?;
        import.check_stands()?;
        let mut row = store::find_row(tx.db(), id).await?.ok_or(AppError::NotFound)?;
        row.check_waits()?;
        let ids: Vec<String> = row.external_id.iter().cloned().collect();
        if !store::known(tx.db(), import.event, row.source, &[], &ids).await?.counted.is_empty() {
            return Err(AppError::conflict("The same row was counted from another statement."));
        }
        row.pledge = pledge;
        count(tx, actor, &import, &mut row).await?;
        store::save_row(tx, &row).await?;
        let references = store::references_of_pledges(tx.db(), row.pledge).await?;
        Ok(ReportRow::of(row, &references))
    })
    .await
}

async fn import_of(tx: &Tx, row: ImportRowId) -> Result<Import, AppError> {
    let row = store::find_row(tx.db(), row).await?.ok_or(AppError::NotFound)?;
    store::find_import(tx.db(), row.import).await?.ok_or(AppError::NotFound)
}

/// Takes an import back: each of its payments is reversed, and what of it waits waits no more.
///
/// # Errors
/// 409 when that was done already.
pub async fn undo(app: &App, once: &Once, actor: uuid::Uuid, id: ImportId) -> Result<Report, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let import = store::find_import(tx.db(), id).await?.ok_or(AppError::NotFound)?;
        tx.lock(import.event).await?;
        let mut import = store::find_import(tx.db(), id).await?.ok_or(AppError::NotFound)?;
        import.undo()?;
        for row in all_rows(tx.db(), id).await?.into_iter().filter(|row| row.state == RowState::Counted) {
            let Some(payment) = row.payment else { continue };
            let payment = store::find_payment(tx.db(), payment).await?.ok_or(AppError::NotFound)?;
            reverse_in(tx, actor, payment).await?;
        }
        store::save_undone(tx, &import).await?;
        note(tx, &import, Kind::ImportUndone, actor).await?;
        report(tx.db(), &import).await
    })
    .await
}

/// What became of an import.
///
/// # Errors
/// When the database fails.
pub async fn report(db: &impl Reads, import: &Import) -> Result<Report, AppError> {
    let rows = all_rows(db, import.id).await?;
    let references = store::references_of_pledges(db, rows.iter().filter_map(|row| row.pledge)).await?;
    Ok(Report::of_rows(import.id, import.counts, rows, &references))
}

async fn all_rows(db: &impl Reads, import: ImportId) -> Result<Vec<ImportRow>, AppError> {
    let mut all: Vec<ImportRow> = Vec::new();
    loop {
        let after = all.last().map_or(0, |row| row.line);
        let batch = store::rows_of_import(db, import, after, BATCH).await?;
        if batch.is_empty() {
            return Ok(all);
        }
        all.extend(batch);
    }
}

async fn note(tx: &mut Tx, import: &Import, kind: Kind, actor: uuid::Uuid) -> Result<(), AppError> {
    let total: Pence = import.counts.total;
    let about = About { subject: Some(import.id.0), actor: Some(actor), amount_pence: Some(total) };
    let event: EventId = import.event;
    tx.record(event, kind, about).await?;
    Ok(())
}
