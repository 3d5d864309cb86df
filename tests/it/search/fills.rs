//! The demo can be searched, and so can a database that is older than the search.

use chrono::TimeDelta;
use migration::{Migrator, MigratorTrait};
use serde_json::json;

use super::{assert_nothing, events, path, share, songs, stories};
use crate::support::{House, on_both};

on_both!(
    the_demo_can_be_searched,
    an_old_database_is_indexed,
    many_songs_are_indexed_in_batches,
    nothing_is_queued_twice_or_needlessly,
    what_happens_before_the_job_stands,
);

const QUEUED: &str = "SELECT count(*) FROM job WHERE kind = 'fill_index'";

async fn the_demo_can_be_searched(house: House) {
    twitterdisco::site::demo::fill(&house.app).await.expect("a demo");
    assert_eq!(events(&house, "#Music4McR").await, ["#TwitterDisco does #Music4McR"]);
    assert_eq!(events(&house, "june 2017").await, ["#TwitterDisco does #Music4McR"]);
    assert_eq!(events(&house, "example").await.len(), 3);
    assert_eq!(songs(&house, "blue monday new order").await, ["Blue Monday"]);
    let mut queens = songs(&house, "queen").await;
    queens.sort();
    assert_eq!(queens, ["Dancing Queen", "Don't Stop Me Now"]);
    assert_eq!(stories(&house, "the mood for dancing").await.len(), 1);
}

/// Takes the index away as if it had never been, and starts the service anew; the job isn't run.
async fn as_before_the_search(house: &House) {
    let db = house.app.db.for_migrations();
    let all = Migrator::get_migration_with_status(db).await.expect("the changes of the schema");
    let with_it = all.iter().position(|one| one.name() == "m0016_search").expect("the change that made the index");
    let steps = u32::try_from(all.len() - with_it).expect("a few");
    Migrator::down(db, Some(steps)).await.expect("an old schema");
    Migrator::up(db, None).await.expect("a new schema");
    twitterdisco::prepare(&house.app).await.expect("a start");
}

async fn an_old_database_is_indexed(house: House) {
    let host = house.organiser("Louise").await;
    let night = json!({ "title": "Foxglove", "lineup": [{ "host": "Priya", "minutes": 30 }] });
    let slug = house.night(&host, night).await;
    let draft = json!({ "title": "Bluebell", "starts_local": "2027-03-26T21:00", "duration_minutes": 60 });
    host.post("/api/v1/events", draft).await.expect(201);
    let shown = share(&host, &slug, json!({ "title": "Lovely Day", "artist": "Bill Withers" })).await;
    let removed = share(&host, &slug, json!({ "title": "Xyzzy" })).await;
    host.post(&format!("{}/removal", path(&removed)), json!({})).await.expect(200);
    let spoken = json!([{ "at_ms": 0, "text": "We danced by the sluice." }]);
    house.sql(&format!("UPDATE story SET transcript = '{spoken}' WHERE slug = 'edges'")).await.expect("a transcript");
    let before = house.rows("SELECT kind, subject, name, words FROM search_entry ORDER BY kind, subject").await;

    as_before_the_search(&house).await;
    assert_nothing(&house, "foxglove").await;
    house.pass(TimeDelta::zero()).await;
    assert_eq!(house.count(QUEUED).await, 0);
    assert_eq!(events(&house, "foxglove priya").await, ["Foxglove"]);
    assert_eq!(songs(&house, "withers lovely").await, ["Lovely Day"]);
    assert_eq!(stories(&house, "danced sluice").await, ["Edges"], "by what is said in it");
    for words in ["bluebell", "xyzzy"] {
        assert_nothing(&house, words).await;
    }
    let after = house.rows("SELECT kind, subject, name, words FROM search_entry ORDER BY kind, subject").await;
    let others = |rows: Vec<serde_json::Value>| -> Vec<serde_json::Value> {
        rows.into_iter().filter(|row| row["kind"] != "story" || row["name"] != "edges angela").collect()
    };
    assert_eq!(others(after), others(before), "the same entries as were written one by one");
    host.post(&format!("{}/removal", path(&shown)), json!({})).await.expect(200);
    assert_nothing(&house, "withers").await;
}

async fn many_songs_are_indexed_in_batches(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    for number in 0..203 {
        share(&host, &slug, json!({ "title": format!("Foxglove number{number:03}") })).await;
    }
    let before = house.count("SELECT count(*) FROM search_entry").await;
    as_before_the_search(&house).await;
    house.pass(TimeDelta::zero()).await;
    assert_eq!(house.count("SELECT count(*) FROM search_entry").await, before);
    for number in [0, 99, 100, 199, 200, 202] {
        assert_eq!(songs(&house, &format!("number{number:03}")).await.len(), 1, "{number}");
    }
}

async fn nothing_is_queued_twice_or_needlessly(house: House) {
    assert_eq!(house.count(QUEUED).await, 0, "a new house is indexed as it is made");
    as_before_the_search(&house).await;
    assert_eq!(house.count(QUEUED).await, 1);
    twitterdisco::prepare(&house.app).await.expect("another start");
    assert_eq!(house.count(QUEUED).await, 1);
    house.pass(TimeDelta::zero()).await;
    twitterdisco::prepare(&house.app).await.expect("another start");
    assert_eq!(house.count(QUEUED).await, 0);
}

/// Between the start and the job, people go on.
async fn what_happens_before_the_job_stands(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "title": "Bluebell" })).await;
    let gone = share(&host, &slug, json!({ "title": "Xyzzy" })).await;
    as_before_the_search(&house).await;
    host.patch(&format!("/api/v1/events/{slug}"), json!({ "title": "Foxglove" })).await.expect(200);
    share(&host, &slug, json!({ "title": "Lovely Day" })).await;
    host.post(&format!("{}/removal", path(&gone)), json!({})).await.expect(200);
    // Another start, with an index that isn't empty any more.
    twitterdisco::prepare(&house.app).await.expect("another start");
    house.pass(TimeDelta::zero()).await;
    assert_eq!(events(&house, "foxglove").await, ["Foxglove"]);
    assert_eq!(songs(&house, "lovely").await, ["Lovely Day"]);
    assert_eq!(stories(&house, "edges").await, ["Edges"]);
    for words in ["bluebell", "xyzzy"] {
        assert_nothing(&house, words).await;
    }
}
