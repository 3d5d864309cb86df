//! Queries about songs over all nights.

use entity::event::{self, Mood};
use entity::ids::TrackId;
use entity::share;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, Order, QueryFilter, QueryOrder, QuerySelect};

use super::{nouns, shown};
use crate::tracks::share::Share;

/// How songs are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranking {
    /// By taps of people who danced, where there were any.
    Danced,
    /// By how many nights it was shared on, where it was more than one.
    Shared,
}

/// A song that is shown somewhere, and what it is ranked by.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// Its newest sharing.
    pub share: Share,
    pub count: i64,
}

/// The shown shares of a track, the first one first.
///
/// # Errors
/// When the database fails.
pub async fn of_track(db: &impl ConnectionTrait, track: TrackId, count: u64) -> Result<Vec<Share>, DbErr> {
    let rows = shown().filter(share::COLUMN.track_id.eq(track)).order_by_asc(share::COLUMN.id).limit(count);
    nouns(db, rows.all(db).await?).await
}

/// The songs that rank highest over all nights but those of remembrance, where nobody counts.
///
/// # Errors
/// When the database fails.
pub async fn ranked(db: &impl ConnectionTrait, by: Ranking, count: u64) -> Result<Vec<Ranked>, DbErr> {
    let (what, more_than) = match by {
        Ranking::Danced => (Expr::col(share::Column::Dances).sum().cast_as("bigint"), 0),
        Ranking::Shared => (Expr::col(share::Column::Id).count(), 1),
    };
    let quiet = Query::select()
        .column(event::Column::Id)
        .from(event::Entity)
        .and_where(Expr::col(event::Column::Mood).eq(Mood::Remembrance.as_str()))
        .take();
    let counted: Vec<(TrackId, i64)> = shown()
        .select_only()
        .column(share::Column::TrackId)
        .column_as(what.clone(), "times")
        .filter(share::Column::EventId.not_in_subquery(quiet))
        .group_by(share::Column::TrackId)
        .having(what.clone().gt(more_than))
        .order_by(what, Order::Desc)
        .order_by(share::Column::TrackId, Order::Asc)
        .limit(count)
        .into_tuple()
        .all(db)
        .await?;
    let mut newest = Vec::with_capacity(counted.len());
    for (track, _) in &counted {
        newest.extend(shown().filter(share::COLUMN.track_id.eq(*track)).order_by_desc(share::COLUMN.id).one(db).await?);
    }
    let shares = nouns(db, newest).await?;
    let with_share = |(track, count): (TrackId, i64)| {
        let share = shares.iter().find(|share| share.track.id == track)?.clone();
        Some(Ranked { share, count })
    };
    Ok(counted.into_iter().filter_map(with_share).collect())
}
