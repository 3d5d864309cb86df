//! The server to compare with: a bare axum handler for each recorded answer, with the same bytes and headers. It does
//! nothing else, on the same runtime and allocator, in a process of its own as the real one is.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::client::Connection;

/// Headers that the server or the moment adds.
const NOT_KEPT: &[&str] = &["date", "content-length", "transfer-encoding", "x-request-id"];

/// Records the last answer of a connection as what `/name` will return.
pub fn record(dir: &Path, name: &str, answered: &Connection) {
    std::fs::write(dir.join(format!("{name}.head")), answered.head()).expect("a file");
    std::fs::write(dir.join(format!("{name}.body")), answered.body()).expect("a file");
}

/// Serves what was recorded in `dir`.
pub async fn serve(address: &str, dir: &str) {
    let address: SocketAddr = address.parse().expect("an address");
    let mut router = Router::new();
    for path in recorded(Path::new(dir)) {
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let head = std::fs::read_to_string(&path).expect("a head");
        let body = Bytes::from(std::fs::read(path.with_extension("body")).expect("a body"));
        let (status, headers) = parsed(&head);
        let answer = move || {
            let mut response = Response::new(Body::from(body.clone()));
            *response.status_mut() = status;
            response.headers_mut().extend(headers.iter().cloned());
            std::future::ready(response)
        };
        router = router.route(&format!("/{name}"), get(answer));
    }
    let listener = TcpListener::bind(address).await.expect("a port");
    crate::say(&format!("Serving http://{address}"));
    axum::serve(listener, router).await.expect("to serve");
}

fn recorded(dir: &Path) -> impl Iterator<Item = PathBuf> {
    let files = std::fs::read_dir(dir).expect("a folder").filter_map(Result::ok).map(|file| file.path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "head"))
}

fn parsed(head: &str) -> (StatusCode, Vec<(HeaderName, HeaderValue)>) {
    let status = head.get(9..12).and_then(|code| code.parse().ok()).expect("a status");
    let pairs = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let kept = pairs.filter(|(name, _)| !NOT_KEPT.contains(&name.to_ascii_lowercase().as_str()));
    let headers = kept.map(|(name, value)| {
        let name: HeaderName = name.parse().expect("a name");
        (name, HeaderValue::from_str(value).expect("a value"))
    });
    (status, headers.collect())
}
