//! A night on other pages: the overlay and the card, before, while and after it goes on.

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::json;

use super::plan;
use crate::support::stream::Listener;
use crate::support::{Actor, Answer, House, on_both};

on_both!(
    they_say_how_the_night_stands,
    a_draft_is_there_for_nobody,
    they_hold_no_form_and_lead_out_to_a_tab_of_their_own,
    the_stream_goes_on_where_they_leave_off,
    an_overlay_stands_on_one_of_a_few_colours,
    they_are_light,
    what_is_removed_is_off_them,
    a_host_takes_a_snippet_along,
);

const PAGES: [&str; 2] = ["overlay", "embed"];

async fn turn(host: &Actor, slug: &str, verb: &str) {
    host.post(&format!("/api/v1/events/{slug}/{verb}"), json!({})).await.expect(200);
}

async fn share(who: &Actor, slug: &str, title: &str) -> String {
    let song = json!({ "title": title, "artist": "New Order", "dedication": "for Theatre 3" });
    let shared = who.post(&format!("/api/v1/events/{slug}/shares"), song).await.expect(201).json();
    shared["id"].as_str().expect("an id").to_owned()
}

async fn pledge(house: &House, slug: &str) {
    let pledge = json!({ "kind": "fixed", "amount_pence": 2_050 });
    let path = format!("/api/v1/events/{slug}/pledges");
    house.stranger().post_once(&path, &format!("elsewhere-{slug}"), pledge).await.expect(201);
}

async fn page(house: &House, slug: &str, page: &str) -> Answer {
    house.stranger().get(&format!("/events/{slug}/{page}")).await.expect(200)
}

#[track_caller]
fn says(page: &Answer, words: &[&str]) {
    let main = page.select("main");
    for said in words {
        assert!(main.contains(said), "{}: {said:?} isn't in {main}", page.what);
    }
}

/// The faults: a card that says "live" of a night long past, and one that asks for money for a cancelled one.
async fn they_say_how_the_night_stands(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "title": "Ward nine" })).await;
    let sam = house.guest("Sam").await;
    pledge(&house, &slug).await;
    for name in PAGES {
        let before = page(&house, &slug, name).await;
        says(&before, &["Ward nine", "Friday 26 March 2027, 9pm", "£20.50 promised", "Cavell"]);
        assert!(!before.select("main").contains("Live"), "{name}");
    }
    turn(&host, &slug, "opening").await;
    let song = share(&sam, &slug, "Blue Monday").await;
    host.put(&format!("/api/v1/events/{slug}/now-playing"), json!({ "share_id": song })).await.expect(200);
    for name in PAGES {
        let live = page(&house, &slug, name).await;
        says(&live, &["Live", "Ward nine", "Blue Monday", "New Order", "Sam", "for Theatre 3", "£20.50 promised"]);
        assert_eq!(live.attribute("#lite", "data-status"), "live");
        assert!(live.try_select("script[src*='elsewhere.js']").is_some(), "{name}");
    }
    assert!(
        page(&house, &slug, "overlay").await.select("#now").contains("Blue Monday"),
        "what plays is on the overlay"
    );
    turn(&host, &slug, "closing").await;
    for name in PAGES {
        let after = page(&house, &slug, name).await;
        says(&after, &["Blue Monday", "£20.50 promised", "£0 received"]);
        assert!(after.try_select("script").is_none(), "{name}: there is no more to come, so it takes nobody's seat");
        assert!(!after.select("main").contains("Live"), "{name}");
    }
    let cancelled = house.night(&host, json!({ "title": "Not to be" })).await;
    pledge(&house, &cancelled).await;
    turn(&host, &cancelled, "cancellation").await;
    for name in PAGES {
        let gone = page(&house, &cancelled, name).await;
        says(&gone, &["Not to be", "was cancelled"]);
        assert!(!gone.select("main").contains("promised"), "{name}");
    }
}

/// The fault: a page without a cookie that asks for one after all.
async fn a_draft_is_there_for_nobody(house: House) {
    let host = house.organiser("Louise").await;
    let draft = plan(&host, json!({})).await;
    let never = plan(&host, json!({ "title": "Never published" })).await;
    turn(&host, &never, "cancellation").await;
    let browser = house.browser_of("Louise").await;
    for slug in [&draft, &never] {
        for name in PAGES {
            for who in [&house.stranger(), &host, &browser] {
                who.get(&format!("/events/{slug}/{name}")).await.expect(404);
            }
        }
    }
}

async fn they_hold_no_form_and_lead_out_to_a_tab_of_their_own(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    turn(&host, &slug, "opening").await;
    share(&house.guest("Sam").await, &slug, "Blue Monday").await;
    for name in PAGES {
        let page = page(&house, &slug, name).await;
        let html = scraper::Html::parse_document(&page.text());
        let all = |selector: &str| scraper::Selector::parse(selector).expect("a selector");
        assert_eq!(html.select(&all("form, input, button, iframe")).count(), 0, "{name}");
        for link in html.select(&all("a")) {
            assert_eq!((link.attr("target"), link.attr("rel")), (Some("_blank"), Some("noopener")), "{name}");
            assert_eq!(link.attr("href"), Some(format!("http://disco.test/events/{slug}").as_str()), "{name}");
        }
    }
    assert_eq!(page(&house, &slug, "embed").await.addresses("a").len(), 1);
}

/// The fault: what happened between the page and its stream is told by neither, or twice.
async fn the_stream_goes_on_where_they_leave_off(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let sam = house.guest("Sam").await;
    share(&sam, &slug, "Before").await;
    let seen = page(&house, &slug, "embed").await;
    share(&sam, &slug, "After").await;
    turn(&host, &slug, "opening").await;
    let revision = seen.attribute("#lite", "data-revision");
    let told = Listener::open(&house, &slug, Some(&revision)).await.until("totals").await;
    let titles: Vec<_> =
        told.iter().filter(|told| told.kind == "share").map(|told| told.data["track"]["title"].clone()).collect();
    assert_eq!(titles, [json!("After")]);
    assert!(told.iter().any(|told| told.kind == "status"), "that it turned is told too, so that the page can");
}

async fn an_overlay_stands_on_one_of_a_few_colours(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let on = async |query: &str| house.stranger().get(&format!("/events/{slug}/overlay{query}")).await;
    for (query, class) in [
        ("", "on-transparent"),
        ("?background=", "on-transparent"),
        ("?background=transparent", "on-transparent"),
        ("?background=night", "on-night"),
        ("?background=green", "on-green"),
        ("?background=blue", "on-blue"),
        ("?background=magenta", "on-magenta"),
    ] {
        let overlay = on(query).await.expect(200);
        assert!(overlay.attribute("body", "class").split(' ').any(|name| name == class), "{query}");
    }
    for nonsense in ["?background=plaid", "?background=%22%3E%3Cscript%3E", "?background=Green", "?background=red;x"] {
        on(nonsense).await.expect(422);
    }
}

/// Promise 19 as the brief of these pages has it: all of one, with its style and its scripts, in 14 KB.
async fn they_are_light(house: House) {
    const MOST: usize = 14 * 1024;
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    turn(&host, &slug, "opening").await;
    let sam = house.guest("Sam").await;
    for number in 0..8 {
        share(&sam, &slug, &format!("Song number {number}")).await;
    }
    let gzip = [("accept-encoding", "gzip")];
    for name in PAGES {
        let path = format!("/events/{slug}/{name}");
        let page = house.stranger().get(&path).await.expect(200);
        let mut paths = vec![path];
        paths.extend(page.addresses("script[src]"));
        paths.push(page.attribute("link[rel=stylesheet]", "href"));
        // What the script itself asks for.
        paths.push("/assets/words.js".to_owned());
        let mut all = 0;
        for path in &paths {
            let answer = house.stranger().send(Method::GET, path, &gzip, Body::empty()).await.expect(200);
            all += answer.body.len();
        }
        println!("{name}: {all} B compressed in {} files", paths.len());
        assert!(all <= MOST, "{name}: {all}");
        assert_eq!(page.all("#songs li").len(), 4, "{name}: the newest only");
    }
}

async fn what_is_removed_is_off_them(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    turn(&host, &slug, "opening").await;
    let song = share(&house.guest("Sam").await, &slug, "Blue Monday").await;
    host.put(&format!("/api/v1/events/{slug}/now-playing"), json!({ "share_id": song })).await.expect(200);
    host.post(&format!("/api/v1/shares/{song}/removal"), json!({})).await.expect(200);
    house.pass(TimeDelta::seconds(1)).await;
    for name in PAGES {
        let page = page(&house, &slug, name).await;
        assert!(!page.text().contains("Blue Monday") && !page.text().contains("Theatre 3"), "{name}");
    }
}

/// The fault: a title that ends the attribute it stands in, on somebody else's site.
async fn a_host_takes_a_snippet_along(house: House) {
    let host = house.organiser("Louise").await;
    let title = "\"><script>alert('x')</script> & more";
    let slug = house.night(&host, json!({ "title": title })).await;
    let browser = house.browser_of("Louise").await;
    let desk = browser.get(&format!("/host/events/{slug}")).await.expect(200);
    assert_is_one_frame(&desk.attribute("#snippet", "value"), &slug, title);
    assert_eq!(desk.attribute("#overlay", "value"), format!("http://disco.test/events/{slug}/overlay"));
    let draft = plan(&host, json!({})).await;
    let desk = browser.get(&format!("/host/events/{draft}")).await.expect(200);
    assert!(desk.try_select("#snippet").is_none(), "a draft can't be shown elsewhere yet");
}

fn assert_is_one_frame(snippet: &str, slug: &str, title: &str) {
    let snippet = scraper::Html::parse_fragment(snippet);
    let elements: Vec<_> = snippet.root_element().descendent_elements().skip(1).collect();
    assert_eq!(elements.len(), 1, "{}", snippet.html());
    assert_eq!(elements[0].value().name(), "iframe");
    assert_eq!(elements[0].attr("src"), Some(format!("http://disco.test/events/{slug}/embed").as_str()));
    assert_eq!(elements[0].attr("title"), Some(format!("{title}, a night of #TwitterDisco").as_str()));
}
