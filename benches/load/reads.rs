//! Answers a second: the real service and the bare handler take turns.

use std::path::Path;

use axum::body::Bytes;

use crate::bare;
use crate::client::{Connection, get};
use crate::crowd::{Crowd, Outcome, median};
use crate::night::Night;
use crate::report::{Row, ratio};
use crate::served::Served;
use crate::{Pace, say};

/// Connections at once: enough to keep two cores busy.
const CONNECTIONS: usize = 16;

/// One kind of request.
struct Case {
    what: &'static str,
    name: &'static str,
    target: &'static str,
    request: Bytes,
    bare: Bytes,
    status: u16,
}

/// Measures every kind of read.
pub async fn measure(pace: &Pace, dir: &Path) -> Vec<Row> {
    let night = Night::with_pledges(dir.join("reads")).await;
    let answers = dir.join("answers");
    std::fs::create_dir_all(&answers).expect("a folder");
    let cases = cases(&night, &answers).await;
    let bare = Served::bare(&answers);
    let mut rounds: Vec<Vec<[Outcome; 2]>> = cases.iter().map(|_| Vec::new()).collect();
    for round in 1..=pace.rounds {
        for (case, outcomes) in cases.iter().zip(&mut rounds) {
            say(&format!("  {}, round {round}", case.what));
            let crowd = Crowd::lasting(CONNECTIONS, pace.time);
            let (request, same) = (case.request.clone(), case.bare.clone());
            let ours = crowd.ask(&night.server, case.status, move || request.clone()).await;
            let theirs = crowd.ask(&bare, case.status, move || same.clone()).await;
            outcomes.push([ours, theirs]);
        }
    }
    cases.iter().zip(&rounds).flat_map(|(case, outcomes)| rows(case, outcomes)).collect()
}

async fn cases(night: &Night, answers: &Path) -> Vec<Case> {
    let (page, totals) = (night.page(), night.totals());
    let mut connection = Connection::open(night.server.address).await.expect("a connection");
    let mut cases = Vec::new();
    for (what, name, path, kind, target) in [
        ("event page", "page", &page, Kind::Plain, "0.8 of bare"),
        ("event page, gzip", "page-gzip", &page, Kind::Gzip, ""),
        ("event page, 304", "page-304", &page, Kind::Known, "0.8 of bare"),
        ("totals", "totals", &totals, Kind::Plain, ""),
        ("totals, 304", "totals-304", &totals, Kind::Known, "0.8 of bare"),
    ] {
        connection.ask(&get(path, &[])).await.expect("an answer");
        let etag = header(&connection.head(), "etag");
        let headers = match kind {
            Kind::Plain => vec![],
            Kind::Gzip => vec![("accept-encoding", "gzip")],
            Kind::Known => vec![("if-none-match", etag.as_str())],
        };
        let request = get(path, &headers);
        let status = connection.ask(&request).await.expect("an answer");
        bare::record(answers, name, &connection);
        let bare = get(&format!("/{name}"), &headers);
        cases.push(Case { what, name, target, request: request.into(), bare: bare.into(), status });
    }
    cases
}

/// What is asked for beside the path.
enum Kind {
    Plain,
    Gzip,
    Known,
}

fn header(head: &str, wanted: &str) -> String {
    let mut pairs = head.lines().filter_map(|line| line.split_once(": "));
    pairs.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.to_owned()).unwrap_or_default()
}

fn rows(case: &Case, outcomes: &[[Outcome; 2]]) -> [Row; 2] {
    let middle = |at: usize, of: fn(&Outcome) -> u64| median(outcomes.iter().map(|pair| of(&pair[at])).collect());
    let (ours, bare) = (middle(0, Outcome::rate), middle(1, Outcome::rate));
    let (ours_us, bare_us) = (middle(0, Outcome::cpu_us), middle(1, Outcome::cpu_us));
    let wrong: usize = outcomes.iter().flatten().map(|outcome| outcome.wrong).sum();
    let what = if wrong == 0 { case.what.to_owned() } else { format!("{} ({wrong} WRONG)", case.what) };
    [
        Row::new(what, format!("{ours}/s"), format!("{bare}/s"), ratio(ours, bare), case.target),
        Row::new(
            format!("  {}: processor an answer", case.name),
            format!("{ours_us} µs"),
            format!("{bare_us} µs"),
            ratio(bare_us, ours_us),
            "",
        ),
    ]
}
