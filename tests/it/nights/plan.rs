//! Planning: over the API and by form, the defaults of the contract, addresses, and times that a clock change touches.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{event, plan};
use crate::support::{House, on_both};

on_both!(
    a_night_takes_the_defaults_of_the_contract,
    a_night_is_planned_by_form,
    twenty_plans_of_one_title_get_twenty_addresses,
    addresses_are_plain_and_stay,
    clock_changes_skip_and_double_an_hour,
    limits_are_kept_to_the_minute,
    splits_are_checked,
);

async fn a_night_takes_the_defaults_of_the_contract(house: House) {
    let host = house.organiser("Louise").await;
    let slug = plan(&host, json!({})).await;
    let night = event(&host, &slug).await;
    for (field, value) in [
        ("status", json!("draft")),
        ("time_zone", json!("Europe/London")),
        ("mood", json!("party")),
        ("hashtag", json!("TwitterDisco")),
        ("summary", Value::Null),
        ("description_markdown", Value::Null),
        ("description_html", json!("")),
        ("target_pence", Value::Null),
        ("lineup", json!([])),
        ("story_slugs", json!([])),
        ("hosts", json!([{ "name": "Louise" }])),
        ("share_count", json!(0)),
        ("starts_at", json!("2027-03-26T21:00:00Z")),
        ("ends_at", json!("2027-03-26T23:00:00Z")),
    ] {
        assert_eq!(night[field], value, "{field}");
    }
    let charities = night["charities"].as_array().expect("charities");
    let slugs: Vec<&str> = charities.iter().filter_map(|charity| charity["slug"].as_str()).collect();
    assert_eq!(slugs, ["cavell-nurses-trust", "british-lung-foundation", "sepsis-trust"]);
    assert!(charities.iter().all(|charity| charity["parts"] == charities[0]["parts"]), "equal parts: {charities:?}");
    assert_eq!(charities.iter().filter_map(|charity| charity["percent"].as_i64()).sum::<i64>(), 100);
    // `screening` isn't told, but seen: a stranger's first song shows at once.
    host.post(&format!("/api/v1/events/{slug}/publication"), json!({})).await.expect(200);
    let song = json!({ "title": "Blue Monday" });
    let share = house.guest("Sam").await.post(&format!("/api/v1/events/{slug}/shares"), song).await.expect(201);
    assert_eq!(share.json()["state"], "shown");
}

async fn a_night_is_planned_by_form(house: House) {
    let host = house.organiser("Louise").await;
    let browser = house.browser_of("Louise").await;
    let fields = [
        ("title", "Friday night"),
        ("starts_local", "2027-03-26T21:00"),
        ("duration_minutes", "90"),
        ("mood", "gentle"),
        ("summary", "Songs for the ward."),
        ("description_markdown", "**Come** as you are."),
        ("hashtag", "#Ward9"),
        ("target", "1,250.50"),
        ("screening", "first"),
        ("time_zone", "Europe/London"),
        ("story_slugs", "edges"),
        ("charities", "sepsis-trust"),
        ("charities", "cavell-nurses-trust"),
        ("lineup", "30, Sam, Northern soul\r\n45, Priya"),
    ];
    let made = browser.fill_in("/host/events/new", "/host/events/new", &fields).await.expect(303);
    assert_eq!(made.header("location"), Some("/host/events/friday-night"));
    let night = event(&host, "friday-night").await;
    assert_eq!(
        (&night["mood"], &night["hashtag"], &night["target_pence"]),
        (&json!("gentle"), &json!("Ward9"), &json!(125_050))
    );
    assert_eq!((&night["summary"], &night["duration_minutes"]), (&json!("Songs for the ward."), &json!(90)));
    assert_eq!(night["description_html"], "<p><strong>Come</strong> as you are.</p>\n");
    assert_eq!(night["story_slugs"], json!(["edges"]));
    assert_eq!(night["charities"].as_array().map(Vec::len), Some(2));
    assert_eq!((&night["lineup"][0]["title"], &night["lineup"][1]["minutes"]), (&json!("Northern soul"), &json!(45)));
    // The form as it opens has the defaults; a title and a time are all it wants.
    let bare = [
        ("title", "Bare"),
        ("starts_local", "2027-04-02T21:00"),
        ("duration_minutes", "60"),
        ("charities", "cavell-nurses-trust"),
        ("charities", "british-lung-foundation"),
        ("charities", "sepsis-trust"),
    ];
    let page = browser.get("/host/events/new").await.expect(200);
    for slug in ["cavell-nurses-trust", "british-lung-foundation", "sepsis-trust"] {
        assert!(
            page.try_select(&format!("input[name=charities][value={slug}][checked]")).is_some(),
            "{slug} is ticked"
        );
    }
    browser.fill_in("/host/events/new", "/host/events/new", &bare).await.expect(303);
    let (formed, planned) = (event(&host, "bare").await, plan(&host, json!({ "title": "Over JSON" })).await);
    let planned = event(&host, &planned).await;
    for field in ["charities", "mood", "hashtag", "time_zone", "target_pence", "summary", "lineup"] {
        assert_eq!(formed[field], planned[field], "{field} is the same by form and over JSON");
    }
}

async fn twenty_plans_of_one_title_get_twenty_addresses(house: House) {
    let host = house.organiser("Louise").await;
    let slugs = join_all((0..20).map(|_| plan(&host, json!({})))).await;
    let found: BTreeSet<String> = slugs.into_iter().collect();
    let expected: BTreeSet<String> = (1..=20)
        .map(|number| if number == 1 { "friday-night".to_owned() } else { format!("friday-night-{number}") })
        .collect();
    assert_eq!(found, expected);
}

async fn addresses_are_plain_and_stay(house: House) {
    let host = house.organiser("Louise").await;
    let titles = [
        "New",
        "new",
        "NEW!",
        "...",
        "a.b.c",
        "Café 😀 Noël",
        "  x  ",
        "…",
        "日本",
        "events/new",
        "%2e%2e",
        "-",
        "Friday night 2",
        "friday-night",
        "Friday night",
    ];
    for title in titles {
        let slug = plan(&host, json!({ "title": title })).await;
        assert!(slug != "new" && !slug.is_empty() && slug.len() <= 70, "{title}: {slug}");
        assert!(slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{title}: {slug}");
        let renamed =
            host.patch(&format!("/api/v1/events/{slug}"), json!({ "title": "Another" })).await.expect(200).json();
        assert_eq!(
            (renamed["slug"].as_str(), renamed["title"].as_str()),
            (Some(slug.as_str()), Some("Another")),
            "an address stays"
        );
    }
}

async fn clock_changes_skip_and_double_an_hour(house: House) {
    let host = house.organiser("Louise").await;
    let planned = async |local: &str, zone: &str| {
        let body = json!({ "title": "T", "starts_local": local, "duration_minutes": 60, "time_zone": zone });
        host.post("/api/v1/events", body).await
    };
    for (local, zone) in [
        ("2027-03-28T01:00", "Europe/London"),
        ("2027-03-28T01:59", "Europe/London"),
        ("2027-03-14T02:30", "America/New_York"),
    ] {
        assert_eq!(planned(local, zone).await.expect(422).wrong_fields(), ["starts_local"], "{local} isn't there");
    }
    for (local, zone, at) in [
        ("2027-03-28T00:59", "Europe/London", "2027-03-28T00:59:00Z"),
        ("2027-03-28T02:00", "Europe/London", "2027-03-28T01:00:00Z"),
        ("2027-10-31T01:30", "Europe/London", "2027-10-31T00:30:00Z"),
        ("2027-10-31T02:00", "Europe/London", "2027-10-31T02:00:00Z"),
        ("2027-11-07T01:30", "America/New_York", "2027-11-07T05:30:00Z"),
    ] {
        assert_eq!(planned(local, zone).await.expect(201).json()["starts_at"], at, "{local}");
    }
    assert_eq!(planned("2027-03-26T21:00", "Europe/Nowhere").await.expect(422).wrong_fields(), ["time_zone"]);
    for bad in ["", "2027-03-26", "21:00", "2027-02-30T21:00", "2027-03-26T25:00", "26/03/2027 21:00"] {
        assert_eq!(planned(bad, "Europe/London").await.expect(422).wrong_fields(), ["starts_local"], "{bad}");
    }
    // The night lasts its minutes, whatever the clock does meanwhile.
    let body = json!({ "title": "Through", "starts_local": "2027-03-28T00:30", "duration_minutes": 60 });
    assert_eq!(host.post("/api/v1/events", body).await.expect(201).json()["ends_at"], "2027-03-28T01:30:00Z");
}

async fn limits_are_kept_to_the_minute(house: House) {
    let host = house.organiser("Louise").await;
    for (field, fits, too_much) in [
        (
            "duration_minutes",
            vec![json!(15), json!(720)],
            vec![json!(14), json!(721), json!(0), json!(-60), json!(i64::MAX)],
        ),
        ("title", vec![json!("t"), json!("é".repeat(120))], vec![json!(""), json!("  "), json!("é".repeat(121))]),
        ("summary", vec![json!("s".repeat(300))], vec![json!("s".repeat(301))]),
        ("description_markdown", vec![json!("d".repeat(4_000))], vec![json!("d".repeat(4_001))]),
        (
            "hashtag",
            vec![json!("Ward_9"), json!("#Café")],
            vec![json!("two words"), json!("123"), json!("a-b"), json!("")],
        ),
        ("mood", vec![json!("party"), json!("gentle"), json!("remembrance")], vec![json!("wild"), json!("")]),
        ("screening", vec![json!("open"), json!("first"), json!("all")], vec![json!("none")]),
        (
            "target_pence",
            vec![json!(1), json!(100_000_000), Value::Null],
            vec![json!(0), json!(-1), json!(100_000_001)],
        ),
        (
            "story_slugs",
            vec![json!(["edges", "unashamedly-me"]), json!([])],
            vec![json!(["nowhere"]), json!(["edges", "edges"])],
        ),
    ] {
        for value in fits {
            plan(&host, json!({ field: value })).await;
        }
        for value in too_much {
            let mut body = json!({ "title": "T", "starts_local": "2027-03-26T21:00", "duration_minutes": 60 });
            body[field] = value;
            assert_eq!(host.post("/api/v1/events", body).await.expect(422).wrong_fields(), [field]);
        }
    }
    let nothing = host.post("/api/v1/events", json!({})).await.expect(422).wrong_fields();
    assert_eq!(nothing, ["title", "starts_local", "duration_minutes"], "all that is missing is said at once");
}

async fn splits_are_checked(house: House) {
    let host = house.organiser("Louise").await;
    let of = |weights: &[(&str, i64)], kind: &str| {
        weights.iter().map(|(slug, weight)| json!({ "slug": slug, kind: weight })).collect::<Vec<Value>>()
    };
    let (cavell, lungs, sepsis) = ("cavell-nurses-trust", "british-lung-foundation", "sepsis-trust");
    for (charities, percents) in [
        (of(&[(cavell, 1), (lungs, 1), (sepsis, 1)], "parts"), vec![34, 33, 33]),
        (of(&[(cavell, 2), (sepsis, 1)], "parts"), vec![67, 33]),
        (of(&[(cavell, 70), (lungs, 20), (sepsis, 10)], "percent"), vec![70, 20, 10]),
        (of(&[(sepsis, 7)], "parts"), vec![100]),
        (vec![json!({ "slug": lungs }), json!({ "slug": sepsis })], vec![50, 50]),
    ] {
        let slug = plan(&host, json!({ "charities": charities })).await;
        let night = event(&host, &slug).await;
        let found: Vec<i64> = night["charities"]
            .as_array()
            .expect("charities")
            .iter()
            .filter_map(|one| one["percent"].as_i64())
            .collect();
        assert_eq!(found.iter().sum::<i64>(), 100, "{night}");
        assert_eq!(found, percents);
    }
    for bad in [
        of(&[(cavell, 50), (lungs, 49)], "percent"),
        of(&[(cavell, 101), (lungs, -1)], "percent"),
        of(&[(cavell, 0)], "parts"),
        of(&[(cavell, -1), (lungs, 2)], "parts"),
        of(&[("nobody", 1)], "parts"),
        of(&[(cavell, 1), (cavell, 1)], "parts"),
        vec![],
        of(&[(cavell, i64::MAX)], "parts"),
    ] {
        let body =
            json!({ "title": "T", "starts_local": "2027-03-26T21:00", "duration_minutes": 60, "charities": bad });
        assert_eq!(host.post("/api/v1/events", body).await.expect(422).wrong_fields(), ["charities"], "{bad:?}");
    }
}
