//! The server to compare with: a bare axum handler for each recorded answer, with the same bytes and headers, and a
//! broadcast of whatever it is told to those who listen. It does nothing else, on the same runtime and allocator, in a
//! process of its own as the real one is.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post};
use futures_util::{StreamExt, stream};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::client::Connection;

/// Messages kept for whoever is slow.
const KEPT: usize = 64;
/// What a stream begins with.
const FIRST: Bytes = Bytes::from_static(b"retry: 3000\n\n");

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
    let mut router = broadcasting();
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
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let listener = TcpListener::bind(address).await.expect("a port");
    crate::say(&format!("Serving http://{address}"));
    axum::serve(listener, router).await.expect("to serve");
}

/// What is posted to one address is what listeners at the other get.
fn broadcasting() -> Router {
    let (channel, _) = broadcast::channel::<Bytes>(KEPT);
    let telling = channel.clone();
    let tell = async move |message: Bytes| {
        let _ = telling.send(message);
    };
    let listen = async move || {
        let first = stream::once(std::future::ready(Ok::<_, Infallible>(FIRST)));
        let rest = stream::unfold(channel.subscribe(), next);
        let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
        (headers, Body::from_stream(first.chain(rest)))
    };
    Router::new().route("/stream", get(listen)).route("/tell", post(tell))
}

/// The next message, and who waits for the one after it.
async fn next(
    mut messages: broadcast::Receiver<Bytes>,
) -> Option<(Result<Bytes, Infallible>, broadcast::Receiver<Bytes>)> {
    loop {
        match messages.recv().await {
            Ok(message) => return Some((Ok(message), messages)),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
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
