//! What a pledge, a song and a read cost as pledges grow many: recorded over HTTP, and from there copied row by row.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::client::{get, post};
use crate::copies;
use crate::crowd::{Crowd, Outcome};
use crate::night::Night;
use crate::report::{Row, milliseconds, ratio};
use crate::support::{self, SONGS};
use crate::{Pace, say};

/// Writers at once while pledges are recorded.
const MANY: usize = 16;
/// Answers one after another that tell what one costs.
const SAMPLE: usize = 300;
/// Songs before the first is measured: as many as the page shows, so that it grows no more.
const SONGS_BEFORE: usize = 300;
/// Pledges recorded over HTTP at most; from there they are copied.
const RECORDED_MAX: usize = 20_000;

/// Measures at each level; leaves the folder of the service, to be started again.
pub async fn measure(pace: &Pace, dir: &Path) -> (Vec<Row>, PathBuf) {
    let mut night = Night::begin(dir.join("grown")).await;
    let mut songs = SONGS;
    Crowd::counting(1, SONGS_BEFORE - SONGS).ask(&night.server, 201, next_song(&night, &mut songs)).await;
    let (mut rows, mut first, mut recorded) = (Vec::new(), None, 0);
    for level in pace.levels {
        say(&format!("  {level} pledges recorded"));
        if *level > RECORDED_MAX {
            let copied;
            (night, copied) = copies::grow(night, *level).await;
            recorded += copied;
        }
        let missing = level.saturating_sub(recorded);
        Crowd::counting(MANY, missing).ask(&night.server, 201, next_pledge(&night)).await;
        let pledge = Crowd::counting(1, SAMPLE).ask(&night.server, 201, next_pledge(&night)).await;
        let song = Crowd::counting(1, SAMPLE).ask(&night.server, 201, next_song(&night, &mut songs)).await;
        recorded += missing + SAMPLE;
        let read = async |path: String, count: usize| {
            let request = get(&path, &[]);
            Crowd::counting(1, count).ask(&night.server, 200, move || request.clone()).await
        };
        let outcomes = [
            ("one more pledge", pledge),
            ("one more song", song),
            ("the page", read(night.page(), SAMPLE).await),
            ("its totals", read(night.totals(), SAMPLE).await),
            ("its sums, added up anew", read(format!("{}/sums", night.page()), 3).await),
        ];
        let before = first.get_or_insert_with(|| outcomes.clone().map(|(_, outcome)| outcome.median_us()));
        for ((what, outcome), before) in outcomes.iter().zip(before) {
            rows.push(row(format!("{what} with {recorded} pledges"), outcome, *before));
        }
    }
    (rows, night.end())
}

fn row(what: String, outcome: &Outcome, before: u64) -> Row {
    let (now, cpu) = (outcome.median_us(), outcome.cpu_us());
    let what = if outcome.wrong == 0 { what } else { format!("{what} ({} WRONG)", outcome.wrong) };
    let target = if what.contains("one more") { "1.300 at most" } else { "" };
    Row::new(what, milliseconds(now), format!("{cpu} µs of processor"), ratio(now, before), target)
}

/// Pledges of every kind, in turns.
fn next_pledge(night: &Night) -> impl Fn() -> Vec<u8> + Clone + Send + Sync + 'static + use<> {
    night.next_pledge_of(|number| {
        let terms = match number % 4 {
            1 => json!({ "kind": "per_song", "amount_pence": null, "rate_pence": 1 + number % 40, "cap_pence": 500 + number % 3_000 }),
            3 => json!({ "kind": "match", "amount_pence": null, "percent": 1 + number % 3, "pot_pence": 200 + number % 2_000 }),
            _ => json!({}),
        };
        let mut pledge = support::pledge(number);
        for (field, value) in terms.as_object().into_iter().flatten() {
            pledge[field] = value.clone();
        }
        pledge
    })
}

/// Songs that nobody has shared yet.
fn next_song(night: &Night, songs: &mut usize) -> impl Fn() -> Vec<u8> + Clone + Send + Sync + 'static + use<> {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let path = format!("/api/v1/events/{}/shares", night.slug);
    let bearer = format!("Bearer {}", night.guest);
    let number = Arc::new(AtomicUsize::new(*songs));
    *songs += SONGS_BEFORE.max(SAMPLE);
    move || {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let song: Value = json!({ "title": format!("Song of number {number}"), "artist": "The Grown" });
        post(&path, &[("authorization", &bearer)], &song.to_string())
    }
}
