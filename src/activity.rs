//! The activity table: the spine (house.md). Append-only; each row holds ids and numbers only, never people's words.

use entity::Moment;
use entity::activity;
pub use entity::activity::Audience;
use entity::event_head;
use entity::ids::Scope;
use entity::money::Pence;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Something that happened, as stored in `activity.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    AccountAdded,
    SignedIn,
    SignedOut,
    TokenMade,
    CharityAdded,
    CharityChanged,
    CharityRenamed,
    CharityMerged,
    CharityMergerUndone,
    EventPlanned,
    EventChanged,
    EventPublished,
    EventOpened,
    EventClosed,
    EventCancelled,
    LineupChanged,
    SlotBegun,
    SlotEnded,
    SlotLinkRenewed,
    WelcomeChanged,
    SharingPaused,
    SharingResumed,
    QuietBegun,
    QuietEnded,
    NowPlaying,
    ShareAdded,
    ShareHeld,
    ShareJoined,
    ShareChanged,
    ShareWithdrawn,
    ShareRemoved,
    ShareApproved,
    ShareDanced,
    ShareMerged,
    TracksMerged,
    TrackSplit,
    PledgeMade,
    PledgeChanged,
    PledgeWithdrawn,
    PledgeWordsRemoved,
    PledgesCounted,
    MilestoneReached,
    RemindersStopped,
    RemindersAllowed,
    PledgeLinkRenewed,
    PaymentClaimed,
    PaymentConfirmed,
    PaymentReversed,
    ImportMade,
    ImportUndone,
    WordListed,
    WordUnlisted,
    ReportMade,
    ReportSettled,
    GuestBlocked,
    GuestUnblocked,
    GuestShown,
    PledgeWordsHeld,
    PledgeWordsShown,
    RsvpMade,
    RsvpWithdrawn,
    SeriesMade,
    SeriesChanged,
    SeriesEnded,
}

/// Each kind's stored word, and whether the public may be told of it.
const WORDS: &[(Kind, &str, Audience)] = &[
    (Kind::AccountAdded, "account.added", Audience::Hosts),
    (Kind::SignedIn, "session.started", Audience::Hosts),
    (Kind::SignedOut, "session.ended", Audience::Hosts),
    (Kind::TokenMade, "session.token", Audience::Hosts),
    (Kind::CharityAdded, "charity.added", Audience::Public),
    (Kind::CharityChanged, "charity.changed", Audience::Public),
    (Kind::CharityRenamed, "charity.renamed", Audience::Public),
    (Kind::CharityMerged, "charity.merged", Audience::Public),
    (Kind::CharityMergerUndone, "charity.merger_undone", Audience::Public),
    (Kind::EventPlanned, "event.planned", Audience::Hosts),
    (Kind::EventChanged, "event.changed", Audience::Public),
    (Kind::EventPublished, "event.published", Audience::Public),
    (Kind::EventOpened, "event.opened", Audience::Public),
    (Kind::EventClosed, "event.closed", Audience::Public),
    (Kind::EventCancelled, "event.cancelled", Audience::Public),
    (Kind::LineupChanged, "lineup.changed", Audience::Public),
    (Kind::SlotBegun, "slot.begun", Audience::Public),
    (Kind::SlotEnded, "slot.ended", Audience::Public),
    (Kind::SlotLinkRenewed, "slot.link_renewed", Audience::Hosts),
    (Kind::WelcomeChanged, "welcome.changed", Audience::Public),
    (Kind::SharingPaused, "sharing.paused", Audience::Public),
    (Kind::SharingResumed, "sharing.resumed", Audience::Public),
    (Kind::QuietBegun, "quiet.begun", Audience::Public),
    (Kind::QuietEnded, "quiet.ended", Audience::Public),
    (Kind::NowPlaying, "now_playing.set", Audience::Public),
    (Kind::ShareAdded, "share.added", Audience::Public),
    (Kind::ShareHeld, "share.held", Audience::Hosts),
    (Kind::ShareJoined, "share.joined", Audience::Public),
    (Kind::ShareChanged, "share.changed", Audience::Public),
    (Kind::ShareWithdrawn, "share.withdrawn", Audience::Public),
    (Kind::ShareRemoved, "share.removed", Audience::Public),
    (Kind::ShareApproved, "share.approved", Audience::Public),
    (Kind::ShareDanced, "share.danced", Audience::Public),
    (Kind::ShareMerged, "share.merged", Audience::Public),
    (Kind::TracksMerged, "tracks.merged", Audience::Hosts),
    (Kind::TrackSplit, "track.split", Audience::Hosts),
    (Kind::PledgeMade, "pledge.made", Audience::Public),
    (Kind::PledgeChanged, "pledge.changed", Audience::Public),
    (Kind::PledgeWithdrawn, "pledge.withdrawn", Audience::Public),
    (Kind::PledgeWordsRemoved, "pledge.words_removed", Audience::Hosts),
    (Kind::PledgesCounted, "pledges.counted", Audience::Hosts),
    (Kind::MilestoneReached, "milestone.reached", Audience::Public),
    (Kind::RemindersStopped, "pledge.reminders_stopped", Audience::Hosts),
    (Kind::RemindersAllowed, "pledge.reminders_allowed", Audience::Hosts),
    (Kind::PledgeLinkRenewed, "pledge.link_renewed", Audience::Hosts),
    (Kind::PaymentClaimed, "payment.claimed", Audience::Hosts),
    (Kind::PaymentConfirmed, "payment.confirmed", Audience::Hosts),
    (Kind::PaymentReversed, "payment.reversed", Audience::Hosts),
    (Kind::ImportMade, "import.made", Audience::Hosts),
    (Kind::ImportUndone, "import.undone", Audience::Hosts),
    (Kind::WordListed, "word.listed", Audience::Hosts),
    (Kind::WordUnlisted, "word.unlisted", Audience::Hosts),
    (Kind::ReportMade, "report.made", Audience::Hosts),
    (Kind::ReportSettled, "report.settled", Audience::Hosts),
    (Kind::GuestBlocked, "guest.blocked", Audience::Hosts),
    (Kind::GuestUnblocked, "guest.unblocked", Audience::Hosts),
    (Kind::GuestShown, "guest.shown", Audience::Hosts),
    (Kind::PledgeWordsHeld, "pledge.words_held", Audience::Hosts),
    (Kind::PledgeWordsShown, "pledge.words_shown", Audience::Hosts),
    (Kind::RsvpMade, "rsvp.made", Audience::Hosts),
    (Kind::RsvpWithdrawn, "rsvp.withdrawn", Audience::Hosts),
    (Kind::SeriesMade, "series.made", Audience::Hosts),
    (Kind::SeriesChanged, "series.changed", Audience::Hosts),
    (Kind::SeriesEnded, "series.ended", Audience::Hosts),
];

impl Kind {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        WORDS.iter().find(|(kind, ..)| *kind == self).map_or("unknown", |(_, word, _)| word)
    }

    /// Who may be told.
    #[must_use]
    pub fn audience(self) -> Audience {
        WORDS.iter().find(|(kind, ..)| *kind == self).map_or(Audience::Hosts, |(.., audience)| *audience)
    }

    /// The kind a stored word stands for; `None` for words of other versions.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        WORDS.iter().find(|(_, known, _)| *known == word).map(|(kind, ..)| *kind)
    }
}

/// One activity as a listener reads it.
#[derive(Clone, Debug)]
pub struct Activity {
    pub seq: i64,
    pub at: Moment,
    /// None for a kind of another version.
    pub kind: Option<Kind>,
    pub audience: Audience,
    pub subject: Option<Uuid>,
    /// Who did it; none for the clock.
    pub actor: Option<Uuid>,
}

impl Activity {
    /// Whether the public may be told.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.audience == Audience::Public
    }

    /// Whether its subject is a share.
    #[must_use]
    pub fn is_about_share(&self) -> bool {
        self.kind.is_some_and(|kind| kind == Kind::NowPlaying || kind.as_str().starts_with("share."))
    }

    /// Whether the line-up may say something else after it.
    #[must_use]
    pub fn moves_lineup(&self) -> bool {
        let kinds = [Kind::LineupChanged, Kind::SlotBegun, Kind::SlotEnded];
        self.kind.is_some_and(|kind| kinds.contains(&kind))
    }

    /// Whether what hosts say of tonight may be something else after it.
    #[must_use]
    pub fn moves_tonight(&self) -> bool {
        let kinds = [
            Kind::EventChanged,
            Kind::WelcomeChanged,
            Kind::SharingPaused,
            Kind::SharingResumed,
            Kind::QuietBegun,
            Kind::QuietEnded,
        ];
        self.kind.is_some_and(|kind| kinds.contains(&kind))
    }

    /// Whether totals may say something else after it.
    #[must_use]
    pub fn moves_totals(&self) -> bool {
        let still = [
            Kind::NowPlaying,
            Kind::LineupChanged,
            Kind::SlotBegun,
            Kind::SlotEnded,
            Kind::SlotLinkRenewed,
            Kind::WelcomeChanged,
            Kind::SharingPaused,
            Kind::SharingResumed,
            Kind::QuietBegun,
            Kind::QuietEnded,
            Kind::ShareJoined,
            Kind::ShareDanced,
            Kind::PledgeWordsRemoved,
            Kind::MilestoneReached,
            Kind::RemindersStopped,
            Kind::RemindersAllowed,
            Kind::PledgeLinkRenewed,
            Kind::ReportMade,
            Kind::ReportSettled,
            Kind::GuestBlocked,
            Kind::GuestUnblocked,
            Kind::PledgeWordsHeld,
            Kind::PledgeWordsShown,
            Kind::RsvpMade,
            Kind::RsvpWithdrawn,
        ];
        self.kind.is_none_or(|kind| !still.contains(&kind))
    }
}

/// Activities of a scope after number `after`, in order, at most `count`.
///
/// # Errors
/// When the database fails.
pub async fn after(db: &impl ConnectionTrait, scope: Scope, after: i64, count: u64) -> Result<Vec<Activity>, DbErr> {
    let rows = activity::Entity::find()
        .filter(activity::COLUMN.scope.eq(scope))
        .filter(activity::COLUMN.seq.gt(after))
        .order_by_asc(activity::COLUMN.seq)
        .limit(count)
        .all(db)
        .await?;
    let noun = |row: activity::Model| {
        let activity::Model { scope: _, seq, at, kind, audience, subject, actor, amount_pence: _, hash: _ } = row;
        Activity { seq, at, kind: Kind::from_word(&kind), audience, subject, actor }
    };
    Ok(rows.into_iter().map(noun).collect())
}

/// One activity as the audit trail tells it.
#[derive(Clone, Debug)]
pub struct Logged {
    pub seq: i64,
    pub at: Moment,
    /// The stored word, of another version's kinds too.
    pub word: String,
    pub kind: Option<Kind>,
    pub subject: Option<Uuid>,
    pub actor: Option<Uuid>,
    pub amount_pence: Option<Pence>,
}

/// Activities of a scope before number `before` (or the newest), newest first, at most `count`.
///
/// # Errors
/// When the database fails.
pub async fn before(
    db: &impl ConnectionTrait,
    scope: Scope,
    before: Option<i64>,
    count: u64,
) -> Result<Vec<Logged>, DbErr> {
    let mut query = activity::Entity::find()
        .filter(activity::COLUMN.scope.eq(scope))
        .order_by_desc(activity::COLUMN.seq)
        .limit(count);
    if let Some(before) = before {
        query = query.filter(activity::COLUMN.seq.lt(before));
    }
    let noun = |row: activity::Model| {
        let activity::Model { scope: _, seq, at, kind, audience: _, subject, actor, amount_pence, hash: _ } = row;
        Logged { seq, at, kind: Kind::from_word(&kind), word: kind, subject, actor, amount_pence }
    };
    Ok(query.all(db).await?.into_iter().map(noun).collect())
}

/// The hash that chains a row to the one before it.
#[must_use]
pub fn chain(before: &[u8], row: &activity::Model) -> Vec<u8> {
    let activity::Model { scope, seq, at, kind, audience, subject, actor, amount_pence, hash: _ } = row;
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(scope.0.as_bytes());
    hash.update(seq.to_be_bytes());
    hash.update(at.timestamp_millis().to_be_bytes());
    hash.update(kind);
    hash.update(audience.as_str());
    // Nothing, and an id or amount of zeros, are two things.
    for id in [subject, actor] {
        hash.update([u8::from(id.is_some())]);
        hash.update(id.unwrap_or_default().as_bytes());
    }
    hash.update([u8::from(amount_pence.is_some())]);
    hash.update(amount_pence.map_or([0; 8], |amount| amount.0.to_be_bytes()));
    hash.finalize().to_vec()
}

/// The hash of activity number `seq` of a scope; empty before the first.
///
/// # Errors
/// When the database fails.
pub async fn hash_of(db: &impl ConnectionTrait, scope: Scope, seq: i64) -> Result<Vec<u8>, DbErr> {
    Ok(activity::Entity::find_by_id((scope, seq)).one(db).await?.map_or_else(Vec::new, |row| row.hash))
}

/// The number of a scope's first activity that isn't what was recorded; none when the chain holds.
///
/// # Errors
/// When the database fails.
pub async fn first_broken(db: &impl ConnectionTrait, scope: Scope) -> Result<Option<i64>, DbErr> {
    const BATCH: u64 = 1000;
    let (mut seq, mut hash) = (0, Vec::new());
    loop {
        let rows = activity::Entity::find()
            .filter(activity::COLUMN.scope.eq(scope))
            .filter(activity::COLUMN.seq.gt(seq))
            .order_by_asc(activity::COLUMN.seq)
            .limit(BATCH)
            .all(db)
            .await?;
        if rows.is_empty() {
            return Ok(None);
        }
        for row in rows {
            if row.seq != seq + 1 || chain(&hash, &row) != row.hash {
                return Ok(Some(row.seq));
            }
            (seq, hash) = (row.seq, row.hash);
        }
    }
}

/// The highest number among a scope's activities; 0 for one without any.
///
/// # Errors
/// When the database fails.
pub async fn highest(db: &impl ConnectionTrait, scope: Scope) -> Result<i64, DbErr> {
    let rows = activity::Entity::find().filter(activity::COLUMN.scope.eq(scope));
    Ok(rows.order_by_desc(activity::COLUMN.seq).one(db).await?.map_or(0, |row| row.seq))
}

/// The last number of a scope; 0 for one without a head.
///
/// # Errors
/// When the database fails.
pub async fn head(db: &impl ConnectionTrait, scope: Scope) -> Result<i64, DbErr> {
    Ok(event_head::Entity::find_by_id(scope).one(db).await?.map_or(0, |head| head.seq))
}

#[cfg(test)]
mod tests {
    use super::{Kind, WORDS};

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for (kind, word, _) in WORDS {
            assert_eq!(Kind::from_word(word), Some(*kind));
            assert_eq!(kind.as_str(), *word);
        }
        // The last variant's place in the enum counts them, so a kind without a word is noticed here.
        assert_eq!(WORDS.len(), Kind::SeriesEnded as usize + 1);
    }
}
