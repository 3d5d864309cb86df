//! Pages hold together: what each state shows, links that lead somewhere, one heading, labels, and how much they weigh.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use scraper::{ElementRef, Html, Selector};
use serde_json::json;
use twitterdisco::events::{Beside, Mood, State, When};
use twitterdisco::night::{NewExample, add_example};

use crate::support::{Actor, Answer, House, on_both};

on_both!(
    the_front_page_has_three_states,
    nights_are_listed_a_page_at_a_time,
    a_night_has_three_faces,
    charities_keep_their_names,
    stories_are_told_with_care,
    every_link_leads_somewhere,
    pages_are_light,
);

async fn turn(host: &Actor, slug: &str, verb: &str) {
    host.post(&format!("/api/v1/events/{slug}/{verb}"), json!({})).await.expect(200);
}

async fn the_front_page_has_three_states(house: House) {
    let anyone = house.stranger();
    assert_eq!(anyone.get("/").await.expect(200).select("h1"), "No night is planned yet");
    let host = house.organiser("Louise").await;
    let later = json!({ "title": "In a week", "starts_local": "2027-04-02T21:00" });
    house.night(&host, later).await;
    let slug = house.night(&host, json!({ "title": "Tonight" })).await;
    let next = anyone.get("/").await.expect(200);
    assert_eq!(next.select("h1"), "Tonight", "the soonest is next");
    assert!(next.select("h1 ~ .when").contains("9pm"));
    turn(&host, &slug, "opening").await;
    let song = json!({ "title": "Blue Monday" });
    house.guest("Sam").await.post(&format!("/api/v1/events/{slug}/shares"), song).await.expect(201);
    let live = anyone.get("/").await.expect(200);
    assert_eq!(live.select("h1"), "Tonight");
    assert_eq!(live.select(".chip.live"), "Live now");
    assert!(live.select("ol.songs").contains("Blue Monday"));
    assert!(live.select("section[aria-labelledby=next]").contains("In a week"));
    turn(&host, &slug, "closing").await;
    let after = anyone.get("/").await.expect(200);
    assert_eq!(after.select("h1"), "In a week");
    assert!(after.text().contains("The last nights") && after.select("ul.nights").contains("Tonight"));
}

async fn nights_are_listed_a_page_at_a_time(house: House) {
    let host = house.organiser("Louise").await;
    let mut past = BTreeSet::new();
    for number in 0..33 {
        let slug = house.night(&host, json!({ "title": format!("Kept {number}") })).await;
        turn(&host, &slug, "opening").await;
        turn(&host, &slug, "closing").await;
        past.insert(format!("/events/{slug}"));
    }
    house.night(&host, json!({ "title": "To be" })).await;
    let nights = |page: &Answer| page.addresses("ul.nights h3 a");
    let anyone = house.stranger();
    let first = anyone.get("/events").await.expect(200);
    assert_eq!(nights(&first).len(), 31, "one to come and thirty kept");
    let earlier = first.attribute("a[href^='/events?cursor=']", "href");
    let second = anyone.get(&earlier).await.expect(200);
    assert_eq!(nights(&second).len(), 3);
    let all: BTreeSet<String> =
        nights(&first).into_iter().chain(nights(&second)).filter(|path| path != "/events/to-be").collect();
    assert_eq!(all, past, "none lost, none twice");
    assert!(second.try_select("a[href^='/events?cursor=']").is_none());
    anyone.get("/events?cursor=nonsense").await.expect(422);
}

async fn a_night_has_three_faces(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house
        .night(&host, json!({ "summary": "Songs for the ward.", "target_pence": 50_000, "story_slugs": ["edges"] }))
        .await;
    let (path, api) = (format!("/events/{slug}"), format!("/api/v1/events/{slug}"));
    let song = json!({ "title": "Blue Monday", "dedication": "for Theatre 3" });
    house.guest("Sam").await.post(&format!("{api}/shares"), song).await.expect(201);
    let pledge = json!({ "kind": "fixed", "amount_pence": 2_050, "name": "Jo", "show_name": true });
    house.stranger().post_once(&format!("{api}/pledges"), "three-faces-1", pledge).await.expect(201);
    let anyone = house.stranger();
    let before = anyone.get(&path).await.expect(200);
    for said in [
        "Friday 26 March 2027, 9pm",
        "Songs for the ward.",
        "Louise",
        "Cavell",
        "Asthma + Lung UK",
        "UK Sepsis Trust",
        "A story beside this night",
        "Edges",
    ] {
        assert!(before.select("main").contains(said), "before: {said}");
    }
    house.pass(TimeDelta::hours(2)).await;
    let live = anyone.get(&path).await.expect(200);
    for said in ["Blue Monday", "for Theatre 3", "Sam", "£20.50", "£500", "Jo", "Edges"] {
        assert!(live.select("main").contains(said), "live: {said}");
    }
    assert_eq!(live.select("[role=status]"), "", "the status region is empty at load");
    house.pass(TimeDelta::hours(5)).await;
    let after = anyone.get(&path).await.expect(200);
    for said in ["Set list", "Blue Monday", "for Theatre 3", "£20.50", "Thank you", "Edges"] {
        assert!(after.select("main").contains(said), "after: {said}");
    }
    // The same bytes for everyone, kept by ETag.
    let tag = after.header("etag").expect("an ETag").to_owned();
    let again = house.guest("Sam").await.send(Method::GET, &path, &[("if-none-match", &tag)], Body::empty()).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
}

/// A past night keeps the name of its day; totals are told under the name of today.
async fn charities_keep_their_names(house: House) {
    let local = When::parse_local("2019-12-13T21:00").expect("a time");
    let when = When::new(local, chrono_tz::Europe::London, 120).expect("a time");
    let state = State::Ended { opened_at: Some(when.starts_at), closed_at: Some(when.ends_at) };
    let night = NewExample {
        title: "Three years".to_owned(),
        summary: None,
        description_markdown: None,
        mood: Mood::Party,
        hashtag: "TwitterDisco".to_owned(),
        when,
        state,
        target: None,
        raises: true,
        source_url: None,
        beside: Beside::default(),
    };
    add_example(&house.app, night).await.expect("a night");
    let anyone = house.stranger();
    let event = anyone.get("/api/v1/events/three-years").await.expect(200).json();
    let names: Vec<&str> =
        event["charities"].as_array().expect("charities").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["Cavell Nurses' Trust", "British Lung Foundation", "The UK Sepsis Trust"]);
    assert_eq!(event["totals"]["by_charity"][0]["name"], "Cavell Nurses' Trust");
    let page = anyone.get("/events/three-years").await.expect(200);
    assert!(
        page.select("ul.causes").contains("Cavell Nurses' Trust")
            && !page.select("ul.causes").contains("Asthma + Lung UK")
    );
    let all = anyone.get("/api/v1/totals").await.expect(200).json();
    assert_eq!(all["by_charity"][0]["name"], "Cavell");
    for path in ["/totals", "/charities", "/charities/cavell-nurses-trust"] {
        let main = anyone.get(path).await.expect(200).select("main");
        assert!(main.contains("Cavell (formerly Cavell Nurses' Trust)"), "{path}: {main}");
    }
}

async fn stories_are_told_with_care(house: House) {
    let host = house.organiser("Louise").await;
    house.night(&host, json!({ "title": "Beside", "story_slugs": ["finding-my-voice"] })).await;
    let anyone = house.stranger();
    let list = anyone.get("/stories").await.expect(200);
    let links = list.addresses("main a.story-link");
    assert_eq!(links.iter().collect::<BTreeSet<_>>().len(), 7, "seven stories");
    for said in [
        "Pilgrim Projects",
        "workshop",
        "Michael J. Smalroch Foundation",
        "Make one of your own",
        "patientvoices@pilgrimprojects.co.uk",
    ] {
        assert!(list.select("main").contains(said), "{said}");
    }
    let mut noted = 0;
    for path in &links {
        let page = anyone.get(path).await.expect(200);
        let story = anyone.get(&format!("/api/v1{path}")).await.expect(200).json();
        let (main, summary) = (page.select("main"), story["summary"].as_str().expect("a summary"));
        let source = story["source_url"].as_str().expect("a source");
        assert!(page.try_select(&format!("a[href='{source}']")).is_some(), "{path} leads to its home");
        if let Some(note) = story["content_note"].as_str() {
            noted += 1;
            assert!(main.find(note) < main.find(summary), "{path}: the note comes before the story");
            assert!(
                page.try_select("details:not([open])").is_some_and(|folded| folded.contains(summary)),
                "{path} waits for a tap"
            );
            assert!(
                !page.attribute("meta[name=description]", "content").contains(summary),
                "{path} doesn't tell in a preview"
            );
        }
    }
    assert!(noted >= 3, "{noted} stories have a note");
    assert!(anyone.get("/stories/finding-my-voice").await.expect(200).select("main").contains("Beside"));
    let about = anyone.get("/about").await.expect(200);
    assert!(
        about.try_select("main a[href='https://www.patientvoices.org.uk/twitterdisco.htm']").is_some(),
        "its source is named"
    );
}

/// A house with everything in it.
async fn full_house(house: &House) -> Actor {
    let host = house.organiser("Louise").await;
    for (title, verbs) in
        [("Past", &["opening", "closing"][..]), ("Cancelled", &["cancellation"]), ("Live", &["opening"]), ("Next", &[])]
    {
        let slug = house
            .night(
                &host,
                json!({ "title": title, "story_slugs": ["edges"], "lineup": [{ "host": "Sam", "minutes": 30 }] }),
            )
            .await;
        let api = format!("/api/v1/events/{slug}");
        house.guest("Sam").await.post(&format!("{api}/shares"), json!({ "title": "Blue Monday" })).await.expect(201);
        let pledge = json!({ "kind": "fixed", "amount_pence": 500, "name": "Jo", "show_name": true });
        house.stranger().post_once(&format!("{api}/pledges"), &format!("full-house-{title}"), pledge).await.expect(201);
        for verb in verbs {
            turn(&host, &slug, verb).await;
        }
    }
    let draft = json!({ "title": "Draft", "starts_local": "2027-04-02T21:00", "duration_minutes": 60 });
    host.post("/api/v1/events", draft).await.expect(201);
    house.browser_of("Louise").await
}

async fn every_link_leads_somewhere(house: House) {
    let organiser = full_house(&house).await;
    let anonymous = crawl(&house.stranger(), &["/"]).await;
    let signed_in = crawl(&organiser, &["/", "/host"]).await;
    for path in
        ["/events/past", "/events/live", "/events/next/pledge", "/events/live/share", "/stories/edges", "/sign-in"]
    {
        assert!(anonymous.contains_key(path), "{path} can be found");
    }
    for path in
        ["/host/events/new", "/host/events/draft", "/host/events/draft/details", "/events/draft", "/host/account"]
    {
        assert!(signed_in.contains_key(path), "{path} can be found by its host");
    }
    assert!(!anonymous.keys().any(|path| path.contains("draft") || path.starts_with("/host")));
    let mut looked_at = 0;
    for (path, page) in anonymous.iter().chain(&signed_in).filter(|(path, _)| !path.starts_with("/api/")) {
        if page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            assert_page_holds(path, page);
            looked_at += 1;
        }
    }
    println!(
        "{} addresses found by anyone, {} by an organiser, {looked_at} pages looked at: 0 dead links",
        anonymous.len(),
        signed_in.len()
    );
}

/// Follows every link and every GET form within the house; each must lead to a page, through one redirection at most.
async fn crawl(who: &Actor, from: &[&str]) -> BTreeMap<String, Answer> {
    let mut found = BTreeMap::new();
    let mut waiting: Vec<(String, String)> =
        from.iter().map(|path| ((*path).to_owned(), "the start".to_owned())).collect();
    while let Some((path, on)) = waiting.pop() {
        if found.contains_key(&path) {
            continue;
        }
        let answer = who.get(&path).await;
        if answer.status.is_redirection() {
            let to = answer.header("location").expect("a location").to_owned();
            waiting.push((to, path));
            continue;
        }
        assert_eq!(answer.status, 200, "{path}, linked from {on}");
        waiting.extend(links(&answer).into_iter().map(|link| (link, path.clone())));
        found.insert(path, answer);
        assert!(found.len() < 400, "a labyrinth");
    }
    found
}

fn links(page: &Answer) -> Vec<String> {
    let all = page.addresses("a[href], link[href], script[src], form[method=get], img[src]");
    let own = all.iter().filter(|address| address.starts_with('/'));
    own.map(|address| address.split('#').next().unwrap_or_default().to_owned()).collect()
}

#[track_caller]
fn assert_page_holds(path: &str, page: &Answer) {
    let html = Html::parse_document(&page.text());
    let all = |selector: &str| html.select(&Selector::parse(selector).expect("a selector")).collect::<Vec<_>>();
    assert_eq!(all("h1").len(), 1, "{path} has one h1");
    assert!(page.select("title").ends_with("#TwitterDisco"), "{path}: {}", page.select("title"));
    assert!(page.attribute("html", "lang").starts_with("en"), "{path}");
    assert_eq!(all("main").len(), 1, "{path} has one main");
    let mut ids = BTreeSet::new();
    for element in all("[id]") {
        assert!(
            ids.insert(element.attr("id").unwrap_or_default()),
            "{path}: the id {:?} stands twice",
            element.attr("id")
        );
    }
    for input in all("input:not([type=hidden]), textarea, select") {
        let labelled = input.attr("id").is_some_and(|id| !all(&format!("label[for='{id}']")).is_empty());
        let inside = input.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == "label");
        assert!(labelled || inside || input.attr("aria-label").is_some(), "{path}: {} has no label", input.html());
    }
    for button in all("button:not(template button), a") {
        let says = button.text().any(|text| !text.trim().is_empty()) || button.attr("aria-label").is_some();
        // What is hidden says something by the time a script shows it.
        let around = button.ancestors().filter_map(ElementRef::wrap).chain([button]);
        let is_hidden = around.into_iter().any(|part| part.attr("hidden").is_some());
        let is_blank = button.ancestors().any(|above| above.value().is_fragment());
        assert!(says || is_hidden || is_blank, "{path}: {} says nothing", button.html());
    }
    for pointing in all("[aria-labelledby], [aria-describedby]") {
        let names = pointing.attr("aria-labelledby").or(pointing.attr("aria-describedby")).unwrap_or_default();
        assert!(names.split(' ').all(|id| ids.contains(id)), "{path}: {names} points nowhere");
    }
}

async fn size(who: &Actor, path: &str) -> (usize, usize) {
    let plain = who.get(path).await.expect(200);
    let small = who.send(Method::GET, path, &[("accept-encoding", "gzip")], Body::empty()).await.expect(200);
    assert_eq!(small.header("content-encoding"), Some("gzip"), "{path}");
    (small.body.len(), plain.body.len())
}

/// Promise 19: the gates are for a live night of 30 songs, as they go over the line.
async fn pages_are_light(house: House) {
    const KILOBYTE: usize = 1024;
    let host = house.organiser("Louise").await;
    let slug = house
        .night(&host, json!({ "summary": "Songs for the ward.", "story_slugs": ["edges"], "target_pence": 50_000 }))
        .await;
    turn(&host, &slug, "opening").await;
    let guests = [house.guest("Sam").await, house.guest("Priya").await, house.guest("Jo").await];
    let share = async |number: usize| {
        let song = json!({ "link": format!("https://youtu.be/{number:011}"), "title": format!("Song number {number}"),
            "artist": format!("Artist {}", number * 7), "dedication": format!("for everyone on ward {number}") });
        guests[number % 3].post(&format!("/api/v1/events/{slug}/shares"), song).await.expect(201);
    };
    for number in 0..30 {
        share(number).await;
    }
    let anyone = house.stranger();
    let path = format!("/events/{slug}");
    let page = anyone.get(&path).await.expect(200);
    let (html, plain) = size(&anyone, &path).await;
    println!("a live night of 30 songs: {html} B compressed of {plain}");
    assert!(html <= 14 * KILOBYTE, "{html}");
    let mut all = html;
    // Its scripts, and what they ask for themselves.
    let mut scripts = page.addresses("script[src]");
    scripts
        .extend(["/assets/words.js", "/assets/sleeves.js", "/assets/player.js", "/assets/paste.js"].map(str::to_owned));
    for (name, paths) in [("CSS", vec![page.attribute("link[rel=stylesheet]", "href")]), ("JS", scripts)] {
        let mut bytes = 0;
        for path in &paths {
            bytes += size(&anyone, path).await.0;
        }
        println!("{name}: {bytes} B compressed in {} files", paths.len());
        assert!(bytes <= 15 * KILOBYTE, "{name}: {bytes}");
        all += bytes;
    }
    assert!(all <= 60 * KILOBYTE, "the page in all: {all}");
    for number in 30..50 {
        share(number).await;
    }
    let (html, plain) = size(&anyone, &path).await;
    println!("with 50 songs: {html} B compressed of {plain}");
}
