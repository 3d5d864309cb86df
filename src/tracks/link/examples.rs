//! The services' tables of examples, and what their tests share. Tests only.
//!
//! `examples/youtube.txt` is the table of the service with that stored name, and so are the others. Its lines are:
//! - `#` and a heading;
//! - a text, a tab, what it is recognised as (`youtube track dQw4w9WgXcQ @65`, `web page`, `nothing`) and, where that
//!   says more, a tab and the canonical URL. In the text `\n`, `\u{200f}` and `\\` are what they are in Rust;
//! - `~` and a pattern of canonical URLs, a tab, their service and kind.

use std::fs;
use std::str::Chars;

use super::{EMBED_HOSTS, Kind, Link, Service, recognise};

pub(super) struct Table {
    pub(super) service: Service,
    pub(super) examples: Vec<Example>,
    /// Regular expressions, each with the brief of what it makes, less the id.
    pub(super) patterns: Vec<(String, String)>,
}

pub(super) struct Example {
    pub(super) text: String,
    pub(super) brief: String,
    pub(super) url: Option<String>,
}

impl Example {
    /// Whether it is a link to something on that service, and no page or trick beside it.
    pub(super) fn is_of(&self, service: Service) -> bool {
        self.brief.split(' ').next() == Some(service.as_str())
    }
}

/// One for every service, and one for other pages.
pub(super) fn tables() -> impl Iterator<Item = Table> {
    Service::all().map(|service| {
        let path = format!("{}/src/tracks/link/examples/{service}.txt", env!("CARGO_MANIFEST_DIR"));
        let lines = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut table = Table { service, examples: Vec::new(), patterns: Vec::new() };
        for line in lines.lines().filter(|line| !line.starts_with("# ")) {
            table.take(line);
        }
        table
    })
}

impl Table {
    fn take(&mut self, line: &str) {
        let mut columns = line.split('\t');
        let (Some(text), Some(brief), url, None) = (columns.next(), columns.next(), columns.next(), columns.next())
        else {
            panic!("{}: no example: {line}", self.service);
        };
        let brief = brief.to_owned();
        match text.strip_prefix('~') {
            Some(pattern) => self.patterns.push((pattern.to_owned(), brief)),
            None => self.examples.push(Example { text: unescaped(text), brief, url: url.map(str::to_owned) }),
        }
    }
}

fn unescaped(text: &str) -> String {
    let mut chars = text.chars();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        plain.push(if c == '\\' { escaped(&mut chars) } else { c });
    }
    plain
}

fn escaped(chars: &mut Chars<'_>) -> char {
    match chars.next() {
        Some('n') => '\n',
        Some('u') => {
            let code: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
            u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).expect("a character's number")
        }
        Some('\\') => '\\',
        other => panic!("no escape: {other:?}"),
    }
}

/// Checks each text against a brief: `youtube track dQw4w9WgXcQ @65`, `web page`, `nothing`.
pub(super) fn check(examples: &[(&str, &str)]) {
    for (text, expected) in examples {
        let link = recognise(text);
        assert_eq!(brief(link.as_ref()), *expected, "{text}");
        link.iter().for_each(check_link);
    }
}

/// What holds for every link, wherever it came from.
pub(super) fn check_link(link: &Link) {
    assert_eq!(recognise(&link.url).as_ref(), Some(link), "{link:?}");
    assert_eq!(link.id.is_none(), matches!(link.kind, Kind::Page | Kind::Short));
    assert_eq!(link.service == Service::WEB, link.kind == Kind::Page);
    assert!(link.service == Service::WEB || link.url.starts_with("https://"));
    if let Some(embed) = &link.embed_url {
        let mut hosts = EMBED_HOSTS.iter();
        assert!(link.id.is_some(), "{embed}");
        assert!(hosts.any(|host| embed.starts_with(&format!("{host}/"))), "{embed}");
    }
}

pub(super) fn canonical(text: &str) -> Option<String> {
    recognise(text).map(|link| link.url)
}

pub(super) fn embed(text: &str) -> Option<String> {
    recognise(text)?.embed_url
}

pub(super) fn brief(link: Option<&Link>) -> String {
    let Some(link) = link else {
        return "nothing".to_owned();
    };
    let mut brief = format!("{} {}", link.service, link.kind);
    if let Some(id) = &link.id {
        brief = format!("{brief} {id}");
    }
    if let Some(seconds) = link.start_seconds {
        brief = format!("{brief} @{seconds}");
    }
    brief
}
