//! Charities that became part of another.

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
        drop_tables(manager, &["charity_merger"]).await
    }
}

const UP: &str = "
CREATE TABLE charity_merger (
    charity_id UUID NOT NULL PRIMARY KEY REFERENCES charity (id),
    into_id UUID NOT NULL REFERENCES charity (id),
    from_on DAY NOT NULL
END_TABLE;
";
