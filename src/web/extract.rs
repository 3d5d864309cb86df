//! axum's extractors with our errors.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, header, request::Parts};
use axum::response::{IntoResponse, Response};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use crate::error::AppError;

/// A JSON body. Malformed is 400, a wrong type 422, another media type 415.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        if !is_json(request.headers()) {
            return Err(AppError::WrongMediaType);
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| AppError::TooLarge)?;
        read(&bytes).map(Self)
    }
}

/// A JSON body that may be left out: nothing sent is what nothing means.
#[derive(Debug)]
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let is_declared = is_json(request.headers());
        let bytes = Bytes::from_request(request, state).await.map_err(|_| AppError::TooLarge)?;
        match (bytes.is_empty(), is_declared) {
            (true, _) => Ok(Self(T::default())),
            (false, true) => read(&bytes).map(Self),
            (false, false) => Err(AppError::WrongMediaType),
        }
    }
}

/// An answer in JSON.
impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => AppError::internal(error).into_response(),
        }
    }
}

/// What a body is declared to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaType {
    /// In small letters and without its parameters; empty when nothing was said.
    pub kind: String,
    /// As it was sent, without its quotes.
    pub charset: Option<String>,
}

impl MediaType {
    /// Reads it from a request's headers.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let said = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let (kind, parameters) = said.split_once(';').unwrap_or((said, ""));
        let mut parameters = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
        let charset = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        let charset = charset.map(|(_, charset)| charset.trim().trim_matches('"').to_owned());
        Self { kind: kind.trim().to_ascii_lowercase(), charset }
    }
}

/// Whether the body is declared to be JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    MediaType::of(headers).kind == "application/json"
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, AppError> {
    check_well_formed(bytes)?;
    // serde would fill a struct from a list too, by the order of its fields.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(AppError::field("body", "Send a JSON object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        let cause = error.into_inner();
        match cause.classify() {
            Category::Data => AppError::Invalid({
                let mut problems = crate::error::Problems::default();
                problems.add(field, without_position(&cause.to_string()));
                problems
            }),
            _ => malformed(),
        }
    })
}

/// A wrong type is worth a word only in a body that is JSON to its end.
fn check_well_formed(bytes: &[u8]) -> Result<(), AppError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    IgnoredAny::deserialize(&mut reader).map_err(|_| malformed())?;
    reader.end().map_err(|_| AppError::Malformed("There is something after the JSON.".to_owned()))
}

fn malformed() -> AppError {
    AppError::Malformed("The body isn't well-formed JSON.".to_owned())
}

/// serde's sentence without "at line 1 column 9", which says nothing to whoever filled a field in.
fn without_position(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

/// Path parameters; what doesn't parse isn't there.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = AppError;

    #[expect(clippy::disallowed_types, reason = "ours, with our errors")]
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        // Nothing has a NUL in its name, and PostgreSQL takes none in a text.
        if parts.uri.path().contains("%00") {
            return Err(AppError::NotFound);
        }
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| AppError::NotFound)
    }
}

/// Query parameters; a wrong one is 422.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        serde_path_to_error::deserialize(serde_html_form::Deserializer::new(pairs)).map(Self).map_err(|error| {
            let mut problems = crate::error::Problems::default();
            problems.add(error.path().to_string(), error.into_inner().to_string());
            AppError::Invalid(problems)
        })
    }
}
