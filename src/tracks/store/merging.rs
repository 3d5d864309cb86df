//! Queries about two shares of one song on one night: one of them becomes part of the other, and can be taken out again.

use std::collections::HashMap;

use entity::ids::{EventId, ShareId, TrackId};
use entity::{share, share_dance, share_join, share_link, track};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::songs::or_nothing;
use super::{LIVE, index};
use crate::db::Tx;
use crate::error::AppError;
use crate::tracks::share::ShareState;

/// Two standing shares of one night that are of one song.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubled {
    pub event: EventId,
    pub stays: ShareId,
    pub goes: ShareId,
}

/// The song that a track is by now.
///
/// # Errors
/// When the database fails.
pub async fn current(db: &impl ConnectionTrait, id: TrackId) -> Result<Option<TrackId>, DbErr> {
    let row = track::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| row.same_as.unwrap_or(row.id)))
}

/// The nights on which a share of any of these tracks stands.
///
/// # Errors
/// When the database fails.
pub async fn nights_of(db: &impl ConnectionTrait, tracks: &[TrackId]) -> Result<Vec<EventId>, DbErr> {
    share::Entity::find()
        .select_only()
        .column(share::Column::EventId)
        .distinct()
        .filter(share::Column::TrackId.is_in(tracks.iter().copied()))
        .filter(share::Column::State.is_in(LIVE))
        .order_by_asc(share::Column::EventId)
        .into_tuple()
        .all(db)
        .await
}

/// The nights on which both songs stand. Of the two shares the shown one stays, and of two shown ones the earlier.
///
/// # Errors
/// When the database fails.
pub async fn doubled(db: &impl ConnectionTrait, one: TrackId, other: TrackId) -> Result<Vec<Doubled>, DbErr> {
    let rows = share::Entity::find()
        .filter(share::Column::TrackId.is_in([one, other]))
        .filter(share::Column::State.is_in(LIVE))
        .order_by_asc(share::COLUMN.id)
        .all(db)
        .await?;
    let mut first: HashMap<EventId, share::Model> = HashMap::new();
    let mut doubled = Vec::new();
    for row in rows {
        let Some(earlier) = first.remove(&row.event_id) else {
            first.insert(row.event_id, row);
            continue;
        };
        let is_earlier_kept = earlier.state == ShareState::Shown || row.state != ShareState::Shown;
        let (stays, goes) = if is_earlier_kept { (earlier.id, row.id) } else { (row.id, earlier.id) };
        doubled.push(Doubled { event: row.event_id, stays, goes });
    }
    Ok(doubled)
}

/// Gives a share what another has that still stands: its sharer and those who joined it, its dancers, and its name where
/// it has none and the other is in sight. The other's own rows stay, so that [`unfold`] can tell them apart again.
///
/// # Errors
/// When the database fails.
pub async fn fold(tx: &Tx, Doubled { stays, goes, .. }: Doubled) -> Result<(), AppError> {
    let (kept, gone) = (one(tx.db(), stays).await?, one(tx.db(), goes).await?);
    for join in people(tx.db(), &gone).await? {
        if join.guest_id == kept.guest_id {
            continue;
        }
        let row = share_join::Model { share_id: stays, ..join }.into_active_model().reset_all();
        share_join::Entity::insert(row).on_conflict(or_nothing()).exec_without_returning(tx.db()).await?;
    }
    for dance in dances(tx.db(), goes).await? {
        let row = share_dance::Model { share_id: stays, ..dance }.into_active_model().reset_all();
        share_dance::Entity::insert(row).on_conflict(or_nothing()).exec_without_returning(tx.db()).await?;
    }
    // What hosts haven't looked at, or hold for a word in it, stays unseen.
    if kept.title.is_none() && gone.state == ShareState::Shown {
        set_name(tx, stays, gone.title, gone.artist).await?;
    }
    count_dances(tx, stays).await?;
    point(tx, goes, Some(stays)).await
}

/// Takes back from a share what [`fold`] gave it.
///
/// # Errors
/// When the database fails.
pub async fn unfold(tx: &Tx, Doubled { stays, goes, .. }: Doubled) -> Result<(), AppError> {
    let (kept, gone) = (one(tx.db(), stays).await?, one(tx.db(), goes).await?);
    for share_join::Model { guest_id, joined_at, .. } in people(tx.db(), &gone).await? {
        share_join::Entity::delete_many()
            .filter(share_join::COLUMN.share_id.eq(stays))
            .filter(share_join::COLUMN.guest_id.eq(guest_id))
            .filter(share_join::COLUMN.joined_at.eq(joined_at))
            .exec(tx.db())
            .await?;
    }
    for share_dance::Model { guest_id, danced_at, .. } in dances(tx.db(), goes).await? {
        share_dance::Entity::delete_many()
            .filter(share_dance::COLUMN.share_id.eq(stays))
            .filter(share_dance::COLUMN.guest_id.eq(guest_id))
            .filter(share_dance::COLUMN.danced_at.eq(danced_at))
            .exec(tx.db())
            .await?;
    }
    if kept.title.is_some() && (&kept.title, &kept.artist) == (&gone.title, &gone.artist) {
        set_name(tx, stays, None, None).await?;
    }
    count_dances(tx, stays).await?;
    point(tx, goes, None).await?;
    index(tx, kept.track_id).await
}

/// The shares of a night that became part of this one.
///
/// # Errors
/// When the database fails.
pub async fn merged_into(db: &impl ConnectionTrait, stays: ShareId) -> Result<Vec<ShareId>, DbErr> {
    let rows = share::Entity::find().filter(share::COLUMN.merged_into.eq(stays)).order_by_asc(share::COLUMN.id);
    Ok(rows.all(db).await?.into_iter().map(|row| row.id).collect())
}

/// A share also gives the links that another gave, as far as they are its track's.
///
/// # Errors
/// When the database fails.
pub async fn inherit_links(tx: &Tx, Doubled { stays, goes, .. }: Doubled) -> Result<(), AppError> {
    let kept = one(tx.db(), stays).await?;
    let given = share_link::Entity::find()
        .filter(share_link::COLUMN.share_id.eq(goes))
        .filter(share_link::COLUMN.track_id.eq(kept.track_id));
    for row in given.all(tx.db()).await? {
        let row = share_link::Model { share_id: stays, ..row }.into_active_model().reset_all();
        share_link::Entity::insert(row).on_conflict(or_nothing()).exec_without_returning(tx.db()).await?;
    }
    Ok(())
}

/// What a share became part of, if it did.
///
/// # Errors
/// When the database fails.
pub async fn merged_where(db: &impl ConnectionTrait, goes: ShareId) -> Result<Option<ShareId>, DbErr> {
    Ok(share::Entity::find_by_id(goes).one(db).await?.and_then(|row| row.merged_into))
}

/// Whether a share was shown when it became part of another: then its sharer is shown as one who joined.
///
/// # Errors
/// When the database fails.
pub async fn was_shown(db: &impl ConnectionTrait, one: Doubled) -> Result<bool, AppError> {
    let gone = self::one(db, one.goes).await?;
    let join = share_join::Entity::find_by_id((one.stays, gone.guest_id)).one(db).await?;
    Ok(join.is_none_or(|join| join.is_shown))
}

async fn one(db: &impl ConnectionTrait, id: ShareId) -> Result<share::Model, AppError> {
    share::Entity::find_by_id(id).one(db).await?.ok_or(AppError::NotFound)
}

/// Everybody a share has: its sharer first, as one who joins, then those who joined.
async fn people(db: &impl ConnectionTrait, share: &share::Model) -> Result<Vec<share_join::Model>, DbErr> {
    let sharer = share_join::Model {
        share_id: share.id,
        guest_id: share.guest_id,
        joined_at: share.shared_at,
        is_shown: share.state == ShareState::Shown,
        held_word: None,
    };
    let joins = share_join::Entity::find().filter(share_join::COLUMN.share_id.eq(share.id));
    let joins = joins.order_by_asc(share_join::COLUMN.joined_at).all(db).await?;
    Ok([vec![sharer], joins].concat())
}

async fn dances(db: &impl ConnectionTrait, share: ShareId) -> Result<Vec<share_dance::Model>, DbErr> {
    share_dance::Entity::find().filter(share_dance::COLUMN.share_id.eq(share)).all(db).await
}

async fn count_dances(tx: &Tx, id: ShareId) -> Result<(), AppError> {
    let taps = share_dance::Entity::find().filter(share_dance::COLUMN.share_id.eq(id)).count(tx.db()).await?;
    share::Entity::update_many()
        .col_expr(share::Column::Dances, Expr::value(i64::try_from(taps).unwrap_or(i64::MAX)))
        .filter(share::COLUMN.id.eq(id))
        .exec(tx.db())
        .await?;
    Ok(())
}

async fn set_name(tx: &Tx, id: ShareId, title: Option<String>, artist: Option<String>) -> Result<(), AppError> {
    share::Entity::update_many()
        .col_expr(share::Column::Title, Expr::value(title))
        .col_expr(share::Column::Artist, Expr::value(artist))
        .filter(share::COLUMN.id.eq(id))
        .exec(tx.db())
        .await?;
    Ok(())
}

async fn point(tx: &Tx, id: ShareId, at: Option<ShareId>) -> Result<(), AppError> {
    share::Entity::update_many()
        .col_expr(share::Column::MergedInto, Expr::value(at))
        .filter(share::COLUMN.id.eq(id))
        .exec(tx.db())
        .await?;
    Ok(())
}
