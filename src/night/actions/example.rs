//! Nights that the demo puts in whole: the bare record of a historic one, and examples in every state.

use entity::ids::EventId;
use entity::money::Pence;

use super::about;
use crate::activity::Kind;
use crate::app::App;
use crate::charities::{self, Split};
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Beside, Event, Mood, Screening, State, Tonight, When};
use crate::stories;

/// A night for the demo.
#[derive(Clone, Debug)]
pub struct NewExample {
    pub title: String,
    pub summary: Option<String>,
    pub description_markdown: Option<String>,
    pub mood: Mood,
    pub hashtag: String,
    pub when: When,
    pub state: State,
    pub target: Option<Pence>,
    /// The founding charities in equal parts, or none for a bare record.
    pub raises: bool,
    pub source_url: Option<String>,
    pub beside: Beside,
}

/// Puts a night in, published.
///
/// # Errors
/// 422 when a story it names isn't there.
pub async fn add_example(app: &App, new: NewExample) -> Result<EventId, AppError> {
    app.write(async |tx: &mut Tx| {
        let NewExample {
            title,
            summary,
            description_markdown,
            mood,
            hashtag,
            when,
            state,
            target,
            raises,
            source_url,
            beside,
        } = new;
        let founding = charities::founding(tx.db()).await?;
        let equal = Split::equal(founding.iter().map(|charity| charity.id));
        let split = if raises {
            equal.map_err(|error| AppError::internal(error.into_owned()))?
        } else {
            Split::stored(Vec::new())
        };
        let slug = events::free_slug(tx.db(), &title).await?;
        let event = Event {
            id: tx.new_id(),
            slug,
            title,
            summary,
            description_markdown,
            mood,
            hashtag,
            screening: Screening::Open,
            when,
            state,
            target,
            milestones: Vec::new(),
            split,
            now_playing: None,
            tonight: Tonight::default(),
            source_url,
            songs_each: None,
        };
        events::insert(tx, &event, None).await?;
        events::put_lineup(tx, event.id, beside.lineup.unwrap_or_default()).await?;
        let stories = stories::find_by_slugs(tx.db(), &beside.story_slugs.unwrap_or_default()).await?;
        stories::set_of_event(tx.db(), event.id, &stories).await?;
        tx.record(event.id, Kind::EventPublished, about(event.id.0, None)).await?;
        Ok(event.id)
    })
    .await
}
