//! Taking stock: what a night's promises have come to, each time they may have moved.

use crate::activity::Kind;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events::Event;
use crate::pledges::stock::{Point, Reached};
use crate::pledges::store;

/// Notes what stands now as a point of the night's chart, and the milestones that it reaches. To be called last in
/// everything that may move what is promised; it costs the same however many pledges there are.
///
/// # Errors
/// When the database fails.
pub async fn take_stock(tx: &mut Tx, event: &Event) -> Result<(), AppError> {
    let Some(at) = Point::place(event, tx.now()) else { return Ok(()) };
    let (promised, songs) = store::standing_now(tx.db(), event.id).await?;
    store::put_point(tx, event.id, Point { at, promised, songs }).await?;
    let mut passed = event.marks();
    passed.retain(|mark| mark.amount <= promised);
    if passed.is_empty() {
        return Ok(());
    }
    let reached = store::reached_of_event(tx.db(), event.id).await?;
    for mark in passed.into_iter().filter(|mark| reached.iter().all(|one| !one.is(mark))) {
        let about = About { amount_pence: Some(mark.amount), ..About::default() };
        let seq = tx.record(event.id, Kind::MilestoneReached, about).await?;
        let new = Reached { seq, percent: mark.percent, amount: mark.amount, promised, at: tx.now() };
        store::insert_reached(tx, event.id, new).await?;
    }
    Ok(())
}
