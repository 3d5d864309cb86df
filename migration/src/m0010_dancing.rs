//! Dancing: taps for a song, counted on it, and who dances in their kitchen just now.

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
        drop_tables(manager, &["presence", "share_dance"]).await?;
        manager.get_connection().execute_unprepared("ALTER TABLE share DROP COLUMN dances").await?;
        Ok(())
    }
}

const UP: &str = "
ALTER TABLE share ADD COLUMN dances NUMBER NOT NULL DEFAULT 0;

CREATE TABLE share_dance (
    share_id UUID NOT NULL REFERENCES share (id),
    guest_id UUID NOT NULL REFERENCES guest (id),
    danced_at MOMENT NOT NULL,
    PRIMARY KEY (share_id, guest_id)
END_TABLE;
CREATE INDEX share_dance_guest_id ON share_dance (guest_id);

CREATE TABLE presence (
    event_id UUID NOT NULL REFERENCES event (id),
    guest_id UUID NOT NULL REFERENCES guest (id),
    seen_at MOMENT NOT NULL,
    PRIMARY KEY (event_id, guest_id)
END_TABLE;
CREATE INDEX presence_seen_at ON presence (event_id, seen_at);
";
