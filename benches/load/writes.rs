//! Durable pledges a second beside the least that is durable at all, and what one costs as they grow many.

use std::path::Path;
use std::time::Instant;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions, SqliteConnection};

use crate::client::get;
use crate::crowd::{Crowd, Outcome, median, per_second};
use crate::night::Night;
use crate::report::{Row, milliseconds, ratio};
use crate::{Pace, say};

/// Writers at once.
const MANY: usize = 16;
/// Pledges one after another that tell what one costs.
const SAMPLE: usize = 300;
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

/// The cost of a pledge and of the page with more and more pledges recorded. The service is left to be started again.
pub async fn grow(pace: &Pace, dir: &Path) -> (Vec<Row>, std::path::PathBuf) {
    let night = Night::begin(dir.join("grown")).await;
    let mut rows = Vec::new();
    let mut first = None;
    for recorded in pace.levels {
        say(&format!("  {recorded} pledges recorded"));
        let missing = recorded.saturating_sub(night.pledged());
        Crowd::counting(MANY, missing).ask(&night.server, 201, night.next_pledge()).await;
        let pledge = Crowd::counting(1, SAMPLE).ask(&night.server, 201, night.next_pledge()).await;
        let request = get(&night.page(), &[]);
        let page = Crowd::counting(1, SAMPLE).ask(&night.server, 200, move || request.clone()).await;
        let (pledge_then, page_then) = *first.get_or_insert((pledge.median_us(), page.median_us()));
        rows.push(grown(format!("one pledge with {recorded} recorded"), &pledge, pledge_then));
        rows.push(grown("  the page then".to_owned(), &page, page_then));
    }
    (rows, night.end())
}

fn grown(what: String, outcome: &Outcome, then: u64) -> Row {
    let (now, cpu) = (outcome.median_us(), outcome.cpu_us());
    Row::new(what, milliseconds(now), format!("{cpu} µs of processor"), ratio(now, then), "1.000: flat")
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
