//! Nights in the index of what can be found.

use entity::event;
use entity::ids::EventId;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{hosts_of, lineup_of};
use crate::db::Tx;
use crate::error::AppError;
use crate::events::event::Event;
use crate::markdown;
use crate::search::{self, Entry, Kind};

/// Writes down by which words everyone can find an event: its title, and then its day and what else its page tells; a
/// hidden one is found by none. To be called after whatever changes these.
///
/// # Errors
/// When the database fails.
pub async fn index(tx: &Tx, event: &Event) -> Result<(), AppError> {
    let entry = if event.state.is_hidden() { None } else { Some(entry(tx.db(), event).await?) };
    search::put(tx, Kind::Event, event.id.0, entry).await?;
    Ok(())
}

async fn entry(db: &impl ConnectionTrait, event: &Event) -> Result<Entry, DbErr> {
    let mut words = vec![event.when.local.format("%A %-d %B %Y").to_string(), event.hashtag.clone()];
    words.extend(event.summary.clone());
    words.extend(event.description_markdown.as_deref().map(markdown::to_text));
    words.extend(hosts_of(db, event.id).await?);
    for timed in lineup_of(db, event).await? {
        words.push(timed.slot.host);
        words.extend(timed.slot.title);
    }
    Ok(Entry::named([&event.title]).with(words))
}

/// The next events after one, by id: all there are, hidden ones too.
///
/// # Errors
/// When the database fails.
pub async fn ids_after(db: &impl ConnectionTrait, after: Option<EventId>, count: u64) -> Result<Vec<EventId>, DbErr> {
    let mut ids = event::Entity::find().select_only().column(event::Column::Id);
    if let Some(after) = after {
        ids = ids.filter(event::COLUMN.id.gt(after));
    }
    ids.order_by_asc(event::Column::Id).limit(count).into_tuple().all(db).await
}
