//! A stage for the promises about every route: a night in one state, the people around it, and for each route the
//! request that would do what it is there for.

use axum::body::Body;
use axum::http::Method;
use entity::ids::AccountId;
use serde_json::{Value, json};
use twitterdisco::accounts::{self, Email};

use super::props::{Links, charities, guests, links, reports, rsvp_token, series};
use super::routes::Route;
use crate::support::{Actor, Answer, House};

/// How far the night is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Night {
    Draft,
    Planned,
    Live,
    Over,
}

/// One person, with a token and in a browser.
#[derive(Clone)]
pub struct Person {
    pub token: Actor,
    pub browser: Actor,
}

/// Those who come, from the least to the most trusted.
#[derive(Clone)]
pub struct Cast {
    pub guest: Person,
    /// Hosts a night, but another one.
    pub organiser: Person,
    pub host: Person,
    pub owner: Person,
    /// Shared the songs and made the pledge.
    pub sam: Person,
    /// The night that the organiser hosts.
    pub elsewhere: String,
}

/// A night with two songs, one of them removed, a pledge, a statement, and two slots, of which the first is on.
pub struct Stage {
    pub slug: String,
    pub share: String,
    /// The slot that is on once the night is live, the one after it, and the secret of the first.
    pub slot: String,
    pub next_slot: String,
    pub deck_token: String,
    pub removed_share: String,
    pub pledge: String,
    pub manage_token: String,
    /// What its supporter said of it.
    pub payment: String,
    pub import: String,
    /// It waits.
    pub import_row: String,
    /// Stands for itself.
    pub charity: String,
    /// Is part of that one.
    pub merged_charity: String,
    /// Signs the host in, once.
    pub secret: String,
    /// Of the song.
    pub report: String,
    pub complaint: String,
    pub sharer: String,
    /// Somebody who sits the night out.
    pub blocked: String,
    /// On the owners' list.
    pub word: String,
    /// The secret of somebody's "I'll be there".
    pub rsvp_token: String,
    /// A series of the host's, and its first night.
    pub series: String,
    pub series_night: String,
    /// The song that was shared, and what there is to it.
    pub track: String,
    pub links: Links,
}

impl Cast {
    pub async fn new(house: &House) -> Self {
        let mut people = Vec::new();
        for name in ["Odile", "Hana", "Olga"] {
            let token = if name == "Olga" { house.owner(name).await } else { house.organiser(name).await };
            people.push(Person { token, browser: house.browser_of(name).await });
        }
        let [organiser, host, owner] = <[Person; 3]>::try_from(people).ok().expect("three of them");
        let elsewhere = house.night(&organiser.token, json!({ "title": "Another night" })).await;
        let guest = become_guest(house, &elsewhere, "Gita").await;
        let sam = become_guest(house, &elsewhere, "Sam").await;
        Self { guest, organiser, host, owner, sam, elsewhere }
    }

    /// New sessions for all, after somebody signed in or out.
    pub async fn renew(&mut self, house: &House) {
        self.guest = become_guest(house, &self.elsewhere, "Gita").await;
        for (name, person) in [("Odile", &mut self.organiser), ("Hana", &mut self.host), ("Olga", &mut self.owner)] {
            let token = accounts::make_token(&house.app, account_of(house, name).await, 24).await.expect("a token");
            *person = Person { token: Actor::new(house, Some(token)), browser: house.browser_of(name).await };
        }
    }

    /// Nobody yet; a fresh one each time, since a stranger who shares a song becomes a guest.
    pub fn stranger(house: &House) -> Person {
        Person { token: house.stranger(), browser: house.stranger() }
    }

    /// The five roles of promise 7, in this order.
    pub fn roles(&self, house: &House) -> [Person; 5] {
        [Self::stranger(house), self.guest.clone(), self.organiser.clone(), self.host.clone(), self.owner.clone()]
    }
}

/// A guest by cookie, as the page makes one, and another by token.
async fn become_guest(house: &House, slug: &str, nickname: &str) -> Person {
    let browser = house.stranger();
    let page = format!("/events/{slug}/share");
    browser.fill_in(&page, &page, &[("nickname", nickname), ("title", nickname)]).await.expect(303);
    Person { token: house.guest(nickname).await, browser }
}

impl Stage {
    pub async fn set(house: &House, cast: &Cast, night: Night) -> Self {
        let slug = match night {
            Night::Draft => plan(&cast.host.token).await,
            _ => house.night(&cast.host.token, json!({ "lineup": lineup() })).await,
        };
        if matches!(night, Night::Live | Night::Over) {
            cast.host.token.post(&format!("/api/v1/events/{slug}/opening"), json!({})).await.expect(200);
        }
        let (slot, next_slot, deck_token) =
            slots(&cast.host.token, &slug, matches!(night, Night::Live | Night::Over)).await;
        // Nobody can share or pledge on a draft, so its rows try what belongs to another night.
        let open = if night == Night::Draft { house.night(&cast.host.token, json!({})).await } else { slug.clone() };
        let share = share(&cast.sam, &open, "Blue Monday").await;
        let song = house.stranger().get(&format!("/api/v1/shares/{share}")).await.expect(200).json();
        let track = song["track"]["id"].as_str().expect("an id").to_owned();
        let links = links(cast, &open, &share).await;
        let removed_share = self::share(&cast.sam, &open, "Africa").await;
        let removal = format!("/api/v1/shares/{removed_share}/removal");
        cast.host.token.post(&removal, json!({})).await.expect(200);
        let pledge = pledge(&cast.sam.token, &open).await;
        let text = |name: &str| pledge[name].as_str().expect("a text").to_owned();
        let (pledge, manage_token) = (text("id"), text("manage_token"));
        let payment = claim(&cast.sam.token, &manage_token).await;
        let (import, import_row) = import(&cast.host.token, &open).await;
        let secret = sign_in_secret(house, "Hana").await;
        let (charity, merged_charity) = charities(&cast.host.token).await;
        let (report, complaint) = reports(cast, &open, &share).await;
        let (sharer, blocked) = guests(house, cast, &open).await;
        let rsvp_token = rsvp_token(house, &cast.elsewhere).await;
        let (series, series_night) = series(house, &cast.host.token).await;
        let word = json!({ "word": format!("wretch {}", fresh_key()) });
        let word = cast.owner.token.post("/api/v1/words", word).await.expect(201).json();
        if night == Night::Over {
            cast.host.token.post(&format!("/api/v1/events/{slug}/closing"), json!({})).await.expect(200);
        }
        Self {
            slug,
            share,
            slot,
            next_slot,
            deck_token,
            removed_share,
            pledge,
            manage_token,
            payment,
            import,
            import_row,
            charity,
            merged_charity,
            secret,
            report,
            complaint,
            sharer,
            blocked,
            word: word["id"].as_str().expect("an id").to_owned(),
            rsvp_token,
            series,
            series_night,
            track,
            links,
        }
    }

    /// The address of a route on this stage; `verb` is what `{verb}` stands for.
    pub fn path(&self, route: &Route, verb: &str) -> String {
        let (id, slug) = match route.path.as_str() {
            path if path.contains("/slots/{id}") => (&self.next_slot, self.slug.as_str()),
            path if path.starts_with("/host/reports/") => (&self.complaint, self.slug.as_str()),
            path if path.contains("/reports/{id}") => (&self.report, self.slug.as_str()),
            path if path.contains("/words/{id}") => (&self.word, self.slug.as_str()),
            path if path.ends_with("/block/undoing") => (&self.blocked, self.slug.as_str()),
            path if path.contains("/guests/{id}") && route.method == "DELETE" => (&self.blocked, self.slug.as_str()),
            path if path.contains("/guests/{id}") => (&self.sharer, self.slug.as_str()),
            path if path.contains("/pledges/{id}") => (&self.pledge, self.slug.as_str()),
            path if path.contains("/approval") => (&self.removed_share, self.slug.as_str()),
            path if path.contains("/payments/{id}") => (&self.payment, self.slug.as_str()),
            path if path.contains("/imports/{id}") => (&self.import, self.slug.as_str()),
            path if path.contains("/import-rows/") => (&self.import_row, self.slug.as_str()),
            path if path.contains("/charities/") && (route.method == "DELETE" || path.ends_with("/undoing")) => {
                (&self.share, self.merged_charity.as_str())
            }
            path if path.contains("/charities/") => (&self.share, self.charity.as_str()),
            path if path.contains("/stories/") => (&self.share, "edges"),
            _ => (&self.share, self.slug.as_str()),
        };
        let secret = if route.path.contains("/set-up/") { "nonsense" } else { &self.secret };
        let filled = route.path.replace("{slug}", slug).replace("{id}", id).replace("{secret}", secret);
        let query = match route.path.as_str() {
            IMPORTS => imports_of(slug),
            path if path.starts_with("/api/") && path.ends_with("{slug}/playlist") => "?dry_run=false".to_owned(),
            _ => String::new(),
        };
        filled
            .replace("{manage_token}", &self.manage_token)
            .replace("{token}", &self.deck_token)
            .replace("{rsvp_token}", &self.rsvp_token)
            .replace("{series}", &self.series)
            .replace("{track}", &self.track)
            .replace("{name}", "disco.css")
            .replace("{verb}", verb)
            .replace("{charity}", "sepsis-trust")
            .replace("{file}", "entries.json")
            .replace("{playlist}", "playlist.xspf")
            + &query
    }

    /// Asks for a route as its own pages or a script would.
    pub async fn ask(&self, person: &Person, route: &Route, verb: &str) -> Answer {
        let path = self.path(route, verb);
        if !route.is_unsafe() {
            let actor = if route.is_api() { &person.token } else { &person.browser };
            return actor.send(Method::GET, &path, &[], Body::empty()).await;
        }
        if route.is_unsafe() && route.path == IMPORTS {
            return send_statement(&person.token, &path).await;
        }
        if route.is_api() {
            let method = route.method.parse().expect("a method");
            let key = fresh_key();
            return person.token.with_json(method, &path, &self.json(route), &[("idempotency-key", &key)]).await;
        }
        let token = csrf_of(&person.browser).await;
        let mut fields: Vec<(String, String)> =
            self.form(route).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        fields.extend(token.map(|token| ("csrf".to_owned(), token)));
        person.browser.post_form(&path, &fields).await
    }
}

/// The token that the forms of this browser's session carry; none without a session.
pub async fn csrf_of(browser: &Actor) -> Option<String> {
    let page = browser.get("/sign-in").await.expect(200).text();
    // Asked for so often that reading the page as HTML would take most of the time.
    let (_, rest) = page.split_once("name=\"csrf\" value=\"")?;
    rest.split('"').next().map(str::to_owned)
}

/// A key that was not used before.
pub fn fresh_key() -> String {
    format!("key-{:032x}", rand::random::<u128>())
}

/// The secret of a sign-in link for an organiser of this house.
pub async fn sign_in_secret(house: &House, name: &str) -> String {
    let link = accounts::make_sign_in_link(&house.app, account_of(house, name).await).await.expect("a link");
    link.trim_start_matches("/sign-in/").to_owned()
}

/// The account of an organiser of this house.
pub async fn account_of(house: &House, name: &str) -> AccountId {
    let email = Email::new(&format!("{}@disco.test", name.to_lowercase())).expect("an address");
    let account = accounts::find_by_email(house.app.db.read(), &email).await.expect("a database");
    account.expect("an account").id
}

async fn plan(host: &Actor) -> String {
    let plan = json!({ "title": "Kept to myself", "starts_local": "2027-03-26T21:00", "duration_minutes": 120,
        "lineup": lineup() });
    host.post("/api/v1/events", plan).await.expect(201).json()["slug"].as_str().expect("a slug").to_owned()
}

pub(super) fn lineup() -> Value {
    json!([{ "host": "Dee", "minutes": 30 }, { "host": "Jay", "minutes": 30 }])
}

/// The two slots of a night and the secret of the first, which is on when the night is live.
async fn slots(host: &Actor, slug: &str, is_live: bool) -> (String, String, String) {
    let links = host.get(&format!("/api/v1/events/{slug}/decks")).await.expect(200).json();
    let text = |at: usize, field: &str| links["links"][at][field].as_str().expect("a text").to_owned();
    if is_live {
        let on = json!({ "slot_id": text(0, "slot_id") });
        host.put(&format!("/api/v1/events/{slug}/decks"), on).await.expect(200);
    }
    (text(0, "slot_id"), text(1, "slot_id"), text(0, "decks_token"))
}

async fn share(sam: &Person, slug: &str, title: &str) -> String {
    let own_page = [("sec-fetch-site", "same-origin")];
    let path = format!("/api/v1/events/{slug}/shares");
    let shared = sam.browser.with_json(Method::POST, &path, &json!({ "title": title }), &own_page).await;
    shared.expect(201).json()["id"].as_str().expect("an id").to_owned()
}

async fn pledge(sam: &Actor, slug: &str) -> Value {
    let body = json!({ "kind": "fixed", "amount_pence": 1_000, "message": "For the ward" });
    sam.post_once(&format!("/api/v1/events/{slug}/pledges"), &fresh_key(), body).await.expect(201).json()
}

/// Statements are the one thing the API takes that isn't JSON.
pub const IMPORTS: &str = "/api/v1/imports";
pub(super) const STATEMENT: &str = "date,amount\n28/03/2027,1.00\n";

fn imports_of(slug: &str) -> String {
    format!("?event={slug}&charity=sepsis-trust&source=csv&dry_run=false")
}

async fn send_statement(actor: &Actor, path: &str) -> Answer {
    let key = fresh_key();
    let headers = [("content-type", "text/csv"), ("idempotency-key", key.as_str())];
    // A row of its own each time: one that counts on another night doesn't count again here.
    actor.send(Method::POST, path, &headers, format!("id,amount\n{key},1.00\n")).await
}

/// An import of a row that waits, and that row.
async fn import(host: &Actor, slug: &str) -> (String, String) {
    let report = send_statement(host, &format!("{IMPORTS}{}", imports_of(slug))).await.expect(201).json();
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    (text(&report["id"]), text(&report["rows"][0]["id"]))
}

async fn claim(sam: &Actor, manage_token: &str) -> String {
    let given = json!({ "charity": "sepsis-trust", "amount_pence": 100 });
    let claimed = sam.post_once(&format!("/api/v1/pledges/{manage_token}/payments"), &fresh_key(), given).await;
    claimed.expect(201).json()["id"].as_str().expect("an id").to_owned()
}
