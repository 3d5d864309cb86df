//! Someone who does things: a stranger, a guest, an organiser; over the API or in a browser without JavaScript.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, Method, Request, header};
use serde_json::Value;

use super::answer::Answer;
use super::house::House;

/// Someone who does things.
#[derive(Clone)]
pub struct Actor {
    house: House,
    token: Option<String>,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    address: Option<IpAddr>,
}

impl Actor {
    /// Someone with a bearer token, or nobody.
    pub fn new(house: &House, token: Option<String>) -> Self {
        Self { house: house.clone(), token, cookies: Arc::default(), address: None }
    }

    /// The same person at another address: limits count by it.
    pub fn at(&self, address: &str) -> Self {
        Self { address: Some(address.parse().expect("an address")), ..self.clone() }
    }

    /// The bearer token, for those who have one.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// A browser's cookies, as its `Cookie` header.
    pub fn cookie(&self) -> String {
        let cookies = self.cookies.lock().expect("cookies");
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Puts a cookie in this browser's jar.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("cookies").insert(name.to_owned(), value.to_owned());
    }

    /// A request with these headers and this body, with nothing added but who asks.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let what = format!("{method} {path}");
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "disco.test");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if !self.cookie().is_empty() {
            request = request.header(header::COOKIE, self.cookie());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(SocketAddr::new(address, 4711)));
        }
        let answer = self.house.ask(what, request.body(body.into()).expect("a request")).await;
        self.keep_cookies(&answer.headers);
        answer
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut jar = self.cookies.lock().expect("cookies");
        for cookie in headers.get_all(header::SET_COOKIE).iter().filter_map(|value: &HeaderValue| value.to_str().ok()) {
            let pair = cookie.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else { continue };
            if value.is_empty() {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    /// POST with JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.with_json(Method::POST, path, &body, &[]).await
    }

    /// POST with JSON under an Idempotency-Key.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        self.with_json(Method::POST, path, &body, &[("idempotency-key", key)]).await
    }

    /// PATCH with JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.with_json(Method::PATCH, path, &body, &[]).await
    }

    /// PUT with JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.with_json(Method::PUT, path, &body, &[]).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], Body::empty()).await
    }

    /// JSON with any method and more headers.
    pub async fn with_json(&self, method: Method, path: &str, body: &Value, more: &[(&str, &str)]) -> Answer {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend_from_slice(more);
        self.send(method, path, &headers, body.to_string()).await
    }

    /// Opens a page with a form, fills fields in, and posts it to `action` with the hidden fields that the page held.
    pub async fn fill_in(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let opened = self.get(page).await.expect(200);
        self.post_form(action, &with_hidden(&opened, action, fields)).await
    }

    /// Posts a form as a browser does from our own pages.
    pub async fn post_form(&self, action: &str, fields: &[(String, String)]) -> Answer {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://disco.test"),
        ];
        self.send(Method::POST, action, &headers, body).await
    }
}

/// The fields of a form on a page: its hidden ones, and those filled in.
pub fn with_hidden(page: &Answer, action: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let html = scraper::Html::parse_document(&page.text());
    let hidden = format!("form[action='{action}'] input[type=hidden]");
    let hidden = scraper::Selector::parse(&hidden).expect("a selector");
    let own = |field: &str| fields.iter().any(|(name, _)| *name == field);
    let held = html.select(&hidden).map(|input| {
        (input.attr("name").unwrap_or_default().to_owned(), input.attr("value").unwrap_or_default().to_owned())
    });
    let mut all: Vec<(String, String)> = held.filter(|(name, _)| !own(name)).collect();
    all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    all
}
