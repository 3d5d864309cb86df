//! The activity table, the job queue, and answers kept for retries.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, drop_tables, run};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        append_only(manager, "activity", &[&["scope", "seq"]]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["kept_answer", "job", "activity"]).await
    }
}

const UP: &str = "
CREATE TABLE activity (
    scope UUID NOT NULL,
    seq NUMBER NOT NULL,
    at MOMENT NOT NULL,
    kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    subject UUID,
    actor UUID,
    amount_pence NUMBER,
    hash BYTES NOT NULL,
    PRIMARY KEY (scope, seq)
END_TABLE;

CREATE TABLE job (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload JSON_TEXT NOT NULL,
    run_at MOMENT NOT NULL,
    attempts SMALL NOT NULL,
    claimed_until MOMENT,
    last_error TEXT,
    created_at MOMENT NOT NULL
END_TABLE;
CREATE INDEX job_run_at ON job (run_at);

CREATE TABLE kept_answer (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTES NOT NULL,
    outcome JSON_TEXT NOT NULL,
    made_at MOMENT NOT NULL,
    PRIMARY KEY (caller, key)
END_TABLE;
CREATE INDEX kept_answer_made_at ON kept_answer (made_at);
";
