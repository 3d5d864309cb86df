//! One song, many links: what services say of a link, links that died, songs that turned out to be one.

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
        drop_tables(manager, &["link_finding"]).await?;
        run(manager, DOWN).await
    }
}

const UP: &str = "
CREATE TABLE link_finding (
    service TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    outcome TEXT NOT NULL,
    title TEXT,
    artist TEXT,
    leads_to TEXT,
    asked_at MOMENT NOT NULL,
    PRIMARY KEY (service, kind, key),
    CHECK ((outcome = 'named') = (title IS NOT NULL)),
    CHECK ((outcome = 'leads') = (leads_to IS NOT NULL))
END_TABLE;
ALTER TABLE track_link ADD COLUMN gone_at MOMENT;
ALTER TABLE track ADD COLUMN same_as UUID;
CREATE INDEX track_same_as ON track (same_as);
ALTER TABLE share ADD COLUMN merged_into UUID;
CREATE INDEX share_merged_into ON share (merged_into);
";

const DOWN: &str = "
DROP INDEX share_merged_into;
ALTER TABLE share DROP COLUMN merged_into;
DROP INDEX track_same_as;
ALTER TABLE track DROP COLUMN same_as;
ALTER TABLE track_link DROP COLUMN gone_at;
";
