//! Importing a statement: each row counts once, however often it comes, and can be taken back.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::statement::{CHARITY, justgiving, night_with_pledges, outcomes, path, received, send};
use crate::support::{House, on_both};

on_both!(
    a_statement_becomes_payments,
    the_same_statement_ten_times,
    the_answer_is_kept_for_a_retry,
    a_waiting_row_counts_once_it_is_assigned,
    an_import_is_taken_back_whole,
    a_payment_taken_back_lets_its_row_wait_again,
    two_hosts_import_the_same_statement_at_once,
    only_hosts_import,
    the_audit_sees_rows_without_payments,
);

/// Catches: net amounts for gross ones, a dry run that books, references that are looked for in one place only.
async fn a_statement_becomes_payments(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, pledges) = night_with_pledges(&house, &host, 3).await;
    let spaced = format!("{} {}-{}", &pledges[1][..2], &pledges[1][2..6], pledges[1][6..].to_lowercase());
    let statement = justgiving(&[
        ("D1", "£3.00", &pledges[0], "With love"),
        ("D2", "1,003.50", "", &format!("For {spaced}!")),
        ("D3", "5", "", "For the nurses"),
        ("D4", "5", "TD66666666", ""),
        ("D5", "-5.00", &pledges[2], ""),
        ("D1", "3.00", &pledges[0], "With love"),
    ]);
    let dry =
        send(&host, &path(&slug, "justgiving", true), "statement-dry-1", statement.clone()).await.expect(200).json();
    assert_eq!((outcomes(&dry), &dry["id"], &dry["dry_run"]), ([2, 2, 1, 1], &Value::Null, &json!(true)));
    assert_eq!(received(&house, &slug).await, 0, "a dry run books nothing");
    assert_eq!(house.count("SELECT COUNT(*) FROM import_row").await, 0);

    let unless_said = format!("/api/v1/imports?event={slug}&charity={CHARITY}&source=justgiving");
    send(&host, &unless_said, "statement-dry-2", statement.clone()).await.expect(200);

    let report = send(&host, &path(&slug, "justgiving", false), "statement-1", statement).await.expect(201).json();
    assert_eq!((outcomes(&report), &report["total_pence"]), ([2, 2, 1, 1], &json!(100_650)));
    assert_eq!(report["rows"][1]["pledge_reference"], pledges[1]);
    assert_eq!(report["rows"][1]["line"], 3);
    assert_eq!(received(&house, &slug).await, 100_650);
    let payments = host.get(&format!("/api/v1/events/{slug}/payments")).await.expect(200).json();
    let first = &payments["items"][0];
    assert_eq!((&first["method"], &first["state"]), (&json!("justgiving"), &json!("confirmed")));
    assert_eq!((&first["paid_on"], &first["amount_pence"]), (&json!("2027-03-28"), &json!(300)));
    let stored = house.count("SELECT COUNT(*) FROM import_row WHERE name LIKE '%Secret%' OR reference LIKE '%Secret%'");
    assert_eq!(stored.await, 0, "addresses are dropped");
    house.check().await;
}

/// Catches: rows that count again on repeat (promise 15), and waiting rows that pile up.
async fn the_same_statement_ten_times(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, pledges) = night_with_pledges(&house, &host, 20).await;
    let mut justgiving_rows: Vec<(String, &str)> =
        pledges.iter().enumerate().map(|(number, pledge)| (format!("D{number}"), pledge.as_str())).collect();
    justgiving_rows.extend((0..5).map(|number| (format!("W{number}"), "")));
    let rows: Vec<(&str, &str, &str, &str)> =
        justgiving_rows.iter().map(|(id, pledge)| (id.as_str(), "3.00", *pledge, "Thanks")).collect();
    let plain = format!("Date;Amount;Reference\n28/03/2027;£3;{}\n28/03/2027;£4;\n28/03/2027;£4;\n", pledges[3]);
    for (source, statement, first) in [("justgiving", justgiving(&rows), [20, 5, 0, 0]), ("csv", plain, [1, 2, 0, 0])] {
        let before = received(&house, &slug).await;
        let path = path(&slug, source, false);
        let report = send(&host, &path, &format!("{source}-ten-times-0"), statement.clone()).await.expect(201).json();
        assert_eq!(outcomes(&report), first, "{source}");
        let after = received(&house, &slug).await;
        assert_eq!(after - before, 300 * first[0]);
        for time in 1..10 {
            let key = format!("{source}-ten-times-{time}");
            let again = send(&host, &path, &key, statement.clone()).await.expect(201).json();
            assert_eq!((outcomes(&again), &again["total_pence"]), ([0, first[1], first[0], 0], &json!(0)), "{source}");
        }
        assert_eq!(received(&house, &slug).await, after, "the book stays as it was");
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM payment").await, 21);
    assert_eq!(house.count("SELECT COUNT(*) FROM import_row WHERE state = 'waiting'").await, 7, "each waits once");
    println!("the same statements, 25 and 3 rows, 10 times each: 0 new rows");
    house.check().await;
}

/// Catches: a retry that is answered with duplicates, a key without a statement's worth of hash, no key asked for.
async fn the_answer_is_kept_for_a_retry(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, pledges) = night_with_pledges(&house, &host, 1).await;
    let statement = justgiving(&[("D1", "3.00", &pledges[0], ""), ("D2", "3.00", "", "")]);
    let path = path(&slug, "justgiving", false);
    let first = send(&host, &path, "statement-key", statement.clone()).await.expect(201);
    let waiting = first.json()["rows"][1]["id"].as_str().expect("an id").to_owned();
    let none = json!({ "pledge_reference": null });
    host.post(&format!("/api/v1/import-rows/{waiting}/assignment"), none).await.expect(200);
    let again = send(&host, &path, "statement-key", statement.clone()).await.expect(201);
    assert_eq!((again.header("idempotency-replayed"), again.json()), (Some("true"), first.json()));
    send(&host, &path, "statement-key", format!("{statement}\n\n")).await.expect(422);
    host.send(Method::POST, &path, &[("content-type", "text/csv")], statement).await.expect(400);
}

/// Catches: a row that counts twice, for another night's pledge, or without a host saying for what.
async fn a_waiting_row_counts_once_it_is_assigned(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, pledges) = night_with_pledges(&house, &host, 1).await;
    let rows = [("D1", "3.00", "", ""), ("D2", "4.00", "", ""), ("D3", "0", "", "")];
    let path = path(&slug, "justgiving", false);
    let old = send(&host, &path, "statement-1", justgiving(&rows)).await.expect(201).json();
    let report = send(&host, &path, "statement-2", justgiving(&rows)).await.expect(201).json();
    let assignment = |report: &Value, row: usize| {
        format!("/api/v1/import-rows/{}/assignment", report["rows"][row]["id"].as_str().expect("an id"))
    };
    let pledge = json!({ "pledge_reference": pledges[0].to_lowercase() });
    let none = json!({ "pledge_reference": null });
    host.post(&assignment(&old, 0), pledge.clone()).await.expect(409);
    host.post(&assignment(&report, 2), none.clone()).await.expect(409);
    for wrong in [json!({}), json!({ "pledge_reference": "" }), json!({ "pledge_reference": "TD66666666" })] {
        assert_eq!(host.post(&assignment(&report, 0), wrong).await.expect(422).wrong_fields(), ["pledge_reference"]);
    }
    let row = host.post(&assignment(&report, 0), pledge.clone()).await.expect(200).json();
    assert_eq!((&row["state"], &row["pledge_reference"]), (&json!("counted"), &json!(pledges[0])));
    assert_eq!(received(&house, &slug).await, 300);
    host.post(&assignment(&report, 0), pledge).await.expect(409);
    host.post(&assignment(&report, 1), none).await.expect(200);
    assert_eq!(received(&house, &slug).await, 700, "a gift that nobody promised counts too");
    let id = report["id"].as_str().expect("an id");
    let now = host.get(&format!("/api/v1/imports/{id}")).await.expect(200).json();
    assert_eq!((&now["rows"][1]["state"], &now["rows"][1]["outcome"]), (&json!("counted"), &json!("unmatched")));
    house.check().await;
}

/// Catches: an undo that leaves money behind, can be done twice, or stands in the way of the next import.
async fn an_import_is_taken_back_whole(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, pledges) = night_with_pledges(&house, &host, 2).await;
    let rows = [("D1", "3.00", &*pledges[0], ""), ("D2", "3.00", &pledges[1], ""), ("D3", "4.00", "", "")];
    let path = path(&slug, "justgiving", false);
    let report = send(&host, &path, "statement-1", justgiving(&rows)).await.expect(201).json();
    let waiting = format!("/api/v1/import-rows/{}/assignment", report["rows"][2]["id"].as_str().expect("an id"));
    host.post(&waiting, json!({ "pledge_reference": pledges[1] })).await.expect(200);
    // One of its payments was taken back before, by itself.
    let payments = host.get(&format!("/api/v1/events/{slug}/payments")).await.expect(200).json();
    let one = payments["items"][0]["id"].as_str().expect("an id");
    host.post(&format!("/api/v1/payments/{one}/reversal"), json!({})).await.expect(200);
    let journals = house.count("SELECT COUNT(*) FROM journal").await;

    let import = format!("/api/v1/imports/{}", report["id"].as_str().expect("an id"));
    let undone = host.delete(&import).await.expect(200).json();
    assert!(undone["rows"].as_array().expect("rows").iter().all(|row| row["state"] == "undone"), "{undone}");
    assert_eq!(received(&house, &slug).await, 0);
    assert_eq!(house.count("SELECT COUNT(*) FROM journal").await, journals + 2, "a journal for each payment left");
    host.delete(&import).await.expect(409);
    host.post(&waiting, json!({ "pledge_reference": null })).await.expect(409);
    house.check().await;

    let again = send(&host, &path, "statement-2", justgiving(&rows)).await.expect(201).json();
    assert_eq!(outcomes(&again), [2, 1, 0, 0], "what was undone is no duplicate");
    let list = host.get(&format!("/api/v1/imports?event={slug}")).await.expect(200).json();
    assert_eq!(list["items"].as_array().expect("a list").len(), 2);
    assert_eq!((&list["items"][0]["state"], &list["items"][1]["state"]), (&json!("imported"), &json!("undone")));
    house.check().await;
}

/// Catches: a row that is lost, or counted for ever, once its payment was taken back.
async fn a_payment_taken_back_lets_its_row_wait_again(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, pledges) = night_with_pledges(&house, &host, 2).await;
    let statement = justgiving(&[("D1", "3.00", &pledges[0], "")]);
    let path = path(&slug, "justgiving", false);
    let report = send(&host, &path, "statement-1", statement.clone()).await.expect(201).json();
    let payments = host.get(&format!("/api/v1/events/{slug}/payments")).await.expect(200).json();
    let payment = payments["items"][0]["id"].as_str().expect("an id");
    host.post(&format!("/api/v1/payments/{payment}/reversal"), json!({})).await.expect(200);
    house.check().await;
    let row = format!("/api/v1/import-rows/{}/assignment", report["rows"][0]["id"].as_str().expect("an id"));
    host.post(&row, json!({ "pledge_reference": pledges[1] })).await.expect(200);
    let again = send(&host, &path, "statement-2", statement).await.expect(201).json();
    assert_eq!(outcomes(&again), [0, 0, 1, 0]);
    assert_eq!(received(&house, &slug).await, 300);
    house.check().await;
}

/// Catches: two imports that each look before the other has counted.
async fn two_hosts_import_the_same_statement_at_once(house: House) {
    let (louise, owner) = (house.organiser("Louise").await, house.owner("Grace").await);
    let (slug, pledges) = night_with_pledges(&house, &louise, 10).await;
    let other = house.night(&owner, json!({ "title": "Another night" })).await;
    let ids: Vec<String> = (0..10).map(|number| format!("D{number}")).collect();
    let rows: Vec<_> =
        ids.iter().zip(&pledges).map(|(id, pledge)| (id.as_str(), "3.00", pledge.as_str(), "")).collect();
    let statement = justgiving(&rows);
    let (here, there) = (path(&slug, "justgiving", false), path(&other, "justgiving", false));
    let (one, two, three) = tokio::join!(
        send(&louise, &here, "statement-1", statement.clone()),
        send(&owner, &here, "statement-2", statement.clone()),
        // Its pledges are unknown on another night, so there the same rows wait.
        send(&owner, &there, "statement-3", statement.clone()),
    );
    let mut told = [outcomes(&one.expect(201).json()), outcomes(&two.expect(201).json())];
    told.sort_unstable();
    assert_eq!(told, [[0, 0, 10, 0], [10, 0, 0, 0]]);
    let elsewhere = three.expect(201).json();
    assert_eq!(received(&house, &slug).await, 3000);
    for row in elsewhere["rows"].as_array().expect("rows").iter().filter(|row| row["outcome"] == "unmatched") {
        let assignment = format!("/api/v1/import-rows/{}/assignment", row["id"].as_str().expect("an id"));
        owner.post(&assignment, json!({ "pledge_reference": null })).await.expect(409);
    }
    assert_eq!(received(&house, &other).await, 0, "what counts on one night doesn't count on another");
    house.check().await;
}

/// Catches: a route that forgets to ask who is asking.
async fn only_hosts_import(house: House) {
    let (host, other) = (house.organiser("Louise").await, house.organiser("Priya").await);
    let (slug, _) = night_with_pledges(&house, &host, 1).await;
    let path = path(&slug, "justgiving", false);
    let statement = justgiving(&[("D1", "3.00", "", "")]);
    let report = send(&host, &path, "statement-1", statement.clone()).await.expect(201).json();
    let import = format!("/api/v1/imports/{}", report["id"].as_str().expect("an id"));
    let row = format!("/api/v1/import-rows/{}/assignment", report["rows"][0]["id"].as_str().expect("an id"));
    let before = house.contents().await;
    for (who, status) in [(&house.stranger(), 401), (&house.guest("Sam").await, 403), (&other, 403)] {
        send(who, &path, "statement-2", statement.clone()).await.expect(status);
        who.get(&format!("/api/v1/imports?event={slug}")).await.expect(status);
        who.get(&import).await.expect(status);
        who.delete(&import).await.expect(status);
        who.post(&row, json!({ "pledge_reference": null })).await.expect(status);
    }
    let after = house.contents().await;
    for table in ["payment", "journal", "import_batch", "import_row", "activity", "kept_answer"] {
        assert_eq!(before[table], after[table], "{table}");
    }
    for gone in ["/api/v1/imports?event=nowhere", "/api/v1/imports/0190163d-8694-739b-aea5-966c26f8ad91"] {
        host.get(gone).await.expect(404);
    }
}

/// Catches: an audit that doesn't look at statements.
async fn the_audit_sees_rows_without_payments(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, pledges) = night_with_pledges(&house, &host, 1).await;
    let statement = justgiving(&[("D1", "3.00", &pledges[0], ""), ("D2", "3.00", "", "")]);
    send(&host, &path(&slug, "justgiving", false), "statement-1", statement).await.expect(201);
    house.check().await;
    let broken = async || {
        let findings = twitterdisco::pledges::check(&house.app, |_, _| {}).await.expect("an audit");
        findings
            .into_iter()
            .filter(|finding| !finding.broken.is_empty())
            .map(|finding| finding.rule)
            .collect::<Vec<_>>()
    };
    house.sql("UPDATE import_row SET state = 'waiting' WHERE state = 'counted'").await.expect("to tamper");
    assert_eq!(broken().await.len(), 1, "a payment whose row doesn't count");
    house.sql("UPDATE import_row SET state = 'counted' WHERE payment_id IS NOT NULL").await.expect("to mend");
    assert_eq!(broken().await.len(), 0);
    house.sql("UPDATE import_row SET amount_pence = 299 WHERE state = 'counted'").await.expect("to tamper");
    assert_eq!(broken().await.len(), 1, "a row whose payment is of another amount");
}
