//! Promise 1, "a recorded pledge survives a crash": the real binary is killed while eight writers pledge, again and again.
//! Catches an answer sent before the commit, a key kept apart from what it stands for, and settings that don't sync.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::histories::Chance;
use crate::support::house::Rooms;
use crate::support::service::{Place, Service};
use crate::support::{Backend, scale, seed};

const WRITERS: usize = 8;
/// How long writers write before the service is killed, in milliseconds.
const WRITING_MS: (i64, i64) = (50, 400);
const AMOUNT_PENCE: i64 = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorded_pledge_survives_a_crash_on_sqlite() {
    crash_and_come_back(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorded_pledge_survives_a_crash_on_postgres() {
    crash_and_come_back(Backend::Postgres).await;
}

/// A night that takes pledges, and who may see them all.
struct Night {
    path: String,
    host: String,
}

async fn crash_and_come_back(backend: Backend) {
    let (seed, rounds) = (seed(), scale(20, 1_000));
    let rooms = Rooms::new();
    let place = Place::new(rooms.database(backend).await, &rooms.dir);
    let night = plan(&place).await;
    let mut chance = Chance::new(seed);
    let (mut sent, mut acknowledged) = (0, BTreeMap::new());
    let mut worst = Duration::ZERO;
    for _ in 0..rounds {
        let (service, ready) = place.serve().await;
        worst = worst.max(ready);
        let mut writers = JoinSet::new();
        (0..WRITERS).for_each(|_| drop(writers.spawn(write(service.base.clone(), night.path.clone()))));
        let writing = chance.between(WRITING_MS.0, WRITING_MS.1);
        tokio::time::sleep(Duration::from_millis(writing.unsigned_abs())).await;
        service.crash();
        let mut all = Written { sent: BTreeSet::new(), acknowledged: BTreeMap::new() };
        while let Some(written) = writers.join_next().await {
            let written = written.expect("a writer");
            all.sent.extend(written.sent);
            all.acknowledged.extend(written.acknowledged);
        }
        sent += all.sent.len();
        retry(&place, &night, &mut acknowledged, all).await;
    }
    let (service, _) = place.serve().await;
    let recorded = recorded(&service, &night).await;
    let lost = acknowledged.iter().filter(|(key, reference)| recorded.get(*key) != Some(&vec![(*reference).clone()]));
    let lost: Vec<_> = lost.collect();
    let doubled: Vec<_> = recorded.iter().filter(|(_, references)| references.len() > 1).collect();
    println!(
        "crash, {backend:?}, seed {seed}: {rounds} rounds, {sent} sent, {} acknowledged, {} lost, {} doubled; ready again \
         in {worst:?} at worst",
        acknowledged.len(),
        lost.len(),
        doubled.len()
    );
    assert!(lost.is_empty(), "lost or changed: {lost:?}");
    assert!(doubled.is_empty(), "doubled: {doubled:?}");
    assert_eq!(recorded.len(), acknowledged.len(), "nothing stands that nobody was told of in the end");
    assert!(acknowledged.len() > usize::try_from(rounds).unwrap_or_default(), "the writers got somewhere");
    let checked = place.run(&["check"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

async fn plan(place: &Place) -> Night {
    place.say(&["organiser", "add", "--email", "host@disco.test", "--name", "Louise"]);
    let host = place.say(&["token", "--email", "host@disco.test", "--hours", "720"]);
    let (service, _) = place.serve().await;
    let client = reqwest::Client::new();
    let plan = json!({ "title": "Friday night", "starts_local": "2099-03-27T21:00", "duration_minutes": 120 });
    let events = format!("{}/api/v1/events", service.base);
    let planned = client.post(&events).bearer_auth(&host).json(&plan).send().await.expect("an answer");
    assert_eq!(planned.status(), 201);
    let published = client.post(format!("{events}/friday-night/publication")).bearer_auth(&host).json(&json!({}));
    assert_eq!(published.send().await.expect("an answer").status(), 200);
    Night { path: "/api/v1/events/friday-night".to_owned(), host }
}

/// What a writer sent, and what was acknowledged before the crash.
struct Written {
    sent: BTreeSet<String>,
    acknowledged: BTreeMap<String, String>,
}

fn pledge(key: &str) -> Value {
    json!({ "kind": "fixed", "amount_pence": AMOUNT_PENCE, "name": key })
}

async fn write(base: String, path: String) -> Written {
    let client = reqwest::Client::new();
    let mut written = Written { sent: BTreeSet::new(), acknowledged: BTreeMap::new() };
    loop {
        let key = format!("crash-{:032x}", rand::random::<u128>());
        written.sent.insert(key.clone());
        match send(&client, &base, &path, &key).await {
            Some(reference) => written.acknowledged.insert(key, reference),
            None => return written,
        };
    }
}

/// The reference of the pledge, if it is acknowledged whole.
async fn send(client: &reqwest::Client, base: &str, path: &str, key: &str) -> Option<String> {
    let url = format!("{base}{path}/pledges");
    let answer = client.post(url).header("idempotency-key", key).json(&pledge(key)).send().await.ok()?;
    assert_eq!(answer.status(), 201, "{:?}", answer.text().await);
    answer.json::<Value>().await.ok()?["reference"].as_str().map(str::to_owned)
}

/// Whoever heard nothing asks again with the same key, and so does one who did.
async fn retry(place: &Place, night: &Night, acknowledged: &mut BTreeMap<String, String>, written: Written) {
    let unheard: Vec<&String> = written.sent.iter().filter(|key| !written.acknowledged.contains_key(*key)).collect();
    let again = written.acknowledged.keys().next_back().into_iter();
    let keys: Vec<&String> = unheard.into_iter().chain(again).collect();
    if !keys.is_empty() {
        let (service, _) = place.serve().await;
        let client = reqwest::Client::new();
        for key in keys {
            let reference = send(&client, &service.base, &night.path, key).await.expect("an answer now");
            let told = written.acknowledged.get(key);
            assert!(told.is_none_or(|told| *told == reference), "{key} was {told:?} and is {reference}");
            acknowledged.insert(key.clone(), reference);
        }
    }
    acknowledged.extend(written.acknowledged);
}

/// The references of every pledge, by the key it was sent with.
async fn recorded(service: &Service, night: &Night) -> BTreeMap<String, Vec<String>> {
    let client = reqwest::Client::new();
    let mut recorded: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let url = format!("{}{}/pledges?limit=100&cursor={cursor}", service.base, night.path);
        let page: Value =
            client.get(url).bearer_auth(&night.host).send().await.expect("an answer").json().await.expect("JSON");
        for pledge in page["items"].as_array().expect("pledges") {
            let text = |field: &str| pledge[field].as_str().expect("a text").to_owned();
            recorded.entry(text("name")).or_default().push(text("reference"));
        }
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return recorded,
        }
    }
}
