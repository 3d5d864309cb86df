//! The page on a phone: installed, and as a place that other programs share songs to.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Event, Listing, Window};
use crate::tracks::recognise;
use crate::web::assets;
use crate::web::extract::{Json, Query};
use crate::web::page::Private;

/// Nights to choose from when several go on.
const CHOICES: u64 = 5;

/// `GET /manifest.webmanifest`: what makes the page installable, and a target of "Share".
pub async fn manifest() -> Response {
    let icon = |name: &str, sizes: &str, kind: &str| json!({ "src": assets::url(name), "sizes": sizes, "type": kind });
    let manifest = json!({
        "id": "/",
        "name": "#TwitterDisco",
        "short_name": "Disco",
        "description": "Share songs, dance in your kitchen, raise money for people who care for others.",
        "lang": "en-GB",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#17131f",
        "theme_color": "#17131f",
        "icons": [
            icon("favicon.svg", "any", "image/svg+xml"),
            icon("icon-192.png", "192x192", "image/png"),
            icon("icon-512.png", "512x512", "image/png"),
        ],
        "share_target": {
            "action": "/share-target",
            "method": "GET",
            "params": { "title": "title", "text": "text", "url": "url" },
        },
    });
    let kept = (header::CACHE_CONTROL, "public, no-cache");
    let mut response = ([kept], Json(manifest)).into_response();
    let kind = header::HeaderValue::from_static("application/manifest+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// What another program shares. Which field the link is in, each decides for itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shared {
    title: String,
    text: String,
    url: String,
}

#[derive(Template)]
#[template(path = "site/share_target.html")]
struct SharePage {
    /// Where each choice leads, and the night.
    choices: Vec<(String, Event)>,
    /// What was shared, so that it isn't lost.
    shared: String,
}

/// `GET /share-target`: to the form of the night that is on, or else of the next one, with what was shared in it. Nothing
/// is shared by this alone.
///
/// # Errors
/// When the database fails.
pub async fn take(State(app): State<App>, Query(shared): Query<Shared>) -> Result<Response, AppError> {
    let db = app.db.read();
    let mut nights = events::list(db, Listing { window: Window::Live, count: CHOICES, after: None }).await?;
    if nights.is_empty() {
        nights.extend(events::next_planned(db).await?);
    }
    let query = shared.query();
    let mut choices: Vec<(String, Event)> =
        nights.into_iter().map(|night| (format!("{}/share?{query}", night.path()), night)).collect();
    if choices.len() == 1
        && let Some((to, _)) = choices.pop()
    {
        return Ok(([(header::CACHE_CONTROL, "no-store")], Redirect::to(&to)).into_response());
    }
    Ok(Private(SharePage { choices, shared: shared.song() }).into_response())
}

impl Shared {
    /// The field with a link in it, or else the words.
    fn song(&self) -> String {
        let fields = [&self.url, &self.text, &self.title].map(|field| field.trim());
        let linked = fields.into_iter().find(|field| recognise(field).is_some());
        linked.or(fields.into_iter().find(|field| !field.is_empty())).unwrap_or_default().to_owned()
    }

    /// The same for the share form; a title that came beside the link is what the song is called.
    fn query(&self) -> String {
        let song = self.song();
        let title = Some(self.title.trim()).filter(|title| !title.is_empty() && *title != song);
        let has_link = recognise(&song).is_some();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("link", &song);
        if let Some(title) = title.filter(|title| has_link && recognise(title).is_none()) {
            query.append_pair("title", title);
        }
        query.finish()
    }
}
