//! Events: on pages, "nights".

use sea_orm::entity::prelude::*;

use crate::Moment;
use crate::ids::{AccountId, EventId, ShareId};
use crate::money::Pence;

words! {
    /// The tone of a night.
    Mood { Party = "party", Gentle = "gentle", Remembrance = "remembrance" }
}

words! {
    /// Where a night stands: `draft → scheduled → live → ended`, or `cancelled`.
    Status { Draft = "draft", Scheduled = "scheduled", Live = "live", Ended = "ended", Cancelled = "cancelled" }
}

words! {
    /// Whose songs wait for a host's approval.
    Screening { Open = "open", First = "first", All = "all" }
}

/// One night.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    pub slug: String,
    pub title: String,
    pub summary: Option<String>,
    pub description_markdown: Option<String>,
    pub mood: Mood,
    /// Without the `#`.
    pub hashtag: String,
    pub status: Status,
    pub screening: Screening,
    /// What the organiser typed: a wall-clock time, meant in `time_zone`.
    pub starts_local: DateTime,
    pub time_zone: String,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub duration_minutes: i32,
    /// When a live night closes by itself.
    pub closes_at: Moment,
    /// None for a draft, and for one that was cancelled before anyone saw it.
    pub published_at: Option<Moment>,
    pub opened_at: Option<Moment>,
    pub closed_at: Option<Moment>,
    pub target_pence: Option<Pence>,
    /// The hosts' own milestones, as JSON.
    pub milestones: String,
    pub now_playing: Option<ShareId>,
    /// Whether new songs wait for a while.
    pub is_paused: bool,
    /// The hosts' word of welcome, on top of the page.
    pub welcome: Option<String>,
    /// When the quiet moment that is now began.
    pub quiet_since: Option<Moment>,
    /// Where a historic night is told of; none for nights held here.
    pub source_url: Option<String>,
    /// How many songs a person may have standing; none for as many as they like.
    pub songs_each: Option<i32>,
    pub created_by: Option<AccountId>,
    pub created_at: Moment,
}

impl ActiveModelBehavior for ActiveModel {}
