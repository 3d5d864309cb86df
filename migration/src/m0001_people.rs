//! Settings, accounts, guests, sessions and one-use links.

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
        drop_tables(manager, &["sign_in_link", "session", "guest", "account", "setting"]).await
    }
}

const UP: &str = "
CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
END_TABLE;

CREATE TABLE account (
    id UUID NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at MOMENT NOT NULL
END_TABLE;

CREATE TABLE guest (
    id UUID NOT NULL PRIMARY KEY,
    nickname TEXT NOT NULL,
    account_id UUID UNIQUE REFERENCES account (id),
    created_at MOMENT NOT NULL
END_TABLE;

CREATE TABLE session (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    account_id UUID REFERENCES account (id),
    guest_id UUID REFERENCES guest (id),
    secret_hash BYTES UNIQUE,
    created_at MOMENT NOT NULL,
    last_seen_at MOMENT NOT NULL,
    expires_at MOMENT NOT NULL,
    revoked_at MOMENT,
    CHECK ((account_id IS NULL) <> (guest_id IS NULL))
END_TABLE;
CREATE INDEX session_expires_at ON session (expires_at);
CREATE INDEX session_account_id ON session (account_id);

CREATE TABLE sign_in_link (
    id UUID NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    account_id UUID REFERENCES account (id),
    secret_hash BYTES NOT NULL UNIQUE,
    created_at MOMENT NOT NULL,
    expires_at MOMENT NOT NULL,
    used_at MOMENT
END_TABLE;
";
