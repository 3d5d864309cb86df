//! Durable pledges a second beside the least that is durable at all.

use std::path::Path;
use std::time::Instant;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions, SqliteConnection};

use crate::crowd::{Crowd, Outcome, median, per_second};
use crate::night::Night;
use crate::report::{Row, ratio};
use crate::{Pace, say};

/// Writers at once.
const MANY: usize = 16;
/// Bytes of a row, about those of a pledge.
const ROW_BYTES: usize = 250;

/// One writer, many writers, and raw transactions, in turns.
pub async fn measure(pace: &Pace, dir: &Path) -> Vec<Row> {
    let night = Night::begin(dir.join("writes")).await;
    let mut raw = Raw::open(night.folder()).await;
    let (mut alone, mut together, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=pace.rounds {
        say(&format!("  pledges, round {round}"));
        alone.push(Crowd::lasting(1, pace.time).ask(&night.server, 201, night.next_pledge()).await);
        bare.push(raw.write(pace).await);
        together.push(Crowd::lasting(MANY, pace.time).ask(&night.server, 201, night.next_pledge()).await);
    }
    let raw = median(bare);
    let row = |what: &str, outcomes: &[Outcome], target| {
        let ours = median(outcomes.iter().map(Outcome::rate).collect());
        let wrong: usize = outcomes.iter().map(|outcome| outcome.wrong).sum();
        let what = if wrong == 0 { what.to_owned() } else { format!("{what} ({wrong} WRONG)") };
        Row::new(what, format!("{ours}/s"), format!("{raw}/s raw"), ratio(ours, raw), target)
    };
    let cpu = median(alone.iter().map(Outcome::cpu_us).collect());
    vec![
        row("pledges, 1 writer", &alone, "0.5 of raw"),
        row("pledges, 16 writers", &together, "0.5 of raw"),
        Row::alone("  processor a pledge, 1 writer", format!("{cpu} µs"), ""),
    ]
}

/// One-insert transactions on a database beside the real one, as durable as that.
struct Raw {
    connection: SqliteConnection,
    number: i64,
}

impl Raw {
    async fn open(dir: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(dir.join("raw.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        let mut connection = options.connect().await.expect("a database");
        let table = "CREATE TABLE raw (id INTEGER PRIMARY KEY, row BLOB NOT NULL)";
        sqlx::query(table).execute(&mut connection).await.expect("a table");
        Self { connection, number: 0 }
    }

    /// Transactions a second.
    async fn write(&mut self, pace: &Pace) -> u64 {
        let row = vec![b'x'; ROW_BYTES];
        let (begun, mut count) = (Instant::now(), 0);
        while begun.elapsed() < pace.time {
            self.number += 1;
            let insert = sqlx::query("INSERT INTO raw (id, row) VALUES (?, ?)").bind(self.number).bind(row.as_slice());
            insert.execute(&mut self.connection).await.expect("an insert");
            count += 1;
        }
        per_second(count, begun.elapsed())
    }
}
