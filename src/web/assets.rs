//! Styles, scripts and pictures, from the binary. Their addresses carry a hash, so browsers may keep them for good.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

use crate::error::AppError;
use crate::web::extract::Path;

#[derive(Embed)]
#[folder = "templates/assets/"]
struct Assets;

static URLS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let named = Assets::iter().filter_map(|name| Assets::get(&name).map(|file| (name, file)));
    named
        .map(|(name, file)| {
            let hash: String = crate::keys::hex(&file.metadata.sha256_hash()[..4]);
            (name.to_string(), format!("/assets/{name}?v={hash}"))
        })
        .collect()
});

/// The address of an asset, for templates.
#[must_use]
pub fn url(name: &str) -> &'static str {
    URLS.get(name).map_or("/assets/missing", String::as_str)
}

/// `GET /assets/{name}`
///
/// # Errors
/// 404 for a name that isn't there.
pub async fn show(Path(name): Path<String>, request: Request) -> Result<Response, AppError> {
    let file = Assets::get(&name).ok_or(AppError::NotFound)?;
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    let current = URLS.get(&name).map(String::as_str)
        == request.uri().path_and_query().map(axum::http::uri::PathAndQuery::as_str);
    let cache = if current { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    let mut response = file.data.into_owned().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    Ok(response)
}
