//! Whatever file a host sends: every row of a statement is told apart, and what is no statement is told so.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::Method;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use crate::support::statement::{justgiving, night_with_pledges, outcomes, path, received, send};
use crate::support::{House, on_both, scale};

on_both!(mutated_statements, what_is_no_statement, formulas_and_repeats_book_nothing, a_statement_of_many_rows);

/// One way to damage a statement: what an editor, a mail program or a hand does.
fn damage(text: &str, random: &mut StdRng) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..random.random_range(0..4) {
        let at = random.random_range(1..lines.len());
        let here = lines[at].clone();
        let middle =
            here.char_indices().nth(random.random_range(0..here.chars().count().max(1))).map_or(0, |(at, _)| at);
        match random.random_range(0..9) {
            0 => lines.push(here),
            1 => lines[at].truncate(middle),
            2 => lines[at].insert(middle, '"'),
            3 => lines[at]
                .insert_str(middle, ["£", "é", ",", ";", "\t", "\0", "=1+1", "\u{202E}"][random.random_range(0..8)]),
            4 => lines[at] = here.replace("3.00", ["-3.00", "", "3,00", "1e9", "£3", "0"][random.random_range(0..6)]),
            5 => {
                lines[at] = here
                    .replace("28/03/2027", ["2027-03-28", "31/02/2027", "", "03/28/2027"][random.random_range(0..4)]);
            }
            6 => lines.insert(at, String::new()),
            7 => lines[at] = here.replace("False", "True"),
            _ => drop(lines.swap_remove(at)),
        }
        if lines.len() < 3 {
            break;
        }
    }
    lines.join(["\n", "\r\n", "\r"][random.random_range(0..3)])
}

/// Saves a text in one of the ways that spreadsheets do; and what its sender says of that.
fn save(text: &str, random: &mut StdRng) -> (Vec<u8>, &'static str) {
    let two = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    match random.random_range(0..8) {
        0 => (encoding_rs::WINDOWS_1252.encode(text).0.into_owned(), "text/csv"),
        1 => (encoding_rs::WINDOWS_1252.encode(text).0.into_owned(), "text/csv; charset=windows-1252"),
        2 => (text.as_bytes().to_vec(), "text/csv; charset=utf-8"),
        3 => ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), "text/csv"),
        4 => (two(u16::to_le_bytes), "text/csv; header=present"),
        5 => (two(u16::to_be_bytes), "TEXT/CSV; Charset=\"UTF-16\""),
        6 => ([b"\xFF\xFE".to_vec(), two(u16::to_le_bytes)].concat(), "text/csv; charset=iso-8859-1"),
        _ => ([b"\xFE\xFF".to_vec(), two(u16::to_be_bytes)].concat(), "text/csv"),
    }
}

/// Promise 15: whatever happened to a statement on its way, each row has an outcome with a reason, none is counted twice,
/// and nothing breaks. Catches: rows lost in silence, a charset believed against its mark, text the database refuses.
async fn mutated_statements(house: House) {
    const SEED: u64 = 15;
    let count = scale(100, 1000);
    let host = house.organiser("Louise").await;
    let (slug, pledges) = night_with_pledges(&house, &host, 12).await;
    let mut random = StdRng::seed_from_u64(SEED);
    let (mut told, mut unreadable) = ([0; 4], 0);
    for number in 0..count {
        let ids: Vec<String> = (0..6).map(|row| format!("D{number}-{row}")).collect();
        let rows: Vec<(&str, &str, &str, &str)> = ids
            .iter()
            .map(|id| {
                let known = random.random_bool(0.7);
                let pledge = &pledges[random.random_range(0..pledges.len())];
                (id.as_str(), "3.00", if known { pledge.as_str() } else { "" }, "Für “Zoë”, £ & love")
            })
            .collect();
        let text = damage(&justgiving(&rows), &mut random);
        let (bytes, kind) = save(&text, &mut random);
        let before = received(&house, &slug).await;
        let key = format!("mutated-statement-{number}");
        let headers = [("content-type", kind), ("idempotency-key", key.as_str())];
        let answer = host.send(Method::POST, &path(&slug, "justgiving", false), &headers, bytes).await;
        if answer.status == 422 {
            assert_eq!(answer.wrong_fields(), ["statement"]);
            assert_eq!(received(&house, &slug).await, before);
            unreadable += 1;
            continue;
        }
        let report = answer.expect(201).json();
        let here = outcomes(&report);
        told = std::array::from_fn(|at| told[at] + here[at]);
        let total = report["total_pence"].as_i64().expect("pence");
        assert_eq!(received(&house, &slug).await, before + total, "statement {number}");
    }
    let [matched, unmatched, duplicate, refused] = told;
    println!(
        "{count} mutated statements, seed {SEED}: {matched} rows matched, {unmatched} unmatched, {duplicate} duplicate, \
         {refused} refused, {unreadable} statements unreadable, 0 broken"
    );
    assert!(told.iter().all(|rows| *rows > 0), "the mutations reach every outcome");
    house.check().await;
}

/// Catches: a 500, a half-imported file, a 50 MB file held in memory.
async fn what_is_no_statement(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, _) = night_with_pledges(&house, &host, 1).await;
    let path = path(&slug, "justgiving", false);
    let before = house.contents().await;
    let too_many = format!("id,amount\n{}", "1,1\n".repeat(20_001));
    let files: [&[u8]; 8] = [
        b"",
        b"{\"rows\":[]}",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"PK\x03\x04 a spreadsheet",
        b"Dear host,\n\nplease find attached, with thanks\n",
        b"fruit,colour\napple,red\n",
        b"DonationRef,DonationDate\nD1,28/03/2027\n",
        too_many.as_bytes(),
    ];
    for (number, file) in files.into_iter().enumerate() {
        let answer = send(&host, &path, &format!("no-statement-{number}"), file).await.expect(422);
        assert_eq!(answer.wrong_fields(), ["statement"], "{}", answer.text());
    }
    let huge = vec![b'a'; 50 * 1024 * 1024];
    send(&host, &path, "no-statement-huge", huge).await.expect(413);
    let json = [("content-type", "application/json"), ("idempotency-key", "no-statement-json")];
    host.send(Method::POST, &path, &json, Body::from("{}")).await.expect(415);
    let latin = [("content-type", "text/csv; charset=klingon"), ("idempotency-key", "no-statement-latin")];
    host.send(Method::POST, &path, &latin, Body::from("id,amount\n1,1\n")).await.expect(422);
    for (query, field) in [
        ("charity=sepsis-trust&source=csv", "event"),
        (&*format!("event={slug}&source=csv"), "charity"),
        (&*format!("event={slug}&charity=cats&source=csv"), "charity"),
        (&*format!("event={slug}&charity=sepsis-trust"), "source"),
        (&*format!("event={slug}&charity=sepsis-trust&source=excel"), "source"),
        (&*format!("event={slug}&charity=sepsis-trust&source=csv&dry_run=perhaps"), "dry_run"),
    ] {
        let key = format!("no-statement-{field}-{}", query.len());
        let answer = send(&host, &format!("/api/v1/imports?{query}"), &key, "id,amount\n1,1\n").await.expect(422);
        assert_eq!(answer.wrong_fields(), [field]);
    }
    assert_eq!(house.contents().await, before, "nothing was booked or kept");
    let other = json!({ "title": "a".repeat(300_000) });
    host.post("/api/v1/events", other).await.expect(413);
}

/// Catches: formulas that travel on into somebody's spreadsheet, a pasted row that counts twice.
async fn formulas_and_repeats_book_nothing(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, pledges) = night_with_pledges(&house, &host, 1).await;
    let text = format!(
        "Reference,Amount,Name,Message\n{0},=1+2,Ada,\n{0},3.00,\"=HYPERLINK(\"\"http://x.example\"\")\",\n\
         {0},3.00,Ada,+cmd|' /C calc'!A0\n@SUM(1+1),3.00,Ada,\n{0},3.00,Ada,\n{0},3.00,Ada,\n",
        pledges[0]
    );
    let report = send(&host, &path(&slug, "csv", false), "formulas-1", text).await.expect(201).json();
    assert_eq!(outcomes(&report), [1, 0, 1, 4], "{report}");
    assert_eq!(received(&house, &slug).await, 300);
    house.check().await;
}

/// Catches: a statement that is within the limits and doesn't fit into one SQL statement.
async fn a_statement_of_many_rows(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, _) = night_with_pledges(&house, &host, 1).await;
    let count = scale(2_000, 20_000);
    let mut statement = String::from("DonationRef,DonationAmount,Reference\n");
    for number in 0..count {
        let _ = writeln!(statement, "D{number},1.00,TD44444444");
    }
    let report = send(&host, &path(&slug, "justgiving", false), "many-rows-1", statement).await.expect(201).json();
    assert_eq!(outcomes(&report), [0, count, 0, 0]);
    house.check().await;
}
