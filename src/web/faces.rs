//! Errors with a face: problem+json under `/api`, a helpful page elsewhere. The meanings are in `error.rs`.

use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use super::layers::RequestId;
use super::page::Private;
use crate::error::AppError;

/// What an error answer carries until it is dressed.
#[derive(Clone)]
struct Fault(Arc<AppError>);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = status(&self).into_response();
        response.extensions_mut().insert(Fault(Arc::new(self)));
        response
    }
}

/// An error answer in JSON, as RFC 9457 has it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemOut {
    /// Always `about:blank`: the status says what kind it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The status as a number.
    pub status: u16,
    /// What happened and what to do, as a sentence.
    pub detail: String,
    /// The request's id, to quote when asking for help.
    pub instance: String,
    /// The wrong fields, for 422.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldOut>>,
}

/// One wrong field.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FieldOut {
    /// Its name.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

#[derive(Template)]
#[template(path = "errors/error.html")]
struct ErrorPage {
    title: &'static str,
    detail: String,
    fields: Vec<String>,
    /// Whether signing in as an organiser may help.
    leads_in: bool,
    request_id: Option<String>,
}

/// Dresses error answers by what was asked for. Internals go to the log here, once, with the request's id.
pub async fn dress(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let is_get = request.method() == axum::http::Method::GET;
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let fault = response.extensions().get::<Fault>().map(|fault| fault.0.clone());
    if fault.is_none() && response.headers().contains_key(header::CONTENT_TYPE) && !is_plain(&response) {
        return response; // A form shown again with its problems.
    }
    if let Some(AppError::Internal(cause)) = fault.as_deref() {
        tracing::error!(request_id = %id, %cause, "a request failed");
    }
    let is_api = path.starts_with("/api/");
    if !is_api && is_get && matches!(fault.as_deref(), Some(AppError::Unauthorised(_))) {
        return Redirect::to("/sign-in").into_response();
    }
    let mut dressed = if is_api {
        problem(status, fault.as_deref(), &id)
    } else {
        // A guest who runs nights too isn't signed in yet, and the page says so with a way to do it.
        let leads_in = path.starts_with("/host") && status == StatusCode::FORBIDDEN;
        page(status, fault.as_deref(), leads_in, &id)
    };
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    add_headers(dressed, fault.as_deref())
}

fn is_plain(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/plain"))
}

fn problem(status: StatusCode, fault: Option<&AppError>, id: &str) -> Response {
    let errors = match fault {
        Some(AppError::Invalid(problems)) => Some(
            problems
                .list()
                .iter()
                .map(|problem| FieldOut { field: problem.field.clone(), message: problem.message.to_string() })
                .collect(),
        ),
        _ => None,
    };
    let out = ProblemOut {
        kind: "about:blank".to_owned(),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: detail(status, fault),
        instance: format!("urn:request:{id}"),
        errors,
    };
    let body = serde_json::to_string(&out).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}

fn page(status: StatusCode, fault: Option<&AppError>, leads_in: bool, id: &str) -> Response {
    let title = match status.as_u16() {
        401 => "Sign in first",
        403 => "That isn't yours to open",
        404 => "There is nothing at this address",
        409 => "That can't be done now",
        413 => "That is too long for us",
        422 => "There is a problem",
        429 => "A short rest, please",
        503 => "The house is full for a moment",
        500..=599 => "Something broke on our side",
        _ => "That request didn't make sense to us",
    };
    let fields = match fault {
        Some(AppError::Invalid(problems)) => {
            problems.list().iter().map(|problem| problem.message.to_string()).collect()
        }
        _ => Vec::new(),
    };
    let request_id = status.is_server_error().then(|| id.to_owned());
    (status, Private(ErrorPage { title, detail: detail(status, fault), fields, leads_in, request_id })).into_response()
}

fn add_headers(mut response: Response, fault: Option<&AppError>) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // An error stands at whatever address was asked for, and that may hold a secret.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    match fault {
        Some(AppError::Unauthorised(_)) => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Some(AppError::TooMany { retry_after_s }) => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_s));
        }
        Some(AppError::Busy) => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        _ => {}
    }
    response
}

fn status(error: &AppError) -> StatusCode {
    match error {
        AppError::NotFound => StatusCode::NOT_FOUND,
        AppError::Unauthorised(_) => StatusCode::UNAUTHORIZED,
        AppError::Forbidden(_) => StatusCode::FORBIDDEN,
        AppError::Conflict(_) | AppError::StillRunning => StatusCode::CONFLICT,
        AppError::Malformed(_) => StatusCode::BAD_REQUEST,
        AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        AppError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        AppError::WrongMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        AppError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        AppError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What happened and what to do, for a person. Never a cause, a path or a query.
fn detail(status: StatusCode, fault: Option<&AppError>) -> String {
    let fixed = match fault {
        Some(AppError::Unauthorised(text) | AppError::Forbidden(text)) => text,
        Some(AppError::Conflict(text)) => return text.to_string(),
        Some(AppError::StillRunning) => "A request with this Idempotency-Key is still running. Try again shortly.",
        Some(AppError::Malformed(text)) => return text.clone(),
        Some(AppError::Invalid(_)) => "Some of what was sent can't be used. Nothing has been changed.",
        Some(AppError::TooMany { retry_after_s }) => {
            return format!("That was a lot at once. Try again in {}.", in_words(*retry_after_s));
        }
        _ => match status.as_u16() {
            403 => "This came from another site, or its form is out of date. Go back, open the page again and retry.",
            404 => "The address may be mistyped, or what was here may have been taken down.",
            405 => "This address doesn't do that. Go back and try from the page.",
            413 => "That is more than we can take at once. Nothing has been changed.",
            415 => {
                "Send JSON with the header Content-Type: application/json (a statement as text/csv, a playlist as what it is), or use the form on the page."
            }
            503 => "Try again in a few seconds.",
            500..=599 => "It is not your doing, and nothing was half done. Try again in a minute.",
            _ => "Check the address and try again.",
        },
    };
    fixed.to_owned()
}

fn in_words(seconds: u64) -> String {
    match seconds {
        0..=59 => format!("{seconds} seconds"),
        60..=119 => "a minute".to_owned(),
        _ => format!("{} minutes", seconds / 60 + 1),
    }
}
