//! What happens around every request: its id, the security headers, ETags, and a panic turned into a 500.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::page::MayBeFramed;
use crate::app::App;
use crate::error::AppError;

/// The longest body read: a form full of text is far below it.
const BODY_MAX: usize = 256 * 1024;
/// The longest statement of gifts: more than 20,000 rows of JustGiving's widest report, less its addresses.
pub const STATEMENT_MAX: usize = 5 * 1024 * 1024;
/// The longest playlist that is brought: some thousand songs in the wordiest format.
pub const PLAYLIST_MAX: usize = 1024 * 1024;
/// The longest answer that an ETag is computed for.
const ETAG_MAX: usize = 8 * 1024 * 1024;

/// The id that a log line and an error page share.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The longest body that is read at this address. Only statements and playlists are long; the form that sends one on after
/// the preview has it percent-encoded, up to three times as long.
#[must_use]
pub fn body_max(path: &str) -> usize {
    let of_host = path.strip_prefix("/host/events/").and_then(|rest| rest.split_once('/')).map(|(_, rest)| rest);
    match (path, of_host) {
        ("/api/v1/imports", _) => STATEMENT_MAX,
        // The fields beside it are short.
        (_, Some("imports")) => STATEMENT_MAX + BODY_MAX,
        (_, Some("imports/confirmation")) => 3 * STATEMENT_MAX + BODY_MAX,
        _ if is_playlist(path) => PLAYLIST_MAX,
        (_, Some("songs")) => PLAYLIST_MAX + BODY_MAX,
        // A text may have grown by half when it became UTF-8.
        (_, Some("songs/confirmation")) => 5 * PLAYLIST_MAX + BODY_MAX,
        _ => BODY_MAX,
    }
}

fn is_playlist(path: &str) -> bool {
    path.strip_prefix("/api/v1/events/")
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(_, rest)| rest == "playlist")
}

/// Gives the request an id of our own; one sent by a stranger is not believed.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = app.request_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// A panic in a handler is our fault and a 500; the process lives.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over so")]
pub fn caught(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    AppError::internal(format!("panic: {text}")).into_response()
}

/// What the security headers depend on.
#[derive(Clone, Debug)]
pub struct Protection {
    https: bool,
    policy: String,
    /// Of the pages that other sites may frame.
    framed_policy: String,
}

impl Protection {
    /// For a site reached over TLS or not, whose pages may frame players of `frame_hosts` (after a tap).
    #[must_use]
    pub fn new(https: bool, frame_hosts: &[&str]) -> Self {
        Self { https, policy: content_policy(https, frame_hosts), framed_policy: framed_policy(https) }
    }
}

/// The headers of quality.md's security baseline. What a handler set itself is left alone.
pub async fn protect(State(protection): State<Protection>, request: Request, next: Next) -> Response {
    let is_docs = request.uri().path().starts_with("/api/docs");
    let is_public_api = request.uri().path().starts_with("/api/v1/") && request.method() == Method::GET;
    let mut response = next.run(request).await;
    let is_framed = response.extensions().get::<MayBeFramed>().is_some();
    let headers = response.headers_mut();
    let policy = match (is_docs, is_framed) {
        (true, _) => docs_policy(),
        (_, true) => protection.framed_policy,
        _ => protection.policy,
    };
    let mut fixed = vec![
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin".to_owned()),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin".to_owned()),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=()".to_owned(),
        ),
    ];
    if !is_framed {
        fixed.push((header::X_FRAME_OPTIONS, "DENY".to_owned()));
    }
    if protection.https {
        fixed.push((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains".to_owned()));
    }
    if is_public_api {
        fixed.push((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()));
    }
    for (name, value) in fixed {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.entry(name).or_insert(value);
        }
    }
    response
}

/// What asks to go on to TLS, behind it.
fn upgrade(is_https: bool) -> &'static str {
    if is_https { "; upgrade-insecure-requests" } else { "" }
}

fn content_policy(is_https: bool, frame_hosts: &[&str]) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         manifest-src 'self'; form-action 'self'; frame-src {}; frame-ancestors 'none'; base-uri 'none'; \
         object-src 'none'{}",
        frame_hosts.join(" "),
        upgrade(is_https)
    )
}

/// A page in another site's frame shows and leads out; it sends nothing.
fn framed_policy(is_https: bool) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'none'; frame-ancestors *; base-uri 'none'; object-src 'none'{}",
        upgrade(is_https)
    )
}

/// The browsable API documents style themselves inline.
fn docs_policy() -> String {
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'none'"
        .to_owned()
}

/// ETags for what may be kept: the hash of the answer, and 304 when the asker has it already.
pub async fn tag(request: Request, next: Next) -> Response {
    let asked = request.method() == Method::GET || request.method() == Method::HEAD;
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if !asked || response.status() != StatusCode::OK || !may_be_kept(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ETAG_MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let hash: String = crate::keys::hex(&Sha256::digest(&bytes)[..16]);
    let etag = format!("W/\"{hash}\"");
    let matches = known.as_ref().and_then(|known| known.to_str().ok()).is_some_and(|known| {
        known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == &etag[2..])
    });
    // Kept, but asked after each time, unless the handler said otherwise.
    parts.headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    if let Ok(value) = HeaderValue::from_str(&etag) {
        parts.headers.insert(header::ETAG, value);
    }
    if matches {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn may_be_kept(response: &Response) -> bool {
    let header = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let is_stream = header(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/event-stream"));
    let is_private = header(header::CACHE_CONTROL).is_some_and(|cache| cache.contains("no-store"));
    !is_stream && !is_private
}
