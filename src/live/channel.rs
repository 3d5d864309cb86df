//! A channel: what is being told of one night, written once for all who listen.
//!
//! It keeps the last messages in a bounded queue. A listener has only a place in it, so that a slow one costs nothing;
//! one who falls out of it at the back reads the activity table instead, and joins again. Of totals, presence and dances
//! only the latest are kept: a slow listener is told those, and not each on the way.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

use super::sse;
use crate::activity::{Activity, Kind};

/// Messages kept for whoever is slow or comes back.
const FRAMES_MAX: usize = 1024;
/// Words are kept this long after they were told: a name that changes elsewhere changes here too.
const FRAMES_LAST: Duration = Duration::from_mins(2);
/// Messages handed to one listener at once.
const TAKEN_AT_ONCE: usize = 64;

/// What is told of one scope.
#[derive(Debug, Default)]
pub struct Channel {
    state: Mutex<State>,
    turns: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Frame>,
    /// The last frame's place.
    order: u64,
    /// Every activity up to this has been told.
    told: i64,
    /// The place and the activity that listeners were woken for.
    announced: (u64, i64),
    /// The frames hold what was told after this activity.
    from: i64,
    /// What a newcomer is told last; none until the channel has begun.
    opening: Option<Opening>,
    has_ended: bool,
    listeners: usize,
}

/// How things stand, for a newcomer: messages without a number.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    pub totals: Bytes,
    pub now_playing: Bytes,
}

#[derive(Debug)]
struct Frame {
    order: u64,
    at: Instant,
    what: What,
    bytes: Bytes,
}

#[derive(Debug)]
enum What {
    Activity(Activity),
    /// Only the last of its kind matters.
    Latest(&'static str),
}

/// An activity as it is told, with its number.
#[derive(Clone, Debug)]
pub struct Written {
    pub activity: Activity,
    pub bytes: Bytes,
}

/// Somebody who listens to a channel, and how far they have been told.
#[derive(Debug)]
pub struct Listening {
    channel: Arc<Channel>,
    turns: watch::Receiver<u64>,
    /// The last frame taken; none until it has joined.
    place: Option<u64>,
    /// The last activity told.
    sent: i64,
}

/// What there is for a listener.
#[derive(Debug)]
pub enum Next {
    /// Messages, ready to be sent.
    Messages(Bytes),
    /// Nothing yet.
    Wait,
    /// More than the channel remembers: read the table after this activity, and say so with [`Listening::caught_up`].
    Behind { after: i64 },
    /// The channel has ended.
    End,
}

impl Channel {
    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_turn(&self) {
        self.turns.send_modify(|turn| *turn = turn.wrapping_add(1));
    }

    /// Begins: `written` is what was told after activity `from`, up to `told`.
    pub fn begin(&self, from: i64, told: i64, written: Vec<Written>, opening: Opening) {
        let mut state = self.locked();
        state.from = from;
        state.told = from;
        state.opening = Some(opening);
        state.tell(written, told);
        drop(state);
        self.next_turn();
    }

    /// Puts in activities, up to number `told`; those that tell the public nothing are not among them.
    pub fn tell(&self, written: Vec<Written>, told: i64) {
        self.locked().tell(written, told);
    }

    /// Puts in what only the last of matters, in place of what was told of that kind before.
    pub fn tell_latest(&self, kind: &'static str, bytes: Bytes) {
        let mut state = self.locked();
        state.frames.retain(|frame| !matches!(frame.what, What::Latest(other) if other == kind));
        state.push(What::Latest(kind), bytes);
    }

    /// Wakes who listens, if something was put in since: once for all of it, so that it reaches each in one piece.
    pub fn announce(&self) {
        let mut state = self.locked();
        let now = (state.order, state.told);
        let was = std::mem::replace(&mut state.announced, now);
        drop(state);
        if was != now {
            self.next_turn();
        }
    }

    /// What newcomers are told last from now on.
    pub fn open_with(&self, opening: Opening) {
        self.locked().opening = Some(opening);
    }

    /// What is remembered of these subjects.
    #[must_use]
    pub fn remembered(&self, subjects: &[Uuid]) -> Vec<Activity> {
        let state = self.locked();
        let about = |frame: &Frame| match &frame.what {
            What::Activity(activity) if activity.subject.is_some_and(|id| subjects.contains(&id)) => {
                Some(activity.clone())
            }
            _ => None,
        };
        state.frames.iter().filter_map(about).collect()
    }

    /// Puts what these activities say today in place of what they said; those not `written` any more are forgotten.
    pub fn tell_anew(&self, activities: &[Activity], written: &[Written]) {
        self.locked().frames.retain_mut(|frame| {
            let What::Activity(activity) = &frame.what else { return true };
            if !activities.iter().any(|one| one.seq == activity.seq) {
                return true;
            }
            let fresh = written.iter().find(|one| one.activity.seq == activity.seq);
            fresh.inspect(|fresh| frame.bytes = fresh.bytes.clone()).is_some()
        });
    }

    /// Forgets what was told a while ago.
    pub fn forget_old(&self) {
        let mut state = self.locked();
        let mut from = state.from;
        state.frames.retain(|frame| match &frame.what {
            What::Activity(activity) if frame.at.elapsed() > FRAMES_LAST => {
                from = from.max(activity.seq);
                false
            }
            _ => true,
        });
        state.from = from;
    }

    /// Ends it for everyone who listens.
    pub fn end(&self) {
        self.locked().has_ended = true;
        self.next_turn();
    }

    /// How many listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.locked().listeners
    }
}

impl State {
    fn tell(&mut self, written: Vec<Written>, told: i64) {
        for Written { activity, bytes } in written {
            if activity.kind == Some(Kind::ShareDanced) {
                self.frames.retain(|frame| !is_dance_of(frame, activity.subject));
            }
            self.push(What::Activity(activity), bytes);
        }
        self.told = self.told.max(told);
    }

    fn push(&mut self, what: What, bytes: Bytes) {
        self.order += 1;
        self.frames.push_back(Frame { order: self.order, at: Instant::now(), what, bytes });
        while self.frames.len() > FRAMES_MAX {
            self.drop_first();
        }
    }

    /// Drops the oldest activity; what only the latest is kept of stays.
    fn drop_first(&mut self) {
        let oldest = self.frames.iter().position(|frame| matches!(frame.what, What::Activity(_)));
        let dropped = oldest.and_then(|at| self.frames.remove(at));
        if let Some(Frame { what: What::Activity(activity), .. }) = dropped {
            self.from = self.from.max(activity.seq);
        }
    }

    /// The frames after a place, as one piece, up to so many; where that is, and the last activity among them.
    fn after(&self, place: u64, sent: i64) -> (BytesOf, u64, i64) {
        let first = self.frames.partition_point(|frame| frame.order <= place);
        let (mut bytes, mut place, mut sent) = (BytesOf::default(), place, sent);
        for frame in self.frames.range(first..).take(TAKEN_AT_ONCE) {
            place = frame.order;
            if frame.seq().is_none_or(|seq| seq > sent) {
                sent = frame.seq().unwrap_or(sent);
                bytes.add(&frame.bytes);
            }
        }
        // What tells the public nothing is told, too.
        let sent = if place == self.order { sent.max(self.told) } else { sent };
        (bytes, place, sent)
    }
}

impl Frame {
    /// The number of the activity that it tells.
    fn seq(&self) -> Option<i64> {
        match &self.what {
            What::Activity(activity) => Some(activity.seq),
            What::Latest(_) => None,
        }
    }
}

fn is_dance_of(frame: &Frame, subject: Option<Uuid>) -> bool {
    matches!(&frame.what, What::Activity(other) if other.kind == Some(Kind::ShareDanced) && other.subject == subject)
}

/// One message shared as it is, or several in one piece.
#[derive(Default)]
struct BytesOf {
    one: Option<Bytes>,
    many: Vec<u8>,
}

impl BytesOf {
    fn add(&mut self, bytes: &Bytes) {
        if self.one.is_none() && self.many.is_empty() {
            self.one = Some(bytes.clone());
            return;
        }
        if let Some(first) = self.one.take() {
            self.many.extend_from_slice(&first);
        }
        self.many.extend_from_slice(bytes);
    }

    fn into_bytes(self) -> Option<Bytes> {
        match self.one {
            Some(one) => Some(one),
            None if self.many.is_empty() => None,
            None => Some(self.many.into()),
        }
    }
}

impl Listening {
    pub(super) fn to(channel: Arc<Channel>) -> Self {
        channel.locked().listeners += 1;
        let turns = channel.turns.subscribe();
        Self { channel, turns, place: None, sent: 0 }
    }

    /// Goes on after this activity, which was told before.
    pub fn resume(&mut self, after: i64) {
        self.sent = after;
    }

    /// Whether the channel has told this activity, or what came after it.
    #[must_use]
    pub fn was_told(&self, activity: i64) -> bool {
        let state = self.channel.locked();
        state.opening.is_some() && activity <= state.told
    }

    /// Notes that the table was read up to this activity.
    pub fn caught_up(&mut self, to: i64) {
        self.sent = self.sent.max(to);
    }

    /// What there is now.
    #[must_use]
    pub fn take(&mut self) -> Next {
        let state = self.channel.locked();
        let Some(opening) = &state.opening else {
            return if state.has_ended { Next::End } else { Next::Wait };
        };
        if state.has_ended {
            return Next::End;
        }
        if self.sent < state.from {
            self.place = None;
            return Next::Behind { after: self.sent };
        }
        if let Some(place) = self.place {
            let (bytes, place, sent) = state.after(place, self.sent);
            let is_more = place < state.order;
            (self.place, self.sent) = (Some(place), sent);
            return match bytes.into_bytes() {
                Some(bytes) => Next::Messages(bytes),
                // Frames that were all told before.
                None if is_more => Next::Messages(Bytes::new()),
                None => Next::Wait,
            };
        }
        if self.sent > state.told {
            // Another instance told them more than this one knows yet.
            return Next::Wait;
        }
        let mut bytes = BytesOf::default();
        for frame in state.frames.iter().filter(|frame| frame.seq().is_some_and(|seq| seq > self.sent)) {
            bytes.add(&frame.bytes);
        }
        bytes.add(&sse::numbered(state.told, &opening.totals));
        bytes.add(&sse::numbered(state.told, &opening.now_playing));
        (self.place, self.sent) = (Some(state.order), state.told);
        bytes.into_bytes().map_or(Next::Wait, Next::Messages)
    }

    /// Waits until there may be more.
    pub async fn turn(&mut self) {
        // The sender lives in the channel, which this keeps alive.
        let _ = self.turns.changed().await;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.channel.locked().listeners -= 1;
    }
}
