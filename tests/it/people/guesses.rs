//! Promise 7, beyond the table: a host has no hand in another night, a guest none in another guest's song, and ids and
//! secrets can't be guessed, not even from a good one.

use axum::body::Body;
use axum::http::Method;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use super::stage::{Cast, Night, Stage, csrf_of, fresh_key};
use crate::support::{Actor, House, on_both, scale};

on_both!(
    a_host_has_no_hand_in_another_night,
    a_guest_has_no_hand_in_another_guests_song,
    a_draft_looks_like_nothing_at_all,
    a_pledge_opens_to_its_own_secret_only,
    guesses_hit_nothing,
);

/// The fault: a page that checks the night of its address, and then takes a song or a pledge of any night.
async fn a_host_has_no_hand_in_another_night(house: House) {
    let cast = Cast::new(&house).await;
    let stage = Stage::set(&house, &cast, Night::Live).await;
    let other = &cast.organiser;
    let own = &cast.elsewhere;
    other.token.post(&format!("/api/v1/events/{own}/opening"), json!({})).await.expect(200);
    let before = house.contents().await;

    let Stage { slug, share, removed_share, pledge, .. } = &stage;
    let api = format!("/api/v1/events/{own}");
    other.token.put(&format!("{api}/now-playing"), json!({ "share_id": share })).await.expect(422);
    other.token.post(&format!("{api}/pledges/{pledge}/removal"), json!({})).await.expect(404);
    other.token.post(&format!("/api/v1/shares/{share}/removal"), json!({})).await.expect(403);
    other.token.post(&format!("/api/v1/shares/{removed_share}/approval"), json!({})).await.expect(404);
    other.token.patch(&format!("/api/v1/shares/{share}"), json!({ "dedication": "Mine now" })).await.expect(403);
    other.token.get(&format!("/api/v1/events/{slug}/pledges")).await.expect(403);

    let csrf = csrf_of(&other.browser).await.expect("a session");
    let press = [("csrf".to_owned(), csrf)];
    for action in [
        format!("shares/{share}/removal"),
        format!("shares/{removed_share}/approval"),
        format!("pledges/{pledge}/removal"),
    ] {
        other.browser.post_form(&format!("/host/events/{own}/{action}"), &press).await.expect(404);
        other.browser.post_form(&format!("/host/events/{slug}/{action}"), &press).await.expect(403);
    }
    assert_eq!(house.contents().await, before);
}

/// The fault: a withdrawal that asks whether there is a guest, and not which.
async fn a_guest_has_no_hand_in_another_guests_song(house: House) {
    let host = house.organiser("Hana").await;
    let slug = house.night(&host, json!({ "screening": "all" })).await;
    let (sam, jo) = (house.guest("Sam").await, house.guest("Jo").await);
    let shares = format!("/api/v1/events/{slug}/shares");
    let shared = sam.post(&shares, json!({ "title": "Gold" })).await.expect(201).json();
    assert_eq!(shared["state"], "held");
    let share = format!("/api/v1/shares/{}", shared["id"].as_str().expect("an id"));

    // A held song is there for its guest and the hosts only.
    sam.get(&share).await.expect(200);
    host.get(&share).await.expect(200);
    for other in [&jo, &house.stranger()] {
        other.get(&share).await.expect(404);
        other.patch(&share, json!({ "dedication": "Mine now" })).await.expect(404);
        other.delete(&share).await.expect(404);
    }
    host.post(&format!("{share}/approval"), json!({})).await.expect(200);
    jo.patch(&share, json!({ "dedication": "Mine now" })).await.expect(403);
    jo.delete(&share).await.expect(403);
    assert_eq!(jo.get(&share).await.expect(200).json()["dedication"], json!(null));

    sam.delete(&share).await.expect(204);
    for other in [&jo, &house.stranger()] {
        other.get(&share).await.expect(404);
    }

    // The one whose song it is may do what the other may not.
    let open = house.night(&host, json!({})).await;
    let shared = sam.post(&format!("/api/v1/events/{open}/shares"), json!({ "title": "Gold" })).await.expect(201);
    let share = format!("/api/v1/shares/{}", shared.json()["id"].as_str().expect("an id"));
    jo.patch(&share, json!({ "dedication": "Mine now" })).await.expect(403);
    sam.patch(&share, json!({ "dedication": "For the night shift" })).await.expect(200);
}

/// The fault: a draft that answers otherwise than a night that never was, and so can be found by trying names.
async fn a_draft_looks_like_nothing_at_all(house: House) {
    let cast = Cast::new(&house).await;
    let draft = Stage::set(&house, &cast, Night::Draft).await.slug;
    for address in ["/events/{slug}", "/events/{slug}/mine", "/api/v1/events/{slug}", "/api/v1/events/{slug}/totals"] {
        for person in [house.stranger(), cast.guest.token.clone(), cast.organiser.token.clone()] {
            let hidden = person.get(&address.replace("{slug}", &draft)).await.expect(404);
            let nothing = person.get(&address.replace("{slug}", "never-was")).await.expect(404);
            assert_eq!(without_request_id(&hidden.text()), without_request_id(&nothing.text()), "{address}");
        }
    }
    let everywhere = ["/", "/events", "/api/v1/events", "/api/v1/events?when=upcoming", "/totals"];
    for address in everywhere {
        let text = house.stranger().get(address).await.expect(200).text();
        assert!(!text.contains(&draft) && !text.contains("Kept to myself"), "{address} tells of the draft");
    }
    // Cancelled before it was published, it stays as hidden.
    cast.host.token.post(&format!("/api/v1/events/{draft}/cancellation"), json!({})).await.expect(200);
    house.stranger().get(&format!("/events/{draft}")).await.expect(404);
}

fn without_request_id(text: &str) -> String {
    text.split("urn:request:").next().unwrap_or_default().to_owned()
}

/// The fault: a secret that opens another pledge than the one it was made for.
async fn a_pledge_opens_to_its_own_secret_only(house: House) {
    let host = house.organiser("Hana").await;
    let slug = house.night(&host, json!({})).await;
    let supporter = house.stranger();
    let mut made = Vec::new();
    for amount in [500, 700] {
        let body = json!({ "kind": "fixed", "amount_pence": amount });
        let path = format!("/api/v1/events/{slug}/pledges");
        made.push(supporter.post_once(&path, &fresh_key(), body).await.expect(201).json());
    }
    let token = |at: usize| made[at]["manage_token"].as_str().expect("a token").to_owned();
    assert_ne!(token(0), token(1));
    supporter.delete(&format!("/api/v1/pledges/{}", token(0))).await.expect(200);
    let other = supporter.get(&format!("/api/v1/pledges/{}", token(1))).await.expect(200).json();
    assert_eq!((other["state"].as_str(), other["promised_pence"].as_i64()), (Some("promised"), Some(700)));

    // The id alone, which hosts see, opens nothing; nor does one secret's id with the other's seal.
    let id = made[1]["id"].as_str().expect("an id");
    supporter.get(&format!("/api/v1/pledges/{id}")).await.expect(404);
    let mixed = format!("{}{}", &token(0)[..22], &token(1)[22..]);
    supporter.get(&format!("/api/v1/pledges/{mixed}")).await.expect(404);
    house.check().await;
}

/// The fault: ids or secrets that can be reached from a good one, or that are compared in part.
async fn guesses_hit_nothing(house: House) {
    const SEED: u64 = 7;
    let count = scale(200, 10_000);
    let cast = Cast::new(&house).await;
    let stage = Stage::set(&house, &cast, Night::Live).await;
    let known = Known::of(&house, &cast, &stage);
    let before = house.contents().await;
    let mut chance = StdRng::seed_from_u64(SEED);
    let (mut hits, mut kinds) = (Vec::new(), [0; KINDS]);
    for number in 0..count {
        let kind = number % KINDS;
        kinds[kind] += 1;
        let (what, status) = known.guess(kind, &mut chance).await;
        // What needs a sign-in leads to it; everything else isn't there.
        if !matches!(status, 401 | 404) {
            hits.push(format!("{what}: {status}"));
        }
    }
    println!("seed {SEED}, {count} guesses ({kinds:?} of each kind), {} hits", hits.len());
    assert!(hits.is_empty(), "{hits:?}");
    assert_eq!(house.contents().await, before);
}

const KINDS: usize = 10;

/// Good ids and secrets, to guess from.
struct Known {
    stranger: Actor,
    house: House,
    id: String,
    manage_token: String,
    deck_token: String,
    secret: String,
    cookie: String,
    bearer: String,
}

impl Known {
    fn of(house: &House, cast: &Cast, stage: &Stage) -> Self {
        let cookie = cast.host.browser.cookie();
        Self {
            stranger: house.stranger(),
            house: house.clone(),
            id: stage.removed_share.clone(),
            manage_token: stage.manage_token.clone(),
            deck_token: stage.deck_token.clone(),
            secret: stage.secret.clone(),
            cookie: cookie.trim_start_matches("disco=").to_owned(),
            bearer: cast.host.token.token().to_owned(),
        }
    }

    /// One guess: what was tried, and the answer's status.
    async fn guess(&self, kind: usize, chance: &mut StdRng) -> (String, u16) {
        let path = match kind {
            0 => format!("/api/v1/shares/{}", uuid::Uuid::from_u128(chance.random())),
            1 => format!("/api/v1/shares/{}", changed(&self.id, "0123456789abcdef", chance)),
            2 => format!("/api/v1/pledges/{}", changed(&self.manage_token, SAFE, chance)),
            3 => format!("/pledges/{}", drawn(44, chance)),
            4 => format!("/sign-in/{}", changed(&self.secret, SAFE, chance)),
            5 => return self.use_link(&drawn(43, chance)).await,
            6 => format!("/decks/{}", changed(&self.deck_token, SAFE, chance)),
            // One secret's text is no key to another kind of thing.
            7 => format!("/api/v1/decks/{}", self.manage_token),
            8 => return self.with_cookie(&changed(&self.cookie, SAFE, chance)).await,
            _ => return self.with_token(&changed(&self.bearer, SAFE, chance)).await,
        };
        let answer = self.stranger.get(&path).await;
        (path, answer.status.as_u16())
    }

    async fn use_link(&self, secret: &str) -> (String, u16) {
        let path = format!("/sign-in/{secret}");
        let status = self.stranger.post_form(&path, &[]).await.status.as_u16();
        (path, status)
    }

    async fn with_cookie(&self, secret: &str) -> (String, u16) {
        let browser = self.house.stranger();
        browser.set_cookie("disco", secret);
        let answer = browser.post_form("/host/account/tokens", &[("hours".to_owned(), "1".to_owned())]).await;
        (format!("cookie {secret}"), answer.status.as_u16())
    }

    async fn with_token(&self, token: &str) -> (String, u16) {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        let answer = self.stranger.send(Method::GET, "/api/v1/events/elsewhere", &headers, Body::empty()).await;
        (bearer, answer.status.as_u16())
    }
}

/// What URL-safe texts are made of.
const SAFE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The text with one letter of the alphabet changed for another.
fn changed(text: &str, alphabet: &str, chance: &mut StdRng) -> String {
    let places: Vec<usize> = text.char_indices().filter(|(_, c)| alphabet.contains(*c)).map(|(at, _)| at).collect();
    let at = places[chance.random_range(0..places.len())];
    let old = &text[at..=at];
    let others: Vec<char> = alphabet.chars().filter(|c| !old.contains(*c)).collect();
    let new = others[chance.random_range(0..others.len())];
    format!("{}{new}{}", &text[..at], &text[at + 1..])
}

fn drawn(length: usize, chance: &mut StdRng) -> String {
    let letters = SAFE.as_bytes();
    (0..length).map(|_| char::from(letters[chance.random_range(0..letters.len())])).collect()
}
