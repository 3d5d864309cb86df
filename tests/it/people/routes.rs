//! The list of routes, read from `src/router.rs` itself, so that a new route can't be forgotten by the tests that
//! promise something of every route.

use std::collections::BTreeSet;
use std::fmt;

/// One method of one address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// As `/api/v1/events/{slug}`.
    pub path: String,
    /// As `POST`.
    pub method: String,
}

impl Route {
    pub fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned() }
    }

    /// Whether it may change something.
    pub fn is_unsafe(&self) -> bool {
        self.method != "GET"
    }

    /// Whether it is part of the API, which takes JSON; the others take forms.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    /// Whether other sites may show it in a frame; it is asked for without anybody's cookie.
    pub fn may_be_framed(&self) -> bool {
        ["/events/{slug}/overlay", "/events/{slug}/embed"].contains(&self.path.as_str())
    }

    /// Whether it is there only once a night is over.
    pub fn is_of_the_past(&self) -> bool {
        self.path.ends_with("/replay") || self.path.ends_with("/replay.json")
    }

    /// Whether it is about one night: then it must keep a draft to itself.
    pub fn is_of_a_night(&self) -> bool {
        self.path.contains("/events/{slug}")
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

const ROUTER: &str = include_str!("../../../src/router.rs");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Every route of the house, but the two of the documentation, which a crate answers.
pub fn routes() -> BTreeSet<Route> {
    let code: String = ROUTER.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let known =
        "Router::new().merge(pages()).merge(host_pages()).merge(api()).merge(money_api()).merge(openapi::pages())";
    let dense: String = code.split_whitespace().collect();
    assert!(dense.contains(known), "the router is put together in another way: teach this list about it");
    let routes: BTreeSet<Route> = code.split("fn ").flat_map(routes_of).collect();
    // Counted another way, so that a call this reading doesn't understand is seen.
    let calls = METHODS.iter().map(|method| calls_of(&code, method).count()).sum::<usize>();
    assert_eq!(routes.len(), calls, "routes in src/router.rs that could not be read");
    routes
}

fn routes_of(function: &str) -> Vec<Route> {
    let prefix = function.split_once(".nest(").map_or("", |(_, rest)| quoted(rest));
    let calls = function.split(".route(").skip(1);
    calls
        .flat_map(|call| methods_of(call).map(move |method| Route::new(&method, &format!("{prefix}{}", quoted(call)))))
        .collect()
}

fn quoted(text: &str) -> &str {
    text.split('"').nth(1).expect("a path in quotes")
}

fn methods_of(call: &str) -> impl Iterator<Item = String> {
    let found = METHODS.iter().filter(|method| calls_of(call, method).next().is_some());
    found.map(|method| method.to_uppercase())
}

/// Where `method(` is called; not where it ends another word.
fn calls_of<'a>(code: &'a str, method: &str) -> impl Iterator<Item = usize> + 'a {
    let call = format!("{method}(");
    let starts: Vec<usize> = code.match_indices(&call).map(|(at, _)| at).collect();
    starts.into_iter().filter(|at| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// A route that this reading missed would be a route that nothing is promised of.
#[test]
fn the_router_is_read_whole() {
    let routes = routes();
    println!("{} routes", routes.len());
    for (method, path) in [
        ("GET", "/"),
        ("POST", "/events/{slug}/share"),
        ("POST", "/host/events/{slug}/{verb}"),
        ("GET", "/api/v1/pledges/{manage_token}"),
        ("PATCH", "/api/v1/pledges/{manage_token}"),
        ("DELETE", "/api/v1/pledges/{manage_token}"),
        ("PUT", "/api/v1/events/{slug}/lineup"),
    ] {
        assert!(routes.contains(&Route::new(method, path)), "{method} {path} is missing: {routes:?}");
    }
    assert!(routes.iter().all(|route| route.path.starts_with('/') && !route.path.contains("fn ")));
}
