//! Pages: a struct with a template becomes an answer.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use crate::error::AppError;

/// A public page: the same bytes for everyone, so anyone may keep it as long as they ask whether it still holds.
#[derive(Debug)]
pub struct Public<T>(pub T);

/// A page for one person: never kept, and it tells no other site where it was.
#[derive(Debug)]
pub struct Private<T>(pub T);

/// A private page whose address holds a secret: its address is told to nobody at all.
#[derive(Debug)]
pub struct Secret<T>(pub T);

/// A public page that other sites may show in a frame. It holds no form, and neither reads nor sets a cookie.
#[derive(Debug)]
pub struct Framed<T>(pub T);

/// Marks an answer that other sites may show in a frame; without it none may.
#[derive(Clone, Copy, Debug)]
pub struct MayBeFramed;

impl<T: Template> IntoResponse for Public<T> {
    fn into_response(self) -> Response {
        render(&self.0, "public, no-cache", None)
    }
}

impl<T: Template> IntoResponse for Private<T> {
    fn into_response(self) -> Response {
        render(&self.0, "no-store", Some("same-origin"))
    }
}

impl<T: Template> IntoResponse for Secret<T> {
    fn into_response(self) -> Response {
        render(&self.0, "no-store", Some("no-referrer"))
    }
}

impl<T: Template> IntoResponse for Framed<T> {
    fn into_response(self) -> Response {
        let mut response = render(&self.0, "public, no-cache", None);
        if response.status().is_success() {
            response.extensions_mut().insert(MayBeFramed);
        }
        response
    }
}

fn render(template: &impl Template, cache: &'static str, referrer: Option<&'static str>) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => return AppError::internal(error).into_response(),
    };
    let mut response = Html(html).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Some(policy) = referrer {
        response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static(policy));
    }
    response
}
