//! Queries about series and which nights are theirs.

use chrono::NaiveDateTime;
use entity::ids::{AccountId, EventId, SeriesId};
use entity::{Moment, series, series_night};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::nouns;
use crate::db::Tx;
use crate::events::event::Event;
use crate::events::rule::Rule;
use crate::events::series::{Pattern, Place, Series};

/// An organiser sees this many series on one page.
const SERIES_MAX: u64 = 100;

fn noun(row: series::Model) -> Result<Series, DbErr> {
    let series::Model {
        id,
        rule,
        first_local,
        time_zone,
        until,
        pattern,
        is_published,
        look_at: _,
        ended_at,
        created_by,
        created_at: _,
    } = row;
    let broken = |what: String| DbErr::Custom(format!("series {id}: {what}"));
    Ok(Series {
        id,
        rule: Rule::parse(&rule).map_err(|message| broken(message.into_owned()))?,
        first: first_local,
        zone: time_zone.parse().map_err(|_| broken(format!("no zone is called {time_zone}")))?,
        until,
        pattern: Pattern::from_json(&pattern).map_err(|error| broken(error.to_string()))?,
        is_published,
        ended_at,
        created_by,
    })
}

/// A series.
///
/// # Errors
/// When the database fails.
pub async fn find_series(db: &impl ConnectionTrait, id: SeriesId) -> Result<Option<Series>, DbErr> {
    series::Entity::find_by_id(id).one(db).await?.map(noun).transpose()
}

/// The series an account made, newest first; all of them when `account` is none (an owner).
///
/// # Errors
/// When the database fails.
pub async fn series_of(db: &impl ConnectionTrait, account: Option<AccountId>) -> Result<Vec<Series>, DbErr> {
    let mut rows = series::Entity::find().order_by_desc(series::COLUMN.id).limit(SERIES_MAX);
    if let Some(account) = account {
        rows = rows.filter(series::COLUMN.created_by.eq(account));
    }
    rows.all(db).await?.into_iter().map(noun).collect()
}

/// Series whose next night has begun since somebody looked.
///
/// # Errors
/// When the database fails.
pub async fn series_due(db: &impl ConnectionTrait, now: Moment) -> Result<Vec<SeriesId>, DbErr> {
    let due = series::Entity::find().filter(series::COLUMN.look_at.lte(now));
    Ok(due.all(db).await?.into_iter().map(|row| row.id).collect())
}

/// Adds a series, or stores it as it is now.
///
/// # Errors
/// When the database fails.
pub async fn put_series(tx: &Tx, series: &Series) -> Result<(), DbErr> {
    let Series { id, rule, first, zone, until, pattern, is_published, ended_at, created_by } = series;
    let row = series::ActiveModel {
        id: Set(*id),
        rule: Set(rule.text().to_owned()),
        first_local: Set(*first),
        time_zone: Set(zone.name().to_owned()),
        until: Set(*until),
        pattern: Set(pattern.to_json().map_err(|error| DbErr::Json(error.to_string()))?),
        is_published: Set(*is_published),
        look_at: Set(series.look_at(tx.now())),
        ended_at: Set(*ended_at),
        created_by: Set(*created_by),
        created_at: Set(tx.now()),
    };
    let again = OnConflict::column(series::Column::Id)
        .update_columns([
            series::Column::Rule,
            series::Column::FirstLocal,
            series::Column::Until,
            series::Column::Pattern,
            series::Column::IsPublished,
            series::Column::LookAt,
            series::Column::EndedAt,
        ])
        .to_owned();
    series::Entity::insert(row).on_conflict(again).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Puts off when a series is looked at again.
///
/// # Errors
/// When the database fails.
pub async fn look_at_series(db: &impl ConnectionTrait, id: SeriesId, at: Option<Moment>) -> Result<(), DbErr> {
    series::Entity::update_many()
        .col_expr(series::Column::LookAt, Expr::value(at))
        .filter(series::COLUMN.id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

fn place(row: &series_night::Model) -> Place {
    let series_night::Model { event_id, series_id, local, is_own } = *row;
    Place { event: event_id, series: series_id, local, is_own }
}

/// Where a night stands in a series, if it is of one.
///
/// # Errors
/// When the database fails.
pub async fn place_of(db: &impl ConnectionTrait, event: EventId) -> Result<Option<Place>, DbErr> {
    Ok(series_night::Entity::find_by_id(event).one(db).await?.as_ref().map(place))
}

/// The nights that the rule of a series wanted from `from` on, soonest first.
///
/// # Errors
/// When the database fails.
pub async fn nights_of_series(
    db: &impl ConnectionTrait,
    id: SeriesId,
    from: NaiveDateTime,
) -> Result<Vec<(Place, Event)>, DbErr> {
    let rows = series_night::Entity::find()
        .filter(series_night::COLUMN.series_id.eq(id))
        .filter(series_night::COLUMN.local.gte(from))
        .order_by_asc(series_night::COLUMN.local);
    let places: Vec<Place> = rows.all(db).await?.iter().map(place).collect();
    let ids: Vec<EventId> = places.iter().map(|place| place.event).collect();
    let rows = entity::event::Entity::find().filter(entity::event::Column::Id.is_in(ids)).all(db).await?;
    let events = nouns(db, rows).await?;
    let with_event = |place: Place| Some((place, events.iter().find(|event| event.id == place.event)?.clone()));
    Ok(places.into_iter().filter_map(with_event).collect())
}

/// Says that a night is one of a series, or that it is another one of it now.
///
/// # Errors
/// When the database fails, or the series has a night at that time.
pub async fn put_place(db: &impl ConnectionTrait, place: Place) -> Result<(), DbErr> {
    let Place { event, series, local, is_own } = place;
    let row = series_night::ActiveModel {
        event_id: Set(event),
        series_id: Set(series),
        local: Set(local),
        is_own: Set(is_own),
    };
    let again = OnConflict::column(series_night::Column::EventId)
        .update_columns([series_night::Column::Local, series_night::Column::IsOwn])
        .to_owned();
    series_night::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Notes that a night was changed by itself, if it is of a series.
///
/// # Errors
/// When the database fails.
pub async fn own_night(db: &impl ConnectionTrait, event: EventId) -> Result<(), DbErr> {
    series_night::Entity::update_many()
        .col_expr(series_night::Column::IsOwn, Expr::value(true))
        .filter(series_night::COLUMN.event_id.eq(event))
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets that a night is one of a series: the rule may want another on its day.
///
/// # Errors
/// When the database fails.
pub async fn leave_series(db: &impl ConnectionTrait, event: EventId) -> Result<(), DbErr> {
    series_night::Entity::delete_by_id(event).exec(db).await?;
    Ok(())
}
