//! Queries about stories. There are few, so they are read whole.

use chrono::NaiveDate;
use entity::ids::{EventId, StoryId};
use entity::{event_story, story};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Set};

use super::story::Story;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Event};
use crate::search::{self, Entry, Kind};

fn noun(row: story::Model) -> Result<Story, DbErr> {
    let json = |error: serde_json::Error| DbErr::Json(error.to_string());
    let story::Model {
        id,
        slug,
        title,
        teller,
        summary,
        themes,
        content_note,
        source_url,
        media_url,
        transcript,
        position: _,
    } = row;
    let themes = serde_json::from_value(themes).map_err(json)?;
    let transcript = serde_json::from_value(transcript).map_err(json)?;
    Ok(Story { id, slug, title, teller, summary, themes, content_note, source_url, media_url, transcript })
}

/// Every story, in order.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Story>, DbErr> {
    let rows = story::Entity::find().order_by_asc(story::COLUMN.position).all(db).await?;
    rows.into_iter().map(noun).collect()
}

/// The stories with these slugs, in that order.
///
/// # Errors
/// 422 on `story_slugs` when one isn't there, or is named twice.
pub async fn find_by_slugs(db: &impl ConnectionTrait, slugs: &[String]) -> Result<Vec<Story>, AppError> {
    if slugs.iter().enumerate().any(|(at, slug)| slugs[..at].contains(slug)) {
        return Err(AppError::field("story_slugs", "Name each story once"));
    }
    let stories = all(db).await?;
    let find = |slug: &String| stories.iter().find(|story| story.slug == *slug).cloned();
    let found: Option<Vec<Story>> = slugs.iter().map(find).collect();
    found.ok_or_else(|| AppError::field("story_slugs", "Choose stories from the list"))
}

/// The stories beside an event, in order.
///
/// # Errors
/// When the database fails.
pub async fn of_event(db: &impl ConnectionTrait, event: EventId) -> Result<Vec<Story>, DbErr> {
    let places = event_story::Entity::find()
        .filter(event_story::COLUMN.event_id.eq(event))
        .order_by_asc(event_story::COLUMN.position)
        .all(db)
        .await?;
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let ids = places.iter().map(|place| place.story_id);
    let rows = story::Entity::find().filter(story::Column::Id.is_in(ids)).all(db).await?;
    let mut stories = rows.into_iter().map(noun).collect::<Result<Vec<_>, _>>()?;
    stories.sort_by_key(|story| places.iter().position(|place| place.story_id == story.id));
    Ok(stories)
}

/// Puts these stories beside an event, instead of those that stood there.
///
/// # Errors
/// When the database fails.
pub async fn set_of_event(db: &impl ConnectionTrait, event: EventId, stories: &[Story]) -> Result<(), DbErr> {
    event_story::Entity::delete_many().filter(event_story::COLUMN.event_id.eq(event)).exec(db).await?;
    let rows = (0..).zip(stories).map(|(position, story)| event_story::ActiveModel {
        event_id: Set(event),
        story_id: Set(story.id),
        position: Set(position),
    });
    event_story::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// One story for the front page; the same all day.
///
/// # Errors
/// When the database fails.
pub async fn one_for_the_day(db: &impl ConnectionTrait, day: NaiveDate) -> Result<Option<Story>, DbErr> {
    use chrono::Datelike;
    let stories = all(db).await?;
    let turn = usize::try_from(day.num_days_from_ce()).unwrap_or_default();
    Ok(stories.get(turn.checked_rem(stories.len()).unwrap_or_default()).cloned())
}

/// Writes down by which words everyone can find a story: its title and teller, and then what is told of it and in it. To be
/// called after whatever changes these.
///
/// # Errors
/// When the database fails.
pub async fn index(tx: &Tx, story: &Story) -> Result<(), DbErr> {
    let Story { title, teller, summary, themes, transcript, .. } = story;
    let name = [Some(title), teller.as_ref()].into_iter().flatten();
    let words = std::iter::once(summary).chain(themes).chain(transcript.iter().map(|line| &line.text));
    search::put(tx, Kind::Story, story.id.0, Some(Entry::named(name).with(words))).await
}

pub(super) async fn insert(tx: &Tx, new: Story, position: i32) -> Result<(), DbErr> {
    index(tx, &new).await?;
    let Story { id, slug, title, teller, summary, themes, content_note, source_url, media_url, transcript } = new;
    let json = |error: serde_json::Error| DbErr::Json(error.to_string());
    let row = story::ActiveModel {
        id: Set(id),
        slug: Set(slug),
        title: Set(title),
        teller: Set(teller),
        summary: Set(summary),
        themes: Set(serde_json::to_value(themes).map_err(json)?),
        content_note: Set(content_note),
        source_url: Set(source_url),
        media_url: Set(media_url),
        transcript: Set(serde_json::to_value(transcript).map_err(json)?),
        position: Set(position),
    };
    story::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// The published nights that a story stands beside, latest first.
///
/// # Errors
/// When the database fails.
pub async fn nights_beside(db: &impl ConnectionTrait, story: StoryId) -> Result<Vec<Event>, DbErr> {
    let places = event_story::Entity::find().filter(event_story::COLUMN.story_id.eq(story)).all(db).await?;
    events::by_ids(db, places.into_iter().map(|place| place.event_id).collect()).await
}

/// The story with this slug.
pub(super) async fn find_by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<Story>, DbErr> {
    let row = story::Entity::find().filter(story::COLUMN.slug.eq(slug)).one(db).await?;
    row.map(noun).transpose()
}
