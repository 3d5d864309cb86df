//! The schema, one file per change. Plain SQL in the two dialects' common tongue; see `dialect.rs`.
//!
//! Never uses the entity crate: a migration describes the schema of its day, not of today.

use sea_orm_migration::prelude::*;

mod dialect;
mod m0001_people;
mod m0002_charities_and_stories;
mod m0003_events;
mod m0004_tracks_and_shares;
mod m0005_pledges_and_ledger;
mod m0006_spine;
mod m0007_mails;
mod m0008_causes;
mod m0009_shown;
mod m0010_dancing;
mod m0011_decks;
mod m0013_kindness;
mod m0014_rsvps;
mod m0015_series;
mod m0016_search;
mod m0017_one_song;
mod m0018_apart;

/// Runs the changes in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Migration),
            Box::new(m0002_charities_and_stories::Migration),
            Box::new(m0003_events::Migration),
            Box::new(m0004_tracks_and_shares::Migration),
            Box::new(m0005_pledges_and_ledger::Migration),
            Box::new(m0006_spine::Migration),
            Box::new(m0007_mails::Migration),
            Box::new(m0008_causes::Migration),
            Box::new(m0009_shown::Migration),
            Box::new(m0010_dancing::Migration),
            Box::new(m0011_decks::Migration),
            Box::new(m0013_kindness::Migration),
            Box::new(m0014_rsvps::Migration),
            Box::new(m0015_series::Migration),
            Box::new(m0016_search::Migration),
            Box::new(m0017_one_song::Migration),
            Box::new(m0018_apart::Migration),
        ]
    }
}

pub use sea_orm_migration::{MigrationStatus, MigratorTrait};
