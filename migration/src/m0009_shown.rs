//! What a night shows of its money on the way: the hosts' milestones, which were reached, and what stood when.

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
        drop_tables(manager, &["night_point", "milestone"]).await?;
        manager.get_connection().execute_unprepared("ALTER TABLE event DROP COLUMN milestones").await?;
        Ok(())
    }
}

const UP: &str = "
ALTER TABLE event ADD COLUMN milestones TEXT NOT NULL DEFAULT '[]';

CREATE TABLE milestone (
    event_id UUID NOT NULL REFERENCES event (id),
    seq NUMBER NOT NULL,
    percent NUMBER,
    amount_pence NUMBER NOT NULL CHECK (amount_pence > 0),
    promised_pence NUMBER NOT NULL,
    at MOMENT NOT NULL,
    PRIMARY KEY (event_id, seq)
END_TABLE;
CREATE UNIQUE INDEX milestone_percent ON milestone (event_id, percent, amount_pence) WHERE percent IS NOT NULL;
CREATE UNIQUE INDEX milestone_amount ON milestone (event_id, amount_pence) WHERE percent IS NULL;

CREATE TABLE night_point (
    event_id UUID NOT NULL REFERENCES event (id),
    at MOMENT NOT NULL,
    promised_pence NUMBER NOT NULL,
    songs NUMBER NOT NULL,
    PRIMARY KEY (event_id, at)
END_TABLE;
";
