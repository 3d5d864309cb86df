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
        drop_tables(
            manager,
            &[
                "import_row",
                "import_batch",
                "entry",
                "journal",
                "settlement",
                "payment",
                "open_pot",
                "open_match",
                "open_step",
                "open_group",
                "pledge_split",
                "pledge",
            ],
        )
        .await
    }
}

const UP: &str = "
CREATE TABLE pledge (
    id UUID NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    number NUMBER NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    at_most_pence NUMBER NOT NULL CHECK (at_most_pence > 0),
    rate NUMBER CHECK (rate > 0),
    counted NUMBER,
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
    reminders_sent SMALL NOT NULL,
    reminders_stopped FLAG NOT NULL,
    made_at MOMENT NOT NULL,
    withdrawn_at MOMENT,
    CHECK ((kind = 'fixed') = (rate IS NULL))
END_TABLE;
CREATE UNIQUE INDEX pledge_by_number ON pledge (event_id, number);
CREATE INDEX pledge_supporter ON pledge (event_id, supporter_key);
CREATE INDEX pledge_counted ON pledge (event_id, kind, counted);

CREATE TABLE pledge_split (
    pledge_id UUID NOT NULL REFERENCES pledge (id),
    charity_id UUID NOT NULL REFERENCES charity (id),
    position SMALL NOT NULL,
    parts SMALL NOT NULL CHECK (parts >= 0),
    promised_pence NUMBER NOT NULL CHECK (promised_pence >= 0),
    claimed_pence NUMBER NOT NULL CHECK (claimed_pence >= 0),
    received_pence NUMBER NOT NULL CHECK (received_pence >= 0),
    PRIMARY KEY (pledge_id, charity_id)
END_TABLE;

CREATE TABLE open_group (
    id UUID NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    split TEXT NOT NULL,
    gift_aid FLAG NOT NULL,
    rate_pence NUMBER NOT NULL CHECK (rate_pence >= 0),
    capped_pence NUMBER NOT NULL CHECK (capped_pence >= 0),
    at_most_pence NUMBER NOT NULL CHECK (at_most_pence >= 0)
END_TABLE;
CREATE UNIQUE INDEX open_group_identity ON open_group (event_id, split, gift_aid);

CREATE TABLE open_step (
    event_id UUID NOT NULL REFERENCES event (id),
    songs NUMBER NOT NULL,
    group_id UUID NOT NULL REFERENCES open_group (id),
    rate_pence NUMBER NOT NULL CHECK (rate_pence >= 0),
    cap_pence NUMBER NOT NULL CHECK (cap_pence >= 0),
    PRIMARY KEY (event_id, songs, group_id)
END_TABLE;

CREATE TABLE open_match (
    event_id UUID NOT NULL REFERENCES event (id),
    group_id UUID NOT NULL REFERENCES open_group (id),
    percent NUMBER NOT NULL,
    level_pence NUMBER NOT NULL CHECK (level_pence >= 0),
    unused NUMBER NOT NULL CHECK (unused >= 0),
    used_pence NUMBER NOT NULL CHECK (used_pence >= 0),
    PRIMARY KEY (event_id, group_id, percent)
END_TABLE;

CREATE TABLE open_pot (
    group_id UUID NOT NULL REFERENCES open_group (id),
    percent NUMBER NOT NULL,
    pot_pence NUMBER NOT NULL,
    pledges NUMBER NOT NULL CHECK (pledges >= 0),
    PRIMARY KEY (group_id, percent, pot_pence)
END_TABLE;

CREATE TABLE payment (
    id UUID NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    pledge_id UUID REFERENCES pledge (id),
    charity_id UUID NOT NULL REFERENCES charity (id),
    amount_pence NUMBER NOT NULL CHECK (amount_pence > 0),
    settled_pence NUMBER NOT NULL CHECK (settled_pence BETWEEN 0 AND amount_pence),
    method TEXT NOT NULL,
    state TEXT NOT NULL,
    reference TEXT,
    name TEXT,
    note TEXT,
    paid_on DAY NOT NULL,
    recorded_by UUID,
    made_at MOMENT NOT NULL
END_TABLE;
CREATE INDEX payment_event ON payment (event_id, id);
CREATE INDEX payment_pledge ON payment (pledge_id, charity_id);

CREATE TABLE settlement (
    payment_id UUID NOT NULL REFERENCES payment (id),
    claim_id UUID NOT NULL REFERENCES payment (id),
    amount_pence NUMBER NOT NULL CHECK (amount_pence > 0),
    PRIMARY KEY (payment_id, claim_id)
END_TABLE;

CREATE TABLE journal (
    id UUID NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    number NUMBER NOT NULL,
    pledge_id UUID REFERENCES pledge (id),
    payment_id UUID REFERENCES payment (id),
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

CREATE TABLE import_batch (
    id UUID NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    charity_id UUID NOT NULL REFERENCES charity (id),
    source TEXT NOT NULL,
    file_hash BYTES NOT NULL,
    state TEXT NOT NULL,
    matched NUMBER NOT NULL,
    unmatched NUMBER NOT NULL,
    duplicate NUMBER NOT NULL,
    refused NUMBER NOT NULL,
    total_pence NUMBER NOT NULL,
    made_by UUID NOT NULL,
    made_at MOMENT NOT NULL,
    undone_at MOMENT
END_TABLE;
CREATE INDEX import_batch_event ON import_batch (event_id, id);

CREATE TABLE import_row (
    id UUID NOT NULL PRIMARY KEY,
    import_id UUID NOT NULL REFERENCES import_batch (id),
    line NUMBER NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT,
    reference TEXT,
    amount_pence NUMBER CHECK (amount_pence > 0),
    paid_on DAY,
    name TEXT,
    outcome TEXT NOT NULL,
    reason TEXT,
    state TEXT NOT NULL,
    pledge_id UUID REFERENCES pledge (id),
    payment_id UUID UNIQUE REFERENCES payment (id),
    CHECK (state <> 'counted' OR (external_id IS NOT NULL AND payment_id IS NOT NULL))
END_TABLE;
CREATE UNIQUE INDEX import_row_by_line ON import_row (import_id, line);
CREATE INDEX import_row_identity ON import_row (source, external_id);
CREATE UNIQUE INDEX import_row_counted ON import_row (source, external_id) WHERE state = 'counted';
";
