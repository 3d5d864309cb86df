//! Pages that say the same to everyone until somebody rewrites them.

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;

use crate::app::App;
use crate::tracks;
use crate::web::page::Public;
use crate::words::listed;

#[derive(Template)]
#[template(path = "site/about.html")]
struct AboutPage;

/// `GET /about`
pub async fn about() -> impl IntoResponse {
    Public(AboutPage)
}

#[derive(Template)]
#[template(path = "site/privacy.html")]
struct PrivacyPage {
    /// Whether music services are asked what links are called.
    asks: bool,
    asks_musicbrainz: bool,
    /// Services whose players can be opened here: `Spotify, Deezer and TIDAL`.
    players: String,
}

/// `GET /privacy`
pub async fn privacy(State(app): State<App>) -> impl IntoResponse {
    let asks = app.outgoing.is_some();
    let players: Vec<String> = tracks::with_players().map(|service| service.label().to_owned()).collect();
    let players = listed(&players).unwrap_or_default();
    Public(PrivacyPage { asks, asks_musicbrainz: asks && app.config.musicbrainz, players })
}

#[derive(Template)]
#[template(path = "site/accessibility.html")]
struct AccessibilityPage;

/// `GET /accessibility`
pub async fn accessibility() -> impl IntoResponse {
    Public(AccessibilityPage)
}

#[derive(Template)]
#[template(path = "site/house_rules.html")]
struct HouseRulesPage;

/// `GET /house-rules`
pub async fn house_rules() -> impl IntoResponse {
    Public(HouseRulesPage)
}

/// `GET /robots.txt`: the archive may be found; secrets and desks have no business in an index.
pub async fn robots() -> impl IntoResponse {
    "User-agent: *\nDisallow: /host\nDisallow: /pledges/\nDisallow: /sign-in\nDisallow: /set-up/\nDisallow: /api/\nDisallow: /report\n"
}
