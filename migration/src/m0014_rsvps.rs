//! Who says they'll be there, and where to remind them if they wish.

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
        drop_tables(manager, &["rsvp"]).await
    }
}

const UP: &str = "
CREATE TABLE rsvp (
    id UUID NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    guest_id UUID NOT NULL REFERENCES guest (id),
    email TEXT,
    told_start MOMENT NOT NULL,
    reminded_at MOMENT,
    made_at MOMENT NOT NULL,
    UNIQUE (event_id, guest_id)
END_TABLE;
CREATE INDEX rsvp_guest_id ON rsvp (guest_id);
";
