//! The audit of what a night shows on the way: its chart, and the milestones it has reached.

use entity::Moment;
use entity::ids::EventId;

use super::{Findings, STOCK};
use crate::error::AppError;
use crate::events;
use crate::pledges::stock::Point;
use crate::pledges::store;

/// A chart that still moves ends at what is promised, and every milestone stands in the activity under its number.
pub(super) async fn check(
    db: &impl store::Reads,
    event: EventId,
    now: Moment,
    findings: &mut Findings,
) -> Result<(), AppError> {
    let Some(night) = events::find(db, event).await? else { return Ok(()) };
    let points = store::points_of_event(db, event).await?;
    if let (Some(last), Some(_)) = (points.last(), Point::place(&night, now)) {
        let (promised, songs) = store::standing_now(db, event).await?;
        let holds = (last.promised, last.songs) == (promised, songs);
        findings.note(STOCK, holds, || format!("event {event}: {last:?} against {promised} and {songs} songs"));
    }
    let reached: Vec<_> =
        store::reached_of_event(db, event).await?.iter().map(|one| (one.seq, Some(one.amount))).collect();
    let recorded = store::milestones_recorded(db, event).await?;
    findings.note(STOCK, reached == recorded, || format!("event {event}: {reached:?} against {recorded:?}"));
    Ok(())
}
