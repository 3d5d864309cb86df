//! Counting open pledges: song by song while a night is open, and each exactly when it ends.

use entity::ids::EventId;
use entity::journal::JournalKind;

use super::{mailing, settle, take_stock};
use crate::activity::Kind;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events::{self, Event, State};
use crate::pledges::jobs::FOLLOW;
use crate::pledges::mails::MailKind;
use crate::pledges::pledge::{Pledge, PledgeState};
use crate::pledges::store::{self, Way};
use crate::pledges::terms::PledgeKind;

/// Pledges that one unit of work brings along: enough for most nights, little enough that others get their turn.
const BATCH: u64 = 200;

/// Counts a share that appeared (1) or went (-1). A night that ended is corrected for a day; after that its money stands.
///
/// # Errors
/// When the event has no head, or the database fails.
pub async fn count_share(tx: &mut Tx, event: &Event, by: i64) -> Result<(), AppError> {
    let songs = store::count_share(tx, event.id, by).await?;
    if !event.still_counts(tx.now()) {
        return Ok(());
    }
    let (step, way) = if by > 0 { (songs - by, Way::In) } else { (songs, Way::Out) };
    store::pass_step(tx, event.id, step, way).await?;
    if matches!(event.state, State::Ended { .. }) {
        store::set_counted_songs(tx, event.id, Some(songs)).await?;
        return follow(tx, event).await;
    }
    store::relevel(tx, event.id).await
}

/// Brings the pledges of a night to what its state asks for: counted once it has ended, open again once it is open again,
/// lapsed once it is cancelled. A night that has closed gets its rounds of reminders queued. What is too much for one unit of work goes on as a job.
///
/// # Errors
/// When the database fails.
pub async fn follow(tx: &mut Tx, event: &Event) -> Result<(), AppError> {
    let counted = store::counted_songs(tx.db(), event.id).await?;
    match event.state {
        State::Ended { closed_at: Some(closed_at), .. } if counted.is_none() => {
            let songs = store::songs(tx.db(), event.id).await?;
            store::set_counted_songs(tx, event.id, Some(songs)).await?;
            mailing::queue_rounds(tx, event, closed_at).await?;
        }
        State::Live { .. } if counted.is_some() => store::set_counted_songs(tx, event.id, None).await?,
        _ => {}
    }
    if follow_some(tx, event).await? {
        return Ok(());
    }
    tx.enqueue(FOLLOW, serde_json::json!({ "event": event.id })).await
}

/// Goes on where [`follow`] left off; true when nothing is left to do.
///
/// # Errors
/// When the database fails.
pub async fn follow_more(tx: &mut Tx, event: EventId) -> Result<bool, AppError> {
    let event = events::lock(tx, event).await?;
    let is_done = follow_some(tx, &event).await?;
    // What each charity has moved by some pennies: what is read of the night is another than before.
    tx.record(event.id, Kind::PledgesCounted, About::default()).await?;
    take_stock(tx, &event).await?;
    Ok(is_done)
}

async fn follow_some(tx: &Tx, event: &Event) -> Result<bool, AppError> {
    match event.state {
        State::Cancelled { .. } => lapse_some(tx, event.id).await,
        State::Ended { .. } => count_some(tx, event.id).await,
        State::Draft | State::Scheduled | State::Live { .. } => reopen_some(tx, event.id).await,
    }
}

/// Counts what isn't counted by the numbers that hold now: songs first, since matches count what those come to.
async fn count_some(tx: &Tx, event: EventId) -> Result<bool, AppError> {
    let mut left = BATCH;
    for kind in [PledgeKind::PerSong, PledgeKind::Match] {
        let counts = store::open_of_event(tx.db(), event).await?.counts();
        let by = if kind == PledgeKind::PerSong { counts.songs } else { counts.others.0 };
        let batch = store::not_counted_by(tx.db(), event, kind, by, left).await?;
        for before in &batch {
            turn(tx, before, &before.counted(counts), JournalKind::Counted).await?;
        }
        left -= u64::try_from(batch.len()).unwrap_or(left).min(left);
        if left == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn reopen_some(tx: &Tx, event: EventId) -> Result<bool, AppError> {
    let batch = store::counted(tx.db(), event, BATCH).await?;
    for before in &batch {
        turn(tx, before, &before.reopened(), JournalKind::Reopened).await?;
    }
    Ok(is_last(&batch))
}

async fn lapse_some(tx: &Tx, event: EventId) -> Result<bool, AppError> {
    let batch = store::standing(tx.db(), event, BATCH).await?;
    for before in &batch {
        turn(tx, before, &before.ended(PledgeState::Lapsed), JournalKind::Lapsed).await?;
        mailing::queue(tx, before, MailKind::Ended).await?;
    }
    Ok(is_last(&batch))
}

fn is_last(batch: &[Pledge]) -> bool {
    u64::try_from(batch.len()).is_ok_and(|count| count < BATCH)
}

async fn turn(tx: &Tx, before: &Pledge, after: &Pledge, kind: JournalKind) -> Result<(), AppError> {
    store::save_money(tx, after).await?;
    settle(tx, Some(before), after, kind).await
}
