//! Kindness: reports and what came of them, a list of words, people who sit a night out, songs for each person.

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
        drop_tables(manager, &["guest_block", "listed_word", "report", "matter"]).await?;
        run(manager, DOWN).await
    }
}

const UP: &str = "
ALTER TABLE event ADD COLUMN songs_each SMALL;
ALTER TABLE share ADD COLUMN held_word TEXT;
ALTER TABLE share ADD COLUMN removed_for TEXT;
ALTER TABLE share_join ADD COLUMN held_word TEXT;
ALTER TABLE pledge ADD COLUMN held_word TEXT;

CREATE TABLE matter (
    id UUID NOT NULL PRIMARY KEY,
    event_id UUID REFERENCES event (id),
    about TEXT NOT NULL,
    about_id UUID,
    opened_at MOMENT NOT NULL,
    outcome TEXT,
    closed_at MOMENT,
    closed_by UUID REFERENCES account (id),
    CHECK ((closed_at IS NULL) = (outcome IS NULL)),
    CHECK ((about = 'site') = (about_id IS NULL))
END_TABLE;
CREATE UNIQUE INDEX matter_open ON matter (about, about_id) WHERE closed_at IS NULL;
CREATE INDEX matter_event_id ON matter (event_id, id);

CREATE TABLE report (
    id UUID NOT NULL PRIMARY KEY,
    matter_id UUID NOT NULL REFERENCES matter (id),
    reference TEXT NOT NULL,
    reason TEXT NOT NULL,
    words TEXT,
    email TEXT,
    reporter UUID,
    made_at MOMENT NOT NULL
END_TABLE;
CREATE INDEX report_matter_id ON report (matter_id, id);
CREATE UNIQUE INDEX report_once ON report (matter_id, reporter) WHERE reporter IS NOT NULL;

CREATE TABLE listed_word (
    id UUID NOT NULL PRIMARY KEY,
    word TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    added_by UUID NOT NULL REFERENCES account (id),
    added_at MOMENT NOT NULL
END_TABLE;

CREATE TABLE guest_block (
    event_id UUID NOT NULL REFERENCES event (id),
    guest_id UUID NOT NULL REFERENCES guest (id),
    blocked_by UUID NOT NULL REFERENCES account (id),
    blocked_at MOMENT NOT NULL,
    PRIMARY KEY (event_id, guest_id)
END_TABLE;
";

const DOWN: &str = "
ALTER TABLE pledge DROP COLUMN held_word;
ALTER TABLE share_join DROP COLUMN held_word;
ALTER TABLE share DROP COLUMN removed_for;
ALTER TABLE share DROP COLUMN held_word;
ALTER TABLE event DROP COLUMN songs_each;
";
