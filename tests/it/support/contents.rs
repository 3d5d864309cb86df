//! Everything in the database, to see that a request changed nothing at all.

use std::collections::BTreeMap;

use sea_orm::{FromQueryResult, JsonValue, Statement};

use super::house::{Backend, House};

impl House {
    /// Every row of every table, as text: a changed word shows where a count of rows would not.
    pub async fn contents(&self) -> BTreeMap<String, Vec<String>> {
        let tables = match self.backend {
            Backend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            Backend::Postgres => "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
        };
        let mut contents = BTreeMap::new();
        for table in self.rows(tables).await {
            let name = table["name"].as_str().expect("a table's name").to_owned();
            let found = self.rows(&format!("SELECT * FROM \"{name}\"")).await;
            let mut rows: Vec<String> = found.iter().map(JsonValue::to_string).collect();
            rows.sort();
            contents.insert(name, rows);
        }
        contents
    }

    /// As [`House::rows`], of a database of no house.
    pub async fn rows_of(database_url: &str, sql: &str) -> Vec<JsonValue> {
        let db = sea_orm::Database::connect(database_url).await.expect("a database");
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let rows = JsonValue::find_by_statement(statement).all(&db).await.expect("a query");
        db.close().await.expect("to close");
        rows
    }

    /// The rows of a query, each as an object.
    pub async fn rows(&self, sql: &str) -> Vec<JsonValue> {
        let db = self.app.db.read();
        let statement = Statement::from_string(db.get_database_backend(), sql);
        JsonValue::find_by_statement(statement).all(db).await.expect("a query")
    }
}
