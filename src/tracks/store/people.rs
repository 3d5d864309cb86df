//! Queries about what one person has on a night.

use entity::ids::{EventId, GuestId, ShareId};
use entity::{share, share_dance, share_join};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, SelectExt,
};

use super::{HELD_MAX, nouns};
use crate::tracks::share::{STANDING, Share};

fn own(event: EventId, guest: GuestId) -> Select<share::Entity> {
    share::Entity::find().filter(share::COLUMN.event_id.eq(event)).filter(share::COLUMN.guest_id.eq(guest))
}

/// What a guest shared or joined in an event, whatever became of it, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_guest(db: &impl ConnectionTrait, event: EventId, guest: GuestId) -> Result<Vec<Share>, DbErr> {
    let joined = share_join::Entity::find().filter(share_join::COLUMN.guest_id.eq(guest)).all(db).await?;
    let mine = Condition::any()
        .add(share::COLUMN.guest_id.eq(guest))
        .add(share::Column::Id.is_in(joined.into_iter().map(|join| join.share_id)));
    let query = share::Entity::find().filter(share::COLUMN.event_id.eq(event)).filter(mine);
    nouns(db, query.order_by_desc(share::COLUMN.id).limit(HELD_MAX).all(db).await?).await
}

/// What a guest shared to an event, whatever became of it, oldest first, after share `after`.
///
/// # Errors
/// When the database fails.
pub async fn shared_by_guest(
    db: &impl ConnectionTrait,
    event: EventId,
    guest: GuestId,
    (count, after): (u64, Option<ShareId>),
) -> Result<Vec<Share>, DbErr> {
    let mut query = own(event, guest).order_by_asc(share::COLUMN.id).limit(count);
    if let Some(after) = after {
        query = query.filter(share::COLUMN.id.gt(after));
    }
    nouns(db, query.all(db).await?).await
}

/// What a guest has standing on an event, shown or held.
///
/// # Errors
/// When the database fails.
pub async fn standing_of_guest(db: &impl ConnectionTrait, event: EventId, guest: GuestId) -> Result<Vec<Share>, DbErr> {
    let standing = own(event, guest).filter(share::Column::State.is_in(STANDING)).order_by_asc(share::COLUMN.id);
    nouns(db, standing.all(db).await?).await
}

/// How many songs a guest has standing on an event, shown or held.
///
/// # Errors
/// When the database fails.
pub async fn count_standing(db: &impl ConnectionTrait, event: EventId, guest: GuestId) -> Result<u64, DbErr> {
    own(event, guest).filter(share::Column::State.is_in(STANDING)).count(db).await
}

/// Whether a guest shared or joined anything on an event, or danced to a song of it.
///
/// # Errors
/// When the database fails.
pub async fn took_part(db: &impl ConnectionTrait, event: EventId, guest: GuestId) -> Result<bool, DbErr> {
    let here =
        || share::Entity::find().select_only().column(share::Column::Id).filter(share::COLUMN.event_id.eq(event));
    let joined = share_join::Entity::find()
        .filter(share_join::COLUMN.guest_id.eq(guest))
        .filter(share_join::Column::ShareId.in_subquery(here().into_query()));
    let danced = share_dance::Entity::find()
        .filter(share_dance::COLUMN.guest_id.eq(guest))
        .filter(share_dance::Column::ShareId.in_subquery(here().into_query()));
    Ok(own(event, guest).exists(db).await? || joined.exists(db).await? || danced.exists(db).await?)
}

/// Who shared or joined on an event, whoever did last first; so many of the last deeds are looked through.
///
/// # Errors
/// When the database fails.
pub async fn people_of(db: &impl ConnectionTrait, event: EventId, deeds: u64) -> Result<Vec<GuestId>, DbErr> {
    let here = || share::Entity::find().filter(share::COLUMN.event_id.eq(event));
    let shares = here().order_by_desc(share::COLUMN.id).limit(deeds).all(db).await?;
    let joins = share_join::Entity::find()
        .filter(share_join::Column::ShareId.in_subquery(here().select_only().column(share::Column::Id).into_query()))
        .order_by_desc(share_join::COLUMN.joined_at)
        .limit(deeds)
        .all(db)
        .await?;
    let shared = shares.into_iter().map(|share| (share.shared_at, share.guest_id));
    let mut deeds: Vec<_> = shared.chain(joins.into_iter().map(|join| (join.joined_at, join.guest_id))).collect();
    deeds.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut people: Vec<GuestId> = Vec::new();
    for (_, guest) in deeds {
        if !people.contains(&guest) {
            people.push(guest);
        }
    }
    Ok(people)
}
