//! Forms, with the cross-site check in the type: no handler can read a form whose token wasn't looked at.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::de::DeserializeOwned;

use crate::error::AppError;
use crate::keys;

/// The token that forms of this session must carry. Put on the request by whoever knows the session.
#[derive(Clone, Debug)]
pub struct CsrfToken(pub String);

/// A posted form. Where there is a session, its token was in the field `csrf`; that the post came from our own
/// pages is checked for every request before this.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(AppError::WrongMediaType);
        }
        let expected = request.extensions().get::<CsrfToken>().cloned();
        let bytes = Bytes::from_request(request, state).await.map_err(|_| AppError::TooLarge)?;
        if let Some(CsrfToken(expected)) = expected {
            let given = url::form_urlencoded::parse(&bytes).find(|(name, _)| name == "csrf");
            if !given.is_some_and(|(_, given)| keys::same(given.as_bytes(), expected.as_bytes())) {
                return Err(AppError::Forbidden(
                    "This form is out of date: you signed in or out since it was opened. Open it again and retry.",
                ));
            }
        }
        serde_html_form::from_bytes(&bytes)
            .map(Self)
            .map_err(|_| AppError::Malformed("This form was sent without some of its fields.".to_owned()))
    }
}

/// What each form of an uncached page carries: the session's token, and a fresh key against double sending.
#[derive(Clone, Debug)]
pub struct Seal {
    /// The session's token; empty where there is no session.
    pub csrf: String,
    /// A fresh `Idempotency-Key`.
    pub key: String,
}

impl Seal {
    /// With a key made for this showing of the form.
    #[must_use]
    pub fn new(csrf: Option<String>) -> Self {
        Self { csrf: csrf.unwrap_or_default(), key: keys::random_secret() }
    }
}
