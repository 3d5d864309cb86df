//! Queries of the index.

use entity::search_entry;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, SelectExt, Set, Statement};
use uuid::Uuid;

use super::entry::{Entry, Kind};
use super::query::Query;
use crate::db::Tx;

/// Writes down what something is found by, in place of what was there; without an entry, or with an empty one, nothing
/// finds it any more.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &Tx, kind: Kind, subject: Uuid, entry: Option<Entry>) -> Result<(), DbErr> {
    let kind = kind.as_str().to_owned();
    let Some(Entry { name, words }) = entry.filter(|entry| !entry.is_empty()) else {
        search_entry::Entity::delete_by_id((kind, subject)).exec(tx.db()).await?;
        return Ok(());
    };
    let row = search_entry::ActiveModel { kind: Set(kind), subject: Set(subject), name: Set(name), words: Set(words) };
    let again = OnConflict::columns([search_entry::Column::Kind, search_entry::Column::Subject])
        .update_columns([search_entry::Column::Name, search_entry::Column::Words])
        .to_owned();
    search_entry::Entity::insert(row).on_conflict(again).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Whether nothing can be found at all.
///
/// # Errors
/// When the database fails.
pub async fn is_empty(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(!search_entry::Entity::find().exists(db).await?)
}

/// What a query finds of one kind, what fits best first: ids of things that may be shown, as far as the index knows.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, kind: Kind, query: &Query, count: u64) -> Result<Vec<Uuid>, DbErr> {
    let backend = db.get_database_backend();
    let (sql, asked) = match backend {
        DbBackend::Sqlite => (IN_SQLITE, query.for_sqlite()),
        _ => (IN_POSTGRES, query.for_postgres()),
    };
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let values = [asked.into(), kind.as_str().into(), count.into()];
    let rows = db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// A word in a name weighs ten times as much. What is as good is newest first: ids begin with their time.
const IN_SQLITE: &str = "SELECT entry.subject FROM search_text JOIN search_entry AS entry ON entry.id = search_text.rowid \
     WHERE search_text MATCH ? AND entry.kind = ? ORDER BY bm25(search_text, 10.0, 1.0), entry.subject DESC LIMIT ?";

/// First what is called so; then the shorter text, of which the words are more.
const IN_POSTGRES: &str = "SELECT subject FROM search_entry, (SELECT CAST($1 AS tsquery) AS query) AS asked \
     WHERE kind = $2 AND terms @@ query \
     ORDER BY array_to_tsvector(array_remove(string_to_array(name, ' '), '')) @@ query DESC, \
     ts_rank(terms, query, 2) DESC, subject DESC LIMIT $3";
