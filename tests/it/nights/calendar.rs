//! Calendar files: of one night and of all, for everyone, without drafts.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;

use super::plan;
use crate::support::{Answer, House, on_both};

on_both!(a_night_can_be_put_into_a_calendar, the_calendar_of_all_nights_holds_no_draft, a_dj_has_an_entry_of_their_own,);

/// The lines as a calendar program reads them: unfolded.
fn lines(file: &Answer) -> Vec<String> {
    file.text().replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

fn has(file: &Answer, line: &str) -> bool {
    lines(file).iter().any(|written| written == line)
}

async fn a_night_can_be_put_into_a_calendar(house: House) {
    let host = house.organiser("Louise").await;
    let lineup =
        json!([{ "host": "Sam; DJ", "title": "Northern\\soul", "minutes": 30 }, { "host": "Priya", "minutes": 45 }]);
    let slug = plan(&host, json!({ "starts_local": "2027-04-02T21:00", "lineup": lineup })).await;
    let path = format!("/events/{slug}.ics");
    host.get(&path).await.expect(404);
    host.post(&format!("/api/v1/events/{slug}/publication"), json!({})).await.expect(200);
    let anyone = house.stranger();
    let file = anyone.get(&path).await.expect(200);
    assert_eq!(file.header("content-type"), Some("text/calendar; charset=utf-8"));
    for line in [
        "BEGIN:VCALENDAR",
        "DTSTART;TZID=Europe/London:20270402T210000",
        "DTEND;TZID=Europe/London:20270402T230000",
        "TZID:Europe/London",
        "STATUS:CONFIRMED",
        "SEQUENCE:0",
        "SUMMARY:Friday night",
        "TRIGGER:-PT30M",
    ] {
        assert!(has(&file, line), "{line} in {}", file.text());
    }
    let told = lines(&file).into_iter().find(|line| line.starts_with("DESCRIPTION:9pm")).expect("a line-up");
    assert!(told.starts_with("DESCRIPTION:9pm Sam\\; DJ: Northern\\\\soul\\n9:30pm Priya\\n"), "{told}");
    let page = anyone.get(&format!("/events/{slug}")).await.expect(200);
    assert!(page.try_select(&format!("a[href='{path}']")).is_some(), "the page leads to it");
    anyone.get("/events/nowhere.ics").await.expect(404);
    anyone.get("/events/.ics").await.expect(404);

    host.patch(&format!("/api/v1/events/{slug}"), json!({ "starts_local": "2027-04-02T20:00" })).await.expect(200);
    let moved = anyone.get(&path).await.expect(200);
    assert!(has(&moved, "DTSTART;TZID=Europe/London:20270402T200000"), "{}", moved.text());
    assert!(sequence(&moved) > sequence(&file), "a calendar takes what has the higher number");
    let uid = |file: &Answer| lines(file).into_iter().find(|line| line.starts_with("UID:"));
    assert_eq!(uid(&file), uid(&moved), "the same entry, moved");

    host.post(&format!("/api/v1/events/{slug}/cancellation"), json!({})).await.expect(200);
    let off = anyone.get(&path).await.expect(200);
    assert!(has(&off, "STATUS:CANCELLED") && !has(&off, "BEGIN:VALARM"), "{}", off.text());
    assert!(sequence(&off) > sequence(&moved));
}

/// How often an entry has changed.
fn sequence(file: &Answer) -> u32 {
    let line = lines(file).into_iter().find_map(|line| line.strip_prefix("SEQUENCE:").map(str::to_owned));
    line.and_then(|number| number.parse().ok()).expect("a number")
}

async fn the_calendar_of_all_nights_holds_no_draft(house: House) {
    let host = house.organiser("Louise").await;
    let seen = house.night(&host, json!({ "title": "Seen" })).await;
    let draft = plan(&host, json!({ "title": "Unseen" })).await;
    host.post(&format!("/api/v1/events/{draft}/cancellation"), json!({})).await.expect(200);
    plan(&host, json!({ "title": "Unseen" })).await;
    let off = house.night(&host, json!({ "title": "Off" })).await;
    host.post(&format!("/api/v1/events/{off}/cancellation"), json!({})).await.expect(200);
    let anyone = house.stranger();
    let file = anyone.get("/events.ics").await.expect(200);
    assert!(has(&file, "SUMMARY:Seen") && has(&file, "SUMMARY:Off") && has(&file, "STATUS:CANCELLED"));
    assert!(!file.text().contains("Unseen"), "{}", file.text());
    let count = |line: &str| lines(&file).iter().filter(|written| *written == line).count();
    assert_eq!((count("BEGIN:VEVENT"), count("BEGIN:VTIMEZONE")), (2, 1));
    // The same bytes for everyone, and not sent twice.
    let to_host = host.get("/events.ics").await.expect(200);
    assert_eq!(file.text(), to_host.text());
    let etag = file.header("etag").expect("an etag").to_owned();
    anyone.send(Method::GET, "/events.ics", &[("if-none-match", &etag)], Body::empty()).await.expect(304);
    let page = anyone.get("/events").await.expect(200);
    assert!(page.try_select("a[href='/events.ics']").is_some());
    assert!(file.text().contains(&format!("/events/{seen}")));
}

async fn a_dj_has_an_entry_of_their_own(house: House) {
    let host = house.organiser("Louise").await;
    let lineup = json!([
        { "host": "Sam", "title": "Northern soul", "minutes": 30 },
        { "host": "Priya", "minutes": 45 },
    ]);
    let slug = plan(&host, json!({ "starts_local": "2027-04-02T21:00", "lineup": lineup })).await;
    let decks = host.get(&format!("/api/v1/events/{slug}/decks")).await.expect(200).json();
    let token = |at: usize| decks["links"][at]["decks_token"].as_str().expect("a token").to_owned();
    let (sam, priya) = (format!("/decks/{}.ics", token(0)), format!("/decks/{}.ics", token(1)));
    let anyone = house.stranger();
    anyone.get(&priya).await.expect(404);
    host.post(&format!("/api/v1/events/{slug}/publication"), json!({})).await.expect(200);
    let file = anyone.get(&priya).await.expect(200);
    assert_eq!(file.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert_eq!(file.header("cache-control"), Some("no-store"), "its address and its text are secret");
    for line in [
        "DTSTART;TZID=Europe/London:20270402T213000",
        "DTEND;TZID=Europe/London:20270402T221500",
        "SUMMARY:On the decks: Priya (Friday night)",
        "STATUS:CONFIRMED",
        "TRIGGER:-PT15M",
    ] {
        assert!(has(&file, line), "{line} in {}", file.text());
    }
    let told = lines(&file).join("\n");
    assert!(told.contains(&format!("/decks/{}", token(1))) && !told.contains(&token(0)), "{told}");
    assert!(has(&anyone.get(&sam).await.expect(200), "SUMMARY:On the decks: Northern soul (Friday night)"));
    let page = anyone.get(&format!("/decks/{}", token(1))).await.expect(200);
    assert!(page.try_select(&format!("a[href='{priya}']")).is_some(), "her page leads to it");

    // The slot before hers is gone, so hers is earlier: the same entry, moved.
    let longer = json!({ "slots": [{ "host": "Priya", "minutes": 45 }] });
    host.put(&format!("/api/v1/events/{slug}/lineup"), longer).await.expect(200);
    let moved = anyone.get(&priya).await.expect(200);
    assert!(has(&moved, "DTSTART;TZID=Europe/London:20270402T210000"), "{}", moved.text());
    assert!(sequence(&moved) > sequence(&file));
    anyone.get(&sam).await.expect(404);
    anyone.get("/decks/nonsense.ics").await.expect(404);
    host.post(&format!("/api/v1/events/{slug}/cancellation"), json!({})).await.expect(200);
    assert!(has(&anyone.get(&priya).await.expect(200), "STATUS:CANCELLED"));
}
