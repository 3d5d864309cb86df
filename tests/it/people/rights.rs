//! Promise 7: nobody sees or changes what isn't theirs. Every route × every role, with the answer each must get.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Request, header};
use tower::ServiceExt;

use super::routes::{Route, routes};
use super::stage::{Cast, Night, Person, Stage};
use crate::support::{House, on_both};

on_both!(pages_open_to_everyone, desks_open_to_whom_they_should, the_api_opens_to_whom_it_should);

/// What each role gets: a stranger, a guest, an organiser who hosts another night, the host, an owner. The songs and
/// the pledge are somebody else's. `draft`, `planned`, `live` and `over` say how far the night is.
const TABLE: &str = include_str!("rights_table.txt");

/// One line of the table.
struct Row {
    route: Route,
    verb: String,
    night: Night,
    expected: Vec<u16>,
}

fn table() -> Vec<Row> {
    let lines = TABLE.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(read_row).collect()
}

fn read_row(line: &str) -> Row {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [method, path, night, expected @ ..] = words.as_slice() else { panic!("{line}: not a row") };
    let (path, verb) = path.split_once('=').unwrap_or((path, ""));
    let night = match *night {
        "draft" => Night::Draft,
        "planned" => Night::Planned,
        "live" => Night::Live,
        "over" => Night::Over,
        other => panic!("{line}: no night is {other}"),
    };
    let expected: Vec<u16> = expected.iter().map(|status| status.parse().expect("a status")).collect();
    assert_eq!(expected.len(), 5, "{line}: five roles");
    Row { route: Route::new(method, path), verb: verb.to_owned(), night, expected }
}

/// A route that nobody thought about, and a row that proves nothing because its route is gone.
#[test]
fn every_route_has_its_row() {
    let routes = routes();
    let rows = table();
    let of = |wanted: &dyn Fn(&Row) -> bool| -> BTreeSet<Route> {
        rows.iter().filter(|row| wanted(row)).map(|row| row.route.clone()).collect()
    };
    let missing: Vec<String> = routes.difference(&of(&|row| row.night != Night::Draft)).map(Route::to_string).collect();
    assert!(missing.is_empty(), "routes without a row in rights_table.txt: {missing:?}");
    let gone: Vec<String> = of(&|_| true).difference(&routes).map(Route::to_string).collect();
    assert!(gone.is_empty(), "rows of rights_table.txt without a route: {gone:?}");
    let nights: BTreeSet<Route> = routes.iter().filter(|route| route.is_of_a_night()).cloned().collect();
    let drafts = of(&|row| row.night == Night::Draft);
    let missing: Vec<String> = nights.difference(&drafts).map(Route::to_string).collect();
    assert!(missing.is_empty(), "routes of a night without a draft row: {missing:?}");
    println!("{} routes, {} rows, {} cells", routes.len(), rows.len(), rows.len() * 5);
}

async fn pages_open_to_everyone(house: House) {
    try_rows(&house, |route| !route.is_api() && !is_at_a_desk(route)).await;
}

async fn desks_open_to_whom_they_should(house: House) {
    try_rows(&house, is_at_a_desk).await;
}

async fn the_api_opens_to_whom_it_should(house: House) {
    try_rows(&house, Route::is_api).await;
}

async fn try_rows(house: &House, wanted: fn(&Route) -> bool) {
    let mut cast = Cast::new(house).await;
    let mut stages: BTreeMap<Night, Stage> = BTreeMap::new();
    let (mut cells, mut wrong) = (0, Vec::new());
    for row in table().into_iter().filter(|row| wanted(&row.route)) {
        for (role, expected) in row.expected.iter().enumerate() {
            let stage = match stages.entry(row.night) {
                Entry::Occupied(stage) => stage.into_mut(),
                Entry::Vacant(empty) => empty.insert(Stage::set(house, &cast, row.night).await),
            };
            let status = status_of(house, stage, &cast.roles(house)[role], &row).await;
            cells += 1;
            if status != *expected {
                let role = ["a stranger", "a guest", "an organiser", "the host", "an owner"][role];
                wrong.push(format!("{} {:?} {} as {role}: {status}, not {expected}", row.route, row.night, row.verb));
            }
            if status < 400 && can_be_done_once(&row.route) {
                stages.remove(&row.night);
            }
            if status < 400 && changes_sessions(&row.route) {
                cast.renew(house).await;
            }
        }
    }
    println!("{cells} cells, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} of {cells} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    house.check().await;
}

fn is_at_a_desk(route: &Route) -> bool {
    route.path.starts_with("/host") || route.path.starts_with("/sign-")
}

/// Whether the next one who did it to the same night would get another answer.
fn can_be_done_once(route: &Route) -> bool {
    let nouns = [
        "/publication",
        "/opening",
        "/closing",
        "/cancellation",
        "/withdrawal",
        "/removal",
        "/approval",
        "/confirmation",
        "/reversal",
        "/link",
        "/handover",
        "/dismissal",
        "/block",
        "/series",
        "/ending",
        "/split",
    ];
    let is_noun = nouns.iter().any(|noun| route.path.ends_with(noun));
    let is_once = is_noun
        || ["/{verb}", "/{secret}", "/shares", "/songs", "/assignment", "/undoing", "/names", "/merger"]
            .iter()
            .any(|end| route.path.ends_with(end));
    route.method == "DELETE" || (route.method == "POST" && is_once)
}

/// Whether it leaves the one who did it signed in or out, or without a token.
fn changes_sessions(route: &Route) -> bool {
    route.method == "POST"
        && ["/sign-in/{secret}", "/sign-out", "/host/account/tokens/revocation"].contains(&route.path.as_str())
}

async fn status_of(house: &House, stage: &Stage, person: &Person, row: &Row) -> u16 {
    if row.route.path.ends_with("/stream") {
        return stream_status(house, stage, person, row).await;
    }
    stage.ask(person, &row.route, &row.verb).await.status.as_u16()
}

/// A stream has no end, so its answer is only begun.
async fn stream_status(house: &House, stage: &Stage, person: &Person, row: &Row) -> u16 {
    let mut request = Request::get(stage.path(&row.route, "")).header(header::HOST, "disco.test");
    if row.route.is_api() && !person.token.token().is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", person.token.token()));
    } else if !row.route.is_api() {
        request = request.header(header::COOKIE, person.browser.cookie());
    }
    let answer = house.router().oneshot(request.body(Body::empty()).expect("a request")).await;
    answer.expect("an answer").status().as_u16()
}
