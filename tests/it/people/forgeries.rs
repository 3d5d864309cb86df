//! Promise 8: other sites can't act for you. Every unsafe route × forgeries: all refused, and not a row changed. That
//! the same request from our own pages is taken shows that it was the forgery that was refused.

use axum::http::Method;
use serde_json::Value;

use super::routes::{Route, routes};
use super::stage::{Cast, IMPORTS, Night, Person, Stage, csrf_of};
use crate::support::{Actor, Answer, House, on_both};

on_both!(
    forged_forms_are_refused,
    forged_api_calls_are_refused,
    the_set_up_form_is_ours_alone,
    a_token_needs_no_origin
);

/// What a form takes as the token of its session.
#[derive(Clone, Copy, Debug)]
enum Token {
    Right,
    Missing,
    Wrong,
    OfAnotherSession,
}

/// Headers that say where a request came from.
type From = &'static [(&'static str, &'static str)];

const OURS: From = &[("sec-fetch-site", "same-origin"), ("origin", "http://disco.test")];
/// An old browser says nothing at all; then the token alone must do.
const SILENT: From = &[];
const FORM: &str = "application/x-www-form-urlencoded";

/// What is wrong with each: where it says it came from. A right token doesn't mend any of it.
const FOREIGN: [(&str, From); 8] = [
    ("cross-site", &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")]),
    (
        "same-site, as a neighbouring subdomain",
        &[("sec-fetch-site", "same-site"), ("origin", "http://evil.disco.test")],
    ),
    ("cross-site without an origin", &[("sec-fetch-site", "cross-site")]),
    ("origin null", &[("origin", "null")]),
    ("a foreign origin", &[("origin", "https://evil.example")]),
    ("an origin that begins like ours", &[("origin", "http://disco.test.evil.example")]),
    ("an origin on another port", &[("origin", "http://disco.test:8080")]),
    ("an origin with our name as its user", &[("origin", "http://disco.test@evil.example")]),
];

/// Bodies that a form of another site can send, and none of them is JSON.
const FORM_TYPED: [&str; 4] = ["text/plain", FORM, "multipart/form-data; boundary=x", ""];

/// Cast, stage and counts of one scene.
struct Court {
    house: House,
    cast: Cast,
    stage: Stage,
    forgeries: usize,
    wrong: Vec<String>,
}

async fn forged_forms_are_refused(house: House) {
    let mut court = Court::new(house).await;
    // Where no session is needed there is a form for strangers too, but here there is one, so its token counts.
    for route in routes().into_iter().filter(|route| route.is_unsafe() && !route.is_api()) {
        for verb in verbs(&route) {
            court.try_form(&route, verb).await;
        }
    }
    court.adjourn().await;
}

async fn forged_api_calls_are_refused(house: House) {
    let mut court = Court::new(house).await;
    for route in routes().into_iter().filter(|route| route.is_unsafe() && route.is_api()) {
        court.try_api(&route).await;
    }
    court.adjourn().await;
}

/// What `{verb}` stands for; one that does something in a night that is live.
fn verbs(route: &Route) -> &'static [&'static str] {
    if route.path.ends_with("/{verb}") { &["closing", "cancellation"] } else { &[""] }
}

impl Court {
    async fn new(house: House) -> Self {
        let cast = Cast::new(&house).await;
        let stage = Stage::set(&house, &cast, Night::Live).await;
        Self { house, cast, stage, forgeries: 0, wrong: Vec::new() }
    }

    /// Someone with a session who may do it.
    fn victim(&self, route: &Route) -> Person {
        let is_a_guests = ["/withdrawal", "/renewal"].iter().any(|end| route.path.ends_with(end));
        let at_a_desk = ["/imports/", "/charities/", "/guests/", "/words/"];
        let is_a_guests =
            is_a_guests || (route.method == "DELETE" && !at_a_desk.iter().any(|room| route.path.contains(room)));
        let is_an_owners = route.path.starts_with("/host/reports/") || route.path.contains("/words");
        if is_an_owners {
            return self.cast.owner.clone();
        }
        if is_a_guests { self.cast.sam.clone() } else { self.cast.host.clone() }
    }

    async fn try_form(&mut self, route: &Route, verb: &str) {
        let victim = self.victim(route).browser;
        let path = self.stage.path(route, verb);
        let before = self.house.contents().await;
        for (token, from) in [
            (Token::Missing, OURS),
            (Token::Wrong, OURS),
            (Token::OfAnotherSession, OURS),
            (Token::Missing, SILENT),
            (Token::Wrong, SILENT),
        ] {
            let answer = self.send_form(&victim, route, &path, token, from, FORM).await;
            self.judge(route, &format!("{token:?} token, from {from:?}"), &answer, 403);
        }
        for (what, from) in FOREIGN {
            let answer = self.send_form(&victim, route, &path, Token::Right, from, FORM).await;
            self.judge(route, what, &answer, 403);
        }
        // The form that sends a file may be typed as such, and the button that mail programs press.
        let takes_parts = ["/imports", "{slug}/songs", "/reminders/stop", "/{rsvp_token}"]
            .iter()
            .any(|end| route.path.ends_with(end));
        let fits = |kind: &&str| *kind == FORM || (takes_parts && kind.starts_with("multipart"));
        for kind in FORM_TYPED.into_iter().filter(|kind| !fits(kind)).chain(["application/json"]) {
            let answer = self.send_form(&victim, route, &path, Token::Right, OURS, kind).await;
            self.judge(route, &format!("a form typed {kind:?}"), &answer, 415);
        }
        self.see_nothing_changed(route, &before).await;
        let answer = self.send_form(&victim, route, &path, Token::Right, OURS, FORM).await;
        self.see_it_is_taken(route, &answer).await;
    }

    async fn send_form(
        &self,
        victim: &Actor,
        route: &Route,
        path: &str,
        token: Token,
        from: From,
        kind: &str,
    ) -> Answer {
        let token = match token {
            Token::Right => csrf_of(victim).await,
            Token::Missing => None,
            Token::Wrong => Some("A".repeat(43)),
            Token::OfAnotherSession => csrf_of(&self.cast.organiser.browser).await,
        };
        let fields = self.stage.form(route).into_iter().chain(token.map(|token| ("csrf", token)));
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        send(victim, &route.method, path, (kind, from), body).await
    }

    async fn try_api(&mut self, route: &Route) {
        let victim = self.victim(route).browser;
        let path = self.stage.path(route, "");
        let json = self.stage.json(route);
        let before = self.house.contents().await;
        for kind in FORM_TYPED {
            let answer = send_json(&victim, route, &path, (kind, OURS), &json).await;
            self.judge(route, &format!("JSON typed {kind:?}"), &answer, 415);
        }
        for (what, from) in FOREIGN.into_iter().chain([("nowhere", SILENT)]) {
            let answer = send_json(&victim, route, &path, ("application/json", from), &json).await;
            self.judge(route, what, &answer, 403);
        }
        self.see_nothing_changed(route, &before).await;
        let answer = send_json(&victim, route, &path, ("application/json", OURS), &json).await;
        self.see_it_is_taken(route, &answer).await;
    }

    fn judge(&mut self, route: &Route, what: &str, answer: &Answer, expected: u16) {
        self.forgeries += 1;
        if answer.status != expected {
            self.wrong.push(format!("{route}, {what}: {}, not {expected}", answer.status));
        }
    }

    async fn see_nothing_changed(&mut self, route: &Route, before: &Contents) {
        if *before != self.house.contents().await {
            self.wrong.push(format!("{route}: a refused request changed the database"));
        }
    }

    /// The same from our own pages does what it is there for, and the stage is set anew.
    async fn see_it_is_taken(&mut self, route: &Route, answer: &Answer) {
        // No set-up link works in a house with an organiser; that form has a scene of its own.
        let is_taken = answer.status.as_u16() < 400 || (route.path.contains("/set-up/") && answer.status == 404);
        // No cookie sends a statement: a form of another site could be typed as one.
        let is_taken = is_taken || (route.path == IMPORTS && answer.status == 415);
        // A night that is live can't be published, or opened again, and nobody says any more that they'll be there.
        let is_read =
            answer.status == 409 && ["/publication", "/opening", "/rsvp"].iter().any(|end| route.path.ends_with(end));
        if !is_taken && !is_read {
            self.wrong.push(format!("{route}: {} from our own page: {}", answer.status, answer.text()));
        }
        self.cast.renew(&self.house).await;
        self.stage = Stage::set(&self.house, &self.cast, Night::Live).await;
    }

    async fn adjourn(self) {
        println!("{} forgeries, {} taken or wrongly refused", self.forgeries, self.wrong.len());
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        self.house.check().await;
    }
}

type Contents = std::collections::BTreeMap<String, Vec<String>>;

async fn send(victim: &Actor, method: &str, path: &str, (kind, from): (&str, From), body: String) -> Answer {
    let kind = (!kind.is_empty()).then_some(("content-type", kind));
    // The key of a form that is typed otherwise isn't read; without one, that would be what is refused.
    let key = super::stage::fresh_key();
    let key = kind.is_none_or(|(_, kind)| kind != FORM).then_some(("idempotency-key", key.as_str()));
    let headers: Vec<(&str, &str)> = kind.into_iter().chain(from.iter().copied()).chain(key).collect();
    victim.send(method.parse::<Method>().expect("a method"), path, &headers, body).await
}

async fn send_json(victim: &Actor, route: &Route, path: &str, (kind, from): (&str, From), json: &Value) -> Answer {
    let kind = (!kind.is_empty()).then_some(("content-type", kind));
    let key = super::stage::fresh_key();
    let headers: Vec<(&str, &str)> =
        kind.into_iter().chain(from.iter().copied()).chain([("idempotency-key", key.as_str())]).collect();
    victim.send(route.method.parse().expect("a method"), path, &headers, json.to_string()).await
}

/// The fault: a house that another site sets up for its owner, whose link it guessed or saw.
async fn the_set_up_form_is_ours_alone(house: House) {
    let link = twitterdisco::accounts::make_set_up_link(&house.app).await.expect("a link").expect("an empty house");
    let browser = house.stranger();
    browser.get(&link).await.expect(200);
    let before = house.contents().await;
    let body = "email=eve%40disco.test&name=Eve";
    for (what, from) in FOREIGN {
        let answer = send(&browser, "POST", &link, (FORM, from), body.to_owned()).await;
        assert_eq!(answer.status, 403, "{what}");
    }
    for kind in FORM_TYPED.into_iter().filter(|kind| *kind != FORM) {
        assert_eq!(send(&browser, "POST", &link, (kind, OURS), body.to_owned()).await.status, 415, "{kind}");
    }
    assert_eq!(house.contents().await, before);
    send(&browser, "POST", &link, (FORM, OURS), body.to_owned()).await.expect(303);
}

/// A script sends no origin; its token, which no browser adds by itself, is enough. A bad one isn't helped by a cookie.
async fn a_token_needs_no_origin(house: House) {
    let host = house.organiser("Hana").await;
    let slug = house.night(&host, serde_json::json!({})).await;
    let path = format!("/api/v1/events/{slug}");
    host.patch(&path, serde_json::json!({ "summary": "From a script" })).await.expect(200);

    let browser = house.browser_of("Hana").await;
    let headers =
        [("content-type", "application/json"), ("sec-fetch-site", "same-origin"), ("authorization", "Bearer x")];
    let body = r#"{ "summary": "With a bad token" }"#;
    browser.send(Method::PATCH, &path, &headers, body).await.expect(401);
}
