//! Charities with their names over time, and the digital stories.

use sea_orm_migration::prelude::*;

use crate::dialect::{drop_tables, run};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["story", "charity_number", "charity_name", "charity"]).await
    }
}

const UP: &str = "
CREATE TABLE charity (
    id UUID NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    about TEXT NOT NULL,
    giving_url TEXT NOT NULL,
    checked_on DAY,
    position SMALL NOT NULL
END_TABLE;

CREATE TABLE charity_name (
    charity_id UUID NOT NULL REFERENCES charity (id),
    position SMALL NOT NULL,
    name TEXT NOT NULL,
    from_on DAY,
    until_on DAY,
    PRIMARY KEY (charity_id, position)
END_TABLE;

CREATE TABLE charity_number (
    charity_id UUID NOT NULL REFERENCES charity (id),
    register TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (charity_id, register)
END_TABLE;

CREATE TABLE story (
    id UUID NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    teller TEXT,
    summary TEXT NOT NULL,
    themes JSON_TEXT NOT NULL,
    content_note TEXT,
    source_url TEXT NOT NULL,
    media_url TEXT,
    transcript JSON_TEXT NOT NULL,
    position SMALL NOT NULL
END_TABLE;
";
