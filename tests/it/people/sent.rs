//! What each route is sent when all is well.

use serde_json::{Value, json};

use super::props::charity;
use super::routes::Route;
use super::stage::{STATEMENT, Stage, fresh_key, lineup};

impl Stage {
    /// What a route's form sends when all is well, without its token.
    pub fn form(&self, route: &Route) -> Vec<(&'static str, String)> {
        let fields: &[(&str, &str)] = match route.path.as_str() {
            "/report" => &[("words", "Something is wrong")],
            "/host/words" => &[("word", "cold fish")],
            "/host/events/{slug}/kindness" => &[("songs_each", "3"), ("screening", "open")],
            "/events/{slug}/share" => &[("title", "Le Freak"), ("nickname", "Nell")],
            "/events/{slug}/pledge" | "/events/{slug}/pledge/check" => &[("amount", "5")],
            "/pledges/{manage_token}/change" => &[("amount", "12"), ("message", "Changed")],
            "/pledges/{manage_token}/payments" => &[("charity", "sepsis-trust"), ("amount", "1.50")],
            "/pledges/{manage_token}/switches" => &[("show_name", "on")],
            "/sign-in" => &[("email", "nobody@disco.test")],
            "/set-up/{secret}" => &[("email", "eve@disco.test"), ("name", "Eve")],
            "/host/charities/new" => {
                &[("name", "Ward 9"), ("about", "Helps ward 9."), ("giving_url", "https://ward9.example/")]
            }
            "/host/charities/{slug}" => &[("about", "Helps us."), ("giving_url", "https://ward9.example/")],
            "/host/charities/{slug}/names" => &[("name", "Ward Nine"), ("from", "2027-03-20")],
            "/host/charities/{slug}/merger" => &[("into", "sepsis-trust"), ("from", "2027-03-20")],
            "/host/account/tokens" => &[("hours", "1")],
            "/host/events/new" | "/host/events/{slug}/details" => &[
                ("title", "Renamed"),
                ("starts_local", "2027-03-26T21:00"),
                ("duration_minutes", "120"),
                ("charities", "sepsis-trust"),
                ("lineup", "30, Dee\n30, Jay"),
            ],
            "/host/events/{slug}/series" => &[("every", "week")],
            "/host/series/{series}" => &[("rule", "FREQ=WEEKLY;INTERVAL=2"), ("time", "21:00")],
            "/host/series/{series}/pattern" => &[("event", &self.series_night)],
            "/host/events/{slug}/copies" => &[("starts_local", "2027-04-02T21:00")],
            "/host/events/{slug}/imports" | "/host/events/{slug}/imports/confirmation" => {
                &[("charity", "sepsis-trust"), ("source", "csv"), ("statement", STATEMENT)]
            }
            "/host/events/{slug}/songs" | "/host/events/{slug}/songs/confirmation" => {
                &[("playlist", "Chic - Le Freak"), ("format", "txt"), ("songs", "1")]
            }
            "/host/events/{slug}/payments" => &[("charity", "sepsis-trust"), ("amount", "1.50"), ("method", "cash")],
            "/host/events/{slug}/import-rows/{id}/assignment" => &[("none", "true")],
            "/host/events/{slug}/now-playing" | "/decks/{token}/now-playing" => &[("share_id", &self.share)],
            "/host/events/{slug}/tonight" => &[("welcome", "Hello")],
            "/host/events/{slug}/decks" => &[("slot_id", &self.slot)],
            "/host/events/{slug}/slots/{id}/place" => &[("before", "")],
            "/host/events/{slug}/shares/{id}/name" => &[("title", "Blue Monday"), ("artist", "New Order")],
            "/host/events/{slug}/shares/{id}/links" => &[("link", "https://youtu.be/c1GxjzHm5us")],
            "/host/events/{slug}/shares/{id}/links/state" => &[("url", &self.links.link), ("is_gone", "true")],
            "/host/events/{slug}/shares/{id}/merger" => &[("other", &self.links.other_track)],
            "/host/events/{slug}/shares/{id}/split" => &[("share_id", &self.links.merged)],
            "/decks/{token}/songs" => &[("link", "Le Freak")],
            _ => &[],
        };
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned()));
        // A detail of charities can't change once there are pledges.
        let kept = fields.filter(|(name, _)| *name != "charities" || route.path.ends_with("/new"));
        let founding = ["cavell-nurses-trust", "british-lung-foundation", "sepsis-trust"];
        let ticks =
            founding.iter().filter(|_| route.path.ends_with("/details")).map(|slug| ("charities", (*slug).to_owned()));
        kept.chain(ticks).chain([("idempotency_key", fresh_key())]).collect()
    }

    /// What a route of the API is sent when all is well.
    pub fn json(&self, route: &Route) -> Value {
        match (route.method.as_str(), route.path.trim_start_matches("/api/v1")) {
            ("POST", "/guests") => json!({ "nickname": "Nell" }),
            ("POST", "/reports") => json!({ "words": "Something is wrong" }),
            ("POST", "/words") => json!({ "word": format!("fish {}", fresh_key()) }),
            ("POST", "/events") => {
                json!({ "title": "New", "starts_local": "2027-03-26T21:00", "duration_minutes": 60 })
            }
            ("PATCH", "/events/{slug}") => json!({ "summary": "Changed" }),
            ("POST", "/events/{slug}/series") | ("PATCH", "/series/{series}") => json!({ "rule": "FREQ=WEEKLY" }),
            ("PUT", "/series/{series}/pattern") => json!({ "event": self.series_night }),
            ("POST", "/events/{slug}/copies") => json!({ "starts_local": "2027-04-02T21:00" }),
            ("PUT", "/events/{slug}/lineup") => json!({ "slots": lineup() }),
            ("PUT", "/events/{slug}/now-playing" | "/decks/{token}/now-playing") => json!({ "share_id": self.share }),
            ("PUT", "/events/{slug}/decks") => json!({ "slot_id": self.slot }),
            ("POST", "/events/{slug}/shares" | "/decks/{token}/shares") => json!({ "title": "Le Freak" }),
            ("POST", "/events/{slug}/playlist") => json!({ "playlist": { "track": [{ "title": "Le Freak" }] } }),
            ("PATCH", "/shares/{id}") => json!({ "dedication": "for the night shift" }),
            ("POST", "/shares/{id}/links") => json!({ "link": self.links.link }),
            ("PATCH", "/shares/{id}/links") => json!({ "url": self.links.link, "is_gone": true }),
            ("POST", "/shares/{id}/merger") => json!({ "track_id": self.links.other_track }),
            ("POST", "/shares/{id}/split") => json!({ "share_id": self.links.merged }),
            ("POST", "/events/{slug}/pledges") => json!({ "kind": "fixed", "amount_pence": 500 }),
            ("POST", "/pledges/{manage_token}/payments" | "/events/{slug}/payments") => {
                json!({ "charity": "sepsis-trust", "amount_pence": 100 })
            }
            ("POST", "/import-rows/{id}/assignment") => json!({ "pledge_reference": null }),
            ("PUT", "/pledges/{manage_token}/reminders") => json!({ "wanted": false }),
            ("POST", "/charities") => charity("Ward 9"),
            ("PATCH", "/charities/{slug}") => json!({ "about": "Helps us." }),
            ("POST", "/charities/{slug}/names") => json!({ "name": "Ward Nine", "from": "2027-03-20" }),
            ("POST", "/charities/{slug}/merger") => json!({ "into": "sepsis-trust", "from": "2027-03-20" }),
            ("PATCH", "/pledges/{manage_token}") => json!({ "message": "Changed" }),
            _ => json!({}),
        }
    }
}
