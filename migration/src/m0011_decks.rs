//! Tonight: pausing, a word of welcome, a quiet moment; and slots of the line-up that stay the same ones, that begin and
//! end, and that have a secret link for whoever plays them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        // A version 7 id for each slot that was there: the time, then chance.
        let id = if manager.get_database_backend() == DbBackend::Sqlite {
            "unhex(printf('%012x', CAST(unixepoch() AS INTEGER) * 1000) || '7' || substr(hex(randomblob(2)), 2, 3) \
             || '8' || substr(hex(randomblob(8)), 2, 15))"
        } else {
            "(lpad(to_hex(CAST(extract(epoch FROM now()) * 1000 AS bigint)), 12, '0') || '7' \
             || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid"
        };
        let copy = format!(
            "INSERT INTO slot (id, event_id, position, host, title, minutes, anchor_local, link_version) \
             SELECT {id}, event_id, position, host, title, minutes, anchor_local, 1 FROM slot_before"
        );
        manager.get_connection().execute_unprepared(&copy).await?;
        manager.get_connection().execute_unprepared("DROP TABLE slot_before").await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, BACK).await
    }
}

const TABLES: &str = "
ALTER TABLE event ADD COLUMN is_paused FLAG NOT NULL DEFAULT FALSE;
ALTER TABLE event ADD COLUMN welcome TEXT;
ALTER TABLE event ADD COLUMN quiet_since MOMENT;

ALTER TABLE slot RENAME TO slot_before;
CREATE TABLE slot (
    id UUID NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    position SMALL NOT NULL,
    host TEXT NOT NULL,
    title TEXT,
    minutes SMALL NOT NULL CHECK (minutes > 0),
    anchor_local LOCAL_TIME,
    begun_at MOMENT,
    ended_at MOMENT,
    link_version SMALL NOT NULL,
    guest_id UUID REFERENCES guest (id),
    UNIQUE (event_id, position)
END_TABLE;
";

const BACK: &str = "
ALTER TABLE slot RENAME TO slot_after;
CREATE TABLE slot (
    event_id UUID NOT NULL REFERENCES event (id),
    position SMALL NOT NULL,
    host TEXT NOT NULL,
    title TEXT,
    minutes SMALL NOT NULL CHECK (minutes > 0),
    anchor_local LOCAL_TIME,
    PRIMARY KEY (event_id, position)
END_TABLE;
INSERT INTO slot SELECT event_id, position, host, title, minutes, anchor_local FROM slot_after;
DROP TABLE slot_after;
ALTER TABLE event DROP COLUMN is_paused;
ALTER TABLE event DROP COLUMN welcome;
ALTER TABLE event DROP COLUMN quiet_since;
";
