//! What an actor gets back.

use axum::http::{HeaderMap, StatusCode};
use scraper::{Html, Selector};
use serde_json::Value;

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    pub what: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The answer itself, if it has this status; else the test fails with what came instead.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}\n{}", self.what, self.text());
        self
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: not JSON: {}", self.what, self.text()))
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The text of the first element that matches.
    #[track_caller]
    pub fn select(&self, selector: &str) -> String {
        self.try_select(selector)
            .unwrap_or_else(|| panic!("{}: nothing matches {selector}:\n{}", self.what, self.text()))
    }

    /// The text of the first element that matches, if any does.
    pub fn try_select(&self, selector: &str) -> Option<String> {
        let html = Html::parse_document(&self.text());
        let selector = Selector::parse(selector).expect("a selector");
        html.select(&selector).next().map(|element| element.text().collect::<String>().trim().to_owned())
    }

    /// The texts of all elements that match.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text());
        let selector = Selector::parse(selector).expect("a selector");
        html.select(&selector).map(|element| element.text().collect::<String>().trim().to_owned()).collect()
    }

    /// An attribute of the first element that matches.
    #[track_caller]
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let html = Html::parse_document(&self.text());
        let parsed = Selector::parse(selector).expect("a selector");
        let found = html.select(&parsed).next().and_then(|element| element.attr(name)).map(str::to_owned);
        found.unwrap_or_else(|| panic!("{}: no {name} on {selector}:\n{}", self.what, self.text()))
    }

    /// An attribute of each element that matches and has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text());
        let selector = Selector::parse(selector).expect("a selector");
        html.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// Where the elements that match lead to, or what they load.
    pub fn addresses(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text());
        let selector = Selector::parse(selector).expect("a selector");
        let address = |element: scraper::ElementRef| {
            element.attr("href").or(element.attr("src")).or(element.attr("action")).map(str::to_owned)
        };
        html.select(&selector).filter_map(address).collect()
    }

    /// The fields named in a 422.
    #[track_caller]
    pub fn wrong_fields(&self) -> Vec<String> {
        let problem = self.json();
        let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("{}: no errors: {problem}", self.what));
        errors.iter().map(|error| error["field"].as_str().unwrap_or_default().to_owned()).collect()
    }
}
