//! Signing in by a mailed link, setting the house up, and signing out.

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::Value;
use twitterdisco::accounts;

use super::stage::{csrf_of, sign_in_secret};
use crate::support::actor::with_hidden;
use crate::support::{Actor, Answer, House, on_both};

on_both!(
    a_mailed_link_signs_in_once,
    of_two_presses_at_once_one_signs_in,
    a_link_lasts_ten_minutes,
    the_secret_is_stored_hashed_only,
    known_and_unknown_addresses_look_alike,
    the_house_is_set_up_once,
    some_who_set_up_at_once_make_one_account,
    no_set_up_link_works_in_a_house_with_an_organiser,
    signing_out_ends_the_session_here,
    the_cookie_is_kept_to_itself,
    the_cookie_is_stricter_over_https,
);

/// Asks for a link by the form, lets the post go out, and returns the path of the link in the newest mail.
async fn mailed_link(house: &House, email: &str) -> String {
    house.stranger().fill_in("/sign-in", "/sign-in", &[("email", email)]).await.expect(303);
    house.pass(TimeDelta::zero()).await;
    let mail = house.mails().pop().expect("a mail");
    let (_, rest) = mail.split_once("http://disco.test").expect("a link in the mail");
    rest.split_whitespace().next().expect("a link").to_owned()
}

/// Presses the button of a page whose form leads back to itself.
async fn press(browser: &Actor, link: &str) -> Answer {
    browser.post_form(link, &[]).await
}

async fn is_signed_in(browser: &Actor) -> bool {
    browser.get("/host").await.status == 200
}

/// The faults: a link that a mail scanner uses up by opening it, and one that works twice.
async fn a_mailed_link_signs_in_once(house: House) {
    house.organiser("Hana").await;
    let link = mailed_link(&house, "hana@disco.test").await;
    assert!(link.starts_with("/sign-in/") && link.len() >= "/sign-in/".len() + 22, "128 bits or more: {link}");

    let scanner = house.stranger();
    let before = house.contents().await;
    for _ in 0..3 {
        let page = scanner.get(&link).await.expect(200);
        assert_eq!(page.select("form[method=post] button"), "Sign in");
        assert!(page.header("set-cookie").is_none(), "opening a link signs nobody in");
        scanner.send(Method::HEAD, &link, &[], Body::empty()).await.expect(200);
    }
    assert_eq!(house.contents().await, before, "opening a link uses nothing up");
    assert!(!is_signed_in(&scanner).await);

    let browser = house.stranger();
    let signed_in = press(&browser, &link).await.expect(303);
    assert_eq!(signed_in.header("location"), Some("/host"));
    assert!(is_signed_in(&browser).await);

    let late = house.stranger();
    assert!(press(&late, &link).await.expect(404).header("set-cookie").is_none());
    assert!(!is_signed_in(&late).await);
    let page = late.get(&link).await.expect(404);
    assert!(page.try_select("form button").is_none(), "a used link has no button");
    assert!(is_signed_in(&browser).await, "and the first stays signed in");
}

/// The fault: a link that is read as unused, and marked as used afterwards.
async fn of_two_presses_at_once_one_signs_in(house: House) {
    house.organiser("Hana").await;
    for _ in 0..5 {
        let link = format!("/sign-in/{}", sign_in_secret(&house, "Hana").await);
        let sessions = house.count("SELECT COUNT(*) FROM session WHERE kind = 'browser'").await;
        let browsers = [house.stranger(), house.stranger(), house.stranger(), house.stranger()];
        let [a, b, c, d] = &browsers;
        let (a, b, c, d) = tokio::join!(press(a, &link), press(b, &link), press(c, &link), press(d, &link));
        let mut statuses = [a, b, c, d].map(|answer| answer.status.as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 404, 404, 404]);
        let made = house.count("SELECT COUNT(*) FROM session WHERE kind = 'browser'").await - sessions;
        assert_eq!(made, 1, "one session");
    }
}

/// The fault: a link in an old mailbox that still opens the house.
async fn a_link_lasts_ten_minutes(house: House) {
    house.organiser("Hana").await;
    let [early, late] = [sign_in_secret(&house, "Hana").await, sign_in_secret(&house, "Hana").await];
    house.app.clock.advance(TimeDelta::minutes(10) - TimeDelta::seconds(1));
    let browser = house.stranger();
    press(&browser, &format!("/sign-in/{early}")).await.expect(303);
    assert!(is_signed_in(&browser).await);

    house.app.clock.advance(TimeDelta::seconds(2));
    let link = format!("/sign-in/{late}");
    let stranger = house.stranger();
    let page = stranger.get(&link).await.expect(404);
    assert!(page.text().contains("too old"));
    press(&stranger, &link).await.expect(404);
    assert!(!is_signed_in(&stranger).await);
}

/// The fault: a copy of the database that opens the house.
async fn the_secret_is_stored_hashed_only(house: House) {
    house.organiser("Hana").await;
    let link = mailed_link(&house, "hana@disco.test").await;
    let secret = link.trim_start_matches("/sign-in/");
    let browser = house.stranger();
    press(&browser, &link).await.expect(303);
    let cookie = browser.cookie().trim_start_matches("disco=").to_owned();
    assert_eq!(house.count("SELECT COUNT(*) FROM sign_in_link WHERE used_at IS NOT NULL").await, 1);

    let contents = house.contents().await;
    assert!(contents.keys().any(|table| table == "sign_in_link") && !contents["session"].is_empty());
    for (table, rows) in &contents {
        for row in rows {
            assert!(!row.contains(secret) && !row.contains(&cookie), "a secret stands in {table}: {row}");
        }
    }
    // What is there is the hash: so many bytes for each, and the one that belongs to the secret.
    assert_eq!(house.count("SELECT COUNT(*) FROM sign_in_link WHERE length(secret_hash) <> 32").await, 0);
    let hash = twitterdisco::keys::hex(&twitterdisco::keys::hash(secret));
    let literal = if house.backend == crate::support::Backend::Sqlite { "x'H'" } else { "'\\xH'::bytea" };
    let literal = literal.replace('H', &hash);
    assert_eq!(house.count(&format!("SELECT COUNT(*) FROM sign_in_link WHERE secret_hash = {literal}")).await, 1);
}

/// The fault: a sign-in form that tells who has an account.
async fn known_and_unknown_addresses_look_alike(house: House) {
    house.organiser("Hana").await;
    let ask = async |email: &str| {
        let browser = house.stranger();
        let answer = browser.fill_in("/sign-in", "/sign-in", &[("email", email)]).await;
        let location = answer.header("location").map(str::to_owned).expect("a location");
        let page = browser.get(&location).await;
        (answer.status, location, answer.body, headers_of(&answer.headers), page.status, page.body)
    };
    let known = ask("hana@disco.test").await;
    let unknown = ask("nobody@disco.test").await;
    assert_eq!(known, unknown);
    assert_eq!((known.0.as_u16(), known.1.as_str(), known.4.as_u16()), (303, "/sign-in/sent", 200));
    assert!(house.mails().is_empty(), "nothing is sent while the asker waits, so the time tells nothing either");
    assert_eq!(house.count("SELECT COUNT(*) FROM job").await, 2, "the same work is queued for both");

    house.pass(TimeDelta::seconds(1)).await;
    let mails = house.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: hana@disco.test"), "{}", mails[0]);
    // However it is typed, an address is one.
    ask(" HANA@Disco.Test ").await;
    house.pass(TimeDelta::seconds(1)).await;
    assert_eq!(house.mails().len(), 2);
}

/// The headers, without the request's own id.
fn headers_of(headers: &axum::http::HeaderMap) -> Vec<(String, String)> {
    let headers = headers.iter().filter(|(name, _)| *name != "x-request-id");
    headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect()
}

/// The faults: a first account that isn't an owner, and a set-up link that makes a second one.
async fn the_house_is_set_up_once(house: House) {
    let link = accounts::make_set_up_link(&house.app).await.expect("a link").expect("an empty house");
    let second = accounts::make_set_up_link(&house.app).await.expect("a link").expect("still an empty house");
    let browser = house.stranger();
    let page = browser.get(&link).await.expect(200);
    let wrong = with_hidden(&page, &link, &[("email", "nonsense"), ("name", "")]);
    let refused = browser.post_form(&link, &wrong).await.expect(422);
    assert!(refused.text().contains("There is a problem"));
    assert_eq!(house.count("SELECT COUNT(*) FROM account").await, 0);

    let fields = with_hidden(&page, &link, &[("email", "olga@disco.test"), ("name", "Olga")]);
    browser.post_form(&link, &fields).await.expect(303);
    assert!(is_signed_in(&browser).await);
    let accounts: Vec<Value> = house.rows("SELECT email, role FROM account").await;
    assert_eq!(accounts, [serde_json::json!({ "email": "olga@disco.test", "role": "owner" })]);

    let eve = house.stranger();
    let again = [("email".to_owned(), "eve@disco.test".to_owned()), ("name".to_owned(), "Eve".to_owned())];
    for link in [&link, &second] {
        eve.get(link).await.expect(404);
        eve.post_form(link, &again).await.expect(404);
    }
    assert_eq!(house.count("SELECT COUNT(*) FROM account").await, 1);
    assert!(accounts::make_set_up_link(&house.app).await.expect("an answer").is_none(), "no more links");
}

/// The fault: set-up posts that all saw an empty house.
async fn some_who_set_up_at_once_make_one_account(house: House) {
    let post = async |link: String, number: usize| {
        let fields = [("email".to_owned(), format!("o{number}@disco.test")), ("name".to_owned(), format!("O{number}"))];
        house.stranger().post_form(&link, &fields).await.status.as_u16()
    };
    // Guesses first, so that each of the rivals finds a connection open and none waits for one.
    let guesses = join_all((0..RIVALS).map(|number| post(format!("/set-up/guess-{number}"), number))).await;
    assert_eq!(guesses, [404; RIVALS]);
    let mut links = Vec::new();
    for _ in 0..RIVALS {
        links.push(accounts::make_set_up_link(&house.app).await.expect("a link").expect("an empty house"));
    }
    let posts = links.into_iter().enumerate().map(|(number, link)| post(link, number));
    let mut statuses = join_all(posts).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404, 404, 404, 404, 404]);
    assert_eq!(house.count("SELECT COUNT(*) FROM account").await, 1);
    assert_eq!(house.count("SELECT COUNT(*) FROM session").await, 1);
}

const RIVALS: usize = 6;

/// The fault: an old set-up link that survives an organiser added by the command line.
async fn no_set_up_link_works_in_a_house_with_an_organiser(house: House) {
    let link = accounts::make_set_up_link(&house.app).await.expect("a link").expect("an empty house");
    house.organiser("Hana").await;
    let eve = house.stranger();
    eve.get(&link).await.expect(404);
    let fields = [("email".to_owned(), "eve@disco.test".to_owned()), ("name".to_owned(), "Eve".to_owned())];
    eve.post_form(&link, &fields).await.expect(404);
    // A secret is good for what it was made for, and for nothing else.
    eve.get(&link.replace("/set-up/", "/sign-in/")).await;
    eve.post_form(&link.replace("/set-up/", "/sign-in/"), &[]).await.expect(404);
    eve.post_form(&format!("/set-up/{}", sign_in_secret(&house, "Hana").await), &fields).await.expect(404);
    assert_eq!(house.count("SELECT COUNT(*) FROM account").await, 1);
}

/// The fault: a sign-out that only forgets the cookie in the browser that asked.
async fn signing_out_ends_the_session_here(house: House) {
    house.organiser("Hana").await;
    let browser = house.browser_of("Hana").await;
    let other = house.browser_of("Hana").await;
    let stolen = browser.cookie();
    let csrf = csrf_of(&browser).await.expect("a session");
    let answer = browser.post_form("/sign-out", &[("csrf".to_owned(), csrf.clone())]).await.expect(303);
    assert!(answer.header("set-cookie").is_some_and(|cookie| cookie.contains("Max-Age=0")), "the cookie is taken away");
    assert_eq!(browser.cookie(), "");

    let thief = house.stranger();
    thief.set_cookie("disco", stolen.trim_start_matches("disco="));
    assert!(!is_signed_in(&thief).await, "the old cookie is worth nothing");
    thief
        .post_form("/host/account/tokens", &[("hours".to_owned(), "1".to_owned()), ("csrf".to_owned(), csrf)])
        .await
        .expect(401);
    assert!(is_signed_in(&other).await, "another browser stays signed in");
}

async fn session_cookie(house: &House) -> String {
    house.organiser("Hana").await;
    let link = format!("/sign-in/{}", sign_in_secret(house, "Hana").await);
    press(&house.stranger(), &link).await.expect(303).header("set-cookie").expect("a cookie").to_owned()
}

/// The fault: a cookie that scripts read or other sites send.
async fn the_cookie_is_kept_to_itself(house: House) {
    let cookie = session_cookie(&house).await;
    let attributes: Vec<&str> = cookie.split("; ").collect();
    assert!(attributes[0].starts_with("disco="), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(attributes.contains(&attribute), "{attribute} is missing: {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    assert!(attributes[0].len() >= "disco=".len() + 43, "256 bits: {cookie}");
}

/// The fault: a cookie that a neighbouring site can set, or that goes out in the clear.
async fn the_cookie_is_stricter_over_https(house: House) {
    let base_url = |config: &mut twitterdisco::config::Config| {
        config.base_url = "https://disco.test".parse().expect("a URL");
    };
    let house = House::furnished(house.backend, base_url).await;
    let cookie = session_cookie(&house).await;
    let attributes: Vec<&str> = cookie.split("; ").collect();
    assert!(attributes[0].starts_with("__Host-disco="), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(attributes.contains(&attribute), "{attribute} is missing: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    // The plain name is nobody's here, so that a cookie set over http signs nobody in.
    let browser = house.stranger();
    browser.set_cookie("disco", attributes[0].trim_start_matches("__Host-disco="));
    assert!(!is_signed_in(&browser).await);
    browser.set_cookie("__Host-disco", attributes[0].trim_start_matches("__Host-disco="));
    assert!(is_signed_in(&browser).await);
}
