//! A night on other pages: an overlay for those who stream their screen, and a card for other sites. Light, live, and
//! the only pages that may be framed, so they hold no form and ask for nobody's cookie: a draft is there for nobody.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::Deserialize;

use crate::app::App;
use crate::error::AppError;
use crate::events;
use crate::night::NightView;
use crate::site::night::SongView;
use crate::tracks;
use crate::web::extract::{Path, Query};
use crate::web::page::Framed;

/// Songs on an overlay, and on a card.
const SONGS: u64 = 4;
/// What an overlay can stand on: nothing, the night's own colour, or one that a program takes out.
const BACKGROUNDS: [&str; 5] = ["transparent", "night", "green", "blue", "magenta"];

/// A night as other pages show it.
pub struct Lite {
    view: NightView,
    /// The newest first.
    songs: Vec<SongView>,
    now: Option<SongView>,
    /// `Cavell, Asthma + Lung UK and The UK Sepsis Trust`, under the names of the night's day.
    in_aid_of: Option<String>,
    /// Where the night itself is.
    url: String,
}

#[derive(Template)]
#[template(path = "elsewhere/overlay.html")]
struct OverlayPage {
    lite: Lite,
    background: &'static str,
}

#[derive(Template)]
#[template(path = "elsewhere/embed.html")]
struct EmbedPage {
    lite: Lite,
}

/// How an overlay looks.
#[derive(Debug, Deserialize)]
pub struct Look {
    background: Option<String>,
}

/// `GET /events/{slug}/overlay`, with `?background=` one of a few.
///
/// # Errors
/// 404 for a slug that isn't there, or of a draft; 422 for another background.
pub async fn overlay(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(look): Query<Look>,
) -> Result<impl IntoResponse, AppError> {
    let asked = look.background.as_deref().filter(|asked| !asked.is_empty()).unwrap_or("transparent");
    let known = BACKGROUNDS.into_iter().find(|background| *background == asked);
    let background = known.ok_or_else(|| {
        AppError::field("background", "Choose transparent, night, green, blue or magenta as the background")
    })?;
    Ok(Framed(OverlayPage { lite: Lite::read(&app, &slug).await?, background }))
}

/// `GET /events/{slug}/embed`
///
/// # Errors
/// 404 for a slug that isn't there, or of a draft.
pub async fn embed(State(app): State<App>, Path(slug): Path<String>) -> Result<impl IntoResponse, AppError> {
    Ok(Framed(EmbedPage { lite: Lite::read(&app, &slug).await? }))
}

impl Lite {
    /// Reads it in one snapshot, its state too: what the stream tells next goes on from there.
    async fn read(app: &App, slug: &str) -> Result<Self, AppError> {
        let db = app.db.snapshot().await?;
        let found = events::find_by_slug(&db, slug).await?;
        let event = found.filter(|event| !event.state.is_hidden()).ok_or(AppError::NotFound)?;
        let shares = tracks::newest(&db, event.id, SONGS).await?;
        let playing = tracks::playing(&db, &event).await?;
        let view = NightView::read_in(&db, event, app.now()).await?;
        let named: Vec<String> = view.charities().into_iter().map(|charity| charity.name).collect();
        Ok(Self {
            songs: shares.into_iter().map(|share| SongView::of(share, &view.event)).collect(),
            now: playing.map(|share| SongView::of(share, &view.event)),
            in_aid_of: crate::words::listed(&named),
            url: app.config.link(&view.event.path()),
            view,
        })
    }

    /// The word for its state.
    fn status(&self) -> &'static str {
        self.view.event.status().as_str()
    }

    /// `14 kitchens dancing`
    fn kitchens(&self) -> String {
        crate::words::kitchens(self.view.dancing)
    }

    /// Whether there is more to come of it.
    fn goes_on(&self) -> bool {
        self.view.event.state.takes_part()
    }

    /// Whether anything is known of its money: of a historic night nothing is.
    fn raises(&self) -> bool {
        !self.view.event.split.parts().is_empty()
    }
}
