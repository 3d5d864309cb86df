//! Events, their hosts, charities, stories and line-up, and the heads of their numbering.

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
        drop_tables(manager, &["event_head", "slot", "event_story", "event_charity", "event_host", "event"]).await
    }
}

const UP: &str = "
CREATE TABLE event (
    id UUID NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    summary TEXT,
    description_markdown TEXT,
    mood TEXT NOT NULL,
    hashtag TEXT NOT NULL,
    status TEXT NOT NULL,
    screening TEXT NOT NULL,
    starts_local LOCAL_TIME NOT NULL,
    time_zone TEXT NOT NULL,
    starts_at MOMENT NOT NULL,
    ends_at MOMENT NOT NULL,
    duration_minutes SMALL NOT NULL,
    closes_at MOMENT NOT NULL,
    published_at MOMENT,
    opened_at MOMENT,
    closed_at MOMENT,
    target_pence NUMBER,
    now_playing UUID,
    source_url TEXT,
    created_by UUID REFERENCES account (id),
    created_at MOMENT NOT NULL
END_TABLE;
CREATE INDEX event_status_starts_at ON event (status, starts_at);

CREATE TABLE event_host (
    event_id UUID NOT NULL REFERENCES event (id),
    account_id UUID NOT NULL REFERENCES account (id),
    PRIMARY KEY (event_id, account_id)
END_TABLE;

CREATE TABLE event_charity (
    event_id UUID NOT NULL REFERENCES event (id),
    charity_id UUID NOT NULL REFERENCES charity (id),
    position SMALL NOT NULL,
    parts SMALL NOT NULL CHECK (parts >= 0),
    promised_pence NUMBER NOT NULL,
    claimed_pence NUMBER NOT NULL,
    received_pence NUMBER NOT NULL,
    gift_aidable_pence NUMBER NOT NULL,
    PRIMARY KEY (event_id, charity_id)
END_TABLE;

CREATE TABLE event_story (
    event_id UUID NOT NULL REFERENCES event (id),
    story_id UUID NOT NULL REFERENCES story (id),
    position SMALL NOT NULL,
    PRIMARY KEY (event_id, story_id)
END_TABLE;

CREATE TABLE slot (
    event_id UUID NOT NULL REFERENCES event (id),
    position SMALL NOT NULL,
    host TEXT NOT NULL,
    title TEXT,
    minutes SMALL NOT NULL CHECK (minutes > 0),
    anchor_local LOCAL_TIME,
    PRIMARY KEY (event_id, position)
END_TABLE;

CREATE TABLE event_head (
    scope UUID NOT NULL PRIMARY KEY,
    seq NUMBER NOT NULL,
    at MOMENT NOT NULL,
    journal_number NUMBER NOT NULL,
    journal_hash BYTES NOT NULL,
    pledge_number NUMBER NOT NULL,
    base_pence NUMBER NOT NULL CHECK (base_pence >= 0),
    counted_songs NUMBER,
    pledges NUMBER NOT NULL CHECK (pledges >= 0),
    supporters NUMBER NOT NULL CHECK (supporters >= 0),
    shares NUMBER NOT NULL CHECK (shares >= 0)
END_TABLE;
";
