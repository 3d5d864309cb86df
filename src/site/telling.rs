//! What the public is told of a night's activities. Told from today's rows and switches, so that what was removed or
//! withdrawn since is not told again; the live stream and the replay both tell by this.

use entity::event::Status;
use entity::ids::{PledgeId, ShareId};
use serde::Serialize;

use crate::activity::{Activity, Kind};
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::{self, Event, TimedSlot};
use crate::night::api::events::NowPlayingOut;
use crate::night::{LineupOut, TonightOut};
use crate::pledges::{self, Pledge, PublicPledgeOut, Reached};
use crate::tracks::api::ShareOut;
use crate::tracks::{self, Share, ShareState};

/// What is told of one activity. Its number is the stream's `id:`.
#[derive(Clone, Debug)]
pub struct Telling {
    pub activity: Activity,
    pub told: Told,
}

/// The data of a message; its kind is a word of its own ([`Told::kind`]).
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Told {
    Share(Box<ShareOut>),
    ShareChanged(Box<ShareOut>),
    ShareGone(GoneOut),
    NowPlaying(Box<NowPlayingOut>),
    Dance(DanceOut),
    Pledge(PublicPledgeOut),
    Milestone(MilestoneOut),
    Lineup(LineupOut),
    Tonight(TonightOut),
    Status(StatusOut),
}

/// What remains to be told of a share that isn't public any more.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct GoneOut {
    id: uuid::Uuid,
    state: &'static str,
}

/// How many dance to a song by now.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DanceOut {
    pub share_id: uuid::Uuid,
    pub dances: i64,
}

/// A milestone that was reached.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct MilestoneOut {
    /// Of the target; null for one of the hosts' own.
    pub percent: Option<i64>,
    pub promised_pence: i64,
    pub amount_pence: i64,
    /// What happens then, in the hosts' words.
    pub label: Option<String>,
}

/// What a night turned into.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StatusOut {
    pub status: &'static str,
}

impl Told {
    /// The stream's word for it (contract.md).
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Share(_) => "share",
            Self::ShareChanged(_) | Self::ShareGone(_) => "share_changed",
            Self::NowPlaying(_) => "now_playing",
            Self::Dance(_) => "dance",
            Self::Pledge(_) => "pledge",
            Self::Milestone(_) => "milestone",
            Self::Lineup(_) => "lineup",
            Self::Tonight(_) => "night",
            Self::Status(_) => "status",
        }
    }
}

/// Tells activities of a night, in their order; nothing of those that say nothing to the public.
///
/// # Errors
/// When the database fails.
pub async fn tell(db: &Snapshot, event: &Event, news: &[Activity]) -> Result<Vec<Telling>, AppError> {
    let rows = Rows::read(db, event, news).await?;
    let public = news.iter().filter(|activity| activity.is_public());
    let told = |activity: &Activity| Some(Telling { told: rows.told(event, activity)?, activity: activity.clone() });
    Ok(public.filter_map(told).collect())
}

/// What plays now.
///
/// # Errors
/// When the database fails.
pub async fn now_playing(db: &Snapshot, event: &Event) -> Result<NowPlayingOut, AppError> {
    let share = tracks::playing(db, event).await?;
    Ok(playing(event, share))
}

fn playing(event: &Event, share: Option<Share>) -> NowPlayingOut {
    let share = share.filter(Share::is_public);
    NowPlayingOut { share: share.map(|share| ShareOut::of(share, &event.slug)) }
}

/// Today's rows of what some activities are about.
struct Rows {
    shares: Vec<Share>,
    pledges: Vec<Pledge>,
    reached: Vec<Reached>,
    lineup: Vec<TimedSlot>,
}

impl Rows {
    async fn read(db: &Snapshot, event: &Event, news: &[Activity]) -> Result<Self, AppError> {
        let of = |wanted: fn(&Activity) -> bool| {
            news.iter().filter(move |activity| wanted(activity)).filter_map(|activity| activity.subject)
        };
        let shares = of(Activity::is_about_share).map(ShareId).collect();
        let pledges = of(|activity| activity.kind == Some(Kind::PledgeMade)).map(PledgeId).collect();
        let has_milestone = news.iter().any(|activity| activity.kind == Some(Kind::MilestoneReached));
        let reached = if has_milestone { pledges::reached_of_event(db, event.id).await? } else { Vec::new() };
        let has_lineup = news.iter().any(Activity::moves_lineup);
        let lineup = if has_lineup { events::lineup_of(db, event).await? } else { Vec::new() };
        Ok(Self {
            shares: tracks::by_ids(db, shares).await?,
            pledges: pledges::pledges_by_ids(db, pledges).await?,
            reached,
            lineup,
        })
    }

    fn told(&self, event: &Event, activity: &Activity) -> Option<Told> {
        let kind = activity.kind?;
        let share = activity.subject.and_then(|id| self.shares.iter().find(|share| share.id == ShareId(id)));
        match kind {
            Kind::PledgeMade => self.told_pledge(activity),
            Kind::MilestoneReached => self.told_milestone(event, activity.seq),
            Kind::NowPlaying => Some(Told::NowPlaying(Box::new(playing(event, share.cloned())))),
            Kind::ShareDanced => share
                .filter(|share| share.is_public())
                .map(|share| Told::Dance(DanceOut { share_id: share.id.0, dances: share.dances })),
            _ if activity.moves_lineup() => Some(Told::Lineup(LineupOut::of(event, self.lineup.clone(), activity.at))),
            _ if activity.moves_tonight() => Some(Told::Tonight(TonightOut::of(event))),
            _ if activity.is_about_share() => told_share(event, kind, share?),
            _ => told_status(kind),
        }
    }

    fn told_pledge(&self, activity: &Activity) -> Option<Told> {
        let pledge = activity.subject.and_then(|id| self.pledges.iter().find(|pledge| pledge.id == PledgeId(id)))?;
        pledge.stands().then(|| Told::Pledge(PublicPledgeOut::of(pledge)))
    }

    /// What a milestone is called may have changed a moment ago; a night that was made one of remembrance counts none.
    fn told_milestone(&self, event: &Event, seq: i64) -> Option<Told> {
        let reached = self.reached.iter().find(|one| one.seq == seq)?;
        let mark = event.marks().into_iter().find(|mark| reached.is(mark))?;
        Some(Told::Milestone(MilestoneOut {
            percent: reached.percent,
            promised_pence: reached.promised.0,
            amount_pence: reached.amount.0,
            label: mark.label,
        }))
    }
}

fn told_share(event: &Event, kind: Kind, share: &Share) -> Option<Told> {
    let is_news = matches!(kind, Kind::ShareAdded | Kind::ShareApproved);
    let out = || Box::new(ShareOut::of(share.clone(), &event.slug));
    match share.state {
        ShareState::Shown if is_news => Some(Told::Share(out())),
        ShareState::Shown => Some(Told::ShareChanged(out())),
        // One that was shown until a moment ago is gone until a host has looked at it.
        ShareState::Held if kind == Kind::ShareHeld => {
            Some(Told::ShareGone(GoneOut { id: share.id.0, state: share.state.as_str() }))
        }
        ShareState::Held => None,
        ShareState::Removed | ShareState::Withdrawn if is_news => None,
        ShareState::Removed | ShareState::Withdrawn => {
            Some(Told::ShareGone(GoneOut { id: share.id.0, state: share.state.as_str() }))
        }
    }
}

fn told_status(kind: Kind) -> Option<Told> {
    let status = match kind {
        Kind::EventPublished => Status::Scheduled,
        Kind::EventOpened => Status::Live,
        Kind::EventClosed => Status::Ended,
        Kind::EventCancelled => Status::Cancelled,
        _ => return None,
    };
    Some(Told::Status(StatusOut { status: status.as_str() }))
}
