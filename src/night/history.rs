//! The audit trail of a night in plain words, told from today's rows: what was taken back isn't told again.

use std::collections::HashMap;

use entity::ids::{AccountId, GuestId, PledgeId, ShareId};
use uuid::Uuid;

use crate::activity::{self, Kind, Logged};
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::{Event, clock_words};
use crate::tracks::{self, Share};
use crate::{accounts, pledges};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub seq: i64,
    /// `Friday 26 March, 9:14pm`, on the wall of the night.
    pub time: String,
    /// RFC 3339.
    pub at: String,
    /// `Louise`, `Sam (a guest)`, `The clock`.
    pub who: String,
    /// `took “Blue Monday” down`.
    pub what: String,
}

/// Everything that activities name by their ids.
struct Names {
    accounts: HashMap<AccountId, String>,
    guests: HashMap<GuestId, String>,
    shares: HashMap<ShareId, Share>,
    references: HashMap<PledgeId, String>,
}

/// What happened on a night before number `before`, newest first, at most `count`.
///
/// # Errors
/// When the database fails.
pub async fn read(db: &Snapshot, event: &Event, before: Option<i64>, count: u64) -> Result<Vec<Line>, AppError> {
    let log = activity::before(db, event.id.into(), before, count).await?;
    let names = Names::read(db, &log).await?;
    Ok(log.iter().map(|logged| names.line(logged, event)).collect())
}

impl Names {
    async fn read(db: &Snapshot, log: &[Logged]) -> Result<Self, AppError> {
        // Ids are of one kind each; what isn't one of a kind isn't found among it.
        let actors = || log.iter().filter_map(|logged| logged.actor);
        let subjects = |of: fn(&str) -> bool| {
            log.iter().filter(move |logged| of(&logged.word)).filter_map(|logged| logged.subject)
        };
        let shares = subjects(|word| word.starts_with("share.") || word == "now_playing.set");
        let shares = tracks::by_ids(db, shares.map(ShareId).collect()).await?;
        let pledges = subjects(|word| word.starts_with("pledge."));
        let pledges = pledges::pledges_by_ids(db, pledges.map(PledgeId).collect()).await?;
        let guests = actors().chain(subjects(|word| word.starts_with("guest.")));
        Ok(Self {
            accounts: accounts::names(db, actors().map(AccountId)).await?,
            guests: accounts::nicknames(db, guests.map(GuestId)).await?,
            shares: shares.into_iter().map(|share| (share.id, share)).collect(),
            references: pledges.into_iter().map(|pledge| (pledge.id, pledge.reference)).collect(),
        })
    }

    fn line(&self, logged: &Logged, event: &Event) -> Line {
        let wall = event.when.on_the_wall(logged.at).naive_local();
        Line {
            seq: logged.seq,
            time: format!("{}, {}", wall.format("%A %-d %B"), clock_words(wall)),
            at: logged.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            who: self.who(logged),
            what: self.what(logged),
        }
    }

    fn share(&self, logged: &Logged) -> Option<&Share> {
        self.shares.get(&ShareId(logged.subject?))
    }

    fn who(&self, logged: &Logged) -> String {
        let Some(actor) = logged.actor else {
            return match logged.kind {
                Some(Kind::EventOpened | Kind::EventClosed) => "The clock",
                Some(Kind::ReportMade | Kind::RsvpMade | Kind::RsvpWithdrawn) => "Somebody",
                Some(kind) if kind.as_str().starts_with("pledge.") => "A supporter",
                _ => "The service",
            }
            .to_owned();
        };
        if let Some(name) = self.accounts.get(&AccountId(actor)) {
            return name.clone();
        }
        // Whoever took their song back took their name beside it back too.
        let is_taken_back = self.share(logged).is_some_and(Share::is_taken_back);
        let named = |nickname: &&String| !is_taken_back && !nickname.is_empty();
        match self.guests.get(&GuestId(actor)).filter(named) {
            Some(nickname) => format!("{nickname} (a guest)"),
            None => "A guest".to_owned(),
        }
    }

    fn what(&self, logged: &Logged) -> String {
        let Some(kind) = logged.kind else { return plain(&logged.word) };
        let song = || match self.share(logged) {
            Some(share) if share.is_taken_back() => "a song that was taken back".to_owned(),
            Some(share) => format!("“{}”", share.track.name()),
            None => "a song".to_owned(),
        };
        let pledge = || {
            let reference = logged.subject.and_then(|id| self.references.get(&PledgeId(id)));
            reference.map_or_else(|| "a pledge".to_owned(), |reference| format!("the pledge {reference}"))
        };
        let guest = || {
            let nickname = logged.subject.and_then(|id: Uuid| self.guests.get(&GuestId(id)));
            nickname.filter(|nickname| !nickname.is_empty()).cloned().unwrap_or_else(|| "a guest".to_owned())
        };
        let amount = logged.amount_pence.map(|amount| amount.to_string()).unwrap_or_default();
        match kind {
            Kind::EventPlanned => "planned the night".to_owned(),
            Kind::EventChanged => "changed the night".to_owned(),
            Kind::EventPublished => "published the night".to_owned(),
            Kind::EventOpened => "opened the night".to_owned(),
            Kind::EventClosed => "closed the night".to_owned(),
            Kind::EventCancelled => "cancelled the night".to_owned(),
            Kind::LineupChanged => "changed the line-up".to_owned(),
            Kind::NowPlaying if logged.subject.is_none() => "lifted the needle".to_owned(),
            Kind::NowPlaying => format!("played {}", song()),
            Kind::ShareAdded => format!("shared {}", song()),
            Kind::ShareHeld => format!("shared {}, which waits for a host", song()),
            Kind::ShareDanced => format!("danced to {}", song()),
            Kind::ShareJoined => format!("joined {}", song()),
            Kind::ShareChanged => format!("changed what stands with {}", song()),
            Kind::ShareMerged => "made a song part of the same song’s".to_owned(),
            Kind::TracksMerged => "made two songs one".to_owned(),
            Kind::TrackSplit => "made two songs of one".to_owned(),
            Kind::ShareWithdrawn => "took a song back".to_owned(),
            Kind::ShareRemoved => format!("took {} down", song()),
            Kind::ShareApproved => format!("showed {}", song()),
            Kind::PledgeMade => format!("made {}", pledge()),
            Kind::PledgeChanged => format!("changed {}", pledge()),
            Kind::PledgeWithdrawn => format!("withdrew {}", pledge()),
            Kind::PledgeWordsRemoved => format!("hid the words of {}", pledge()),
            Kind::PledgeWordsHeld => format!("wrote words with {} that wait for a host", pledge()),
            Kind::PledgeWordsShown => format!("showed the words of {}", pledge()),
            Kind::PledgesCounted => "counted what the open pledges came to".to_owned(),
            Kind::MilestoneReached => "saw a milestone reached".to_owned(),
            Kind::RemindersStopped => format!("stopped the reminders of {}", pledge()),
            Kind::RemindersAllowed => format!("allowed reminders of {} again", pledge()),
            Kind::PledgeLinkRenewed => format!("made a new secret link of {}", pledge()),
            Kind::PaymentClaimed => format!("said that {amount} was given"),
            Kind::PaymentConfirmed => format!("confirmed a payment of {amount}"),
            Kind::PaymentReversed => format!("took a payment of {amount} back"),
            Kind::ImportMade => "read a statement in".to_owned(),
            Kind::ImportUndone => "undid a statement".to_owned(),
            Kind::ReportMade => "reported something".to_owned(),
            Kind::ReportSettled => "decided a report".to_owned(),
            Kind::GuestBlocked => format!("asked {} to sit the night out", guest()),
            Kind::GuestUnblocked => format!("let {} back in", guest()),
            Kind::GuestShown => format!("showed the name {}", guest()),
            Kind::SlotBegun => "began a slot".to_owned(),
            Kind::SlotEnded => "ended a slot".to_owned(),
            Kind::SlotLinkRenewed => "made a DJ’s link new".to_owned(),
            Kind::WelcomeChanged => "changed the word of welcome".to_owned(),
            Kind::SharingPaused => "paused sharing".to_owned(),
            Kind::SharingResumed => "let songs in again".to_owned(),
            Kind::QuietBegun => "began a quiet moment".to_owned(),
            Kind::QuietEnded => "ended the quiet moment".to_owned(),
            Kind::RsvpMade => "said they’ll be there".to_owned(),
            Kind::RsvpWithdrawn => "won’t be there after all".to_owned(),
            other => plain(other.as_str()),
        }
    }
}

/// A kind that has no sentence of its own: `desk.paused` reads as `desk: paused`.
fn plain(word: &str) -> String {
    word.replacen('.', ": ", 1).replace('_', " ")
}
