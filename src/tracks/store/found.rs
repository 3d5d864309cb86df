//! Songs in the index of what can be found.

use entity::ids::TrackId;
use entity::{share, track};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::shown;
use super::songs::{hold, tracks};
use crate::db::Tx;
use crate::error::AppError;
use crate::search::{self, Entry, Kind};
use crate::tracks::track::Track;

/// A song is found by so many of the names that people gave it.
const NAMES_MAX: u64 = 50;

/// Writes down by which words everyone can find a track, as it is seen now: the name it goes by, and others that shares
/// in sight gave it. A track that is in sight nowhere is found by none. To be called after whatever changes that.
///
/// # Errors
/// When the database fails.
pub async fn index(tx: &Tx, id: TrackId) -> Result<(), AppError> {
    // Else two nights that take the song down at once would each still see it on the other.
    hold(tx, id).await?;
    search::put(tx, Kind::Track, id.0, entry(tx.db(), id).await?).await?;
    Ok(())
}

async fn entry(db: &impl ConnectionTrait, id: TrackId) -> Result<Option<Entry>, DbErr> {
    let given: Vec<(Option<String>, Option<String>)> = shown()
        .select_only()
        .columns([share::Column::Title, share::Column::Artist])
        .distinct()
        .filter(share::COLUMN.track_id.eq(id))
        .limit(NAMES_MAX)
        .into_tuple()
        .all(db)
        .await?;
    if given.is_empty() {
        return Ok(None);
    }
    let Some(Track { title, artist, .. }) = tracks(db, vec![id], &[]).await?.remove(&id) else { return Ok(None) };
    let name = (title, artist);
    let others = given.into_iter().filter(|other| *other != name);
    let others: Vec<String> = others.flat_map(|(title, artist)| [title, artist]).flatten().collect();
    Ok(Some(Entry::named([name.0, name.1].into_iter().flatten()).with(others)))
}

/// Those of these tracks that are in sight somewhere, in no order, as everyone sees them.
///
/// # Errors
/// When the database fails.
pub async fn seen(db: &impl ConnectionTrait, ids: Vec<TrackId>) -> Result<Vec<Track>, DbErr> {
    let in_sight: Vec<TrackId> = shown()
        .select_only()
        .column(share::Column::TrackId)
        .distinct()
        .filter(share::Column::TrackId.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(tracks(db, in_sight, &[]).await?.into_values().collect())
}

/// The next tracks after one, by id: all there are, in and out of sight.
///
/// # Errors
/// When the database fails.
pub async fn ids_after(db: &impl ConnectionTrait, after: Option<TrackId>, count: u64) -> Result<Vec<TrackId>, DbErr> {
    let mut ids = track::Entity::find().select_only().column(track::Column::Id);
    if let Some(after) = after {
        ids = ids.filter(track::COLUMN.id.gt(after));
    }
    ids.order_by_asc(track::Column::Id).limit(count).into_tuple().all(db).await
}
