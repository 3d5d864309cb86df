//! From the start to the first answer on a database that is there, and the memory of a service that rests.

use std::path::Path;
use std::time::Instant;

use crate::client::{Connection, get};
use crate::crowd::median;
use crate::report::{Row, milliseconds};
use crate::served::Served;

const STARTS: usize = 5;

/// Starts the service that was killed on the database in `dir`, again and again.
pub async fn measure(dir: &Path) -> Vec<Row> {
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let begun = Instant::now();
        let server = Served::disco(dir);
        let mut connection = Connection::open(server.address).await.expect("a connection");
        connection.ask(&get("/", &[])).await.expect("an answer");
        times.push(u64::try_from(begun.elapsed().as_micros()).unwrap_or_default());
        memory.push(server.memory_kb());
    }
    let memory = median(memory);
    vec![
        Row::alone("start to first answer", milliseconds(median(times)), "200 ms at most"),
        Row::alone("memory at rest", format!("{}.{} MB", memory / 1024, memory % 1024 * 10 / 1024), "40 MB at most"),
    ]
}
