//! Pages that say the same to everyone until somebody rewrites them.

use askama::Template;
use axum::response::IntoResponse;

use crate::web::page::Public;

#[derive(Template)]
#[template(path = "site/about.html")]
struct AboutPage;

/// `GET /about`
pub async fn about() -> impl IntoResponse {
    Public(AboutPage)
}

#[derive(Template)]
#[template(path = "site/privacy.html")]
struct PrivacyPage;

/// `GET /privacy`
pub async fn privacy() -> impl IntoResponse {
    Public(PrivacyPage)
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
