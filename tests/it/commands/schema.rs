//! `migrate`: up, down and up again leave the same schema, on both databases.

use std::collections::BTreeMap;

use crate::support::house::Rooms;
use crate::support::service::Place;
use crate::support::{Backend, House};

#[tokio::test]
async fn the_schema_goes_up_down_and_up_on_sqlite() {
    up_down_up(Backend::Sqlite).await;
}

#[tokio::test]
async fn the_schema_goes_up_down_and_up_on_postgres() {
    up_down_up(Backend::Postgres).await;
}

/// Tables, columns, indexes and triggers, as the database tells them.
async fn schema(place: &Place) -> BTreeMap<String, String> {
    let sqlite = place.database_url.starts_with("sqlite");
    let sql = if sqlite {
        "SELECT type || ' ' || name AS name, COALESCE(sql, '') AS made FROM sqlite_master WHERE name NOT LIKE '%seaql%'"
    } else {
        "SELECT name, string_agg(made, '; ' ORDER BY made) AS made FROM ( \
         SELECT 'column ' || table_name || '.' || column_name AS name, data_type || ' ' || is_nullable AS made \
         FROM information_schema.columns WHERE table_schema = 'public' \
         UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' \
         UNION ALL SELECT 'trigger ' || trigger_name, event_manipulation FROM information_schema.triggers \
         ) AS everything WHERE name NOT LIKE '%seaql%' GROUP BY name"
    };
    let rows = House::rows_of(&place.database_url, sql).await;
    let text = |row: &serde_json::Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (text(row, "name"), text(row, "made"))).collect()
}

async fn up_down_up(backend: Backend) {
    let rooms = Rooms::new();
    let place = Place::new(rooms.database(backend).await, &rooms.dir);
    place.say(&["migrate", "up"]);
    let first = schema(&place).await;
    assert!(first.keys().filter(|name| name.contains("activity")).count() >= 3, "{first:?}");
    let status = place.say(&["migrate", "status"]);
    assert!(status.lines().count() >= 6 && status.lines().all(|line| line.starts_with("applied")), "{status}");
    place.say(&["migrate", "down"]);
    assert!(schema(&place).await.is_empty(), "nothing stays behind: {:?}", schema(&place).await);
    assert!(place.say(&["migrate", "status"]).lines().all(|line| line.starts_with("pending")));
    place.say(&["migrate", "up"]);
    assert_eq!(schema(&place).await, first);
    // And what was made that way works.
    place.say(&["organiser", "add", "--email", "sam@disco.test", "--name", "Sam"]);
    assert!(place.run(&["check"]).status.success());
}
