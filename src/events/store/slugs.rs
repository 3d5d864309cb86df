//! Slugs that are free.

use entity::event;
use sea_orm::{Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

/// A slug for `title` that no event has.
///
/// # Errors
/// When the database fails.
pub async fn free_slug(db: &impl ConnectionTrait, title: &str) -> Result<String, DbErr> {
    let base = match crate::words::slug(title) {
        slug if slug.is_empty() || slug == "new" => "night".to_owned(),
        slug => slug,
    };
    let taken: Vec<String> = event::Entity::find()
        .select_only()
        .column(event::Column::Slug)
        .filter(
            Condition::any()
                .add(event::COLUMN.slug.eq(base.as_str()))
                .add(event::COLUMN.slug.like(format!("{base}-%"))),
        )
        .into_tuple()
        .all(db)
        .await?;
    let free = |slug: &String| !taken.contains(slug);
    let numbered = (2_u32..).map(|number| format!("{base}-{number}"));
    Ok(std::iter::once(base.clone()).chain(numbered).find(free).unwrap_or(base))
}
