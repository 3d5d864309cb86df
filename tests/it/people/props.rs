//! What stands on the stage beside songs and money: charities, reports, and people who come and go.

use entity::rsvp;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use super::stage::{Cast, fresh_key};
use crate::support::{Actor, House};

/// A charity as it is sent.
pub fn charity(name: &str) -> Value {
    json!({ "name": name, "about": "Helps a ward.", "giving_url": "https://ward.example/" })
}

/// Two charities of this stage alone: one that stands for itself, and one that is part of it.
pub async fn charities(host: &Actor) -> (String, String) {
    let mut slugs = Vec::new();
    for name in ["Ward 9", "Ward 8"] {
        let added = host.post("/api/v1/charities", charity(name)).await.expect(201).json();
        slugs.push(added["slug"].as_str().expect("a slug").to_owned());
    }
    let merger = json!({ "into": slugs[0], "from": "2027-03-20" });
    host.post(&format!("/api/v1/charities/{}/merger", slugs[1]), merger).await.expect(200);
    (slugs.swap_remove(0), slugs.swap_remove(0))
}

/// A report of this song, and a complaint.
pub async fn reports(cast: &Cast, slug: &str, share: &str) -> (String, String) {
    let (gita, owner) = (&cast.guest.token, &cast.owner.token);
    let about = json!({ "about": format!("share:{share}"), "reason": "unkind" });
    gita.post("/api/v1/reports", about).await.expect(201);
    gita.post("/api/v1/reports", json!({ "words": "A complaint" })).await.expect(201);
    let of_night = owner.get(&format!("/api/v1/events/{slug}/kindness")).await.expect(200).json();
    let of_owners = owner.get("/api/v1/reports").await.expect(200).json();
    let last = |list: &Value| list.as_array().and_then(|all| all.last()).expect("a report")["id"].clone();
    let text = |value: Value| value.as_str().expect("an id").to_owned();
    (text(last(&of_night["reports"])), text(last(&of_owners["items"])))
}

/// Whoever shared the song, and somebody who shared another and sits the night out.
pub async fn guests(house: &House, cast: &Cast, slug: &str) -> (String, String) {
    house
        .guest("Bob")
        .await
        .post(&format!("/api/v1/events/{slug}/shares"), json!({ "title": "Rude" }))
        .await
        .expect(201);
    let at = format!("/api/v1/events/{slug}");
    let people = cast.host.token.get(&format!("{at}/kindness")).await.expect(200).json();
    let guest = |name: &str| {
        let mut all = people["people"].as_array().expect("people").iter();
        all.find(|one| one["nickname"] == name).expect("them")["guest"].as_str().expect("an id").to_owned()
    };
    let (sam, bob) = (guest("Sam"), guest("Bob"));
    cast.host.token.post(&format!("{at}/guests/{bob}/block"), json!({})).await.expect(200);
    (sam, bob)
}

/// What there is to a night's song besides its name.
pub struct Links {
    /// One that it has.
    pub link: String,
    /// The track of another song of the night.
    pub other_track: String,
    /// A share that became part of this one.
    pub merged: String,
}

/// Gives a song a link, and another song that it is the same as; and shares a third.
pub async fn links(cast: &Cast, slug: &str, share: &str) -> Links {
    let host = &cast.host.token;
    let (at, link) = (format!("/api/v1/shares/{share}"), "https://youtu.be/c1GxjzHm5us");
    host.post(&format!("{at}/links"), json!({ "link": link })).await.expect(200);
    let mut songs = Vec::new();
    for _ in 0..2 {
        // A name of its own each time: songs are the same on every night.
        let song = json!({ "title": fresh_key() });
        songs.push(host.post(&format!("/api/v1/events/{slug}/shares"), song).await.expect(201).json());
    }
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let same = json!({ "track_id": songs[0]["track"]["id"] });
    host.post(&format!("{at}/merger"), same).await.expect(200);
    Links { link: link.to_owned(), other_track: text(&songs[1]["track"]["id"]), merged: text(&songs[0]["id"]) }
}

/// The secret of somebody who says they'll be there on this night.
pub async fn rsvp_token(house: &House, slug: &str) -> String {
    let body = json!({ "email": format!("{}@disco.test", super::stage::fresh_key()) });
    house.guest("Rosa").await.post(&format!("/api/v1/events/{slug}/rsvp"), body).await.expect(200);
    let newest = rsvp::Entity::find().order_by_desc(rsvp::Column::Id).one(house.app.db.read()).await;
    house.app.keys.token("rsvp", newest.expect("a database").expect("one").id.0, 0)
}

/// A series of this host's, and its first night.
pub async fn series(house: &House, host: &Actor) -> (String, String) {
    let night = house.night(host, json!({ "title": "Again", "starts_local": "2027-04-02T21:00" })).await;
    let rule = json!({ "rule": "FREQ=WEEKLY" });
    let made = host.post(&format!("/api/v1/events/{night}/series"), rule).await.expect(201).json();
    (made["id"].as_str().expect("an id").to_owned(), night)
}
