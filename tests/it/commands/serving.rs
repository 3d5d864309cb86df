//! `serve`: the set-up link of an empty house, the demo, and an end that cuts nobody off.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::Value;

use crate::support::house::Rooms;
use crate::support::service::Place;

fn place() -> (Rooms, Place) {
    let rooms = Rooms::new();
    let database = format!("sqlite://{}?mode=rwc", rooms.dir.join("disco.db").display());
    let place = Place::new(database, &rooms.dir);
    (rooms, place)
}

/// A service whose words are read. Killed when dropped.
struct Told {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Told {
    /// Starts it, and reads what it prints until it serves.
    fn start(place: &Place, arguments: &[&str]) -> (Self, Vec<String>) {
        let mut child = place.command(arguments).stdout(Stdio::piped()).spawn().expect("the binary");
        let lines = BufReader::new(child.stdout.take().expect("its words")).lines();
        let mut told = Self { child, lines };
        let mut printed = Vec::new();
        for line in told.lines.by_ref().map_while(Result::ok) {
            let serves = line.starts_with("Serving");
            printed.push(line);
            if serves {
                break;
            }
        }
        (told, printed)
    }

    /// Asks it to end, as a service manager does.
    fn terminate(&self) {
        let ended = std::process::Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(ended.is_ok_and(|status| status.success()));
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn an_empty_house_prints_a_set_up_link_until_there_is_an_organiser() {
    let (_rooms, place) = place();
    let (service, printed) = Told::start(&place, &[]);
    let link = printed.iter().find_map(|line| line.strip_prefix("Set up the first account: ")).expect("a link");
    let page = reqwest::get(link).await.expect("an answer");
    assert_eq!(page.status(), 200);
    let link = link.to_owned();
    drop(service);
    place.say(&["organiser", "add", "--email", "sam@disco.test", "--name", "Sam"]);
    let (_service, printed) = Told::start(&place, &["serve"]);
    assert!(!printed.iter().any(|line| line.contains("/set-up/")), "{printed:?}");
    assert_eq!(reqwest::get(&link).await.expect("an answer").status(), 404, "the old link is dead");
}

#[tokio::test]
async fn the_demo_fills_four_nights_once() {
    let (_rooms, place) = place();
    let (service, printed) = Told::start(&place, &["serve", "--demo"]);
    let base = printed.last().and_then(|line| line.strip_prefix("Serving ")).expect("an address").to_owned();
    let nights: Value =
        reqwest::get(format!("{base}api/v1/events")).await.expect("an answer").json().await.expect("JSON");
    let nights = nights["items"].as_array().expect("nights").clone();
    let mut statuses: Vec<(&str, bool)> = nights
        .iter()
        .map(|night| {
            let example = night["title"].as_str().is_some_and(|title| title.starts_with("Example"));
            (night["status"].as_str().expect("a status"), example)
        })
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [("ended", false), ("ended", true), ("live", true), ("scheduled", true)]);
    let historic = nights.iter().find(|night| night["title"] == "#TwitterDisco does #Music4McR").expect("the record");
    assert_eq!(historic["starts_local"], "2017-06-09T21:00");
    assert_eq!((&historic["totals"]["promised_pence"], &historic["share_count"]), (&0.into(), &0.into()));
    drop(service);
    assert!(place.run(&["check"]).status.success());
    let again = place.run(&["serve", "--demo"]);
    let told = String::from_utf8_lossy(&again.stderr).into_owned();
    let told: Vec<&str> = told.lines().filter(|line| line.starts_with("twitterdisco:")).collect();
    assert_eq!((again.status.code(), told.len()), (Some(2), 1), "{told:?}");
}

/// The faults: a stop that waits for listeners who never leave, or cuts a stream in the middle of a message.
#[tokio::test]
async fn a_stop_ends_the_streams_and_the_service() {
    let (_rooms, place) = place();
    let (mut service, printed) = Told::start(&place, &["serve", "--demo"]);
    let base = printed.last().and_then(|line| line.strip_prefix("Serving ")).expect("an address").to_owned();
    let stream = reqwest::get(format!("{base}events/example-a-night-that-is-on-now/stream")).await.expect("a stream");
    let mut body = stream.bytes_stream();
    let mut heard = String::new();
    while !heard.contains("event: now_playing") {
        heard.push_str(&String::from_utf8_lossy(&body.next().await.expect("news").expect("a chunk")));
    }
    service.terminate();
    let rest = async {
        while let Some(chunk) = body.next().await {
            heard.push_str(&String::from_utf8_lossy(&chunk.expect("a clean end, not a cut line")));
        }
    };
    tokio::time::timeout(Duration::from_secs(8), rest).await.expect("the stream ends by itself");
    assert!(heard.ends_with("\n\n"), "the last message is whole");
    assert!(service.child.wait().expect("its end").success(), "and so does the service");
}

/// Promise 2, quick: what keeps a pledge through a power cut is read back at every start, and a file that can't hold it is
/// refused.
#[tokio::test]
async fn settings_that_keep_pledges_safe_are_read_back() {
    let rooms = Rooms::new();
    let place = Place::new("sqlite::memory:".to_owned(), &rooms.dir);
    let refused = place.run(&["migrate", "up"]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(told.contains("journal_mode"), "{told}");
}
