//! What nights, songs and stories can be found by.
//!
//! The words are folded before they come here, so that all that is left to each database is to split them at spaces:
//! neither its own idea of letters nor its locale has a say, and both find the same.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::dialect::drop_tables;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = if manager.get_database_backend() == DbBackend::Sqlite { IN_SQLITE } else { IN_POSTGRES };
        // One by one and not by dialect::run: a trigger has semicolons of its own.
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            manager.get_connection().execute_unprepared("DROP TABLE search_text").await?;
        }
        drop_tables(manager, &["search_entry"]).await
    }
}

/// The numbers of the rows tie the index to the table, so they are a column: others change when the file is compacted.
const IN_SQLITE: &[&str] = &[
    "CREATE TABLE search_entry (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        subject BLOB NOT NULL,
        name TEXT NOT NULL,
        words TEXT NOT NULL,
        UNIQUE (kind, subject)
    ) STRICT",
    // The tokenizer called ascii splits at signs and spaces of ASCII only, and takes everything else for letters.
    "CREATE VIRTUAL TABLE search_text
        USING fts5(name, words, content = 'search_entry', content_rowid = 'id', tokenize = 'ascii')",
    // Without this a word that is taken out stays in the index's pages till they are merged some day.
    "INSERT INTO search_text (search_text, rank) VALUES ('secure-delete', 1)",
    "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN
        INSERT INTO search_text (rowid, name, words) VALUES (NEW.id, NEW.name, NEW.words);
    END",
    "CREATE TRIGGER search_entry_gone AFTER DELETE ON search_entry BEGIN
        INSERT INTO search_text (search_text, rowid, name, words) VALUES ('delete', OLD.id, OLD.name, OLD.words);
    END",
    "CREATE TRIGGER search_entry_changed AFTER UPDATE ON search_entry BEGIN
        INSERT INTO search_text (search_text, rowid, name, words) VALUES ('delete', OLD.id, OLD.name, OLD.words);
        INSERT INTO search_text (rowid, name, words) VALUES (NEW.id, NEW.name, NEW.words);
    END",
];

const IN_POSTGRES: &[&str] = &[
    "CREATE TABLE search_entry (
        kind text NOT NULL,
        subject uuid NOT NULL,
        name text NOT NULL,
        words text NOT NULL,
        terms tsvector NOT NULL GENERATED ALWAYS AS
            (array_to_tsvector(array_remove(string_to_array(name || ' ' || words, ' '), ''))) STORED,
        PRIMARY KEY (kind, subject)
    )",
    "CREATE INDEX search_entry_terms ON search_entry USING gin (terms)",
];
