//! Queries about two shares of one song on one night: one of them becomes part of the other, and can be taken out again.

use entity::ids::{GuestId, ShareId, TrackId};
use entity::{Moment, share, share_dance, share_join, share_link};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder,
};

use super::doubled::{Doubled, parts_of};
use super::index;
use super::songs::or_nothing;
use crate::db::Tx;
use crate::error::AppError;
use crate::tracks::share::{Share, ShareState};

/// Makes a share that stands part of another. What became part of it before becomes part of that one by itself, so that
/// each can be taken out again alone.
///
/// # Errors
/// When the database fails.
pub async fn fold(tx: &Tx, Doubled { event, stays, goes }: Doubled) -> Result<(), AppError> {
    for inner in parts_of(tx.db(), goes).await? {
        refold(tx, Doubled { event, stays: goes, goes: inner }, stays).await?;
    }
    let state = one(tx.db(), goes).await?.state;
    give(tx, stays, goes, state).await
}

/// Makes a share that is part of one part of another, `stays`.
///
/// # Errors
/// When the database fails.
pub async fn refold(tx: &Tx, was: Doubled, stays: ShareId) -> Result<(), AppError> {
    let state = unfold(tx, was).await?;
    give(tx, stays, was.goes, state).await
}

/// Gives a share what another has, that is or was in this state: its sharer and those who joined it, its dancers, and its
/// name where it has none and the other is in sight. The other's own rows stay, so that [`unfold`] can tell them apart.
async fn give(tx: &Tx, stays: ShareId, goes: ShareId, state: ShareState) -> Result<(), AppError> {
    let (kept, gone) = (one(tx.db(), stays).await?, one(tx.db(), goes).await?);
    let is_shown = state == ShareState::Shown;
    for join in people(tx.db(), &gone, is_shown).await? {
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
    let gives_name = is_shown && kept.title.is_none() && gone.title.is_some();
    if gives_name {
        set_name(tx, stays, gone.title, gone.artist).await?;
    }
    count_dances(tx, stays).await?;
    point(tx, goes, Some((stays, state)), gives_name).await
}

/// Takes back from a share what [`fold`] gave it; a name that somebody has changed since stays. Returns what the other was:
/// shown, or held.
///
/// # Errors
/// When the database fails.
pub async fn unfold(tx: &Tx, Doubled { stays, goes, .. }: Doubled) -> Result<ShareState, AppError> {
    let (kept, gone) = (one(tx.db(), stays).await?, one(tx.db(), goes).await?);
    for join in people(tx.db(), &gone, false).await? {
        unjoin(tx, stays, (join.guest_id, join.joined_at)).await?;
    }
    for share_dance::Model { guest_id, danced_at, .. } in dances(tx.db(), goes).await? {
        share_dance::Entity::delete_many()
            .filter(share_dance::COLUMN.share_id.eq(stays))
            .filter(share_dance::COLUMN.guest_id.eq(guest_id))
            .filter(share_dance::COLUMN.danced_at.eq(danced_at))
            .exec(tx.db())
            .await?;
    }
    if gone.gave_name && (&kept.title, &kept.artist) == (&gone.title, &gone.artist) {
        set_name(tx, stays, None, None).await?;
    }
    count_dances(tx, stays).await?;
    if gone.merged_as == Some(ShareState::Shown) {
        for share_link::Model { track_id, position, .. } in links_of(tx.db(), goes, kept.track_id).await? {
            share_link::Entity::delete_by_id((stays, track_id, position)).exec(tx.db()).await?;
        }
    }
    point(tx, goes, None, false).await?;
    inherit_links(tx, stays).await?;
    index(tx, kept.track_id).await?;
    Ok(gone.merged_as.unwrap_or(ShareState::Held))
}

/// The sharer of one that became part of another, `stays`, dances along there no more.
///
/// # Errors
/// When the database fails.
pub async fn leave(tx: &Tx, gone: &Share, stays: ShareId) -> Result<(), DbErr> {
    unjoin(tx, stays, (gone.guest, gone.shared_at)).await
}

/// A share also gives the links that those gave which became part of it in sight, as far as they are its track's.
///
/// # Errors
/// When the database fails.
pub async fn inherit_links(tx: &Tx, stays: ShareId) -> Result<(), AppError> {
    let kept = one(tx.db(), stays).await?;
    let parts = share::Entity::find()
        .filter(share::COLUMN.merged_into.eq(stays))
        .filter(share::COLUMN.merged_as.eq(ShareState::Shown));
    for part in parts.order_by_asc(share::COLUMN.id).all(tx.db()).await? {
        for row in links_of(tx.db(), part.id, kept.track_id).await? {
            let row = share_link::Model { share_id: stays, ..row }.into_active_model().reset_all();
            share_link::Entity::insert(row).on_conflict(or_nothing()).exec_without_returning(tx.db()).await?;
        }
    }
    Ok(())
}

async fn links_of(db: &impl ConnectionTrait, share: ShareId, track: TrackId) -> Result<Vec<share_link::Model>, DbErr> {
    let given = share_link::Entity::find().filter(share_link::COLUMN.share_id.eq(share));
    given.filter(share_link::COLUMN.track_id.eq(track)).all(db).await
}

async fn one(db: &impl ConnectionTrait, id: ShareId) -> Result<share::Model, AppError> {
    share::Entity::find_by_id(id).one(db).await?.ok_or(AppError::NotFound)
}

/// Everybody a share has: its sharer first, as one who joins, then those who joined.
async fn people(
    db: &impl ConnectionTrait,
    share: &share::Model,
    is_shown: bool,
) -> Result<Vec<share_join::Model>, DbErr> {
    let sharer = share_join::Model {
        share_id: share.id,
        guest_id: share.guest_id,
        joined_at: share.shared_at,
        is_shown,
        held_word: None,
    };
    let joins = share_join::Entity::find().filter(share_join::COLUMN.share_id.eq(share.id));
    let joins = joins.order_by_asc(share_join::COLUMN.joined_at).all(db).await?;
    Ok([vec![sharer], joins].concat())
}

/// Takes somebody out again who came with another share, joining when they did there; not one who joined by themselves.
async fn unjoin(tx: &Tx, stays: ShareId, (guest, at): (GuestId, Moment)) -> Result<(), DbErr> {
    let same = share_join::Entity::delete_many()
        .filter(share_join::COLUMN.share_id.eq(stays))
        .filter(share_join::COLUMN.guest_id.eq(guest))
        .filter(share_join::COLUMN.joined_at.eq(at));
    same.exec(tx.db()).await.map(|_| ())
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

async fn point(tx: &Tx, id: ShareId, at: Option<(ShareId, ShareState)>, gave_name: bool) -> Result<(), AppError> {
    share::Entity::update_many()
        .col_expr(share::Column::MergedInto, Expr::value(at.map(|(stays, _)| stays)))
        .col_expr(share::Column::MergedAs, Expr::value(at.map(|(_, state)| state.as_str())))
        .col_expr(share::Column::GaveName, Expr::value(gave_name))
        .filter(share::COLUMN.id.eq(id))
        .exec(tx.db())
        .await?;
    Ok(())
}
