//! The JSON of the contract, field by field: a field more, less or of another type is somebody's script broken.

use serde_json::{Value, json};

use super::shape::{assert_shape, assert_shapes};
use crate::support::{Actor, House, on_both};

on_both!(
    an_event_has_the_fields_of_the_contract,
    a_share_has_the_fields_of_the_contract,
    a_pledge_has_the_fields_of_the_contract,
    totals_have_the_fields_of_the_contract,
    charities_and_stories_have_the_fields_of_the_contract,
    what_is_found_has_the_fields_of_the_contract,
    a_replay_has_the_fields_of_the_contract,
    errors_are_problem_documents,
);

const EVENT: &str = "id:id slug:text title:text summary:text? description_markdown:text? description_html:text mood:text \
    hashtag:text status:text starts_at:time ends_at:time starts_local:local time_zone:text duration_minutes:number \
    target_pence:number? milestones:list charities:list hosts:list lineup:list is_paused:flag welcome:text? quiet_since:time? story_slugs:list songs_each:number? going:number series:object? share_count:number totals:object url:url";
const SLOT: &str = "id:id host:text title:text? minutes:number anchor_local:local? starts_at:time ends_at:time \
    begun_at:time? ended_at:time? expected_at:time behind_minutes:number? is_on:flag";
const SHARE: &str = "id:id event:text track:object shared_by:text joined_by:list dedication:text? state:text \
    shared_at:time played_at:time? dances:number";
const TRACK: &str = "id:id title:text? artist:text? service:text? kind:text? service_id:text? url:url? embed_url:url? \
    links:list";
const PLEDGE: &str = "id:id reference:text event:text kind:text amount_pence:number? rate_pence:number? \
    cap_pence:number? percent:number? pot_pence:number? state:text promised_pence:number at_most_pence:number \
    claimed_pence:number received_pence:number split:list allocations:list name:text? message:text? gift_aid:flag \
    show_name:flag show_amount:flag show_message:flag made_at:time";
const PUBLIC_PLEDGE: &str = "id:id kind:text made_at:time name:text? amount_pence:number? message:text?";
const TOTALS: &str = "promised_pence:number at_most_pence:number claimed_pence:number received_pence:number \
    gift_aid_estimate_pence:number target_pence:number? pledges:number supporters:number shares:number dancing:number \
    by_charity:list revision:number as_of:time";
const CHARITY_TOTAL: &str = "charity:text name:text promised_pence:number claimed_pence:number received_pence:number \
    gift_aid_estimate_pence:number";
const STORY: &str = "slug:text title:text teller:text? summary:text themes:list content_note:text? source_url:url \
    media_url:url? transcript:list events:list tracks:list";
const PROBLEM: &str = "type:text title:text status:number detail:text instance:text";

async fn an_event_has_the_fields_of_the_contract(house: House) {
    let host = house.organiser("Louise").await;
    let bare = json!({ "title": "Bare", "starts_local": "2027-03-27T21:00", "duration_minutes": 60 });
    let bare = host.post("/api/v1/events", bare).await.expect(201);
    let slug = bare.json()["slug"].as_str().expect("a slug").to_owned();
    assert_eq!(bare.header("location"), Some(format!("/api/v1/events/{slug}").as_str()));
    assert_shape("a bare event", EVENT, &bare.json());

    let full = house.night(&host, full_night()).await;
    let event = house.stranger().get(&format!("/api/v1/events/{full}")).await.expect(200).json();
    assert_shape("a full event", EVENT, &event);
    assert_shapes("charities", "slug:text name:text parts:number percent:number", &event["charities"]);
    assert_shapes(
        "milestones",
        "percent:number? amount_pence:number label:text? reached_at:time?",
        &event["milestones"],
    );
    assert_shapes("hosts", "name:text", &event["hosts"]);
    assert_shapes("lineup", SLOT, &event["lineup"]);
    assert_shape("totals", TOTALS, &event["totals"]);
    assert_eq!(event["story_slugs"], json!(["edges"]));
    assert_eq!(event["url"], format!("http://disco.test/events/{full}"));
    assert_eq!(event["starts_local"], "2027-03-26T21:00");
    assert_eq!(event["starts_at"], "2027-03-26T21:00:00Z");

    let lineup = house.stranger().get(&format!("/api/v1/events/{full}/lineup")).await.expect(200).json();
    assert_shape("a line-up", "slots:list behind_minutes:number?", &lineup);
    assert_eq!(lineup["slots"], event["lineup"]);
}

fn full_night() -> Value {
    json!({
        "summary": "Songs for the ward.", "description_markdown": "**Come** as you are.", "mood": "gentle",
        "hashtag": "Ward9", "target_pence": 50_000, "story_slugs": ["edges"], "screening": "open",
        "charities": [{ "slug": "sepsis-trust", "parts": 2 }, { "slug": "cavell-nurses-trust", "parts": 1 }],
        "lineup": [{ "host": "Sam", "title": "Northern soul", "minutes": 30 },
            { "host": "Priya", "minutes": 30, "anchor_local": "2027-03-26T22:00" }],
    })
}

async fn a_share_has_the_fields_of_the_contract(house: House) {
    let host = house.organiser("Louise").await;
    let shares = format!("/api/v1/events/{}/shares", house.night(&host, json!({})).await);
    let (sam, priya) = (house.guest("Sam").await, house.guest("Priya").await);
    let typed = sam.post(&shares, json!({ "title": "Blue Monday" })).await.expect(201).json();
    assert_shape("what POST answers", &format!("{SHARE} joined:flag"), &typed);
    assert_shape("a typed song", TRACK, &typed["track"]);
    for empty in ["artist", "service", "kind", "service_id", "url", "embed_url"] {
        assert!(typed["track"][empty].is_null(), "{empty} of a typed song is null, not absent");
    }

    let link = json!({ "link": "https://youtu.be/HgzGwKwLmgM", "title": "Don't Stop Me Now", "artist": "Queen",
        "dedication": "for everyone on nights" });
    let linked = sam.post(&shares, link.clone()).await.expect(201);
    let path = linked.header("location").expect("a location").to_owned();
    priya.post(&shares, link).await.expect(200);
    let share = house.stranger().get(&path).await.expect(200).json();
    assert_shape("a share", SHARE, &share);
    assert_shape("a linked song", TRACK, &share["track"]);
    assert_shapes("links", "service:text kind:text url:url embed_url:url? is_gone:flag", &share["track"]["links"]);
    assert_eq!(share["track"]["service"], "youtube");
    assert_eq!(share["track"]["service_id"], "HgzGwKwLmgM");
    assert_eq!(share["joined_by"], json!(["Priya"]));
    assert_eq!(share["state"], "shown");

    let list = house.stranger().get(&shares).await.expect(200).json();
    assert_shape("a list", "items:list next:text?", &list);
    assert_shapes("shares", SHARE, &list["items"]);
    assert_eq!(list["items"][1], share);
}

async fn pledge(who: &Actor, slug: &str, key: &str, more: Value) -> Value {
    let mut body = json!({ "kind": "fixed", "amount_pence": 1_001 });
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    who.post_once(&format!("/api/v1/events/{slug}/pledges"), key, body).await.expect(201).json()
}

async fn a_pledge_has_the_fields_of_the_contract(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let anyone = house.stranger();
    let made = pledge(&anyone, &slug, "contract-1", json!({})).await;
    assert_shape("what POST answers", &format!("{PLEDGE} manage_token:text manage_url:url"), &made);
    for off in ["gift_aid", "show_name", "show_amount", "show_message"] {
        assert_eq!(made[off], false, "{off} is off unless said");
    }
    let named = json!({ "name": "Jo", "message": "For the ward", "show_name": true, "show_amount": true,
        "show_message": true, "email": "jo@example.org" });
    let named = pledge(&anyone, &slug, "contract-2", named).await;
    let token = named["manage_token"].as_str().expect("a token");
    assert_eq!(named["manage_url"], format!("http://disco.test/pledges/{token}"));

    let mine = anyone.get(&format!("/api/v1/pledges/{token}")).await.expect(200).json();
    assert_shape("my pledge", PLEDGE, &mine);
    assert_shapes("a split", "charity:text parts:number percent:number", &mine["split"]);
    let part = "charity:text promised_pence:number received_pence:number pay_url:url";
    assert_shapes("allocations", part, &mine["allocations"]);

    let list = format!("/api/v1/events/{slug}/pledges");
    let hosts = host.get(&list).await.expect(200).json();
    assert_shapes("the hosts' list", PLEDGE, &hosts["items"]);
    let public = anyone.get(&format!("{list}?public=true")).await.expect(200).json();
    assert_shapes("the public list", PUBLIC_PLEDGE, &public["items"]);
    assert!(public["items"].to_string().contains("For the ward"));
    assert!(!public.to_string().contains("jo@example.org"), "an address is nobody's business");
    assert!(!hosts.to_string().contains("manage_token"), "a host can't open somebody's pledge");
}

async fn totals_have_the_fields_of_the_contract(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "target_pence": 10_000 })).await;
    pledge(&house.stranger(), &slug, "contract-3", json!({ "gift_aid": true })).await;
    let anyone = house.stranger();
    for path in [format!("/api/v1/events/{slug}/totals"), "/api/v1/totals".to_owned()] {
        let totals = anyone.get(&path).await.expect(200).json();
        assert_shape("totals", TOTALS, &totals);
        assert_shapes("by_charity", CHARITY_TOTAL, &totals["by_charity"]);
        assert_eq!((totals["promised_pence"].as_i64(), totals["at_most_pence"].as_i64()), (Some(1_001), Some(1_001)));
        assert_eq!(totals["gift_aid_estimate_pence"], 250, "25p in the pound, rounded down");
    }
}

async fn a_replay_has_the_fields_of_the_contract(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "target_pence": 1_000 })).await;
    let at = format!("/api/v1/events/{slug}");
    host.post(&format!("{at}/opening"), json!({})).await.expect(200);
    let song = json!({ "title": "Blue Monday" });
    let share = host.post(&format!("{at}/shares"), song.clone()).await.expect(201).json();
    house.guest("Priya").await.post(&format!("{at}/shares"), song).await.expect(200);
    host.put(&format!("{at}/now-playing"), json!({ "share_id": share["id"] })).await.expect(200);
    let dances = format!("/api/v1/shares/{}/dances", share["id"].as_str().expect("an id"));
    house.stranger().post(&dances, json!({})).await.expect(200);
    pledge(&house.stranger(), &slug, "contract-replay", json!({})).await;
    host.post(&format!("{at}/closing"), json!({})).await.expect(200);
    let replay = house.stranger().get(&format!("{at}/replay")).await.expect(200).json();
    let fields = "event:text title:text mood:text time_zone:text url:url starts_at:time ends_at:time is_whole:flag \
        moments:list";
    assert_shape("a replay", fields, &replay);
    assert_shapes("moments", "at_ms:number kind:text data:object", &replay["moments"]);
    assert_eq!(replay["is_whole"], true);
    for (kind, fields) in [
        ("share", SHARE),
        ("share_joined", "share_id:id name:text"),
        ("now_playing", "share:object?"),
        ("dance", "share_id:id dances:number"),
        ("pledge", PUBLIC_PLEDGE),
        ("milestone", "percent:number? amount_pence:number label:text?"),
        ("totals", "promised_pence:number"),
        ("status", "status:text"),
    ] {
        let moments = replay["moments"].as_array().expect("moments");
        let of_kind: Vec<&Value> = moments.iter().filter(|moment| moment["kind"] == kind).collect();
        assert!(!of_kind.is_empty(), "no {kind}");
        for moment in of_kind {
            assert_shape(kind, fields, &moment["data"]);
        }
    }
}

async fn charities_and_stories_have_the_fields_of_the_contract(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "story_slugs": ["edges"] })).await;
    let anyone = house.stranger();
    let charity =
        "slug:text name:text about:text names:list numbers:list giving_url:url checked_on:date? merged_into:text?";
    let charities = anyone.get("/api/v1/charities").await.expect(200).json();
    assert_shapes("charities", charity, &charities["items"]);
    let cavell = anyone.get("/api/v1/charities/cavell-nurses-trust").await.expect(200).json();
    assert_shape("a charity", charity, &cavell);
    assert_shapes("names", "name:text from:date? until:date?", &cavell["names"]);
    assert_shapes("numbers", "register:text number:text", &cavell["numbers"]);

    let stories = anyone.get("/api/v1/stories").await.expect(200).json();
    assert_shapes("stories", STORY, &stories["items"]);
    let edges = anyone.get("/api/v1/stories/edges").await.expect(200).json();
    assert_shape("a story", STORY, &edges);
    assert_eq!(edges["events"], json!([slug]));

    let guest = anyone.post("/api/v1/guests", json!({ "nickname": "Sam" })).await.expect(201).json();
    assert_shape("a guest", "id:id nickname:text token:text", &guest);
}

async fn what_is_found_has_the_fields_of_the_contract(house: House) {
    let host = house.organiser("Louise").await;
    let anyone = house.stranger();
    let empty = anyone.get("/api/v1/search?q=edges+and+nothing").await.expect(200).json();
    assert_eq!(empty, json!({ "events": [], "tracks": [], "stories": [] }));
    let mut night = full_night();
    night["title"] = json!("Edges of the night");
    let slug = house.night(&host, night).await;
    let song = json!({ "link": "https://youtu.be/HgzGwKwLmgM", "title": "Edges" });
    let share = host.post(&format!("/api/v1/events/{slug}/shares"), song).await.expect(201).json();
    let found = anyone.get("/api/v1/search?q=edges").await.expect(200).json();
    assert_shape("what is found", "events:list tracks:list stories:list", &found);
    // Each is what its own address answers.
    assert_eq!(found["events"], json!([anyone.get(&format!("/api/v1/events/{slug}")).await.expect(200).json()]));
    assert_eq!(found["tracks"], json!([share["track"]]));
    assert_eq!(found["stories"], json!([anyone.get("/api/v1/stories/edges").await.expect(200).json()]));
}

async fn errors_are_problem_documents(house: House) {
    let host = house.organiser("Louise").await;
    let missing = house.stranger().get("/api/v1/events/nowhere").await.expect(404);
    assert_eq!(missing.header("content-type"), Some("application/problem+json"));
    assert_shape("a 404", PROBLEM, &missing.json());
    assert_eq!((missing.json()["status"].as_i64(), missing.json()["title"].as_str()), (Some(404), Some("Not Found")));

    let wrong = json!({ "title": "", "starts_local": "tomorrow", "duration_minutes": 14 });
    let wrong = host.post("/api/v1/events", wrong).await.expect(422);
    assert_shape("a 422", &format!("{PROBLEM} errors:list"), &wrong.json());
    assert_shapes("errors", "field:text message:text", &wrong.json()["errors"]);
    let fields = wrong.wrong_fields();
    for field in ["title", "starts_local", "duration_minutes"] {
        assert!(fields.iter().any(|found| found == field), "{field} is named among {fields:?}");
    }
}
