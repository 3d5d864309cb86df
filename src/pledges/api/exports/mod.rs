//! Exports for hosts: a night's pledges, payments and ledger entries, as CSV and as JSON, row for row the same.
//!
//! Each is read in batches from one snapshot and sent as it is read, so that a night of any size fits in memory.

mod rows;

use axum::extract::State;
use axum::response::Response;
pub use rows::{ExportRow, ExportedEntry, ExportedPledge};
use rows::{Reader, What};
use serde_json::Value;

use crate::app::App;
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::{Event, HostOf};
use crate::web::download::{Pieces, attach};
use crate::web::extract::Path;
use crate::web::faces::ProblemOut;
use crate::web::spreadsheet::{Rows, harmless};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Json,
}

/// What a file of this name holds; `pledges.csv`.
fn named(file: &str) -> Option<(What, Format)> {
    let (what, format) = file.split_once('.')?;
    let format = match format {
        "csv" => Format::Csv,
        "json" => Format::Json,
        _ => return None,
    };
    Some((What::named(what)?, format))
}

/// A night's pledges, payments or ledger entries as a file.
///
/// `pledges`, `payments` or `entries`, with `.csv` or `.json`: `pledges.csv`. The columns of the CSV are the fields of the
/// JSON. Names and messages are in it as hosts see them; mail addresses never. In CSV a text that a spreadsheet program
/// would run has an apostrophe before it.
///
/// # Errors
/// 403 for those who don't host it, 404 for another name, 503 while others' files are being made.
#[utoipa::path(get, path = "/api/v1/events/{slug}/exports/{file}", tag = "exports", security(("bearer" = [])),
    params(("slug" = String, Path), ("file" = String, Path, description = "`{pledges,payments,entries}.{csv,json}`")),
    responses((status = 200, description = "One row each, in the order they were made",
            content((Vec<ExportRow> = "application/json"), (String = "text/csv"))),
        (status = 401, body = ProblemOut), (status = 403, body = ProblemOut), (status = 404, body = ProblemOut),
        (status = 503, body = ProblemOut)))]
pub async fn export(State(app): State<App>, host: HostOf, path: Path<(String, String)>) -> Result<Response, AppError> {
    let Path((_, file)) = path;
    let (what, format) = named(&file).ok_or(AppError::NotFound)?;
    let event = host.event;
    let name = format!("{}-{file}", event.slug);
    let kind = match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Json => "application/json",
    };
    attach(&app, &name, kind, |db, pieces| async move { write(db, &pieces, what, format, event).await }).await
}

async fn write(db: Snapshot, pieces: &Pieces, what: What, format: Format, event: Event) -> Result<(), AppError> {
    let mut reader = Reader::begin(&db, what, event).await?;
    pieces.write(format.begin(what)?).await?;
    let mut is_first = true;
    loop {
        let rows = reader.next(&db).await?;
        if rows.is_empty() {
            break;
        }
        pieces.write(format.rows(what, &rows, is_first)?).await?;
        is_first = false;
    }
    pieces.write(format.end()).await
}

impl Format {
    fn begin(self, what: What) -> Result<Vec<u8>, AppError> {
        match self {
            Self::Json => Ok(b"[".to_vec()),
            Self::Csv => {
                let mut header = Rows::begin();
                header.add(what.fields())?;
                header.into_bytes()
            }
        }
    }

    fn rows(self, what: What, rows: &[ExportRow], is_first: bool) -> Result<Vec<u8>, AppError> {
        match self {
            Self::Json => json(rows, is_first),
            Self::Csv => csv(what, rows),
        }
    }

    fn end(self) -> Vec<u8> {
        match self {
            Self::Json => b"\n]\n".to_vec(),
            Self::Csv => Vec::new(),
        }
    }
}

fn json(rows: &[ExportRow], is_first: bool) -> Result<Vec<u8>, AppError> {
    let mut piece = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        piece.extend_from_slice(if is_first && at == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut piece, row).map_err(AppError::internal)?;
    }
    Ok(piece)
}

fn csv(what: What, rows: &[ExportRow]) -> Result<Vec<u8>, AppError> {
    let mut sheet = Rows::more();
    for row in rows {
        let row = serde_json::to_value(row).map_err(AppError::internal)?;
        sheet.add(what.fields().iter().map(|field| cell(&row[field])))?;
    }
    sheet.into_bytes()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text).into_owned(),
        other => other.to_string(),
    }
}
