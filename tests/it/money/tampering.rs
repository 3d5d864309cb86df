//! Promise 5, "history can't change silently": the database itself refuses, and whoever gets round it is found by `check`.

use serde_json::json;

use crate::support::{Backend, House, on_both, scale};

on_both!(the_database_refuses, every_change_is_found, rows_changed_at_random_are_found);

const BOOK: [(&str, &str); 3] = [("activity", "kind"), ("journal", "kind"), ("entry", "account")];

/// A night with pledges of every kind, songs and payments, over.
async fn night_with_a_book(house: &House) -> String {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "target_pence": 5_000 })).await;
    let api = format!("/api/v1/events/{slug}");
    let (sam, anyone) = (house.guest("Sam").await, house.stranger());
    for title in ["Blue Monday", "Africa", "Le Freak"] {
        sam.post(&format!("{api}/shares"), json!({ "title": title })).await.expect(201);
    }
    let bodies = [
        json!({ "kind": "fixed", "amount_pence": 1_000, "gift_aid": true, "email": "a@example.org" }),
        json!({ "kind": "fixed", "amount_pence": 701, "split": [{ "charity": "sepsis-trust", "parts": 1 }] }),
        json!({ "kind": "per_song", "rate_pence": 25, "cap_pence": 500 }),
        json!({ "kind": "match", "percent": 50, "pot_pence": 2_000 }),
    ];
    for (number, body) in bodies.into_iter().enumerate() {
        let made = anyone.post_once(&format!("{api}/pledges"), &format!("book-key-{number}"), body).await.expect(201);
        let token = made.json()["manage_token"].as_str().expect("a token").to_owned();
        let given = json!({ "charity": "sepsis-trust", "amount_pence": 50 });
        let path = format!("/api/v1/pledges/{token}/payments");
        anyone.post_once(&path, &format!("give-key-{number}"), given).await.expect(201);
    }
    slug
}

async fn finish(house: &House, slug: &str) {
    let host = house.owner("Olga").await;
    host.post(&format!("/api/v1/events/{slug}/opening"), json!({})).await.expect(200);
    host.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
}

async fn the_database_refuses(house: House) {
    let slug = night_with_a_book(&house).await;
    finish(&house, &slug).await;
    let before = house.contents().await;
    for (table, column) in BOOK {
        let mut verbs = vec![
            format!("UPDATE {table} SET {column} = {column}"),
            format!("UPDATE {table} SET {column} = 'x'"),
            format!("DELETE FROM {table}"),
        ];
        match house.backend {
            Backend::Sqlite => verbs.push(format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")),
            Backend::Postgres => verbs.push(format!("TRUNCATE {table} CASCADE")),
        }
        for verb in verbs {
            let refused = house.sql(&verb).await.expect_err(&verb).to_string();
            assert!(refused.contains("append-only"), "{verb}: {refused}");
        }
    }
    assert!(house.contents().await == before);
    house.check().await;
}

/// Takes the triggers away, as somebody with the database in their hands could.
async fn disarm(house: &House) {
    for (table, _) in BOOK {
        let triggers: &[&str] = match house.backend {
            Backend::Sqlite => &["no_update", "no_delete", "no_replace"],
            Backend::Postgres => &["no_change", "no_truncate"],
        };
        for trigger in triggers {
            let of = if house.backend == Backend::Postgres { format!(" ON {table}") } else { String::new() };
            house.sql(&format!("DROP TRIGGER {table}_{trigger}{of}")).await.expect("a trigger");
        }
    }
}

/// What is broken, by rule.
async fn broken_rules(house: &House) -> Vec<&'static str> {
    let findings = twitterdisco::pledges::check(&house.app, |_, _| {}).await.expect("an audit");
    findings.into_iter().filter(|finding| !finding.broken.is_empty()).map(|finding| finding.rule).collect()
}

/// Each fault: what is done, how it is undone, and a word of the rule that must find it.
const FAULTS: &[(&str, &str, &str)] = &[
    (
        "UPDATE entry SET amount_pence = amount_pence + 1 WHERE line = 1",
        "UPDATE entry SET amount_pence = amount_pence - 1 WHERE line = 1",
        "sums to zero",
    ),
    (
        "UPDATE entry SET amount_pence = amount_pence * 2",
        "UPDATE entry SET amount_pence = amount_pence / 2",
        "hash chain",
    ),
    (
        "UPDATE journal SET kind = 'changed' WHERE number = 1",
        "UPDATE journal SET kind = 'promised' WHERE number = 1",
        "hash chain",
    ),
    (
        "UPDATE journal SET kind = 'promised' WHERE kind = 'claimed'",
        "UPDATE journal SET kind = 'claimed' WHERE kind = 'promised' AND payment_id IS NOT NULL",
        "posted once",
    ),
    ("UPDATE journal SET number = number + 100", "UPDATE journal SET number = number - 100", "hash chain"),
    (
        "UPDATE event_head SET journal_number = journal_number + 1 WHERE journal_number > 0",
        "UPDATE event_head SET journal_number = journal_number - 1 WHERE journal_number > 0",
        "event's head says",
    ),
    (
        "UPDATE event_charity SET promised_pence = promised_pence + 1",
        "UPDATE event_charity SET promised_pence = promised_pence - 1",
        "every total equals",
    ),
    (
        "UPDATE event_charity SET received_pence = received_pence + 1",
        "UPDATE event_charity SET received_pence = received_pence - 1",
        "every total equals",
    ),
    (
        "UPDATE event_charity SET gift_aidable_pence = gift_aidable_pence + 1",
        "UPDATE event_charity SET gift_aidable_pence = gift_aidable_pence - 1",
        "Gift Aid",
    ),
    (
        "UPDATE pledge_split SET promised_pence = promised_pence + 1",
        "UPDATE pledge_split SET promised_pence = promised_pence - 1",
        "every pledge's parts",
    ),
    (
        "UPDATE pledge SET at_most_pence = at_most_pence + 1 WHERE kind = 'fixed'",
        "UPDATE pledge SET at_most_pence = at_most_pence - 1 WHERE kind = 'fixed'",
        "every pledge's parts",
    ),
    ("UPDATE pledge SET number = number + 10", "UPDATE pledge SET number = number - 10", "numbers are dense"),
    (
        "UPDATE payment SET amount_pence = amount_pence + 1",
        "UPDATE payment SET amount_pence = amount_pence - 1",
        "equals its payments",
    ),
    ("UPDATE event_head SET pledges = pledges + 1", "UPDATE event_head SET pledges = pledges - 1", "counts of pledges"),
    (
        "UPDATE event_head SET supporters = supporters + 1",
        "UPDATE event_head SET supporters = supporters - 1",
        "counts of pledges",
    ),
    ("UPDATE event_head SET shares = shares + 1", "UPDATE event_head SET shares = shares - 1", "counts of pledges"),
    (
        "UPDATE event_head SET base_pence = base_pence + 1",
        "UPDATE event_head SET base_pence = base_pence - 1",
        "open part",
    ),
    (
        "UPDATE night_point SET promised_pence = promised_pence + 1",
        "UPDATE night_point SET promised_pence = promised_pence - 1",
        "every chart",
    ),
    ("UPDATE milestone SET seq = seq + 1000", "UPDATE milestone SET seq = seq - 1000", "milestones are"),
    (
        "UPDATE milestone SET amount_pence = amount_pence + 1",
        "UPDATE milestone SET amount_pence = amount_pence - 1",
        "milestones are",
    ),
    ("UPDATE event_head SET seq = seq + 1", "UPDATE event_head SET seq = seq - 1", "activity ends"),
    (
        "UPDATE activity SET kind = 'share.changed' WHERE kind = 'share.added'",
        "UPDATE activity SET kind = 'share.added' WHERE kind = 'share.changed'",
        "none of it was changed",
    ),
    (
        "UPDATE activity SET amount_pence = 0 WHERE kind = 'share.added'",
        "UPDATE activity SET amount_pence = NULL WHERE kind = 'share.added'",
        "none of it was changed",
    ),
];

/// Faults in what is open, before the night ends.
const OPEN_FAULTS: &[(&str, &str)] = &[
    (
        "UPDATE open_group SET rate_pence = rate_pence + 1 WHERE rate_pence > 0",
        "UPDATE open_group SET rate_pence = rate_pence - 1 WHERE rate_pence > 0",
    ),
    (
        "UPDATE open_group SET at_most_pence = at_most_pence + 1",
        "UPDATE open_group SET at_most_pence = at_most_pence - 1",
    ),
    ("UPDATE open_match SET level_pence = level_pence + 1", "UPDATE open_match SET level_pence = level_pence - 1"),
    ("UPDATE open_match SET unused = unused + 1", "UPDATE open_match SET unused = unused - 1"),
];

async fn every_change_is_found(house: House) {
    let slug = night_with_a_book(&house).await;
    disarm(&house).await;
    assert_eq!(broken_rules(&house).await, [""; 0], "before anything is done");
    for (fault, undo) in OPEN_FAULTS {
        find(&house, fault, undo, "open part").await;
    }
    finish(&house, &slug).await;
    for (fault, undo, rule) in FAULTS {
        find(&house, fault, undo, rule).await;
    }
    for (fault, rule) in [
        ("DELETE FROM entry WHERE line = 0", "hash chain"),
        ("DELETE FROM activity WHERE seq = 3", "none of it was changed"),
    ] {
        house.sql(fault).await.expect(fault);
        let broken = broken_rules(&house).await;
        assert!(broken.iter().any(|broken| broken.contains(rule)), "{fault}: {broken:?}");
    }
    println!("tampering: {} faults, all found", FAULTS.len() + OPEN_FAULTS.len() + 2);
}

async fn find(house: &House, fault: &str, undo: &str, rule: &str) {
    assert!(house.sql(fault).await.expect(fault) > 0, "{fault} changes something");
    let broken = broken_rules(house).await;
    assert!(broken.iter().any(|broken| broken.contains(rule)), "{fault}: {broken:?}");
    house.sql(undo).await.expect(undo);
    assert_eq!(broken_rules(house).await, [""; 0], "after {undo}");
}

/// Entries and activities, each changed by itself and by another amount: none goes unseen.
async fn rows_changed_at_random_are_found(house: House) {
    let slug = night_with_a_book(&house).await;
    finish(&house, &slug).await;
    disarm(&house).await;
    let number = |row: &serde_json::Value, field: &str| row[field].as_i64().expect("a number");
    let entries = house.rows("SELECT number FROM journal ORDER BY number").await;
    let entries = entries.iter().map(|row| {
        let journal = format!("(SELECT id FROM journal WHERE number = {})", number(row, "number"));
        let which =
            format!("UPDATE entry SET amount_pence = amount_pence BY WHERE line = 1 AND journal_id = {journal}");
        (which, "hash chain")
    });
    let activities = house.rows("SELECT seq FROM activity WHERE amount_pence IS NOT NULL").await;
    let activities = activities.iter().map(|row| {
        let which = format!("WHERE amount_pence IS NOT NULL AND seq = {}", number(row, "seq"));
        (format!("UPDATE activity SET amount_pence = amount_pence BY {which}"), "none of it was changed")
    });
    let targets: Vec<(String, &str)> = entries.chain(activities).collect();
    let count = scale(24, 10_000);
    for (by, (change, rule)) in (1..=count).zip(targets.iter().cycle()) {
        let [fault, undo] = ["+", "-"].map(|sign| change.replace("BY", &format!("{sign} {by}")));
        find(&house, &fault, &undo, rule).await;
    }
    println!("tampering: {count} rows changed one by one, all found");
}
