//! Listeners over real connections: two hundred at once, those who all come back at once, and those who never read.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::sleep;

use super::stream::{live_night, pledge};
use crate::support::stream::Listener;
use crate::support::{House, on_both, scale};

on_both!(
    two_hundred_listeners_see_the_latest,
    a_storm_of_returns_is_told_each_thing_once,
    #[cfg_attr(not(target_os = "linux"), ignore = "elsewhere megabytes wait before it is noticed")]
    a_listener_that_never_reads_gives_its_seat_up,
);

/// A listener who finds the house full asks again after this.
const ASK_AGAIN: Duration = Duration::from_millis(20);
/// Nothing here takes longer.
const AT_MOST: Duration = Duration::from_mins(1);
/// No connection of these scenes stands still for so long.
const NO_END: Duration = Duration::from_mins(10);

/// What one listener heard: the numbers of pledges, and when.
type Heard = Vec<(i64, Instant)>;

/// Opens a stream, as often as the house is full.
async fn come(url: &str, last: Option<i64>) -> Listener {
    let last = last.map(|last| last.to_string());
    let begun = Instant::now();
    loop {
        match Listener::try_far(url, last.as_deref()).await {
            Ok(listener) => return listener,
            Err(status) => assert_eq!(status, 503, "full is all that it may be"),
        }
        assert!(begun.elapsed() < AT_MOST, "a seat that was given up isn't free");
        sleep(ASK_AGAIN).await;
    }
}

fn last_of(heard: &Heard) -> Option<i64> {
    heard.last().map(|(id, _)| *id)
}

/// Holds what everybody heard against what was made, and says how long it took from the commit to the last of them.
fn assert_heard_once(what: &str, all: &[Heard], made: &[Instant]) {
    for heard in all {
        assert_eq!(heard.len(), made.len(), "{what}");
        assert!(heard.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1), "a gap or a repeat: {heard:?}");
    }
    let last_of_all = |at: usize| all.iter().map(|heard| heard[at].1).max().expect("somebody who listens");
    let mut took: Vec<Duration> =
        made.iter().enumerate().map(|(at, made)| last_of_all(at).saturating_duration_since(*made)).collect();
    took.sort_unstable();
    let rank = |percent: usize| took[(took.len() * percent).div_ceil(100) - 1].as_millis();
    println!(
        "{what}: {} listeners, {} pledges, 0 gaps, 0 repeats; from a commit to the last listener p50 {} ms, p99 {} ms",
        all.len(),
        made.len(),
        rank(50),
        rank(99)
    );
}

/// Promise 13, quick: every listener sees the latest totals, each pledge once, also those who drop and come back.
async fn two_hundred_listeners_see_the_latest(house: House) {
    const PLEDGES: usize = 10;
    let listeners = scale(200, 2_000);
    rlimit::increase_nofile_limit(u64::MAX).expect("to open as many files as may be");
    let house = House::furnished(house.backend, |config| config.streams_max = listeners).await;
    let host = house.organiser("Louise").await;
    let (slug, api) = live_night(&house, &host, json!({})).await;
    let url = format!("{}/events/{slug}/stream", house.open_doors(NO_END).await);
    let mut seated = Vec::new();
    for _ in 0..listeners {
        seated.push(come(&url, None).await);
    }
    let listen = async |(number, mut listener): (usize, Listener)| {
        let (mut heard, mut is_latest) = (Heard::new(), false);
        loop {
            let message = listener.next().await.expect("a message");
            if message.kind == "pledge" {
                heard.push((message.id.expect("a number"), Instant::now()));
            }
            is_latest |= message.kind == "totals" && message.data["promised_pence"] == PLEDGES * 100;
            // Totals may be ahead of the pledges by one that is being told.
            if is_latest && heard.len() == PLEDGES {
                return heard;
            }
            // Every third one loses the line after each fifth pledge.
            if number.is_multiple_of(3) && message.kind == "pledge" && heard.len().is_multiple_of(5) {
                drop(listener);
                listener = come(&url, last_of(&heard)).await;
            }
        }
    };
    let making = async {
        let mut made = Vec::new();
        for number in 0..PLEDGES {
            pledge(&house, &api, number, json!({})).await;
            made.push(Instant::now());
        }
        made
    };
    let (heard, made) = tokio::join!(join_all(seated.into_iter().enumerate().map(listen)), making);
    assert_heard_once("a third of them lose the line twice", &heard, &made);
}

/// The faults: a return that takes a second seat or is told something again, and one that waits for ever. All come from
/// further back than is remembered, so that each has to read the table.
async fn a_storm_of_returns_is_told_each_thing_once(house: House) {
    // Planned, published, opened; then come the pledges.
    const OPENED: i64 = 3;
    const BEFORE: usize = 220;
    const DURING: usize = 6;
    let listeners = scale(40, 1_000);
    rlimit::increase_nofile_limit(u64::MAX).expect("to open as many files as may be");
    // One seat for each, and one for somebody who stays.
    let house = House::furnished(house.backend, |config| config.streams_max = listeners + 1).await;
    let host = house.organiser("Louise").await;
    let (slug, api) = live_night(&house, &host, json!({})).await;
    let url = format!("{}/events/{slug}/stream", house.open_doors(NO_END).await);
    for number in 0..BEFORE {
        pledge(&house, &api, number, json!({})).await;
    }
    let last = OPENED + i64::try_from(BEFORE).expect("a number");
    let mut stays = come(&url, Some(last)).await;
    stays.until("now_playing").await;
    let mut away = Vec::new();
    for _ in 0..listeners {
        let mut listener = come(&url, Some(last)).await;
        listener.until("now_playing").await;
        away.push(listener);
    }
    drop(away);

    let hear = async |listener: &mut Listener, count: usize| {
        let mut heard = Heard::new();
        while heard.len() < count {
            let pledge = listener.until("pledge").await.pop().expect("a pledge");
            heard.push((pledge.id.expect("a number"), Instant::now()));
        }
        heard
    };
    let returns = async |_| {
        let mut listener = come(&url, Some(OPENED)).await;
        hear(&mut listener, BEFORE + DURING).await
    };
    let making = async {
        let mut made = Vec::new();
        for number in BEFORE..BEFORE + DURING {
            pledge(&house, &api, number, json!({})).await;
            made.push(Instant::now());
            assert!(house.app.live.seated() <= listeners + 1);
        }
        made
    };
    let (returned, stayed, made) =
        tokio::join!(join_all((0..listeners).map(returns)), hear(&mut stays, DURING), making);
    let recent: Vec<Heard> = returned.iter().map(|heard| heard[BEFORE..].to_vec()).collect();
    assert!(
        returned.iter().all(|heard| heard.len() == BEFORE + DURING && heard[0].0 == OPENED + 1),
        "all that was missed"
    );
    assert!(returned.iter().all(|heard| heard.windows(2).all(|pair| pair[1].0 == pair[0].0 + 1)), "once each");
    assert_heard_once("all come back at once, 220 pledges behind", &recent, &made);
    assert_heard_once("meanwhile, who stayed", &[stayed], &made);
}

/// The fault: a listener that never reads keeps its seat as long as its connection lives. One that reads slowly stays.
async fn a_listener_that_never_reads_gives_its_seat_up(house: House) {
    const PATIENCE: Duration = Duration::from_secs(2);
    const SONGS: usize = 80;
    let house = House::furnished(house.backend, |config| config.streams_max = 3).await;
    let host = house.organiser("Louise").await;
    let (slug, api) = live_night(&house, &host, json!({})).await;
    let doors = house.open_doors(PATIENCE).await;
    let path = format!("/events/{slug}/stream");
    let sam = house.guest("Sam").await;
    for number in 0..SONGS {
        let dedication =
            format!("Number {number}, for everybody on nights who never sat down. {}", "Thank you! ".repeat(10));
        let song = json!({ "title": format!("Song {number}"), "dedication": dedication });
        sam.post(&format!("{api}/shares"), song).await.expect(201);
    }
    let mut reader = Listener::far(&format!("{doors}{path}"), None).await;
    let _silent = small(&doors, &path).await;
    let slow = small(&doors, &path).await;
    reader.until("now_playing").await;
    assert_eq!(house.app.live.seated(), 3);
    house.stranger().get(&path).await.expect(503);

    let reads_slowly = house.app.tracker.spawn(read_slowly(slow, PATIENCE / 20, 50));
    let begun = Instant::now();
    let mut made = 0;
    while house.app.live.seated() == 3 {
        assert!(begun.elapsed() < AT_MOST, "the seat isn't given up");
        pledge(&house, &api, made, json!({})).await;
        made += 1;
        sleep(PATIENCE / 20).await;
    }
    let cut_after = begun.elapsed();
    assert!(cut_after >= PATIENCE / 2, "no sooner than it should: {cut_after:?}");
    assert_eq!(house.app.live.seated(), 2);
    house.app.live.sit(None).expect("a seat for somebody else");

    let mut heard = Vec::new();
    while heard.len() < made {
        heard.extend(reader.until("pledge").await.pop().and_then(|pledge| pledge.id));
    }
    assert!(heard.windows(2).all(|pair| pair[1] == pair[0] + 1), "who reads misses nothing: {heard:?}");
    let (_slow, read) = reads_slowly.await.expect("to be read").expect("a line that isn't cut");
    assert_eq!(house.app.live.seated(), 2, "who reads slowly stays");
    println!("cut after {} ms; {made} pledges told meanwhile; {read} bytes read slowly", cut_after.as_millis());
}

/// A listener with little room for what it hasn't read.
async fn small(doors: &str, path: &str) -> TcpStream {
    let address = doors.strip_prefix("http://").expect("an address");
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    let mut stream = socket.connect(address.parse().expect("an address")).await.expect("a connection");
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: disco.test\r\n\r\n").as_bytes()).await.expect("to ask");
    // So that it has its seat.
    stream.readable().await.expect("an answer");
    stream
}

/// Reads so many small pieces, one each `every`; the line, and how much that was.
async fn read_slowly(mut line: TcpStream, every: Duration, pieces: usize) -> std::io::Result<(TcpStream, usize)> {
    let (mut read, mut piece) = (0, [0; 1024]);
    for _ in 0..pieces {
        match line.read(&mut piece).await? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => read += count,
        }
        sleep(every).await;
    }
    Ok((line, read))
}
