//! Telling those who'll be there: what is queued, and each step of a hand-over.

use chrono::TimeDelta;
use entity::ids::{EventId, RsvpId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PURPOSE, VERSION};
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Event, State};
use crate::mail::{Handed, Mail};
use crate::rsvps::jobs::{MAIL, ROUND};
use crate::rsvps::mails::{self, Links};
use crate::rsvps::rsvp::Rsvp;
use crate::rsvps::store;

/// RSVPs that one unit of work of a round looks at.
const BATCH: u64 = 200;
/// From one batch to the next, so that other mails get their turn.
const BETWEEN_BATCHES: TimeDelta = TimeDelta::minutes(1);
/// A host who moves a night may think again: nobody is told before that.
const SECOND_THOUGHTS: TimeDelta = TimeDelta::minutes(10);

/// Queues the mail that is to come next, if one is.
pub(super) async fn plan_next(tx: &Tx, rsvp: &Rsvp, event: &Event) -> Result<(), AppError> {
    match rsvp.next(event, tx.now()) {
        Some((_, at)) => tx.enqueue_at(at, MAIL, json!({ "rsvp": rsvp.id })).await,
        None => Ok(()),
    }
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
pub(in crate::rsvps) async fn tell_some(tx: &Tx, round: Round) -> Result<(), AppError> {
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

/// The mail to hand over now, with its RSVP noting that it was, and the RSVP as it was before; none when there is nothing to
/// tell, or not yet.
///
/// # Errors
/// When the database fails.
pub(in crate::rsvps) async fn begin_mail(app: &App, tx: &Tx, id: RsvpId) -> Result<Option<(Mail, Rsvp)>, AppError> {
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
    Ok(mail.map(|mail| (mail, rsvp)))
}

/// Notes that a mail surely wasn't taken, so that it can be tried again; forgets an address that is no good.
///
/// # Errors
/// When the database fails.
pub(in crate::rsvps) async fn end_mail(tx: &Tx, begun: Rsvp, handed: Option<Handed>) -> Result<(), AppError> {
    let event = events::lock(tx, begun.event).await?;
    let Some(now) = store::find(tx.db(), begun.id).await? else { return Ok(()) };
    let is_cancelled = matches!(event.state, State::Cancelled { .. });
    let after = match handed {
        Some(Handed::Refused) if now.email == begun.email => Rsvp { email: None, ..now },
        // Whoever gave another address meanwhile isn't written to at the old one. With word of a cancelled night the address
        // was forgotten before; it is put back for one more try.
        None if now.email == begun.email || is_cancelled => begun,
        _ => return Ok(()),
    };
    Ok(store::put(tx.db(), after, tx.now()).await?)
}
