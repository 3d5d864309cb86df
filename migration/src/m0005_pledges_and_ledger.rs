//! Pledges, and the append-only double-entry book behind every total.

use sea_orm_migration::prelude::*;

use crate::dialect::{append_only, drop_tables, run};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        append_only(manager, "journal", &[&["id"], &["event_id", "number"]]).await?;
        append_only(manager, "entry", &[&["journal_id", "line"]]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["entry", "journal", "pledge_split", "pledge"]).await
    }
}

const UP: &str = "
CREATE TABLE pledge (
    id UUID NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    number NUMBER NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    amount_pence NUMBER NOT NULL CHECK (amount_pence > 0),
    state TEXT NOT NULL,
    gift_aid FLAG NOT NULL,
    name TEXT,
    email TEXT,
    message TEXT,
    show_name FLAG NOT NULL,
    show_amount FLAG NOT NULL,
    show_message FLAG NOT NULL,
    words_removed FLAG NOT NULL,
    supporter_key BYTES NOT NULL,
    token_version SMALL NOT NULL,
    made_at MOMENT NOT NULL,
    withdrawn_at MOMENT
END_TABLE;
CREATE UNIQUE INDEX pledge_by_number ON pledge (event_id, number);
CREATE INDEX pledge_supporter ON pledge (event_id, supporter_key);

CREATE TABLE pledge_split (
    pledge_id UUID NOT NULL REFERENCES pledge (id),
    charity_id UUID NOT NULL REFERENCES charity (id),
    position SMALL NOT NULL,
    parts SMALL NOT NULL CHECK (parts > 0),
    promised_pence NUMBER NOT NULL CHECK (promised_pence >= 0),
    PRIMARY KEY (pledge_id, charity_id)
END_TABLE;

CREATE TABLE journal (
    id UUID NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    number NUMBER NOT NULL,
    pledge_id UUID NOT NULL REFERENCES pledge (id),
    kind TEXT NOT NULL,
    at MOMENT NOT NULL,
    hash BYTES NOT NULL
END_TABLE;
CREATE UNIQUE INDEX journal_by_number ON journal (event_id, number);
CREATE INDEX journal_pledge ON journal (pledge_id);

CREATE TABLE entry (
    journal_id UUID NOT NULL REFERENCES journal (id),
    line SMALL NOT NULL,
    account TEXT NOT NULL,
    charity_id UUID REFERENCES charity (id),
    amount_pence NUMBER NOT NULL,
    PRIMARY KEY (journal_id, line)
END_TABLE;
";
