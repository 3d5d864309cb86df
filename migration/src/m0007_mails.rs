//! The mails of a pledge: which are on their way and which have gone, so that none goes twice.

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
        drop_tables(manager, &["pledge_mail"]).await
    }
}

const UP: &str = "
CREATE TABLE pledge_mail (
    pledge_id UUID NOT NULL REFERENCES pledge (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    at MOMENT NOT NULL,
    PRIMARY KEY (pledge_id, kind)
END_TABLE;
";
