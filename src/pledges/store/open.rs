//! The open part of a night: its running sums, moved by one pledge or one song at a time.
//!
//! Every function here wants the event's head locked: the sums depend on each other.

use entity::ids::{EventId, OpenGroupId, Scope};
use entity::money::Pence;
use entity::{event_head, open_group, open_match, open_pot, open_step};
use sea_orm::sea_query::{Expr, OnConflict, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::totals::head_row;
use crate::charities::Split;
use crate::db::Tx;
use crate::error::AppError;
use crate::pledges::open::{Group, Level, Open, last_full_song};
use crate::pledges::terms::Terms;

/// The open part of an event.
///
/// # Errors
/// When the database fails.
pub async fn open_of_event(db: &impl ConnectionTrait, event: EventId) -> Result<Open, DbErr> {
    open_at(db, event, &head_row(db, event).await?).await
}

pub(super) async fn open_at(
    db: &impl ConnectionTrait,
    event: EventId,
    head: &event_head::Model,
) -> Result<Open, DbErr> {
    let groups = groups(db, event).await?;
    Ok(Open { songs: head.counted_songs.unwrap_or(head.shares), base: head.base_pence, groups })
}

/// The open parts of every night that has one; there are few at a time.
pub(super) async fn open_of_all(db: &impl ConnectionTrait) -> Result<Vec<Open>, DbErr> {
    let events: Vec<EventId> = open_group::Entity::find()
        .select_only()
        .column(open_group::Column::EventId)
        .filter(open_group::COLUMN.at_most_pence.gt(Pence::ZERO))
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    let mut all = Vec::with_capacity(events.len());
    for event in events {
        all.push(open_of_event(db, event).await?);
    }
    Ok(all)
}

async fn groups(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<Group>, DbErr> {
    let rows = open_group::Entity::find()
        .filter(open_group::COLUMN.event_id.eq(event))
        .filter(open_group::COLUMN.at_most_pence.gt(Pence::ZERO))
        .order_by_asc(open_group::COLUMN.id);
    let rows = rows.all(db).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let levels = open_match::Entity::find().filter(open_match::COLUMN.event_id.eq(event)).all(db).await?;
    rows.into_iter().map(|row| group(row, &levels)).collect()
}

fn group(row: open_group::Model, levels: &[open_match::Model]) -> Result<Group, DbErr> {
    let open_group::Model { id, event_id: _, split, gift_aid, rate_pence, capped_pence, at_most_pence } = row;
    let split: Split = serde_json::from_str(&split).map_err(|error| DbErr::Json(error.to_string()))?;
    let levels = levels.iter().filter(|level| level.group_id == id).map(|level| Level {
        percent: level.percent,
        level: level.level_pence,
        unused: level.unused,
        used: level.used_pence,
    });
    let matches = levels.collect();
    Ok(Group { id, split, gift_aid, rate: rate_pence, capped: capped_pence, at_most: at_most_pence, matches })
}

/// Whether a pledge comes or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pledges) enum Way {
    In,
    Out,
}

impl Way {
    fn of(self, pence: Pence) -> i64 {
        match self {
            Self::In => pence.0,
            Self::Out => -pence.0,
        }
    }
}

/// An open pledge as the sums know it.
#[derive(Clone, Debug)]
pub(in crate::pledges) struct OpenPledge {
    pub event: EventId,
    pub terms: Terms,
    pub split: Split,
    pub gift_aid: bool,
}

/// Takes an open pledge into the sums, or out of them. [`relevel`] must follow.
pub(in crate::pledges) async fn move_open(tx: &Tx, pledge: &OpenPledge, way: Way) -> Result<(), AppError> {
    let group = group_of(tx, pledge).await?;
    add_to_group(tx.db(), group, [(open_group::Column::AtMostPence, way.of(pledge.terms.at_most()))]).await?;
    match pledge.terms {
        Terms::Fixed { .. } => Err(AppError::internal("a fixed pledge is never open")),
        Terms::PerSong { rate, cap } => move_per_song(tx, pledge.event, group, [rate, cap], way).await,
        Terms::Match { percent, pot } => move_match(tx, pledge.event, group, (percent, pot), way).await,
    }
}

async fn group_of(tx: &Tx, pledge: &OpenPledge) -> Result<OpenGroupId, AppError> {
    let split = serde_json::to_string(&pledge.split).map_err(AppError::internal)?;
    let found = open_group::Entity::find()
        .filter(open_group::COLUMN.event_id.eq(pledge.event))
        .filter(open_group::COLUMN.split.eq(split.as_str()))
        .filter(open_group::COLUMN.gift_aid.eq(pledge.gift_aid));
    if let Some(row) = found.one(tx.db()).await? {
        return Ok(row.id);
    }
    let id = tx.new_id();
    let row = open_group::ActiveModel {
        id: Set(id),
        event_id: Set(pledge.event),
        split: Set(split),
        gift_aid: Set(pledge.gift_aid),
        rate_pence: Set(Pence::ZERO),
        capped_pence: Set(Pence::ZERO),
        at_most_pence: Set(Pence::ZERO),
    };
    open_group::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(id)
}

async fn add_to_group<const COUNT: usize>(
    db: &impl ConnectionTrait,
    group: OpenGroupId,
    moves: [(open_group::Column, i64); COUNT],
) -> Result<(), DbErr> {
    let mut update = open_group::Entity::update_many().filter(open_group::COLUMN.id.eq(group));
    for (column, by) in moves {
        update = update.col_expr(column, Expr::col(column).add(by));
    }
    update.exec(db).await?;
    Ok(())
}

async fn move_per_song(
    tx: &Tx,
    event: EventId,
    group: OpenGroupId,
    [rate, cap]: [Pence; 2],
    way: Way,
) -> Result<(), AppError> {
    use open_step::Column::{CapPence, EventId, GroupId, RatePence, Songs};
    let songs = last_full_song(rate, cap);
    let step = open_step::ActiveModel {
        event_id: Set(event),
        songs: Set(songs),
        group_id: Set(group),
        rate_pence: Set(rate),
        cap_pence: Set(cap),
    };
    let add = |column, by: Pence| -> SimpleExpr { Expr::col((open_step::Entity, column)).add(way.of(by)) };
    let there = OnConflict::columns([EventId, Songs, GroupId])
        .value(RatePence, add(RatePence, rate))
        .value(CapPence, add(CapPence, cap))
        .to_owned();
    open_step::Entity::insert(step).on_conflict(there).exec_without_returning(tx.db()).await?;
    let moved = if songs_of(tx, event).await? > songs {
        (open_group::Column::CappedPence, way.of(cap))
    } else {
        (open_group::Column::RatePence, way.of(rate))
    };
    add_to_group(tx.db(), group, [moved]).await?;
    Ok(())
}

async fn songs_of(tx: &Tx, event: EventId) -> Result<i64, AppError> {
    let head = event_head::Entity::find_by_id(Scope::from(event)).one(tx.db()).await?.ok_or(AppError::NotFound)?;
    Ok(head.counted_songs.unwrap_or(head.shares))
}

async fn move_match(
    tx: &Tx,
    event: EventId,
    group: OpenGroupId,
    (percent, pot): (i64, Pence),
    way: Way,
) -> Result<(), AppError> {
    use open_match::Column::{GroupId, Percent, Unused, UsedPence};
    use open_pot::Column as Pot;
    let by = way.of(Pence(1));
    let one =
        open_pot::ActiveModel { group_id: Set(group), percent: Set(percent), pot_pence: Set(pot), pledges: Set(1) };
    let counted: SimpleExpr = Expr::col((open_pot::Entity, Pot::Pledges)).add(by);
    let there =
        OnConflict::columns([Pot::GroupId, Pot::Percent, Pot::PotPence]).value(Pot::Pledges, counted).to_owned();
    open_pot::Entity::insert(one).on_conflict(there).exec_without_returning(tx.db()).await?;

    let level = open_of_event(tx.db(), event).await?.level(percent);
    let fresh = open_match::ActiveModel {
        event_id: Set(event),
        group_id: Set(group),
        percent: Set(percent),
        level_pence: Set(level),
        unused: Set(0),
        used_pence: Set(Pence::ZERO),
    };
    open_match::Entity::insert(fresh).on_conflict_do_nothing().exec_without_returning(tx.db()).await?;
    // Against the level that the row has, not the one it should have: `relevel` moves it with the others.
    let row = open_match::Entity::find_by_id((event, group, percent)).one(tx.db()).await?.ok_or(AppError::NotFound)?;
    let (column, by) = if pot > row.level_pence { (Unused, by) } else { (UsedPence, way.of(pot)) };
    open_match::Entity::update_many()
        .col_expr(column, Expr::col(column).add(by))
        .filter(open_match::COLUMN.event_id.eq(event))
        .filter(Expr::col(GroupId).eq(group))
        .filter(Expr::col(Percent).eq(percent))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// Moves the steps between `songs` and the number after it to their caps, or back.
pub(in crate::pledges) async fn pass_step(tx: &Tx, event: EventId, songs: i64, way: Way) -> Result<(), AppError> {
    let steps = open_step::Entity::find()
        .filter(open_step::COLUMN.event_id.eq(event))
        .filter(open_step::COLUMN.songs.eq(songs));
    for step in steps.all(tx.db()).await? {
        let moves = [
            (open_group::Column::RatePence, -way.of(step.rate_pence)),
            (open_group::Column::CappedPence, way.of(step.cap_pence)),
        ];
        add_to_group(tx.db(), step.group_id, moves).await?;
    }
    Ok(())
}

/// Brings the levels of an event's matches to what others promise now.
pub(in crate::pledges) async fn relevel(tx: &Tx, event: EventId) -> Result<(), AppError> {
    let rows = open_match::Entity::find().filter(open_match::COLUMN.event_id.eq(event)).all(tx.db()).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let open = open_of_event(tx.db(), event).await?;
    for row in rows {
        let level = open.level(row.percent);
        if level != row.level_pence {
            move_level(tx, row, level).await?;
        }
    }
    Ok(())
}

async fn move_level(tx: &Tx, row: open_match::Model, level: Pence) -> Result<(), AppError> {
    let (low, high) = if level > row.level_pence { (row.level_pence, level) } else { (level, row.level_pence) };
    // Those whose pots lie between are used up when the level rises, and have something left again when it falls.
    let (pledges, pence) = pots_between(tx.db(), &row, low, high).await?;
    let sign = if level > row.level_pence { 1 } else { -1 };
    let open_match::Model { event_id, group_id, percent, unused, used_pence, .. } = row;
    let moved = open_match::ActiveModel {
        event_id: Set(event_id),
        group_id: Set(group_id),
        percent: Set(percent),
        level_pence: Set(level),
        unused: Set(unused - sign * pledges),
        used_pence: Set(used_pence + Pence(sign * pence)),
    };
    open_match::Entity::update(moved).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// How many pots are larger than `low` and no larger than `high`, and what they sum to.
async fn pots_between(
    db: &impl ConnectionTrait,
    row: &open_match::Model,
    low: Pence,
    high: Pence,
) -> Result<(i64, i64), DbErr> {
    use open_pot::Column::{Pledges, PotPence};
    let sums: Option<(Option<i64>, Option<i64>)> = open_pot::Entity::find()
        .select_only()
        .column_as(Expr::col(Pledges).sum().cast_as("bigint"), "pledges")
        .column_as(Expr::col(Pledges).mul(Expr::col(PotPence)).sum().cast_as("bigint"), "pence")
        .filter(open_pot::COLUMN.group_id.eq(row.group_id))
        .filter(open_pot::COLUMN.percent.eq(row.percent))
        .filter(open_pot::COLUMN.pot_pence.gt(low))
        .filter(open_pot::COLUMN.pot_pence.lte(high))
        .into_tuple()
        .one(db)
        .await?;
    let (pledges, pence) = sums.unwrap_or_default();
    Ok((pledges.unwrap_or_default(), pence.unwrap_or_default()))
}
