//! Tracks, where they are played, and who shared them.

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
        drop_tables(manager, &["share_join", "share_link", "share", "track_link", "track"]).await
    }
}

const UP: &str = "
CREATE TABLE track (
    id UUID NOT NULL PRIMARY KEY,
    title_key TEXT,
    created_at MOMENT NOT NULL
END_TABLE;

CREATE INDEX track_title_key ON track (title_key);

CREATE TABLE track_link (
    track_id UUID NOT NULL REFERENCES track (id),
    position SMALL NOT NULL,
    service TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    embed_url TEXT,
    PRIMARY KEY (track_id, position)
END_TABLE;
CREATE UNIQUE INDEX track_link_identity ON track_link (service, kind, key);

CREATE TABLE share (
    id UUID NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    track_id UUID NOT NULL REFERENCES track (id),
    guest_id UUID NOT NULL REFERENCES guest (id),
    title TEXT,
    artist TEXT,
    dedication TEXT,
    state TEXT NOT NULL,
    shared_at MOMENT NOT NULL,
    played_at MOMENT
END_TABLE;
CREATE UNIQUE INDEX share_once_per_event ON share (event_id, track_id) WHERE state IN ('shown', 'held');
CREATE INDEX share_event_id ON share (event_id, id);
CREATE INDEX share_guest_id ON share (guest_id);
CREATE INDEX share_track ON share (track_id, event_id);

CREATE TABLE share_link (
    share_id UUID NOT NULL REFERENCES share (id),
    track_id UUID NOT NULL,
    position SMALL NOT NULL,
    PRIMARY KEY (share_id, track_id, position),
    FOREIGN KEY (track_id, position) REFERENCES track_link (track_id, position)
END_TABLE;
CREATE INDEX share_link_track ON share_link (track_id);

CREATE TABLE share_join (
    share_id UUID NOT NULL REFERENCES share (id),
    guest_id UUID NOT NULL REFERENCES guest (id),
    joined_at MOMENT NOT NULL,
    is_shown FLAG NOT NULL,
    PRIMARY KEY (share_id, guest_id)
END_TABLE;
CREATE INDEX share_join_guest_id ON share_join (guest_id);
";
