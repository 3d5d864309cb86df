//! A live night in the real service, planned and filled over its API.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use twitterdisco::clock::Clock;

use crate::client::{Connection, post};
use crate::served::{self, Served};
use crate::support::{self, PLEDGES, SONGS};

const EMAIL: &str = "louise@disco.test";

/// The service with one live night in a folder of its own.
pub struct Night {
    pub server: Served,
    pub slug: String,
    /// A guest's token.
    pub guest: String,
    pub dir: PathBuf,
    pledged: Arc<AtomicUsize>,
}

impl Night {
    /// Plans, publishes and opens a night, and shares its songs.
    pub async fn begin(dir: PathBuf) -> Self {
        std::fs::create_dir_all(&dir).expect("a folder");
        served::say(&dir, &["organiser", "add", "--email", EMAIL, "--name", "Louise"]);
        let token = served::say(&dir, &["token", "--email", EMAIL]);
        let server = Served::disco(&dir);
        let mut connection = Connection::open(server.address).await.expect("a connection");
        let planned = send(&mut connection, "/api/v1/events", &token, support::night(&Clock::System)).await;
        let slug = planned["slug"].as_str().expect("a slug").to_owned();
        for noun in ["publication", "opening"] {
            send(&mut connection, &format!("/api/v1/events/{slug}/{noun}"), &token, json!({})).await;
        }
        let guest = send(&mut connection, "/api/v1/guests", "", json!({ "nickname": "Sam" })).await;
        let guest = guest["token"].as_str().expect("a token").to_owned();
        for number in 0..SONGS {
            let path = format!("/api/v1/events/{slug}/shares");
            send(&mut connection, &path, &guest, support::song(number)).await;
        }
        Self { server, slug, guest, dir, pledged: Arc::default() }
    }

    /// As [`Night::begin`], with as many pledges as the measured page shows.
    pub async fn with_pledges(dir: PathBuf) -> Self {
        let night = Self::begin(dir).await;
        let mut connection = Connection::open(night.server.address).await.expect("a connection");
        let next = night.next_pledge();
        for _ in 0..PLEDGES {
            connection.ask(&next()).await.expect("an answer");
        }
        night
    }

    /// Makes requests that each make one more pledge, under a key of its own.
    pub fn next_pledge(&self) -> impl Fn() -> Vec<u8> + Clone + Send + Sync + 'static + use<> {
        self.next_pledge_of(support::pledge)
    }

    /// As [`Night::next_pledge`], of a pledge made from its number.
    pub fn next_pledge_of<P>(&self, pledge: P) -> impl Fn() -> Vec<u8> + Clone + Send + Sync + 'static + use<P>
    where
        P: Fn(usize) -> Value + Clone + Send + Sync + 'static,
    {
        let path = format!("/api/v1/events/{}/pledges", self.slug);
        let pledged = self.pledged.clone();
        move || {
            let number = pledged.fetch_add(1, Ordering::Relaxed);
            let key = format!("measured-pledge-{number:09}");
            post(&path, &[("idempotency-key", &key)], &pledge(number).to_string())
        }
    }

    /// Ends the service; what serves the same night again.
    pub fn stop(self) -> (String, String, PathBuf, Arc<AtomicUsize>) {
        (self.slug, self.guest, self.dir, self.pledged)
    }

    /// A night that was stopped.
    pub fn again((slug, guest, dir, pledged): (String, String, PathBuf, Arc<AtomicUsize>)) -> Self {
        Self { server: Served::disco(&dir), slug, guest, dir, pledged }
    }

    /// The page's path.
    pub fn page(&self) -> String {
        format!("/events/{}", self.slug)
    }

    /// The totals' path.
    pub fn totals(&self) -> String {
        format!("/api/v1/events/{}/totals", self.slug)
    }

    /// Ends the service and leaves its folder.
    pub fn end(self) -> PathBuf {
        self.dir
    }

    /// Where the database is.
    pub fn folder(&self) -> &Path {
        &self.dir
    }
}

async fn send(connection: &mut Connection, path: &str, token: &str, body: Value) -> Value {
    let bearer = format!("Bearer {token}");
    let headers = if token.is_empty() { vec![] } else { vec![("authorization", bearer.as_str())] };
    let status = connection.ask(&post(path, &headers, &body.to_string())).await.expect("an answer");
    let answered = connection.body();
    assert!((200..300).contains(&status), "{path}: {status} {}", String::from_utf8_lossy(&answered));
    serde_json::from_slice(&answered).unwrap_or_default()
}
