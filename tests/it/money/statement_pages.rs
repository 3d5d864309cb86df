//! Statements by hand, in a browser without JavaScript: send, see, import, say what waits, take back.

use std::fmt::Write as _;

use axum::http::Method;

use crate::support::actor::with_hidden;
use crate::support::statement::{CHARITY, justgiving, night_with_pledges, received};
use crate::support::{Actor, Answer, House, on_both};

on_both!(a_statement_by_hand, a_form_that_is_refused_comes_back, another_site_cannot_send_a_statement);

const BOUNDARY: &str = "----a-form-of-ours";

/// Sends the form on `page` as a browser does, with a file in it.
pub async fn upload(browser: &Actor, page: &str, fields: &[(&str, &str)], file: &str) -> Answer {
    let opened = browser.get(page).await.expect(200);
    send_parts(browser, page, &with_hidden(&opened, page, fields), file, "same-origin").await
}

async fn send_parts(browser: &Actor, page: &str, fields: &[(String, String)], file: &str, site: &str) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        let _ = write!(body, "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let _ = write!(
        body,
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"report.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{file}\r\n--{BOUNDARY}--\r\n"
    );
    let origin = if site == "same-origin" { "http://disco.test" } else { "https://evil.example" };
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("content-type", kind.as_str()), ("sec-fetch-site", site), ("origin", origin)];
    browser.send(Method::POST, page, &headers, body).await
}

/// Posts a form that is on a page already opened.
async fn press(browser: &Actor, opened: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
    browser.post_form(action, &with_hidden(opened, action, fields)).await
}

/// Catches: a preview that books, a confirmation that loses the statement, a second press that counts twice, a suggestion
/// that names the wrong pledge.
async fn a_statement_by_hand(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, pledges) = night_with_pledges(&house, &host, 2).await;
    let browser = house.browser_of("Louise").await;
    let page = format!("/host/events/{slug}/imports");
    assert!(browser.get(&format!("/host/events/{slug}/ledger")).await.text().contains(&page), "the money leads there");

    let file =
        justgiving(&[("D1", "£3.00", &pledges[0], "<b>\"\"hi\"\"</b>"), ("D2", "3.00", "", ""), ("D3", "7", "", "")]);
    let fields = [("charity", CHARITY), ("source", "justgiving")];
    let preview = upload(&browser, &page, &fields, &file).await.expect(200);
    assert_eq!(received(&house, &slug).await, 0);
    assert!(preview.text().contains("Counts for"), "{}", preview.text());
    assert!(!preview.text().contains("<b>"), "the statement's words are text");
    let statement = preview.select("textarea[name=statement]");
    assert_eq!(statement.trim(), file.trim(), "the preview carries the whole statement");

    let confirm = format!("{page}/confirmation");
    let sent = [("statement", statement.as_str())];
    let done = press(&browser, &preview, &confirm, &sent).await.expect(303);
    let again = press(&browser, &preview, &confirm, &sent).await.expect(303);
    let report = done.header("location").expect("a report").to_owned();
    assert_eq!(again.header("location"), Some(report.as_str()), "a second press is the first one again");
    assert_eq!(received(&house, &slug).await, 300);

    let queue = browser.get(&page).await.expect(200);
    assert_eq!(queue.select("#waiting-title .muted"), "2");
    let offered = queue.attribute("form[action*=import-rows] input[name=pledge_reference][type=hidden]", "value");
    assert_eq!(offered.replace(' ', ""), pledges[1], "the pledge with £3 still to give");
    let action = queue.attribute("form[action*=import-rows]", "action");
    let wrong = press(&browser, &queue, &action, &[("pledge_reference", "TD44444444")]).await.expect(422);
    assert!(wrong.select("#errors").contains("No pledge of this night"), "{}", wrong.text());
    press(&browser, &queue, &action, &[("pledge_reference", &offered)]).await.expect(303);
    let queue = browser.get(&page).await.expect(200);
    let action = queue.attribute("form[action*=import-rows]", "action");
    press(&browser, &queue, &action, &[("none", "true")]).await.expect(303);
    assert_eq!(received(&house, &slug).await, 1300);

    let shown = browser.get(&report).await.expect(200);
    assert!(shown.text().contains("Counts, for no pledge"), "{}", shown.text());
    let undoing = format!("{report}/undoing");
    press(&browser, &shown, &undoing, &[]).await.expect(303);
    assert_eq!(received(&house, &slug).await, 0);
    let shown = browser.get(&report).await.expect(200);
    assert!(shown.try_select(&format!("form[action='{undoing}']")).is_none(), "it can't be undone twice");
    house.check().await;
}

/// Catches: a form that comes back empty, or an error page in its place.
async fn a_form_that_is_refused_comes_back(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, _) = night_with_pledges(&house, &host, 1).await;
    let browser = house.browser_of("Louise").await;
    let page = format!("/host/events/{slug}/imports");
    let empty = upload(&browser, &page, &[], "").await.expect(422);
    for field in ["charity", "source", "file"] {
        assert!(empty.try_select(&format!("#errors a[href='#{field}']")).is_some(), "{field}: {}", empty.text());
        assert!(empty.try_select(&format!("#{field}")).is_some(), "{field} is there to go to");
    }
    assert!(empty.select("title").starts_with("Error: "));
    let fields = [("charity", CHARITY), ("source", "csv"), ("statement", "Dear host, thanks!")];
    let no_statement = upload(&browser, &page, &fields, "").await.expect(422);
    assert!(no_statement.select("#errors").contains("row of column names"), "{}", no_statement.text());
    assert_eq!(no_statement.select("textarea[name=statement]"), "Dear host, thanks!");
    let long = format!("id,amount\n{}", "1,1\n".repeat(400_000));
    let big = upload(&browser, &page, &[("charity", CHARITY), ("source", "csv")], &long).await.expect(422);
    assert!(big.select("#errors").contains("more than 20000 rows"));
    upload(&browser, &page, &[], &"a".repeat(6 * 1024 * 1024)).await.expect(413);
}

/// Catches: an upload whose token nobody looks at (promise 8), and a page that others may open.
async fn another_site_cannot_send_a_statement(house: House) {
    let host = house.organiser("Louise").await;
    let (slug, pledges) = night_with_pledges(&house, &host, 1).await;
    let browser = house.browser_of("Louise").await;
    let page = format!("/host/events/{slug}/imports");
    let file = justgiving(&[("D1", "3.00", &pledges[0], "")]);
    let opened = browser.get(&page).await.expect(200);
    let whole = with_hidden(&opened, &page, &[("charity", CHARITY), ("source", "justgiving")]);
    let without: Vec<_> = whole.iter().filter(|(name, _)| name != "csrf").cloned().collect();
    assert_ne!(whole.len(), without.len());
    send_parts(&browser, &page, &without, &file, "same-origin").await.expect(403);
    send_parts(&browser, &page, &whole, &file, "cross-site").await.expect(403);
    send_parts(&house.stranger(), &page, &whole, &file, "same-origin").await.expect(401);
    house.organiser("Priya").await;
    let other = house.browser_of("Priya").await;
    other.get(&page).await.expect(403);
    let statement = file.as_str();
    let key = "statement-without-token";
    let fields: Vec<_> =
        [("idempotency_key", key), ("charity", CHARITY), ("source", "justgiving"), ("statement", statement)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
    browser.post_form(&format!("{page}/confirmation"), &fields).await.expect(403);
    assert_eq!(received(&house, &slug).await, 0);
}
