//! `Idempotency-Key` by header, and by the hidden field `idempotency_key` in forms.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request};
use axum::http::{HeaderName, HeaderValue, Method, header, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::layers::body_max;
use crate::app::App;
use crate::error::AppError;
use crate::once::{Key, Once};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The shortest and longest key (contract.md).
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 8..=255;

/// Whose keys these are. Put on the request by whoever knows the session.
#[derive(Clone, Debug)]
pub struct Caller(pub String);

#[derive(Clone, Debug)]
struct Keyed {
    key: String,
    request_hash: Vec<u8>,
    replayed: Arc<AtomicBool>,
}

/// Reads every body, up to what its address takes; of a POST its key, and marks the answer of a retry.
pub async fn read_keys(request: Request, next: Next) -> Response {
    match with_key(request).await {
        Err(error) => error.into_response(),
        Ok((request, None)) => next.run(request).await,
        Ok((request, Some(replayed))) => {
            let mut response = next.run(request).await;
            if replayed.load(Ordering::Relaxed) {
                response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            }
            response
        }
    }
}

async fn with_key(request: Request) -> Result<(Request, Option<Arc<AtomicBool>>), AppError> {
    let (mut parts, body) = request.into_parts();
    let bytes = to_bytes(body, body_max(parts.uri.path())).await.map_err(|_| AppError::TooLarge)?;
    if parts.method != Method::POST {
        return Ok((Request::from_parts(parts, Body::from(bytes)), None));
    }
    let in_header = parts.headers.get(HEADER).map(HeaderValue::as_bytes).map(<[u8]>::to_vec);
    // A page with several forms has one key: with the address behind it, each form has its own.
    let in_form = || form_key(&parts, &bytes).map(|key| [key, address_of(&parts)].concat());
    let Some(key) = in_header.or_else(in_form) else {
        return Ok((Request::from_parts(parts, Body::from(bytes)), None));
    };
    if !KEY_LENGTHS.contains(&key.len()) || !key.iter().all(u8::is_ascii_graphic) {
        return Err(AppError::Malformed("Idempotency-Key must be 8 to 255 visible ASCII characters.".to_owned()));
    }
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update([0]);
    hash.update(parts.uri.path_and_query().map_or("", axum::http::uri::PathAndQuery::as_str));
    hash.update([0]);
    hash.update(&bytes);
    let replayed = Arc::new(AtomicBool::new(false));
    parts.extensions.insert(Keyed {
        key: String::from_utf8_lossy(&key).into_owned(),
        request_hash: hash.finalize().to_vec(),
        replayed: replayed.clone(),
    });
    Ok((Request::from_parts(parts, Body::from(bytes)), Some(replayed)))
}

fn address_of(parts: &Parts) -> Vec<u8> {
    format!("@{}", crate::keys::hex(&Sha256::digest(parts.uri.path().as_bytes())[..8])).into_bytes()
}

fn form_key(parts: &Parts, bytes: &[u8]) -> Option<Vec<u8>> {
    let kind = parts.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return None;
    }
    let field = url::form_urlencoded::parse(bytes).find(|(name, _)| name == "idempotency_key");
    field.map(|(_, value)| value.into_owned().into_bytes()).filter(|key| !key.is_empty())
}

impl FromRequestParts<App> for Once {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, AppError> {
        let Some(keyed) = parts.extensions.get::<Keyed>().cloned() else { return Ok(Self::default()) };
        let caller = parts.extensions.get::<Caller>().map_or_else(|| "anyone".to_owned(), |caller| caller.0.clone());
        let key = Key { caller, key: keyed.key, request_hash: keyed.request_hash };
        Ok(Self::keyed(key, keyed.replayed))
    }
}

/// As [`Once`], where a key must be given.
#[derive(Debug)]
pub struct OnceRequired(pub Once);

impl FromRequestParts<App> for OnceRequired {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let once = Once::from_request_parts(parts, app).await?;
        if once.key().is_none() {
            return Err(AppError::Malformed("Send an Idempotency-Key, so that a retry can't count twice.".to_owned()));
        }
        Ok(Self(once))
    }
}
