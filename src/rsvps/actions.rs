//! The verbs of an RSVP: make, withdraw, stop its mails, tell its person what there is to tell.

use chrono::TimeDelta;
use entity::ids::{EventId, RsvpId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::jobs::{MAIL, ROUND};
use super::mails::{self, Links};
use super::rsvp::Rsvp;
use super::store;
use crate::accounts::{self, Email, Guest, Viewer};
use crate::activity::Kind;
use crate::app::App;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events::{self, Event, State};
use crate::kindness;
use crate::mail::{Handed, Mail};
use crate::once::Once;
use crate::sent::Sent;

/// What secrets of RSVPs are made for.
const PURPOSE: &str = "rsvp";
/// There is one secret for each RSVP; it ends with it.
const VERSION: u8 = 0;
/// RSVPs that one unit of work of a round looks at.
const BATCH: u64 = 200;
/// From one batch to the next, so that other mails get their turn.
const BETWEEN_BATCHES: TimeDelta = TimeDelta::minutes(1);
/// A host who moves a night may think again: nobody is told before that.
const SECOND_THOUGHTS: TimeDelta = TimeDelta::minutes(10);

/// How a night stands for somebody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Going {
    /// How many say they'll be there.
    pub count: i64,
    pub is_going: bool,
    /// Whether they left an address.
    pub is_reminded: bool,
    /// The guest that a newcomer became.
    pub newcomer: Option<Guest>,
}

/// How a night stands for whoever is asking.
///
/// # Errors
/// When the database fails.
pub async fn going(app: &App, viewer: &Viewer, event: EventId) -> Result<Going, AppError> {
    let count = store::count(app.db.read(), event).await?;
    let mine = match accounts::guest_of(app, viewer).await? {
        Some(guest) => store::of_guest(app.db.read(), event, guest).await?,
        None => None,
    };
    let is_reminded = mine.as_ref().is_some_and(|mine| mine.email.is_some());
    Ok(Going { count, is_going: mine.is_some(), is_reminded, newcomer: None })
}

/// Says that somebody will be there. Doing it twice changes nothing but the address, where one is sent.
///
/// # Errors
/// 403 for someone who sits this night out, 404 for a draft, 409 unless the night is still to come.
pub async fn make(
    app: &App,
    once: &Once,
    viewer: &Viewer,
    event: EventId,
    email: &Sent<Email>,
) -> Result<Going, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        check_is_to_come(&event)?;
        let (guest, newcomer) = accounts::as_dancer(app, tx, viewer).await?;
        if kindness::is_blocked(tx.db(), event.id, guest).await? {
            return Err(AppError::Forbidden("A host has asked you to sit this night out. You can still read along."));
        }
        let before = store::of_guest(tx.db(), event.id, guest).await?;
        let is_new = before.is_none();
        let fresh = || Rsvp {
            id: tx.new_id(),
            event: event.id,
            guest,
            email: None,
            told_start: event.when.starts_at,
            reminded_at: None,
        };
        let mut rsvp = before.unwrap_or_else(fresh);
        email.when_sent(|email| {
            let email = email.map(|email| email.as_str().to_owned());
            if rsvp.email != email {
                // Somebody else at that address has been told nothing so far.
                rsvp = Rsvp { email, told_start: event.when.starts_at, reminded_at: None, ..rsvp.clone() };
            }
        });
        store::put(tx.db(), rsvp.clone(), tx.now()).await?;
        if is_new {
            tx.record(event.id, Kind::RsvpMade, about(&rsvp)).await?;
        }
        plan_next(tx, &rsvp, &event).await?;
        let count = store::count(tx.db(), event.id).await?;
        Ok(Going { count, is_going: true, is_reminded: rsvp.email.is_some(), newcomer })
    })
    .await
}

fn check_is_to_come(event: &Event) -> Result<(), AppError> {
    event.check_takes_part()?;
    match event.state {
        State::Scheduled => Ok(()),
        _ => Err(AppError::conflict("The night has begun: come in.")),
    }
}

/// Queues the mail that is to come next, if one is.
async fn plan_next(tx: &Tx, rsvp: &Rsvp, event: &Event) -> Result<(), AppError> {
    match rsvp.next(event, tx.now()) {
        Some((_, at)) => tx.enqueue_at(at, MAIL, json!({ "rsvp": rsvp.id })).await,
        None => Ok(()),
    }
}

/// Says that somebody won't be there after all. Of somebody who never said so, it changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(app: &App, viewer: &Viewer, event: EventId) -> Result<Going, AppError> {
    if let Some(guest) = accounts::guest_of(app, viewer).await? {
        app.write(async |tx: &mut Tx| {
            let event = events::lock(tx, event).await?;
            match store::of_guest(tx.db(), event.id, guest).await? {
                Some(rsvp) => take_back(tx, &rsvp).await,
                None => Ok(()),
            }
        })
        .await?;
    }
    going(app, viewer, event).await
}

async fn take_back(tx: &mut Tx, rsvp: &Rsvp) -> Result<(), AppError> {
    store::delete(tx.db(), rsvp.id).await?;
    tx.record(rsvp.event, Kind::RsvpWithdrawn, about(rsvp)).await?;
    Ok(())
}

fn about(rsvp: &Rsvp) -> About {
    // Not by whom: it is a number and no name, for hosts too.
    About { subject: Some(rsvp.id.0), ..About::default() }
}

/// The RSVP that a mail's secret opens, and its night.
///
/// # Errors
/// 404 for a secret that opens nothing, or nothing any more.
pub async fn open(app: &App, token: &str) -> Result<(Rsvp, Event), AppError> {
    let (id, _) = app.keys.read_token(PURPOSE, token).ok_or(AppError::NotFound)?;
    let rsvp = store::find(app.db.read(), RsvpId(id)).await?.ok_or(AppError::NotFound)?;
    let event = events::find(app.db.read(), rsvp.event).await?.ok_or(AppError::NotFound)?;
    Ok((rsvp, event))
}

/// Forgets the address of an RSVP: no mail comes any more.
///
/// # Errors
/// When the database fails.
pub async fn stop_mails(app: &App, id: RsvpId) -> Result<(), AppError> {
    change(app, id, async |tx, rsvp| Ok(store::put(tx.db(), Rsvp { email: None, ..rsvp }, tx.now()).await?)).await
}

/// Takes an RSVP back by the secret in its mail.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_by_mail(app: &App, id: RsvpId) -> Result<(), AppError> {
    change(app, id, async |tx, rsvp| take_back(tx, &rsvp).await).await
}

/// Does something with an RSVP as it is now, if it is still there.
async fn change<F>(app: &App, id: RsvpId, work: F) -> Result<(), AppError>
where
    F: AsyncFnOnce(&mut Tx, Rsvp) -> Result<(), AppError>,
{
    let Some(rsvp) = store::find(app.db.read(), id).await? else { return Ok(()) };
    app.write(async |tx: &mut Tx| {
        events::lock(tx, rsvp.event).await?;
        match store::find(tx.db(), id).await? {
            Some(rsvp) => work(tx, rsvp).await,
            None => Ok(()),
        }
    })
    .await
}

/// Sees to it that everybody is told who is to be told of a night that moved or was cancelled.
///
/// # Errors
/// When the database fails.
pub async fn follow(tx: &Tx, event: &Event) -> Result<(), AppError> {
    match event.state {
        State::Scheduled => queue_round(tx, SECOND_THOUGHTS, Round { event: event.id, after: None }).await,
        State::Cancelled { was_published: true } => {
            queue_round(tx, TimeDelta::zero(), Round { event: event.id, after: None }).await
        }
        _ => Ok(()),
    }
}

/// Forgets every address of a night that is over.
///
/// # Errors
/// When the database fails.
pub async fn forget_addresses(tx: &Tx, event: EventId) -> Result<(), AppError> {
    Ok(store::forget_addresses(tx.db(), event).await?)
}

/// A look at all who are to be told of a night.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Round {
    event: EventId,
    /// The last one that was looked at.
    after: Option<RsvpId>,
}

async fn queue_round(tx: &Tx, after: TimeDelta, round: Round) -> Result<(), AppError> {
    tx.enqueue_at(tx.now() + after, ROUND, serde_json::to_value(round).map_err(AppError::internal)?).await
}

/// Queues the mails of a batch, and the rest of the round for later.
pub(super) async fn tell_some(tx: &Tx, round: Round) -> Result<(), AppError> {
    let batch = store::to_tell(tx.db(), round.event, round.after, BATCH).await?;
    for id in &batch {
        tx.enqueue(MAIL, json!({ "rsvp": id })).await?;
    }
    match batch.last() {
        Some(last) if u64::try_from(batch.len()).is_ok_and(|count| count == BATCH) => {
            queue_round(tx, BETWEEN_BATCHES, Round { after: Some(*last), ..round }).await
        }
        _ => Ok(()),
    }
}

/// A mail whose hand-over begins, and its RSVP as it was before.
pub(super) struct Begun {
    pub mail: Mail,
    before: Rsvp,
}

/// The mail to hand over now, with its RSVP noting that it was; none when there is nothing to tell, or not yet.
///
/// # Errors
/// When the database fails.
pub(super) async fn begin_mail(app: &App, tx: &Tx, id: RsvpId) -> Result<Option<Begun>, AppError> {
    let Some(found) = store::find(tx.db(), id).await? else { return Ok(None) };
    let event = events::lock(tx, found.event).await?;
    let Some(rsvp) = store::find(tx.db(), id).await? else { return Ok(None) };
    let now = tx.now();
    let Some((news, at)) = rsvp.next(&event, now) else { return Ok(None) };
    if at > now {
        plan_next(tx, &rsvp, &event).await?;
        return Ok(None);
    }
    let told = rsvp.clone().told(news, &event, now);
    store::put(tx.db(), told.clone(), now).await?;
    plan_next(tx, &told, &event).await?;
    let links = Links {
        page: app.config.link(&event.path()),
        own: app.config.link(&format!("/rsvps/{}", app.keys.token(PURPOSE, rsvp.id.0, VERSION))),
        host: app.config.base_url.host_str().unwrap_or("localhost").to_owned(),
    };
    let mail = mails::write(&rsvp, &event, news, links).map_err(AppError::internal)?;
    Ok(mail.map(|mail| Begun { mail, before: rsvp }))
}

/// Notes that a mail surely wasn't taken, so that it can be tried again; forgets an address that is no good.
///
/// # Errors
/// When the database fails.
pub(super) async fn end_mail(tx: &Tx, begun: Rsvp, handed: Option<Handed>) -> Result<(), AppError> {
    let event = events::lock(tx, begun.event).await?;
    let Some(now) = store::find(tx.db(), begun.id).await? else { return Ok(()) };
    let is_cancelled = matches!(event.state, State::Cancelled { .. });
    let after = match handed {
        Some(Handed::Refused) if now.email == begun.email => Rsvp { email: None, ..now },
        // Whoever stopped their mails or gave another address meanwhile isn't written to at the old one.
        None if now.email == begun.email || is_cancelled => begun,
        _ => return Ok(()),
    };
    Ok(store::put(tx.db(), after, tx.now()).await?)
}

impl Begun {
    /// What [`end_mail`] has to know.
    pub(super) fn parts(self) -> (Mail, Rsvp) {
        (self.mail, self.before)
    }
}
