//! Listening to a night's stream.

use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use futures_util::{Stream, StreamExt};
use serde_json::Value;
use tower::ServiceExt;

use super::house::House;

/// A listener gives up after this.
const PATIENCE: Duration = Duration::from_secs(20);

/// One server-sent event.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub kind: String,
    pub id: Option<i64>,
    pub data: Value,
}

/// A stream that is open.
pub struct Listener {
    /// Ends where the stream does, or the line is lost.
    body: Pin<Box<dyn Stream<Item = Bytes> + Send>>,
    rest: String,
}

impl Listener {
    /// Opens the stream of a night, after activity number `after`.
    pub async fn open(house: &House, slug: &str, after: Option<&str>) -> Self {
        let headers: Vec<(&str, &str)> = after.map(|after| ("last-event-id", after)).into_iter().collect();
        Self::at(house, &format!("/events/{slug}/stream"), &headers).await
    }

    /// Opens the stream at an address, with these headers.
    pub async fn at(house: &House, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut request = Request::builder().uri(path).header(header::HOST, "disco.test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response =
            house.router().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        assert_eq!(response.status(), 200);
        let chunks = response.into_body().into_data_stream().map(|chunk| chunk.expect("a chunk"));
        Self { body: Box::pin(chunks), rest: String::new() }
    }

    /// Opens the stream at a full address, over a connection of its own.
    pub async fn far(url: &str, after: Option<&str>) -> Self {
        Self::try_far(url, after).await.unwrap_or_else(|status| panic!("{url}: {status}"))
    }

    /// As [`Listener::far`]; the status when there is no stream to be had.
    pub async fn try_far(url: &str, after: Option<&str>) -> Result<Self, u16> {
        let mut request = reqwest::Client::new().get(url);
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        let response = request.send().await.expect("an answer");
        if response.status() != 200 {
            return Err(response.status().as_u16());
        }
        let chunks = response.bytes_stream().take_while(|chunk| std::future::ready(chunk.is_ok()));
        Ok(Self { body: Box::pin(chunks.map(|chunk| chunk.expect("a chunk"))), rest: String::new() })
    }

    /// The next message; `None` once the stream has ended.
    pub async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some((block, rest)) = self.rest.split_once("\n\n") {
                let message = parse(block);
                let rest = rest.to_owned();
                self.rest = rest;
                match message {
                    Some(message) => return Some(message),
                    None => continue,
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.body.next()).await.expect("news in time")?;
            self.rest.push_str(&String::from_utf8_lossy(&chunk));
        }
    }

    /// Every message up to and with the first of this kind.
    pub async fn until(&mut self, kind: &str) -> Vec<Message> {
        let mut messages = Vec::new();
        while let Some(message) = self.next().await {
            let found = message.kind == kind;
            messages.push(message);
            if found {
                break;
            }
        }
        messages
    }
}

fn parse(block: &str) -> Option<Message> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let data = field("data:")?;
    Some(Message {
        kind: field("event:").unwrap_or("message").to_owned(),
        id: field("id:").and_then(|id| id.parse().ok()),
        data: serde_json::from_str(data).expect("JSON"),
    })
}

/// Reads a stream from `after` until the first message of this kind *after* the backlog's totals.
pub async fn read_until(house: &House, slug: &str, after: Option<&str>, kind: &str) -> Vec<Message> {
    let mut listener = Listener::open(house, slug, after).await;
    let mut messages = listener.until("totals").await;
    messages.extend(listener.until(kind).await);
    messages
}
