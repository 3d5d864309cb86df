//! Thousands of listeners on one night's stream while songs and pledges arrive, beside a bare broadcast of messages that
//! are as long: how long it takes from a change to the last of them, what each costs, and that each hears everything once.
//!
//! A change is committed at some time between its request and its acknowledgment. What is called "to the last" begins
//! at the acknowledgment; "from its request" holds the whole write and so is more than it took.

mod hall;
mod line;
mod writer;

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use self::hall::{Hall, Heard, Role};
use self::writer::{Change, Writer};
use crate::client::post;
use crate::night::Night;
use crate::report::{Row, milliseconds, ratio};
use crate::served::Served;
use crate::{Pace, say};

/// Before the first change, and between one that everybody has heard of and the next: totals are told each 250 ms.
const REST: Duration = Duration::from_millis(400);
/// In a storm, a third lose the line just before every fifth change.
const STORM_EVERY: usize = 5;
/// What is told beside it, where there was nothing to learn its length from.
const LENGTH: usize = 500;

/// Who sits in the hall.
struct Case {
    what: &'static str,
    name: &'static str,
    rounds: fn(&Pace) -> usize,
    role: fn(usize) -> Role,
}

const CASES: [Case; 3] = [
    Case { what: "all read", name: "calm", rounds: |pace| pace.rounds, role: |_| Role::Reads },
    Case {
        what: "one in twenty never reads",
        name: "silent",
        rounds: |_| 1,
        role: |number| if number % 20 == 19 { Role::NeverReads } else { Role::Reads },
    },
    Case {
        what: "a third come back at once, again and again",
        name: "storms",
        rounds: |_| 1,
        role: |number| if number % 3 == 2 { Role::Returns } else { Role::Reads },
    },
];

/// What there was to see in one hall, or in several of one kind.
#[derive(Default)]
struct Seen {
    /// From the acknowledgment to the last listener, by change.
    last: Vec<u64>,
    /// From the request to the last listener, by change.
    last_from_request: Vec<u64>,
    /// From the acknowledgment to each listener.
    each: Vec<u64>,
    /// From the acknowledgment until the last listener was told totals that hold the change.
    totals: Vec<u64>,
    returns: Vec<u64>,
    bytes_each: Vec<u64>,
    /// Microseconds of the server's processor for a hundred listeners that heard.
    cpu_hundred: Vec<u64>,
    lengths: Vec<usize>,
    gaps: u64,
    repeats: u64,
    cut: usize,
}

/// Measures every case; the rows, and how often somebody missed something or was told it twice.
pub async fn measure(pace: &Pace, dir: &Path) -> (Vec<Row>, u64) {
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        say(&format!("  the open-file limit can't be raised: {error}"));
    }
    let (mut rows, mut wrong) = (Vec::new(), 0);
    for case in &CASES {
        let (mut ours, mut bare) = (Seen::default(), Seen::default());
        for round in 1..=(case.rounds)(pace) {
            say(&format!("  {} listeners, {}, round {round}", pace.listeners, case.what));
            let roles: Vec<Role> = (0..pace.listeners).map(case.role).collect();
            see_ours(pace, &dir.join(format!("listeners-{}-{round}", case.name)), &roles, &mut ours).await;
            let lengths = ours.lengths.clone();
            see_bare(pace, &dir.join("nothing"), &roles, &lengths, &mut bare).await;
        }
        wrong += ours.gaps + ours.repeats;
        rows.extend(rows_of(pace, case, &mut ours, &mut bare));
    }
    (rows, wrong)
}

async fn see_ours(pace: &Pace, dir: &Path, roles: &[Role], seen: &mut Seen) {
    let night = Night::begin(dir.to_owned()).await;
    let path = format!("{}/stream", night.page());
    let last = Hall::head(night.server.address, &path).await;
    let (shares, bearer) = (format!("/api/v1/events/{}/shares", night.slug), format!("Bearer {}", night.guest));
    let next_pledge = night.next_pledge();
    let next = |number: usize| {
        if number.is_multiple_of(2) {
            return next_pledge();
        }
        let song = json!({ "title": format!("Song of number {number}"), "artist": "The Heard" });
        post(&shares, &[("authorization", &bearer)], &song.to_string())
    };
    see(pace, &night.server, &path, last, roles, next, seen).await;
}

async fn see_bare(pace: &Pace, dir: &Path, roles: &[Role], lengths: &[usize], seen: &mut Seen) {
    std::fs::create_dir_all(dir).expect("a folder");
    let server = Served::bare(dir);
    let next = |number: usize| {
        let head = format!("id: {}\nevent: share\ndata: ", number + 1);
        let length = lengths.get(number).copied().unwrap_or(LENGTH);
        let data = "x".repeat(length.saturating_sub(head.len() + 2));
        post("/tell", &[], &format!("{head}{data}\n\n"))
    };
    see(pace, &server, "/stream", 0, roles, next, seen).await;
}

/// Fills a hall, makes the changes, and adds what there was to see.
async fn see(
    pace: &Pace,
    server: &Served,
    path: &str,
    last: u64,
    roles: &[Role],
    next: impl Fn(usize) -> Vec<u8>,
    seen: &mut Seen,
) {
    let writer = Writer::open(server.address);
    let before_kb = server.memory_kb();
    let hall = Hall::open(server.address, path, last, roles).await;
    sleep(REST).await;
    let spent = server.cpu();
    let mut changes = Vec::new();
    for number in 0..pace.changes {
        if number % STORM_EVERY == STORM_EVERY - 1 {
            hall.storm();
        }
        changes.push(writer.make(next(number)).await);
        hall.heard(number + 1).await;
        sleep(REST).await;
    }
    let spent = server.cpu().saturating_sub(spent);
    let growth_kb = server.memory_kb().saturating_sub(before_kb);
    let heard = hall.end().await;
    let deliveries: usize = heard.iter().map(|one| one.changes.len()).sum();
    seen.bytes_each.push(growth_kb * 1024 / u64::try_from(roles.len()).unwrap_or(1));
    seen.cpu_hundred.push(micros(spent) * 100 / u64::try_from(deliveries.max(1)).unwrap_or(1));
    seen.add(&heard, &changes);
}

impl Seen {
    fn add(&mut self, all: &[Heard], changes: &[Change]) {
        let steady = all.iter().find(|heard| heard.is_steady && heard.changes.len() == changes.len());
        let ids: Vec<u64> = steady.into_iter().flat_map(|heard| heard.changes.iter().map(|(id, ..)| *id)).collect();
        self.lengths =
            steady.into_iter().flat_map(|heard| heard.changes.iter().map(|(_, length, _)| *length)).collect();
        for (id, change) in ids.iter().zip(changes) {
            let told = all.iter().filter_map(|heard| {
                let at = heard.changes.binary_search_by_key(id, |(id, ..)| *id).ok()?;
                Some(heard.changes[at].2)
            });
            let told: Vec<Instant> = told.collect();
            let Some(last) = told.iter().max() else { continue };
            self.last.push(micros(last.saturating_duration_since(change.acknowledged)));
            self.last_from_request.push(micros(last.saturating_duration_since(change.asked)));
            self.each.extend(told.iter().map(|at| micros(at.saturating_duration_since(change.acknowledged))));
            let summed = all.iter().filter_map(|heard| heard.totals.iter().find(|(up_to, _)| up_to >= id));
            let summed = summed.map(|(_, at)| at).max();
            self.totals.extend(summed.map(|at| micros(at.saturating_duration_since(change.acknowledged))));
        }
        // What came last leaves no gap behind it.
        let missing: usize = all.iter().map(|heard| changes.len().saturating_sub(heard.changes.len())).sum();
        self.gaps += all.iter().map(|heard| heard.gaps).sum::<u64>().max(u64::try_from(missing).unwrap_or(u64::MAX));
        self.repeats += all.iter().map(|heard| heard.repeats).sum::<u64>();
        self.returns.extend(all.iter().flat_map(|heard| &heard.returns).map(|time| micros(*time)));
        self.cut += all.iter().map(|heard| heard.cut).sum::<usize>();
    }
}

fn rows_of(pace: &Pace, case: &Case, ours: &mut Seen, bare: &mut Seen) -> Vec<Row> {
    let times = |what: &str, ours: &mut [u64], bare: &mut [u64], percent, target: &str| {
        let (ours, bare) = (rank(ours, percent), rank(bare, percent));
        Row::new(what, milliseconds(ours), milliseconds(bare), ratio(bare, ours), target)
    };
    let kilobytes = |bytes: u64| format!("{}.{} KB", bytes / 1024, bytes % 1024 * 10 / 1024);
    let title = format!("{} listeners, {}: to the last, p50", pace.listeners, case.what);
    let mut rows = vec![
        times(&title, &mut ours.last, &mut bare.last, 50, ""),
        times("  to the last, p99", &mut ours.last, &mut bare.last, 99, "bare at most, and 1 s"),
        times("  to each, p99", &mut ours.each, &mut bare.each, 99, ""),
        times("  from its request to the last, p99", &mut ours.last_from_request, &mut bare.last_from_request, 99, ""),
        Row::alone("  new totals to the last, p99", milliseconds(rank(&mut ours.totals, 99)), "1 s"),
    ];
    if !ours.returns.is_empty() {
        rows.push(times("  back in their seats, p50", &mut ours.returns, &mut bare.returns, 50, ""));
        rows.push(times("  back in their seats, p99", &mut ours.returns, &mut bare.returns, 99, ""));
    }
    let (cpu, bare_cpu) = (rank(&mut ours.cpu_hundred, 50), rank(&mut bare.cpu_hundred, 50));
    let (each, bare_each) = (rank(&mut ours.bytes_each, 50), rank(&mut bare.bytes_each, 50));
    let told = |seen: &Seen| format!("{} and {}", seen.gaps, seen.repeats);
    rows.push(Row::new(
        "  processor for 100 of them",
        format!("{cpu} µs"),
        format!("{bare_cpu} µs"),
        ratio(bare_cpu, cpu),
        "",
    ));
    rows.push(Row::new(
        "  memory a listener",
        kilobytes(each),
        kilobytes(bare_each),
        ratio(bare_each, each),
        "bare at most",
    ));
    let none = "none, or it fails";
    rows.push(Row::new("  gaps and repeats", told(ours), told(bare), String::new(), none));
    if ours.cut + bare.cut > 0 {
        rows.push(Row::new("  lines cut by the server", ours.cut.to_string(), bare.cut.to_string(), String::new(), ""));
    }
    rows
}

/// The nearest rank, in order.
fn rank(list: &mut [u64], percent: usize) -> u64 {
    list.sort_unstable();
    let at = (list.len() * percent).div_ceil(100).saturating_sub(1);
    list.get(at).copied().unwrap_or_default()
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
