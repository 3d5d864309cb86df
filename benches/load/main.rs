//! The load harness behind `script/bench`: the real binary over real HTTP on loopback, beside what could at best be had.
//! Nothing fails by a figure, but a listener that misses something or is told it twice is a failure. Figures of one run
//! are to be compared with each other, not with another machine's.

#[path = "../support/mod.rs"]
mod support;

mod bare;
mod client;
mod copies;
mod crowd;
mod growth;
mod listeners;
mod night;
mod reads;
mod report;
mod served;
mod starts;
mod writes;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use crate::report::Row;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long it all may take.
pub struct Pace {
    /// Of each measurement.
    pub time: Duration,
    pub rounds: usize,
    /// Pledges recorded when one more is timed.
    pub levels: &'static [usize],
    /// Listeners at once.
    pub listeners: usize,
    /// Songs and pledges that they hear of.
    pub changes: usize,
}

const DEEP: Pace =
    Pace { time: Duration::from_secs(5), rounds: 3, levels: &[100, 10_000, 1_000_000], listeners: 10_000, changes: 20 };
/// About two minutes.
const QUICK: Pace = Pace { time: Duration::from_secs(1), rounds: 3, levels: &[100, 1_000], listeners: 500, changes: 5 };

#[tokio::main]
async fn main() -> ExitCode {
    // Cargo adds a word of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let wrong = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["bare", address, dir] => {
            bare::serve(address, dir).await;
            0
        }
        ["growth", ..] => {
            tell(&growth::measure(&DEEP, &Folder::new().0).await.0);
            0
        }
        ["listeners", words @ ..] => {
            let (rows, wrong) = listeners::measure(pace(words), &Folder::new().0).await;
            tell(&rows);
            wrong
        }
        words => measure(pace(words)).await,
    };
    if wrong > 0 {
        say(&format!("FAILED: {wrong} messages were missed or told twice"));
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn pace(words: &[&str]) -> &'static Pace {
    if words.contains(&"quick") { &QUICK } else { &DEEP }
}

/// Databases on the disk that the build is on: a folder in memory would make every write durable at once.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("load-{}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a folder");
        Self(dir)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Measures all there is; how often a listener missed something or was told it twice.
async fn measure(pace: &Pace) -> u64 {
    let folder = Folder::new();
    let mut rows: Vec<Row> = Vec::new();
    say("reads: the service and a bare axum handler with the same bytes, each in a process of its own");
    rows.extend(reads::measure(pace, &folder.0).await);
    say("writes: durable pledges, and one-insert SQLite transactions at synchronous=FULL on the same disk");
    rows.extend(writes::measure(pace, &folder.0).await);
    say("listeners: the service's stream and a bare broadcast of the same bytes, each in a process of its own");
    let (heard, wrong) = listeners::measure(pace, &folder.0).await;
    rows.extend(heard);
    say("growth: one after another on one connection");
    let (grown, dir) = growth::measure(pace, &folder.0).await;
    rows.extend(grown);
    say("starts: on that database, after a kill");
    rows.extend(starts::measure(&dir).await);
    tell(&rows);
    let (rounds, seconds) = (pace.rounds, pace.time.as_secs());
    say(&format!(
        "Medians of {rounds} rounds of {seconds} s. The client shares the processor with the servers, so look at"
    ));
    say(
        "\"processor an answer\" too: what the server's process spent, whoever else was busy. Its ratio is bare to ours.",
    );
    wrong
}

fn tell(rows: &[Row]) {
    say("");
    for line in report::table(rows) {
        say(&line);
    }
    say("");
}

#[expect(clippy::print_stdout, reason = "the harness tells what it measured")]
fn say(line: &str) {
    println!("{line}");
}
