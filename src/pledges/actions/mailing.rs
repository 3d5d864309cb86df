//! Mailing supporters: what is queued with a change, and each step of a hand-over.

use entity::Moment;
use entity::ids::{EventId, PledgeId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{lock, manage_token};
use crate::activity::Kind;
use crate::app::App;
use crate::charities::Book;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events::{self, Event, State, hours};
use crate::keys;
use crate::limits::Deed;
use crate::mail::{Handed, Mail};
use crate::pledges::jobs::{MAIL, REMIND};
use crate::pledges::mails::{self, Facts, MailKind, MailState, Turn};
use crate::pledges::pledge::{Pledge, Reminders};
use crate::pledges::store;

/// Pledges that one unit of work of a round looks at.
const BATCH: u64 = 200;
/// From one batch to the next, so that other jobs, and the mail server, get their turn.
const BETWEEN_BATCHES: chrono::TimeDelta = chrono::TimeDelta::minutes(1);

/// A round of reminders for a night.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Round {
    pub event: EventId,
    pub kind: MailKind,
    /// The closing that it belongs to: a night that is opened and closed again has rounds of its own.
    pub closed_at: Moment,
    /// The number of the last pledge that was looked at.
    pub after: i64,
}

/// Queues a mail for a pledge that has an address, unless it was queued before.
pub(super) async fn queue(tx: &Tx, pledge: &Pledge, kind: MailKind) -> Result<(), AppError> {
    if pledge.words.email.is_none() || !store::queue_mail(tx.db(), pledge.id, kind, tx.now()).await? {
        return Ok(());
    }
    tx.enqueue(MAIL, json!({ "pledge": pledge.id, "kind": kind })).await
}

/// Queues the receipt of a pledge, unless so many were mailed to its address lately that somebody else must be typing it.
pub(super) async fn queue_receipt(app: &App, tx: &Tx, pledge: &Pledge) -> Result<(), AppError> {
    let Some(email) = &pledge.words.email else { return Ok(()) };
    if !app.limits.allows(Deed::Receipt, &keys::hex(&keys::hash(email))) {
        return Ok(());
    }
    queue(tx, pledge, MailKind::Receipt).await
}

/// Gives a receipt to a pledge whose address is new, whatever the old one was sent.
pub(super) async fn follow_address(app: &App, tx: &Tx, before: &Pledge, pledge: &Pledge) -> Result<(), AppError> {
    if before.words.email == pledge.words.email {
        return Ok(());
    }
    store::forget_old_address(tx.db(), pledge.id).await?;
    queue_receipt(app, tx, pledge).await
}

/// Queues the rounds of reminders of a night that has just closed.
pub(super) async fn queue_rounds(tx: &Tx, event: &Event, closed_at: Moment) -> Result<(), AppError> {
    for kind in [MailKind::FirstReminder, MailKind::SecondReminder] {
        queue_round(
            tx,
            mails::round_at(kind, closed_at, event.zone()),
            Round { event: event.id, kind, closed_at, after: 0 },
        )
        .await?;
    }
    Ok(())
}

async fn queue_round(tx: &Tx, at: Moment, round: Round) -> Result<(), AppError> {
    tx.enqueue_at(at, REMIND, serde_json::to_value(round).map_err(AppError::internal)?).await
}

/// Queues the reminders of a batch of pledges, and the rest of the round for later. A round whose night was opened again
/// is over: the next closing has its own.
///
/// # Errors
/// When the database fails.
pub(in crate::pledges) async fn remind_some(tx: &mut Tx, round: Round) -> Result<(), AppError> {
    let event = events::lock(tx, round.event).await?;
    if !matches!(event.state, State::Ended { closed_at: Some(closed_at), .. } if closed_at == round.closed_at) {
        return Ok(());
    }
    let now = tx.now();
    let at = mails::round_at(round.kind, round.closed_at, event.zone()).max(now);
    if at > now || !hours::is_polite(now, event.zone()) {
        return queue_round(tx, hours::best_hour(at, event.zone()), round).await;
    }
    let batch = store::remindable(tx.db(), event.id, round.after, BATCH).await?;
    for pledge in batch.iter().filter(|pledge| mails::wants_reminding(pledge, &event, now)) {
        queue(tx, pledge, round.kind).await?;
    }
    match batch.last() {
        Some(last) if u64::try_from(batch.len()).is_ok_and(|count| count == BATCH) => {
            queue_round(tx, now + BETWEEN_BATCHES, Round { after: last.number, ..round }).await
        }
        _ => Ok(()),
    }
}

/// The mail to hand over now, noted as begun; none when it went already, isn't wanted any more, or has to wait.
///
/// # Errors
/// When the database fails.
pub(in crate::pledges) async fn begin_mail(
    app: &App,
    tx: &Tx,
    id: PledgeId,
    kind: MailKind,
) -> Result<Option<Mail>, AppError> {
    let (event, pledge) = lock(tx, id).await?;
    if !store::mail(tx.db(), id, kind).await?.is_some_and(|(state, _)| state == MailState::Queued) {
        return Ok(None);
    }
    let reminded_at = store::mail(tx.db(), id, MailKind::FirstReminder).await?.map(|(_, at)| at);
    match mails::turn(kind, &pledge, &event, reminded_at, tx.now()) {
        Turn::Send => {
            store::move_mail(tx.db(), (id, kind), MailState::Queued, MailState::Begun, tx.now()).await?;
            written(app, tx, &event, &pledge, kind).await
        }
        Turn::Wait(until) => {
            tx.enqueue_at(until, MAIL, json!({ "pledge": id, "kind": kind })).await?;
            Ok(None)
        }
        Turn::Drop => {
            store::forget_mail(tx.db(), id, kind).await?;
            Ok(None)
        }
    }
}

async fn written(app: &App, tx: &Tx, event: &Event, pledge: &Pledge, kind: MailKind) -> Result<Option<Mail>, AppError> {
    let Some(to) = pledge.words.email.clone() else { return Ok(None) };
    let counts = store::open_of_event(tx.db(), event.id).await?.counts();
    let link = app.config.link(&format!("/pledges/{}", manage_token(&app.keys, pledge)));
    let stop = format!("{link}/reminders/stop");
    let facts = Facts::of(pledge, counts, event, &Book::read(tx.db()).await?, link);
    let (subject, text) = mails::write(kind, &facts).map_err(AppError::internal)?;
    let host = app.config.base_url.host_str().unwrap_or("localhost");
    let message_id = Some(format!("<{}.{kind}@{host}>", pledge.id));
    Ok(Some(Mail { to, subject, text, message_id, unsubscribe: is_reminder(kind).then_some(stop) }))
}

fn is_reminder(kind: MailKind) -> bool {
    matches!(kind, MailKind::FirstReminder | MailKind::SecondReminder)
}

/// Notes what became of a mail; `None` for one that surely wasn't taken, and waits for another try.
///
/// # Errors
/// When the database fails.
pub(in crate::pledges) async fn end_mail(
    tx: &Tx,
    id: PledgeId,
    kind: MailKind,
    handed: Option<Handed>,
) -> Result<(), AppError> {
    lock(tx, id).await?;
    let state = match handed {
        None => MailState::Queued,
        Some(Handed::Taken) => MailState::Sent,
        Some(Handed::Refused) => MailState::Refused,
        Some(Handed::Unknown) => MailState::Begun,
    };
    store::move_mail(tx.db(), (id, kind), MailState::Begun, state, tx.now()).await?;
    if is_reminder(kind) && matches!(handed, Some(Handed::Taken | Handed::Unknown)) {
        store::count_reminder(tx.db(), id).await?;
    }
    Ok(())
}

/// Stops a pledge's reminders, or lets them go on. Doing it twice changes nothing more.
///
/// # Errors
/// When the database fails.
pub(in crate::pledges) async fn set_reminders(app: &App, id: PledgeId, stopped: bool) -> Result<Reminders, AppError> {
    app.write(async |tx: &mut Tx| {
        let (event, pledge) = lock(tx, id).await?;
        if pledge.reminders.stopped != stopped {
            store::stop_reminders(tx.db(), id, stopped).await?;
            let kind = if stopped { Kind::RemindersStopped } else { Kind::RemindersAllowed };
            tx.record(event.id, kind, About { subject: Some(id.0), ..About::default() }).await?;
        }
        Ok(Reminders { stopped, ..pledge.reminders })
    })
    .await
}
