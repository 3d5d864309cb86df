//! A night as it can be played again: its activities, told by the same telling as its stream, each at its time.
//!
//! What is told is what today's rows and switches allow. Four things differ from the stream, because all of it is known
//! by now: a song is told once, and one that isn't shown any more not at all; each song stands as it stood then, with
//! who had joined it and danced to it by that time; a joining is told as one; and of the money only what
//! [`super::sums`] can tell without telling what somebody switched off.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::Moment;
use entity::event::Mood;
use entity::ids::{GuestId, PledgeId, ShareId};
use serde::Serialize;
use uuid::Uuid;

use super::edit::{Editor, Scene, Shot};
use super::sums::{self, Mover, Stood};
use crate::activity::{self, Activity, Kind};
use crate::app::App;
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::{self, Event, State};
use crate::pledges::{self, PledgeKind};
use crate::site::telling::{self, Told};
use crate::tracks;

/// Activities read at once.
const BATCH: u64 = 500;
/// More than the fullest night; a replay says when it isn't whole.
const ACTIVITIES_MAX: usize = 20_000;
/// The longest that the moments are as JSON, so that they fit into one answer with an ETag.
const BYTES_MAX: usize = 6 * 1024 * 1024;

/// A night that is over, as it can be played again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ReplayOut {
    /// The event's slug.
    pub event: String,
    pub title: String,
    #[schema(value_type = String)]
    pub mood: Mood,
    pub time_zone: String,
    pub url: String,
    /// When it really opened, and closed for the last time.
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// False for a night so full that its last moments are left out.
    pub is_whole: bool,
    pub moments: Vec<MomentOut>,
}

/// Something that happened.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MomentOut {
    /// From the opening; what was before it, is at 0.
    pub at_ms: i64,
    /// `share`, `share_joined`, `now_playing`, `dance`, `pledge`, `milestone`, `totals`, `status`,
    /// `slot`, `quiet`; others may come.
    pub kind: &'static str,
    /// What the stream tells of this kind, as it stands today.
    pub data: DataOut,
}

/// What is told of a moment.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum DataOut {
    Told(Told),
    Joined(JoinedOut),
    Passed(PassedOut),
    Slot(SlotBegunOut),
    Quiet(QuietOut),
    Sum(SumOut),
}

/// Somebody joined a song.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct JoinedOut {
    pub share_id: Uuid,
    pub name: String,
}

/// A milestone was reached. What was promised at that very moment isn't told.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PassedOut {
    /// Of the target; null for one of the hosts' own.
    pub percent: Option<i64>,
    pub amount_pence: i64,
    pub label: Option<String>,
}

/// Somebody came on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SlotBegunOut {
    pub host: String,
    pub title: Option<String>,
}

/// A quiet moment began or ended.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct QuietOut {
    pub is_quiet: bool,
}

/// What was promised by then.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SumOut {
    pub promised_pence: i64,
}

/// When a night opened and when it closed for the last time.
fn span(event: &Event) -> Result<(Moment, Moment), AppError> {
    match event.state {
        State::Ended { opened_at: Some(begins), closed_at: Some(ends) } => Ok((begins, ends.max(begins))),
        State::Ended { .. } => {
            Err(AppError::conflict("Nothing was recorded of this night, so it can't be played again."))
        }
        State::Cancelled { .. } => {
            Err(AppError::conflict("This night was cancelled, so there is nothing to play again."))
        }
        State::Draft | State::Scheduled | State::Live { .. } => {
            Err(AppError::conflict("This night isn't over yet. Once it is, it can be played again here."))
        }
    }
}

impl ReplayOut {
    /// Reads a night from one snapshot, one reader at a time.
    ///
    /// # Errors
    /// 409 for a night that isn't over, or was never recorded; [`AppError::Busy`] when others take too long.
    pub async fn read(app: &App, event: Event) -> Result<Self, AppError> {
        span(&event)?;
        let _turn = app.long_read().await?;
        let db = app.db.snapshot().await?;
        // It may have been opened again a moment ago.
        let event = events::find(&db, event.id).await?.ok_or(AppError::NotFound)?;
        let (begins, ends) = span(&event)?;
        let mut reel = Reel { event, shots: Vec::new(), movers: Vec::new(), joiners: HashMap::new() };
        let is_read_whole = reel.read(&db).await?;
        let points = match reel.event.mood {
            // It measures nothing.
            Mood::Remembrance => Vec::new(),
            Mood::Party | Mood::Gentle => pledges::points_of_event(&db, reel.event.id).await?,
        };
        let totals = sums::tellable(&sums::stood(&points, begins, ends), &reel.movers);
        let Reel { event, shots, joiners, .. } = reel;
        let mut editor = Editor::new(&shots, &joiners, event.mood);
        let scenes = shots.into_iter().filter_map(|shot| editor.scene(shot)).collect();
        let moments = in_time(with_totals(scenes, &totals), begins, ends);
        let (moments, is_cut) = cut(moments)?;
        Ok(Self {
            title: event.title.clone(),
            mood: event.mood,
            time_zone: event.when.zone.name().to_owned(),
            url: app.config.link(&event.path()),
            starts_at: begins,
            ends_at: ends,
            is_whole: is_read_whole && !is_cut,
            moments,
            event: event.slug,
        })
    }
}

/// A night while it is read.
struct Reel {
    event: Event,
    shots: Vec<Shot>,
    movers: Vec<Mover>,
    /// The names of those who joined a song and are shown.
    joiners: HashMap<(ShareId, GuestId), String>,
}

impl Reel {
    /// Reads the activities; false when there were too many.
    async fn read(&mut self, db: &Snapshot) -> Result<bool, AppError> {
        let (mut after, mut count, mut clock) = (0, 0, Moment::default());
        loop {
            let mut news = activity::after(db, self.event.id.into(), after, BATCH).await?;
            let Some(last) = news.last().map(|activity| activity.seq) else { return Ok(true) };
            if count >= ACTIVITIES_MAX {
                return Ok(false);
            }
            (after, count) = (last, count + news.len());
            for activity in &mut news {
                // Of two writers the later may have looked at the clock first; numbers are what orders them.
                clock = clock.max(activity.at);
                activity.at = clock;
            }
            self.take(db, &news).await?;
        }
    }

    async fn take(&mut self, db: &Snapshot, news: &[Activity]) -> Result<(), AppError> {
        let joined = news.iter().filter(|activity| activity.kind == Some(Kind::ShareJoined));
        let joined: Vec<ShareId> = joined.filter_map(|activity| activity.subject).map(ShareId).collect();
        self.joiners.extend(tracks::joiners_of(db, joined).await?);
        self.movers.extend(movers(db, news).await?);
        let told = telling::tell(db, &self.event, news).await?.into_iter().filter_map(|telling| {
            let Activity { at, kind, subject, actor, .. } = telling.activity;
            Some(Shot { at, kind: kind?, subject, actor, data: telling.told })
        });
        self.shots.extend(told);
        Ok(())
    }
}

/// Which pledges moved what is promised, of those that don't show their amount, or not any more.
async fn movers(db: &Snapshot, news: &[Activity]) -> Result<Vec<Mover>, AppError> {
    let moves = |activity: &&Activity| {
        matches!(activity.kind, Some(Kind::PledgeMade | Kind::PledgeChanged | Kind::PledgeWithdrawn))
    };
    let ids: HashSet<Uuid> = news.iter().filter(moves).filter_map(|activity| activity.subject).collect();
    let rows = pledges::pledges_by_ids(db, ids.into_iter().map(PledgeId).collect()).await?;
    let hidden = rows.into_iter().filter(|pledge| !pledge.stands() || pledge.public_amount().is_none());
    let goes_on: HashMap<Uuid, bool> = hidden.map(|pledge| (pledge.id.0, pledge.kind() != PledgeKind::Fixed)).collect();
    let mover = |activity: &Activity| {
        let id = activity.subject?;
        Some(Mover { at: activity.at, pledge: PledgeId(id), goes_on: *goes_on.get(&id)? })
    };
    Ok(news.iter().filter(moves).filter_map(mover).collect())
}

/// Puts what was promised among what happened: before what happened at the same moment, the last after everything.
fn with_totals(scenes: Vec<Scene>, totals: &[Stood]) -> Vec<Scene> {
    let scene = |stood: Stood| {
        let data = DataOut::Sum(SumOut { promised_pence: stood.promised.0 });
        Scene { at: stood.at, kind: "totals", data }
    };
    let (last, between) = totals.split_last().map_or((None, &[][..]), |(last, between)| (Some(*last), between));
    let mut between = between.iter().copied().peekable();
    let mut all = Vec::with_capacity(scenes.len() + totals.len());
    for one in scenes {
        while let Some(stood) = between.next_if(|stood| stood.at <= one.at) {
            all.push(scene(stood));
        }
        all.push(one);
    }
    all.extend(between.map(scene));
    all.extend(last.map(scene));
    all
}

/// Counts the time from the opening; what was before or after the night is at its ends.
fn in_time(scenes: Vec<Scene>, begins: Moment, ends: Moment) -> Vec<MomentOut> {
    let moment = |Scene { at, kind, data }| MomentOut {
        at_ms: (at.clamp(begins, ends) - begins).num_milliseconds(),
        kind,
        data,
    };
    scenes.into_iter().map(moment).collect()
}

/// Leaves out what is too long for one answer; says whether anything was.
fn cut(mut moments: Vec<MomentOut>) -> Result<(Vec<MomentOut>, bool), AppError> {
    let (mut bytes, mut fit) = (0, 0);
    for moment in &moments {
        bytes += serde_json::to_vec(moment).map_err(AppError::internal)?.len() + 1;
        if bytes > BYTES_MAX {
            break;
        }
        fit += 1;
    }
    let is_cut = fit < moments.len();
    moments.truncate(fit);
    Ok((moments, is_cut))
}
