//! Search over songs, nights and stories: a page and JSON. What the index finds is read again from its room, so that
//! nothing is shown here that isn't shown there.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use entity::ids::{EventId, TrackId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::App;
use crate::db::Snapshot;
use crate::error::AppError;
use crate::events::{self, Event};
use crate::night::{EventOut, NightView};
use crate::search::{self, Kind, LOOKED_AT, Query as Asked};
use crate::stories::{self, Story, api::StoryOut};
use crate::tracks::{self, Track, api::TrackOut};
use crate::web::extract::{Json, Query};
use crate::web::page::Public;
use crate::words;

/// What fits best of each kind, at most.
const FOUND_MAX: usize = 20;
/// One more than is shown tells that there are more.
const LOOKED_FOR: u64 = 21;

/// What to look for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words that must all be there; the last may be only begun. Case, accents and punctuation don't matter, and nothing in
    /// it is syntax. The first 100 characters and eight words are looked at. Fewer than two letters or digits find nothing.
    q: Option<String>,
}

impl SearchQuery {
    fn typed(&self) -> &str {
        self.q.as_deref().unwrap_or_default()
    }
}

/// What was found, what fits best first.
#[derive(Debug, Default)]
struct Found {
    nights: Vec<Event>,
    songs: Vec<Track>,
    stories: Vec<Story>,
}

impl Found {
    /// Of each kind what is shown, and one more where there are more.
    async fn read(db: &Snapshot, asked: &Asked) -> Result<Self, AppError> {
        let ids = search::find(db, Kind::Event, asked, LOOKED_FOR).await?;
        let nights = events::by_ids(db, ids.iter().copied().map(EventId).collect()).await?;
        let nights = in_order(&ids, nights, |night| night.id.0);
        let ids = search::find(db, Kind::Track, asked, LOOKED_FOR).await?;
        let songs = tracks::seen(db, ids.iter().copied().map(TrackId).collect()).await?;
        let songs = in_order(&ids, songs, |song| song.id.0);
        let ids = search::find(db, Kind::Story, asked, LOOKED_FOR).await?;
        // They are few, so they are read whole.
        let stories = in_order(&ids, stories::all(db).await?, |story| story.id.0);
        Ok(Self { nights, songs, stories })
    }
}

/// Those of `things` that have one of these ids, in the order of the ids.
fn in_order<T>(ids: &[Uuid], things: Vec<T>, id_of: impl Fn(&T) -> Uuid) -> Vec<T> {
    let place = |thing: &T| ids.iter().position(|id| *id == id_of(thing));
    let mut placed: Vec<(usize, T)> = things.into_iter().filter_map(|thing| Some((place(&thing)?, thing))).collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, thing)| thing).collect()
}

/// What was found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SearchOut {
    /// At most 20, what fits best first.
    events: Vec<EventOut>,
    /// At most 20, as they stand in shares.
    tracks: Vec<TrackOut>,
    /// At most 20.
    stories: Vec<StoryOut>,
}

/// Search over nights, songs and stories that everyone may see. Too little to look for finds nothing.
///
/// # Errors
/// When the database fails.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(SearchQuery),
    responses((status = 200, body = SearchOut)))]
pub async fn find(State(app): State<App>, Query(query): Query<SearchQuery>) -> Result<Json<SearchOut>, AppError> {
    let db = app.db.snapshot().await?;
    let found = match Asked::of(query.typed()) {
        Some(asked) => Found::read(&db, &asked).await?,
        None => Found::default(),
    };
    let mut events = Vec::with_capacity(found.nights.len());
    for night in found.nights.into_iter().take(FOUND_MAX) {
        events.push(EventOut::of(NightView::read_in(&db, night, app.now()).await?, &app));
    }
    let mut stories = Vec::with_capacity(found.stories.len());
    for story in found.stories.into_iter().take(FOUND_MAX) {
        let nights = stories::nights_beside(&db, story.id).await?;
        stories.push(StoryOut::of(story, nights));
    }
    let tracks = found.songs.into_iter().take(FOUND_MAX).map(TrackOut::from).collect();
    Ok(Json(SearchOut { events, tracks, stories }))
}

#[derive(Template)]
#[template(path = "site/search.html")]
struct SearchPage {
    /// What was looked at of what was typed.
    typed: String,
    /// None where there was too little to look for.
    found: Option<Found>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.nights.is_empty() && self.songs.is_empty() && self.stories.is_empty()
    }

    /// Whether some are left out.
    fn is_cut(&self) -> bool {
        [self.nights.len(), self.songs.len(), self.stories.len()].iter().any(|count| *count > FOUND_MAX)
    }
}

/// `GET /search`
///
/// # Errors
/// When the database fails.
pub async fn show(State(app): State<App>, Query(query): Query<SearchQuery>) -> Result<impl IntoResponse, AppError> {
    let typed = words::cut(query.typed(), LOOKED_AT).unwrap_or_default();
    let found = match Asked::of(&typed) {
        Some(asked) => Some(Found::read(&app.db.snapshot().await?, &asked).await?),
        None => None,
    };
    Ok(Public(SearchPage { typed, found }))
}

/// `One night`, `Two nights`: a heading. More than are shown are `More than twenty nights`.
fn counted(count: usize, one: &str, many: &str) -> String {
    const NUMBERS: [&str; FOUND_MAX] = [
        "One",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
        "Eight",
        "Nine",
        "Ten",
        "Eleven",
        "Twelve",
        "Thirteen",
        "Fourteen",
        "Fifteen",
        "Sixteen",
        "Seventeen",
        "Eighteen",
        "Nineteen",
        "Twenty",
    ];
    let number = count.checked_sub(1).map_or(Some("No"), |place| NUMBERS.get(place).copied());
    format!("{} {}", number.unwrap_or("More than twenty"), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn counts_are_told_in_words() {
        let told = [0, 1, 2, 20, 21].map(|count| counted(count, "night", "nights"));
        assert_eq!(told, ["No nights", "One night", "Two nights", "Twenty nights", "More than twenty nights"]);
    }
}
