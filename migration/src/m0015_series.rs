//! Nights that come again by a rule.

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
        drop_tables(manager, &["series_night", "series"]).await
    }
}

const UP: &str = "
CREATE TABLE series (
    id UUID NOT NULL PRIMARY KEY,
    rule TEXT NOT NULL,
    first_local LOCAL_TIME NOT NULL,
    time_zone TEXT NOT NULL,
    until DAY,
    pattern TEXT NOT NULL,
    is_published FLAG NOT NULL,
    look_at MOMENT,
    ended_at MOMENT,
    created_by UUID NOT NULL REFERENCES account (id),
    created_at MOMENT NOT NULL
END_TABLE;
CREATE INDEX series_look_at ON series (look_at);

CREATE TABLE series_night (
    event_id UUID NOT NULL PRIMARY KEY REFERENCES event (id),
    series_id UUID NOT NULL REFERENCES series (id),
    local LOCAL_TIME NOT NULL,
    is_own FLAG NOT NULL,
    UNIQUE (series_id, local)
END_TABLE;
";
