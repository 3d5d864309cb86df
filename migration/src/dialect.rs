//! One SQL text for two databases: capitalised type words stand for each dialect's own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// `(word, SQLite, PostgreSQL)`. SQLite tables are STRICT, so only its five storage types occur.
const TYPES: &[(&str, &str, &str)] = &[
    ("UUID", "BLOB", "uuid"),
    ("BYTES", "BLOB", "bytea"),
    ("MOMENT", "TEXT", "timestamptz"),
    ("LOCAL_TIME", "TEXT", "timestamp"),
    ("DAY", "TEXT", "date"),
    ("JSON_TEXT", "TEXT", "json"),
    ("NUMBER", "INTEGER", "bigint"),
    ("SMALL", "INTEGER", "integer"),
    ("FLAG", "INTEGER", "boolean"),
    ("END_TABLE", ") STRICT", ")"),
];

/// Runs `statements` (separated by `;`) after putting in the dialect's words.
pub async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    let mut text = statements.to_owned();
    for (word, in_sqlite, in_postgres) in TYPES {
        text = text.replace(word, if sqlite { in_sqlite } else { in_postgres });
    }
    for statement in text.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// Makes a table append-only: the database itself refuses to change or delete its rows. `keys` are its unique keys:
/// SQLite's `INSERT OR REPLACE` would else delete a row without asking the trigger.
pub async fn append_only(manager: &SchemaManager<'_>, table: &str, keys: &[&[&str]]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Sqlite {
        let same = |key: &&[&str]| {
            key.iter().map(|column| format!("{column} = NEW.{column}")).collect::<Vec<_>>().join(" AND ")
        };
        let any = keys.iter().map(|key| format!("({})", same(key))).collect::<Vec<_>>().join(" OR ");
        let trigger = format!(
            "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} \
             WHEN EXISTS (SELECT 1 FROM {table} WHERE {any}) \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        );
        connection.execute_unprepared(&trigger).await?;
        for verb in ["UPDATE", "DELETE"] {
            let name = format!("{table}_no_{}", verb.to_lowercase());
            let body = format!("BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END");
            connection.execute_unprepared(&format!("CREATE TRIGGER {name} BEFORE {verb} ON {table} {body}")).await?;
        }
        return Ok(());
    }
    let function = format!(
        "CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    );
    connection.execute_unprepared(&function).await?;
    for (name, verb, each) in [("no_change", "UPDATE OR DELETE", "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT")] {
        let trigger = format!(
            "CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} \
             FOR EACH {each} EXECUTE FUNCTION {table}_is_append_only()"
        );
        connection.execute_unprepared(&trigger).await?;
    }
    Ok(())
}

/// Drops tables, last made first, and the functions of append-only ones.
pub async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for table in tables {
        connection.execute_unprepared(&format!("DROP TABLE {table}")).await?;
        if manager.get_database_backend() != DbBackend::Sqlite {
            connection.execute_unprepared(&format!("DROP FUNCTION IF EXISTS {table}_is_append_only()")).await?;
        }
    }
    Ok(())
}
