//! Makes a night's pledges many by copying what was recorded, row by row, in the database of a service that is ended.
//!
//! The rows are those that recording would have made, but for hashes, which are random: nothing here is audited. The sums
//! that the service keeps are multiplied with them.

use std::path::Path;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions, Row, SqliteConnection};

use crate::night::Night;
use crate::say;

/// Grows a night to nearly `level` pledges; returns it, served again, and how many were added.
pub async fn grow(night: Night, level: usize) -> (Night, usize) {
    let stopped = night.stop();
    let mut db = open(&stopped.2).await;
    let there = number(&mut db, "SELECT pledge_number FROM event_head ORDER BY pledge_number DESC LIMIT 1").await;
    let copies = i64::try_from(level).unwrap_or_default() / there - 1;
    say(&format!("  copying {there} pledges {copies} times"));
    run(&mut db, "BEGIN").await;
    for copy in 1..=copies {
        for table in TABLES {
            let id = format!("unhex(printf('{copy:08x}%024x', ");
            run(&mut db, &table.replace("{copy}", &copy.to_string()).replace("{id}", &id)).await;
        }
    }
    let times = (copies + 1).to_string();
    for sum in SUMS {
        run(&mut db, &sum.replace("{times}", &times)).await;
    }
    run(&mut db, "COMMIT").await;
    run(&mut db, "DROP TABLE was").await;
    db_closed(db).await;
    (Night::again(stopped), usize::try_from(there * copies).unwrap_or_default())
}

/// What one copy adds. `{id}` makes an id of a copy and a number: `{id}number))`. `was` has the night as it was before.
const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS was AS SELECT scope, seq, journal_number, pledge_number FROM event_head WHERE pledge_number > 0",
    "INSERT INTO pledge SELECT {id}number)), event_id, number + {copy} * w.pledge_number, 'C{copy}X' || number, kind,
        at_most_pence, rate, counted, state, gift_aid, name, email, message, show_name, show_amount, show_message,
        words_removed, randomblob(32), token_version, reminders_sent, reminders_stopped, made_at, withdrawn_at
        FROM pledge, was w WHERE event_id = w.scope AND number <= w.pledge_number",
    "INSERT INTO pledge_split SELECT {id}p.number)), s.charity_id, s.position, s.parts, s.promised_pence, s.claimed_pence,
        s.received_pence FROM was w JOIN pledge p ON p.event_id = w.scope AND p.number <= w.pledge_number
        JOIN pledge_split s ON s.pledge_id = p.id",
    "INSERT INTO journal SELECT {id}j.number)), j.event_id, j.number + {copy} * w.journal_number,
        {id}p.number)), NULL, j.kind, j.at, randomblob(32)
        FROM was w JOIN journal j ON j.event_id = w.scope AND j.number <= w.journal_number JOIN pledge p ON p.id = j.pledge_id",
    "INSERT INTO entry SELECT {id}j.number)), e.line, e.account, e.charity_id, e.amount_pence
        FROM was w JOIN journal j ON j.event_id = w.scope AND j.number <= w.journal_number JOIN entry e ON e.journal_id = j.id",
    "INSERT INTO activity SELECT a.scope, a.seq + {copy} * w.seq, a.at, a.kind, a.audience, a.subject, a.actor,
        a.amount_pence, randomblob(32) FROM was w JOIN activity a ON a.scope = w.scope AND a.seq <= w.seq",
    "INSERT INTO kept_answer SELECT caller, key || '-{copy}', request_hash, outcome, made_at FROM kept_answer
        WHERE key LIKE 'measured-pledge-%' AND key NOT LIKE 'measured-pledge-%-%'",
];

/// What every copy multiplies.
const SUMS: &[&str] = &[
    "UPDATE event_head SET seq = seq * {times}, journal_number = journal_number * {times}, pledges = pledges * {times},
        pledge_number = pledge_number * {times}, base_pence = base_pence * {times}, supporters = pledges * {times}
        WHERE scope IN (SELECT scope FROM was)",
    "UPDATE event_charity SET promised_pence = promised_pence * {times}, gift_aidable_pence = gift_aidable_pence * {times}",
    "UPDATE open_group SET rate_pence = rate_pence * {times}, capped_pence = capped_pence * {times},
        at_most_pence = at_most_pence * {times}",
    "UPDATE open_step SET rate_pence = rate_pence * {times}, cap_pence = cap_pence * {times}",
    "UPDATE open_pot SET pledges = pledges * {times}",
    "UPDATE open_match SET level_pence = percent * (
            SELECT h.base_pence + SUM(g.rate_pence * h.shares + g.capped_pence) FROM open_group g
            JOIN event_head h ON h.scope = g.event_id WHERE g.event_id = open_match.event_id) / 100",
    "UPDATE open_match SET
        unused = (SELECT COALESCE(SUM(pledges), 0) FROM open_pot p WHERE p.group_id = open_match.group_id
            AND p.percent = open_match.percent AND p.pot_pence > open_match.level_pence),
        used_pence = (SELECT COALESCE(SUM(pledges * pot_pence), 0) FROM open_pot p WHERE p.group_id = open_match.group_id
            AND p.percent = open_match.percent AND p.pot_pence <= open_match.level_pence)",
];

async fn open(dir: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(dir.join("disco.db"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Off)
        .pragma("cache_size", "-1000000")
        .disable_statement_logging();
    options.connect().await.expect("the database")
}

async fn db_closed(db: SqliteConnection) {
    use sea_orm::sqlx::Connection as _;
    db.close().await.expect("to close");
}

async fn run(db: &mut SqliteConnection, sql: &str) {
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(db).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
}

async fn number(db: &mut SqliteConnection, sql: &'static str) -> i64 {
    sqlx::query(sql).fetch_one(db).await.expect("a row").get(0)
}
