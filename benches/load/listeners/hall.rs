//! A hall full of listeners on one stream: most read, some never do, some go and come back when they are told to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::line::{Kind, Line, Told};

/// How often it is looked whether everybody has heard.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// When nobody has heard anything for this long, nobody will.
const QUIET: Duration = Duration::from_secs(3);
/// Room of a listener that never reads, so that it is full soon.
const SMALL: u32 = 4096;
/// Who isn't let in asks again after this, so many times.
const ASK_AGAIN: Duration = Duration::from_millis(20);
const ASK_MOST: usize = 1000;

/// What a listener does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Reads,
    /// Loses the line in every storm, and comes back at once.
    Returns,
    NeverReads,
}

/// What one listener heard.
#[derive(Default)]
pub struct Heard {
    pub is_steady: bool,
    /// Changes by number, how long they were, and when they had come.
    pub changes: Vec<(u64, usize, Instant)>,
    /// What was told last, as a browser keeps it.
    last: u64,
    /// The last activity told.
    highest: u64,
    /// Totals by the number that they are up to, and when they had come.
    pub totals: Vec<(u64, Instant)>,
    pub gaps: u64,
    pub repeats: u64,
    /// How long each return took, to the first message.
    pub returns: Vec<Duration>,
    /// Lines that the server cut.
    pub cut: usize,
}

impl Heard {
    fn note(&mut self, told: Told, now: Instant) {
        let Some(id) = told.id else { return };
        let is_activity = matches!(told.kind, Kind::Change | Kind::Other);
        if is_activity && id <= self.highest {
            self.repeats += 1;
        }
        // Whoever is brought up to a number by totals doesn't ask again for what was before it.
        self.gaps += id.saturating_sub(self.highest + u64::from(is_activity));
        self.highest = self.highest.max(id);
        self.last = id;
        match told.kind {
            Kind::Change => self.changes.push((id, told.length, now)),
            Kind::Totals => self.totals.push((id, now)),
            _ => {}
        }
    }
}

/// What is shouted into the hall.
#[derive(Clone, Copy, Default)]
struct Orders {
    storms: usize,
    is_over: bool,
}

#[derive(Default)]
struct Counts {
    seated: AtomicUsize,
    changes: AtomicUsize,
}

/// The listeners of one stream.
pub struct Hall {
    listeners: JoinSet<Option<Heard>>,
    orders: watch::Sender<Orders>,
    counts: Arc<Counts>,
    readers: usize,
}

impl Hall {
    /// Lets them in, each after number `last`.
    pub async fn open(address: SocketAddr, path: &str, last: u64, roles: &[Role]) -> Self {
        let (orders, _) = watch::channel(Orders::default());
        let counts = Arc::new(Counts::default());
        let mut listeners = JoinSet::new();
        let path: Arc<str> = path.into();
        for role in roles {
            let seat = Seat { address, path: path.clone(), role: *role, counts: counts.clone() };
            let line = seat.line(last).await;
            listeners.spawn(seat.listen(line, last, orders.subscribe()));
        }
        let readers = roles.iter().filter(|role| **role != Role::NeverReads).count();
        let hall = Self { listeners, orders, counts, readers };
        hall.until(|counts| counts.seated.load(Ordering::Relaxed) >= hall.readers, |counts| &counts.seated).await;
        hall
    }

    /// A number that everything up to now is told by.
    pub async fn head(address: SocketAddr, path: &str) -> u64 {
        let mut line = Line::open(address, path, None, None).await.expect("a stream");
        let (mut last, mut is_whole) = (0, false);
        while !is_whole {
            let read = line.read(|told| {
                last = told.id.unwrap_or(last);
                is_whole |= told.kind == Kind::NowPlaying;
            });
            read.await.expect("to read");
        }
        last
    }

    /// Those who return lose the line now.
    pub fn storm(&self) {
        self.orders.send_modify(|orders| orders.storms += 1);
    }

    /// Waits until everybody who reads has heard of so many changes, or nobody hears any more.
    pub async fn heard(&self, changes: usize) {
        let all = changes * self.readers;
        self.until(|counts| counts.changes.load(Ordering::Relaxed) >= all, |counts| &counts.changes).await;
    }

    async fn until(&self, is_done: impl Fn(&Counts) -> bool, growing: impl Fn(&Counts) -> &AtomicUsize) {
        let (mut last, mut since) = (0, Instant::now());
        while !is_done(&self.counts) && since.elapsed() < QUIET {
            sleep(LOOK_EVERY).await;
            let now = growing(&self.counts).load(Ordering::Relaxed);
            if now > last {
                (last, since) = (now, Instant::now());
            }
        }
    }

    /// Sends everybody home; what those who read have heard.
    pub async fn end(self) -> Vec<Heard> {
        self.orders.send_modify(|orders| orders.is_over = true);
        self.listeners.join_all().await.into_iter().flatten().collect()
    }
}

/// Where one of them sits.
struct Seat {
    address: SocketAddr,
    path: Arc<str>,
    role: Role,
    counts: Arc<Counts>,
}

impl Seat {
    async fn line(&self, last: u64) -> Line {
        let room = (self.role == Role::NeverReads).then_some(SMALL);
        for _ in 0..ASK_MOST {
            if let Ok(line) = Line::open(self.address, &self.path, Some(last), room).await {
                return line;
            }
            sleep(ASK_AGAIN).await;
        }
        panic!("nobody takes the connection");
    }

    async fn listen(self, mut line: Line, last: u64, mut orders: watch::Receiver<Orders>) -> Option<Heard> {
        let mut heard = Heard { is_steady: self.role == Role::Reads, last, highest: last, ..Heard::default() };
        if self.role == Role::NeverReads {
            let _ = orders.wait_for(|orders| orders.is_over).await;
            return None;
        }
        let (mut away_since, mut is_new, mut storms) = (None, true, 0);
        loop {
            let is_lost = tokio::select! {
                read = line.read(|told| self.note(&mut heard, told, &mut is_new, &mut away_since)) => {
                    heard.cut += usize::from(read.is_err());
                    read.is_err()
                }
                _ = orders.changed() => {
                    let orders = *orders.borrow_and_update();
                    if orders.is_over {
                        return Some(heard);
                    }
                    let is_storm = orders.storms > storms && self.role == Role::Returns;
                    storms = orders.storms;
                    is_storm
                }
            };
            if is_lost {
                drop(line);
                away_since.get_or_insert_with(Instant::now);
                line = self.line(heard.last).await;
            }
        }
    }

    fn note(&self, heard: &mut Heard, told: Told, is_new: &mut bool, away_since: &mut Option<Instant>) {
        let now = Instant::now();
        heard.note(told, now);
        if std::mem::take(is_new) {
            self.counts.seated.fetch_add(1, Ordering::Relaxed);
        }
        heard.returns.extend(away_since.take().map(|since| now - since));
        if told.kind == Kind::Change {
            self.counts.changes.fetch_add(1, Ordering::Relaxed);
        }
    }
}
