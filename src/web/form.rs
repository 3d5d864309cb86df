//! Forms, with the cross-site check in the type: no handler can read a form whose token wasn't looked at.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::AppError;
use crate::keys;
use crate::web::extract::MediaType;

/// The token that forms of this session must carry. Put on the request by whoever knows the session.
#[derive(Clone, Debug)]
pub struct CsrfToken(pub String);

/// What a form without a file is.
const FIELDS_ALONE: &str = "application/x-www-form-urlencoded";

/// A posted form. Where there is a session, its token was in the field `csrf`; that the post came from our own
/// pages is checked for every request before this.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        if MediaType::of(request.headers()).kind != FIELDS_ALONE {
            return Err(AppError::WrongMediaType);
        }
        let expected = request.extensions().get::<CsrfToken>().cloned();
        let bytes = Bytes::from_request(request, state).await.map_err(|_| AppError::TooLarge)?;
        let given = url::form_urlencoded::parse(&bytes).find(|(name, _)| name == "csrf");
        check_token(expected, given.as_ref().map(|(_, given)| given.as_ref()))?;
        serde_html_form::from_bytes(&bytes)
            .map(Self)
            .map_err(|_| AppError::Malformed("This form was sent without some of its fields.".to_owned()))
    }
}

fn check_token(expected: Option<CsrfToken>, given: Option<&str>) -> Result<(), AppError> {
    let Some(CsrfToken(expected)) = expected else { return Ok(()) };
    if given.is_some_and(|given| keys::same(given.as_bytes(), expected.as_bytes())) {
        return Ok(());
    }
    Err(AppError::Forbidden(
        "This form is out of date: you signed in or out since it was opened. Open it again and retry.",
    ))
}

/// A posted form that can have a file in it, under the same checks as [`Form`]: its fields, and the file's bytes.
#[derive(Debug)]
pub struct Upload<T> {
    pub fields: T,
    /// Empty when none was chosen.
    pub file: Bytes,
    /// What it is called where it comes from: anything at all.
    pub file_name: String,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Upload<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        if MediaType::of(request.headers()).kind == FIELDS_ALONE {
            let Form(fields) = Form::from_request(request, state).await?;
            return Ok(Self { fields, file: Bytes::new(), file_name: String::new() });
        }
        let expected = request.extensions().get::<CsrfToken>().cloned();
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| AppError::WrongMediaType)?;
        let cut = |_| AppError::Malformed("This form was cut off on its way.".to_owned());
        let (mut file, mut file_name, mut fields) = (Bytes::new(), String::new(), Vec::new());
        while let Some(part) = parts.next_field().await.map_err(cut)? {
            let name = part.name().unwrap_or_default().to_owned();
            if let Some(called) = part.file_name() {
                called.clone_into(&mut file_name);
                file = part.bytes().await.map_err(cut)?;
            } else {
                fields.push((name, String::from_utf8_lossy(&part.bytes().await.map_err(cut)?).into_owned()));
            }
        }
        let token = fields.iter().find(|(name, _)| name == "csrf");
        check_token(expected, token.map(|(_, given)| given.as_str()))?;
        let pairs = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let fields = serde_html_form::from_str(&pairs)
            .map_err(|_| AppError::Malformed("This form was sent without some of its fields.".to_owned()))?;
        Ok(Self { fields, file, file_name })
    }
}

/// What a button that stops mails sends, or a mail program by itself (RFC 8058).
#[derive(Debug, Deserialize)]
pub struct StopForm {
    #[serde(rename = "List-Unsubscribe")]
    one_click: Option<String>,
}

impl StopForm {
    /// Whether a mail program pressed it, which follows no redirect.
    #[must_use]
    pub fn is_one_click(&self) -> bool {
        self.one_click.is_some()
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
