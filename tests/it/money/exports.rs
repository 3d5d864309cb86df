//! Exports: the same rows as CSV and as JSON, whole, from one moment, for hosts alone, and harmless in a spreadsheet.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode, header};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::histories::{Chance, Night};
use crate::support::statement::{CHARITY, justgiving, path, send};
use crate::support::{Actor, Answer, Backend, House, on_both};

on_both!(
    csv_and_json_are_row_for_row_the_same,
    entries_lead_to_the_totals,
    no_cell_is_run,
    what_hosts_hid_is_marked,
    a_long_night_comes_whole,
    a_file_is_of_one_moment,
    only_so_many_at_once,
    hosts_alone_get_them,
);

const ALL: [&str; 3] = ["pledges", "payments", "entries"];

/// The rows of an export in JSON.
pub async fn export(host: &Actor, slug: &str, what: &str) -> Vec<Value> {
    let answer = host.get(&format!("/api/v1/events/{slug}/exports/{what}.json")).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.json().as_array().expect("rows").clone()
}

/// The rows of a file for spreadsheet programs, each by the names of its columns.
pub fn table(answer: &Answer) -> Vec<BTreeMap<String, String>> {
    let text = String::from_utf8(answer.body.clone()).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').expect("a mark that it is UTF-8");
    assert!(text.ends_with("\r\n"), "lines end as RFC 4180 has them");
    // Strict: every record must have as many cells as the first.
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let names = reader.headers().expect("a header").clone();
    let row = |record: csv::StringRecord| {
        names.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect::<BTreeMap<_, _>>()
    };
    reader.records().map(|record| row(record.expect("a record"))).collect()
}

async fn export_csv(host: &Actor, slug: &str, what: &str) -> Vec<BTreeMap<String, String>> {
    let answer = host.get(&format!("/api/v1/events/{slug}/exports/{what}.csv")).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let attached = format!("attachment; filename=\"{slug}-{what}.csv\"");
    assert_eq!(answer.header("content-disposition"), Some(attached.as_str()));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    table(&answer)
}

/// A cell as the JSON has it: empty for null, and a text without the apostrophe that makes it harmless.
fn assert_same(cell: &str, value: &Value, what: &str) {
    match value {
        Value::Null => assert_eq!(cell, "", "{what}"),
        Value::String(text) if cell != text => assert_eq!(cell, format!("'{text}"), "{what}"),
        Value::String(_) => {}
        other => assert_eq!(cell, other.to_string(), "{what}"),
    }
}

async fn assert_row_for_row(host: &Actor, slug: &str) -> usize {
    let mut rows = 0;
    for what in ALL {
        let (in_json, in_csv) = (export(host, slug, what).await, export_csv(host, slug, what).await);
        assert_eq!(in_json.len(), in_csv.len(), "{what}");
        for (value, record) in in_json.iter().zip(&in_csv) {
            let object = value.as_object().expect("an object");
            let fields: BTreeSet<&String> = object.keys().collect();
            assert_eq!(fields, record.keys().collect(), "{what}: the columns are the fields");
            for (name, held) in object {
                assert_same(&record[name], held, &format!("{what}, {name}"));
            }
        }
        rows += in_json.len();
    }
    rows
}

/// Catches: a column that the CSV forgets, and rows that one of the two leaves out.
async fn csv_and_json_are_row_for_row_the_same(house: House) {
    let seed = crate::support::seed();
    let mut chance = Chance::new(seed ^ (11 << 40));
    let mut night = Night::plan(&house, 0).await;
    assert_eq!(assert_row_for_row(&night.host, &night.slug).await, 0, "an empty night has headers alone");
    for _ in 0..60 {
        night.act(&mut chance).await;
    }
    let rows = assert_row_for_row(&night.host, &night.slug).await;
    let pledges = export(&night.host, &night.slug, "pledges").await;
    let listed = night.host.get(&format!("/api/v1/events/{}/pledges?limit=100", night.slug)).await.expect(200).json();
    for (row, listed) in pledges.iter().zip(listed["items"].as_array().expect("pledges")) {
        for (name, held) in row.as_object().expect("a row").iter().filter(|(name, _)| listed.get(name).is_some()) {
            assert!(name == "split" || *held == listed[name], "seed {seed}, {name}: {held} and {}", listed[name]);
        }
    }
    println!("seed {seed}: {rows} rows are the same in both");
}

/// Catches: entries left out or told of another account, and hashes that aren't the chain's.
async fn entries_lead_to_the_totals(house: House) {
    let count = if house.backend == Backend::Sqlite { 8 } else { 3 };
    let seed = crate::support::seed();
    for number in 0..count {
        let mut chance = Chance::new(seed ^ (13 << 40) ^ u64::try_from(number).unwrap_or_default());
        let mut night = Night::plan(&house, number).await;
        for _ in 0..30 {
            night.act(&mut chance).await;
        }
        // What is open stands beside the ledger, so a night is closed before its entries are summed.
        for verb in ["opening", "closing"] {
            night.host.post(&format!("/api/v1/events/{}/{verb}", night.slug), json!({})).await;
        }
        let entries = export(&night.host, &night.slug, "entries").await;
        let totals = night.stranger.get(&format!("/api/v1/events/{}/totals", night.slug)).await.expect(200).json();
        for part in totals["by_charity"].as_array().expect("charities") {
            for account in ["promised", "claimed", "received"] {
                let here =
                    entries.iter().filter(|entry| entry["account"] == account && entry["charity"] == part["charity"]);
                let sum: i64 = here.map(|entry| entry["amount_pence"].as_i64().expect("pence")).sum();
                assert_eq!(part[format!("{account}_pence")], sum, "seed {seed}, history {number}, {account}");
            }
        }
        chain_agrees(&house, &night.slug, &entries).await;
    }
    house.check().await;
    println!("seed {seed}: the entries of {count} histories lead to their totals");
}

async fn chain_agrees(house: &House, slug: &str, entries: &[Value]) {
    let mut journals: BTreeMap<i64, (String, i64)> = BTreeMap::new();
    for entry in entries {
        let (number, hash) = (entry["journal"].as_i64().expect("a number"), entry["hash"].as_str().expect("a hash"));
        let (known, sum) = journals.entry(number).or_insert_with(|| (hash.to_owned(), 0));
        assert_eq!(known, hash);
        *sum += entry["amount_pence"].as_i64().expect("pence");
    }
    assert!(journals.values().all(|(_, sum)| *sum == 0), "every journal sums to zero");
    let hex = if house.backend == Backend::Sqlite { "lower(hex(hash))" } else { "encode(hash, 'hex')" };
    let sql = format!(
        "SELECT {hex} AS hash FROM journal WHERE event_id = (SELECT id FROM event WHERE slug = '{slug}') ORDER BY number"
    );
    let stored: Vec<String> =
        house.rows(&sql).await.iter().map(|row| row["hash"].as_str().expect("a hash").to_owned()).collect();
    assert_eq!(journals.into_values().map(|(hash, _)| hash).collect::<Vec<_>>(), stored, "as the chain has them");
}

/// Texts that a spreadsheet program would run, or that break a line apart.
const HOSTILE: [&str; 17] = [
    "=HYPERLINK(\"https://evil.example\",\"Win\")",
    "+44 1234",
    "-2+3",
    "@SUM(A1:A9)",
    "＝1+1",
    "＋1",
    "－1",
    "＠a",
    "﹦1",
    "−1",
    "\u{200b}=1+1",
    "=cmd|' /C calc'!A0",
    "a,b\"c\"",
    "'=1",
    "naïve 🕺 ﷺ",
    "null",
    "=\"\"",
];

/// Promise 9. Catches: a cell of any file that a spreadsheet program takes for a formula, and one that comes back as other
/// words than were written.
async fn no_cell_is_run(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let at = format!("/api/v1/events/{slug}");
    for (number, text) in HOSTILE.iter().enumerate() {
        let message = format!("{text}\n=1+1\r\n-1");
        let pledge =
            json!({ "kind": "fixed", "amount_pence": 900, "name": text, "message": message, "show_name": true });
        let made =
            house.stranger().post_once(&format!("{at}/pledges"), &format!("hostile-cell-{number}"), pledge).await;
        let given = json!({ "charity": CHARITY, "amount_pence": 300, "name": text, "note": message, "reference": text,
            "pledge_reference": made.expect(201).json()["reference"] });
        let given =
            host.post_once(&format!("{at}/payments"), &format!("hostile-given-{number}"), given).await.expect(201);
        let reversal = format!("/api/v1/payments/{}/reversal", given.json()["id"].as_str().expect("an id"));
        if number % 2 == 1 {
            host.post(&reversal, json!({})).await.expect(200);
        }
    }
    host.patch(&at, json!({ "title": "=1+1" })).await.expect(200);
    assert!(assert_row_for_row(&host, &slug).await >= HOSTILE.len() * 4);
    let pledges = export(&host, &slug, "pledges").await;
    let named: Vec<&str> = pledges.iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(named, HOSTILE, "JSON has the words as they were written");
    let browser = house.browser_of("Louise").await;
    let mut cells = 0;
    let sheet = format!("/host/events/{slug}/settlements/{CHARITY}.csv");
    for path in ALL.map(|what| format!("{at}/exports/{what}.csv")).into_iter().chain([sheet]) {
        for (name, cell) in table(&browser.get(&path).await.expect(200)).into_iter().flatten() {
            let is_number = cell.parse::<i64>().is_ok();
            let first = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{200b}').chars().next();
            let runs = first.is_some_and(|c| "=+-@\t\r＝＋－＠﹦﹢﹣﹫−".contains(c));
            assert!(is_number || !runs, "{path}, {name}: {cell}");
            cells += 1;
        }
    }
    println!("{} strings in every place of a pledge and a payment: {cells} cells, 0 that run", HOSTILE.len());
}

/// Catches: an address in a file, words that the host who exports can't see, and a hiding that is forgotten.
async fn what_hosts_hid_is_marked(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let at = format!("/api/v1/events/{slug}");
    let mut ids = Vec::new();
    for name in ["Sam", "Hana"] {
        let pledge = json!({ "kind": "per_song", "rate_pence": 20, "cap_pence": 500, "name": name, "show_name": true,
            "email": "private@example.org", "message": "For the ward", "gift_aid": true });
        let made = house.stranger().post_once(&format!("{at}/pledges"), &format!("marked-{name}"), pledge).await;
        ids.push(made.expect(201).json()["id"].as_str().expect("an id").to_owned());
    }
    host.post(&format!("{at}/pledges/{}/removal", ids[1]), json!({})).await.expect(200);
    let rows = export(&host, &slug, "pledges").await;
    assert_eq!([&rows[0]["words_removed"], &rows[1]["words_removed"]], [&json!(false), &json!(true)]);
    assert_eq!((&rows[1]["name"], &rows[1]["message"]), (&json!("Hana"), &json!("For the ward")));
    assert_eq!(
        (&rows[0]["rate_pence"], &rows[0]["cap_pence"], &rows[0]["promised_pence"]),
        (&json!(20), &json!(500), &json!(0))
    );
    assert_eq!(rows[0]["split"], "cavell-nurses-trust=1 british-lung-foundation=1 sepsis-trust=1");
    for what in ALL {
        for format in ["csv", "json"] {
            let text = host.get(&format!("{at}/exports/{what}.{format}")).await.expect(200).text();
            assert!(!text.contains("example.org") && !text.contains("email"), "{what}.{format}");
        }
    }
}

/// Catches: a batch that is sent twice or not at all.
async fn a_long_night_comes_whole(house: House) {
    /// More than a batch.
    const ROWS: usize = 505;
    // On PostgreSQL each promise waits for the disk.
    let count = if house.backend == Backend::Sqlite { ROWS } else { 30 };
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let mut references = Vec::new();
    for number in 0..count {
        let pledge = json!({ "kind": "fixed", "amount_pence": 300 });
        let pledges = format!("/api/v1/events/{slug}/pledges");
        let made =
            house.stranger().post_once(&pledges, &format!("long-night-{number}"), pledge).await.expect(201).json();
        references.push(made["reference"].as_str().expect("a reference").to_owned());
    }
    let ids: Vec<String> = (0..ROWS).map(|number| format!("D{number}")).collect();
    let named = ids.iter().zip(references.iter().cycle());
    let rows: Vec<_> = named.map(|(id, reference)| (id.as_str(), "1.00", reference.as_str(), "")).collect();
    send(&host, &path(&slug, "justgiving", false), "long-statement", justgiving(&rows)).await.expect(201);
    assert_row_for_row(&host, &slug).await;
    let pledges = export(&host, &slug, "pledges").await;
    let exported: Vec<&str> = pledges.iter().filter_map(|row| row["reference"].as_str()).collect();
    assert_eq!(exported, references, "each once, in the order they were made");
    let payments = export(&host, &slug, "payments").await;
    let distinct: BTreeSet<&str> = payments.iter().filter_map(|row| row["id"].as_str()).collect();
    assert_eq!((payments.len(), distinct.len()), (ROWS, ROWS));
    let journals: BTreeSet<i64> =
        export(&host, &slug, "entries").await.iter().filter_map(|row| row["journal"].as_i64()).collect();
    assert_eq!(journals, (1..=i64::try_from(count + ROWS).expect("a number")).collect());
    house.check().await;
}

/// A download that is begun and not read.
async fn begin(house: &House, host: &Actor, slug: &str) -> (StatusCode, Option<String>, BodyDataStream) {
    let request = Request::get(format!("/api/v1/events/{slug}/exports/pledges.csv"))
        .header(header::HOST, "disco.test")
        .header(header::AUTHORIZATION, format!("Bearer {}", host.token()));
    let answer = house.router().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
    let later = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    (answer.status(), later, answer.into_body().into_data_stream())
}

/// Catches: batches of different moments, so that a sum over the file is of no moment at all; and a file that looks whole
/// although the service stopped midway.
async fn a_file_is_of_one_moment(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let promise = async |key: &str| {
        let pledge = json!({ "kind": "fixed", "amount_pence": 300 });
        house.stranger().post_once(&format!("/api/v1/events/{slug}/pledges"), key, pledge).await.expect(201);
    };
    promise("moment-1").await;
    let (status, _, mut pieces) = begin(&house, &host, &slug).await;
    assert_eq!(status, 200);
    let mut text = pieces.next().await.expect("a piece").expect("the header").to_vec();
    promise("moment-2").await;
    while let Some(piece) = pieces.next().await {
        text.extend(piece.expect("a piece"));
    }
    assert_eq!(String::from_utf8_lossy(&text).lines().count(), 2, "what came since isn't in it");
    assert_eq!(export(&host, &slug, "pledges").await.len(), 2);

    let (_, _, mut pieces) = begin(&house, &host, &slug).await;
    pieces.next().await.expect("a piece").expect("the header");
    house.app.stopping.cancel();
    let mut last = pieces.next().await;
    while let Some(Ok(_)) = last {
        last = pieces.next().await;
    }
    assert!(last.is_some_and(|last| last.is_err()), "it is cut off, not ended");
}

/// Catches: files that take every connection, so that nobody can read a page.
async fn only_so_many_at_once(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let first = begin(&house, &host, &slug).await;
    let second = begin(&house, &host, &slug).await;
    assert_eq!((first.0, second.0), (StatusCode::OK, StatusCode::OK));
    let (status, later, _) = begin(&house, &host, &slug).await;
    assert_eq!((status, later.is_some()), (StatusCode::SERVICE_UNAVAILABLE, true), "a third waits");
    house.stranger().get("/").await.expect(200);
    drop((first, second));
    for _ in 0..100 {
        if begin(&house, &host, &slug).await.0 == StatusCode::OK {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("those who left still hold their places");
}

/// Catches: a file that anybody else may have (promise 7), and names that are taken for something.
async fn hosts_alone_get_them(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let (priya, guest) = (house.organiser("Priya").await, house.guest("Sam").await);
    let browser = house.browser_of("Louise").await;
    for what in ALL {
        for format in ["csv", "json"] {
            let path = format!("/api/v1/events/{slug}/exports/{what}.{format}");
            for (who, status) in [(&house.stranger(), 401), (&guest, 403), (&priya, 403)] {
                let refused = who.get(&path).await.expect(status);
                assert_eq!(refused.header("content-disposition"), None);
            }
            browser.get(&path).await.expect(200);
        }
    }
    for file in
        ["pledges", "pledges.xlsx", "pledges.csv.json", "songs.csv", ".csv", "entries.", "Pledges.csv", "%00.csv"]
    {
        host.get(&format!("/api/v1/events/{slug}/exports/{file}")).await.expect(404);
    }
    host.get("/api/v1/events/nowhere/exports/pledges.csv").await.expect(404);
}
