//! What a share was before it became part of another, so that it is that again when the two come apart. Of one that did
//! before this was kept nothing is known: it waits for a host then.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

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
        run(manager, DOWN).await
    }
}

const UP: &str = "
ALTER TABLE share ADD COLUMN merged_as TEXT;
ALTER TABLE share ADD COLUMN gave_name FLAG NOT NULL DEFAULT FALSE;
";

const DOWN: &str = "
ALTER TABLE share DROP COLUMN gave_name;
ALTER TABLE share DROP COLUMN merged_as;
";
