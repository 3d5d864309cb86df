//! The security baseline of quality.md on every answer, and what may be kept by whom: a public page depends on nothing
//! but its revision, and what is personal is kept by nobody.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use chrono::TimeDelta;
use serde_json::json;
use tower::ServiceExt;

use super::routes::{Route, routes};
use super::stage::{Cast, Night, Person, Stage};
use crate::support::{Answer, House, on_both};

on_both!(
    every_answer_is_guarded,
    public_answers_are_the_same_for_all,
    public_answers_are_asked_for_only_once,
    personal_answers_are_kept_by_nobody,
    addresses_with_secrets_are_told_to_nobody,
    other_sites_may_read_the_public_api,
    browsers_are_held_to_https_only_behind_it,
);

/// How the addresses begin or end whose answers are one person's, or of the moment. All others are public.
const PERSONAL_BEGIN: [&str; 14] = [
    "/host/",
    "/report",
    "/api/v1/reports",
    "/api/v1/words",
    "/sign-in",
    "/set-up/",
    "/decks/",
    "/rsvps/",
    "/share-target",
    "/api/v1/series",
    "/pledges/",
    "/api/v1/decks/",
    "/api/v1/pledges/",
    "/api/v1/imports",
];
const PERSONAL_END: [&str; 16] = [
    "/shares/mine",
    "{slug}/kindness",
    "{slug}/activity",
    "/events/{slug}/decks",
    "{slug}/share",
    "{slug}/mine",
    "{slug}/dancing",
    "{slug}/rsvp",
    "/dance",
    "{slug}/pledge",
    "/events/{slug}/pledges",
    "/events/{slug}/payments",
    "/exports/{file}",
    "/healthz",
    "/readyz",
    "/host",
];

fn is_personal(route: &Route) -> bool {
    PERSONAL_BEGIN.iter().any(|begin| route.path.starts_with(begin))
        || PERSONAL_END.iter().any(|end| route.path.ends_with(end))
}

/// What is only read, but for the stream, which has no end.
fn reads() -> impl Iterator<Item = Route> {
    routes().into_iter().filter(|route| !route.is_unsafe() && !route.path.ends_with("/stream"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The fault: one layer too far in, and errors, redirects or streams go without.
async fn every_answer_is_guarded(house: House) {
    let cast = Cast::new(&house).await;
    let stage = Stage::set(&house, &cast, Night::Live).await;
    let mut answers = 0;
    for route in reads() {
        for person in [cast.guest.clone(), cast.host.clone()] {
            let answer = stage.ask(&person, &route, "").await;
            if route.may_be_framed() {
                is_guarded_in_a_frame(&answer);
            } else {
                is_guarded(&answer.what, &answer.headers, POLICY);
            }
            holds_no_inline_script(&answer);
            answers += 1;
        }
    }
    let stranger = house.stranger();
    let redirect = stranger.get("/host").await.expect(303);
    let missing = stranger.get("/no-such-page").await.expect(404);
    let problem = stranger.get("/api/v1/no-such-thing").await.expect(404);
    let method = stranger.send(Method::PUT, "/about", &[], Body::empty()).await.expect(405);
    let malformed = stranger.with_json(Method::POST, "/api/v1/guests", &json!(null), &[]).await.expect(422);
    let cross_site = stranger.send(Method::POST, "/sign-in", &[("origin", "null")], Body::empty()).await.expect(403);
    let long = "x".repeat(300 * 1024);
    let too_long = stranger.send(Method::POST, "/api/v1/guests", &[("content-type", "application/json")], long).await;
    // What isn't there, or isn't asked for rightly, isn't framed at an address that may be.
    let nowhere = stranger.get("/events/nowhere/embed").await.expect(404);
    let unknown = stranger.get(&format!("/events/{}/overlay?background=plaid", stage.slug)).await.expect(422);
    let answers_more =
        [redirect, missing, problem, method, malformed, cross_site, too_long.expect(413), nowhere, unknown];
    for answer in answers_more {
        is_guarded(&answer.what, &answer.headers, POLICY);
        answers += 1;
    }
    is_guarded("the stream", &stream_headers(&house, &stage.slug).await, POLICY);
    for address in ["/api/docs/", "/api/docs/index.html", "/api/docs/swagger-ui.css"] {
        let docs = stranger.get(address).await.expect(200);
        is_guarded(address, &docs.headers, "script-src 'self';");
        assert!(!docs.text().contains("<script>"), "{address}: an inline script, which the policy refuses");
    }
    println!("{answers} answers guarded");
}

/// The faults: a page of a night that other sites can't show, and one of theirs that shows more than it should.
fn is_guarded_in_a_frame(answer: &Answer) {
    let what = &answer.what;
    let given = text(&answer.headers, "content-security-policy");
    for directive in [POLICY, "object-src 'none'", "base-uri 'none'", "frame-ancestors *", "form-action 'none'"] {
        assert!(given.contains(directive), "{what}: {directive} is missing: {given}");
    }
    assert_eq!(answer.header("x-frame-options"), None, "{what}");
    assert_eq!(answer.header("set-cookie"), None, "{what}");
    assert_eq!(text(&answer.headers, "x-content-type-options"), "nosniff", "{what}");
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self';";

fn is_guarded(what: &str, headers: &HeaderMap, policy: &str) {
    let given = text(headers, "content-security-policy");
    let directives = [policy, "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action '"];
    for directive in directives {
        assert!(given.contains(directive), "{what}: {directive} is missing: {given}");
    }
    let script = given.split(';').find(|part| part.trim().starts_with("script-src"));
    assert_eq!(script.map(str::trim), Some("script-src 'self'"), "{what}");
    assert_eq!(text(headers, "x-content-type-options"), "nosniff", "{what}");
    assert_eq!(text(headers, "x-frame-options"), "DENY", "{what}");
    assert_eq!(text(headers, "cross-origin-opener-policy"), "same-origin", "{what}");
    let referrer = text(headers, "referrer-policy");
    assert!(
        ["strict-origin-when-cross-origin", "same-origin", "no-referrer"].contains(&referrer),
        "{what}: {referrer}"
    );
    assert!(!text(headers, "x-request-id").is_empty(), "{what}: no request id");
    for name in ["strict-transport-security", "server", "x-powered-by"] {
        assert!(!headers.contains_key(name), "{what}: {name}");
    }
}

fn holds_no_inline_script(answer: &Answer) {
    if !text(&answer.headers, "content-type").starts_with("text/html") {
        return;
    }
    let html = scraper::Html::parse_document(&answer.text());
    let all = scraper::Selector::parse("*").expect("a selector");
    for element in html.select(&all).map(|element| element.value()) {
        let inline = element.attrs().any(|(name, _)| name.starts_with("on") || name == "style");
        let scripted = element.name() == "script" && element.attr("src").is_none();
        assert!(!inline && !scripted && element.name() != "style", "{}: {element:?}", answer.what);
        let fetched = if ["script", "img", "iframe"].contains(&element.name()) { element.attr("src") } else { None };
        let ours = fetched.is_none_or(|address| address.starts_with('/') && !address.starts_with("//"));
        assert!(ours, "{}: asks a third party before any tap: {element:?}", answer.what);
    }
}

async fn stream_headers(house: &House, slug: &str) -> HeaderMap {
    let request = Request::get(format!("/events/{slug}/stream")).header(header::HOST, "disco.test");
    let answer = house.router().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert!(!answer.headers().contains_key(header::SET_COOKIE));
    answer.headers().clone()
}

/// Asks with the cookie, over the API too, as a browser does.
async fn in_browser(stage: &Stage, person: &Person, route: &Route) -> Answer {
    person.browser.get(&stage.path(route, "")).await
}

/// The faults: a public page that greets somebody, holds their token, or brings their cookie to the next reader.
async fn public_answers_are_the_same_for_all(house: House) {
    let cast = Cast::new(&house).await;
    let stage = Stage::set(&house, &cast, Night::Live).await;
    let over = Stage::set(&house, &cast, Night::Over).await;
    // By now every cookie is due to be prolonged.
    house.app.clock.advance(TimeDelta::days(2));
    let mut count = 0;
    for route in reads().filter(|route| !is_personal(route)) {
        let stage = if route.is_of_the_past() { &over } else { &stage };
        let [first, others @ ..] = cast.roles(&house);
        let anyone = in_browser(stage, &first, &route).await.expect(200);
        for person in others {
            let answer = in_browser(stage, &person, &route).await.expect(200);
            assert!(answer.body == anyone.body, "{route} depends on who asks");
            assert_eq!(answer.header("etag"), anyone.header("etag"), "{route}");
            assert_eq!(answer.header("set-cookie"), None, "{route}");
        }
        for token in ["csrf", "idempotency_key"] {
            assert!(!anyone.text().contains(&format!("name=\"{token}\"")), "{route} holds a {token}");
        }
        let cache = anyone.header("cache-control").unwrap_or_default();
        assert!(!cache.contains("no-store") && !cache.contains("private"), "{route}: {cache}");
        count += 1;
    }
    println!("{count} public answers, the same for five roles");
    // And the cookie is prolonged where nobody keeps the answer.
    let mine = cast.guest.browser.get(&format!("/events/{}/mine", stage.slug)).await.expect(200);
    assert!(mine.header("set-cookie").is_some());
}

/// The faults: an answer sent again to who has it, and a 304 for one that has changed.
async fn public_answers_are_asked_for_only_once(house: House) {
    let cast = Cast::new(&house).await;
    let stage = Stage::set(&house, &cast, Night::Live).await;
    let over = Stage::set(&house, &cast, Night::Over).await;
    let stranger = house.stranger();
    let mut tags = Vec::new();
    for route in reads().filter(|route| !is_personal(route)) {
        let path = if route.is_of_the_past() { &over } else { &stage }.path(&route, "");
        let first = stranger.get(&path).await.expect(200);
        let etag = first.header("etag").unwrap_or_else(|| panic!("{route}: no ETag")).to_owned();
        for known in
            [etag.clone(), format!("\"other\", {etag}"), etag.trim_start_matches("W/").to_owned(), "*".to_owned()]
        {
            let same = stranger.send(Method::GET, &path, &[("if-none-match", &known)], Body::empty()).await.expect(304);
            assert!(same.body.is_empty(), "{route}");
            assert_eq!(same.header("etag"), Some(etag.as_str()), "{route}");
            assert!(same.header("content-security-policy").is_some(), "{route}");
        }
        let other = [("if-none-match", "\"other\"")];
        let changed = stranger.send(Method::GET, &path, &other, Body::empty()).await.expect(200);
        assert!(changed.body == first.body, "{route}");
        tags.push((route, path, etag));
    }
    let event = format!("/api/v1/events/{}", stage.slug);
    let pledge = json!({ "kind": "fixed", "amount_pence": 100 });
    stranger.post_once(&format!("{event}/pledges"), "a-pledge-for-an-etag", pledge).await.expect(201);
    for path in
        [event.clone(), format!("{event}/totals"), format!("/events/{}", stage.slug), "/api/v1/totals".to_owned()]
    {
        let (_, _, etag) = tags.iter().find(|(_, known, _)| *known == path).expect("a route");
        stranger.send(Method::GET, &path, &[("if-none-match", etag)], Body::empty()).await.expect(200);
    }
    println!("{} public answers have an ETag", tags.len());
}

/// The fault: a token or a person's data that stays in a shared computer's cache.
async fn personal_answers_are_kept_by_nobody(house: House) {
    let cast = Cast::new(&house).await;
    let stage = Stage::set(&house, &cast, Night::Live).await;
    let mut count = 0;
    for route in reads().filter(is_personal) {
        let answer = stage.ask(&cast.host, &route, "").await;
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.what);
        assert_eq!(answer.header("etag"), None, "{}", answer.what);
        count += 1;
    }
    let body = json!({ "kind": "fixed", "amount_pence": 100 });
    let path = format!("/api/v1/events/{}/pledges", stage.slug);
    let made = house.stranger().post_once(&path, "a-pledge-with-a-token", body).await.expect(201);
    let guest = house.stranger().post("/api/v1/guests", json!({ "nickname": "Sam" })).await.expect(201);
    let renewed = cast.guest.token.post("/api/v1/guests/renewal", json!({})).await.expect(201);
    let mine = cast.sam.browser.get(&format!("/api/v1/shares/{}", stage.removed_share)).await.expect(200);
    for answer in [made, guest, renewed, mine] {
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.what);
    }
    println!("{count} personal pages kept by nobody");

    let draft = Stage::set(&house, &cast, Night::Draft).await;
    // A draft isn't framed, nor over.
    let is_there = |route: &Route| !route.may_be_framed() && !route.is_of_the_past();
    let of_a_night = reads().filter(|route| route.is_of_a_night() && is_there(route) && !is_personal(route));
    for route in of_a_night {
        let answer = draft.ask(&cast.host, &route, "").await.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{} of a draft", answer.what);
    }
    let public = format!("/api/v1/events/{}/pledges?public=true", draft.slug);
    let answer = cast.host.token.get(&public).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{} of a draft", answer.what);
}

/// The fault: a secret that the next site, or our own log, reads in the `Referer`.
async fn addresses_with_secrets_are_told_to_nobody(house: House) {
    let set_up = twitterdisco::accounts::make_set_up_link(&house.app).await.expect("a link").expect("an empty house");
    let first = house.stranger().get(&set_up).await.expect(200);
    let cast = Cast::new(&house).await;
    let stage = Stage::set(&house, &cast, Night::Live).await;
    let stranger = house.stranger();
    let token = &stage.manage_token;
    let letter = stranger.get(&format!("/pledges/{token}")).await.expect(200);
    let over_api = stranger.get(&format!("/api/v1/pledges/{token}")).await.expect(200);
    let confirm = stranger.get(&format!("/sign-in/{}", stage.secret)).await.expect(200);
    let decks = stranger.get(&format!("/decks/{}", stage.deck_token)).await.expect(200);
    let decks_api = stranger.get(&format!("/api/v1/decks/{}", stage.deck_token)).await.expect(200);
    let no_decks = stranger.get("/decks/nonsense").await.expect(404);
    // Errors stand at the same addresses.
    let used = stranger.get(&set_up).await.expect(404);
    let refused =
        stranger.send(Method::POST, &format!("/pledges/{token}/withdrawal"), &[], Body::empty()).await.expect(415);
    let invalid = stranger.patch(&format!("/api/v1/pledges/{token}"), json!({ "amount_pence": 1 })).await.expect(422);
    for answer in [first, letter, over_api, confirm, used, refused, invalid, decks, decks_api, no_decks] {
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{}", answer.what);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.what);
    }
}

/// The faults: a widget that can't read, and a site that reads with its visitor's cookie.
async fn other_sites_may_read_the_public_api(house: House) {
    let cast = Cast::new(&house).await;
    let stage = Stage::set(&house, &cast, Night::Live).await;
    for route in reads() {
        let answer = in_browser(&stage, &Cast::stranger(&house), &route).await;
        let allowed = route.is_api().then_some("*");
        assert_eq!(answer.header("access-control-allow-origin"), allowed, "{route}");
        assert_eq!(answer.header("access-control-allow-credentials"), None, "{route}");
    }
    assert_eq!(text(&stream_headers(&house, &stage.slug).await, "access-control-allow-origin"), "");
    let made = house.stranger().post("/api/v1/guests", json!({ "nickname": "Sam" })).await.expect(201);
    assert_eq!(made.header("access-control-allow-origin"), None, "what changes something isn't for other sites");
}

/// The faults: a browser that comes back in the clear, and a house without TLS that locks itself out.
async fn browsers_are_held_to_https_only_behind_it(house: House) {
    let https = |config: &mut twitterdisco::config::Config| {
        config.base_url = "https://disco.test".parse().expect("a URL");
    };
    let secure = House::furnished(house.backend, https).await;
    for path in ["/", "/api/v1/events", "/no-such-page", "/host", "/assets/disco.css"] {
        let held = secure.stranger().get(path).await;
        let given = held.header("strict-transport-security").unwrap_or_default().to_owned();
        assert!(given.starts_with("max-age=31536000"), "{path}: {given}");
        assert!(text(&held.headers, "content-security-policy").contains("upgrade-insecure-requests"), "{path}");
        let plain = house.stranger().get(path).await;
        assert_eq!(plain.header("strict-transport-security"), None, "{path}");
        assert!(!text(&plain.headers, "content-security-policy").contains("upgrade-insecure"), "{path}");
    }
}
