//! Two instances on one PostgreSQL: what happens on one reaches those who listen to the other, and an instance that is
//! killed costs its listeners one return to the other, with nothing lost and nothing told twice.

use serde_json::{Value, json};

use crate::support::Backend;
use crate::support::house::Rooms;
use crate::support::service::{Place, Service};
use crate::support::stream::{Listener, Message};

const EMAIL: &str = "louise@disco.test";

/// One instance, and a client of it.
struct Instance {
    service: Service,
    client: reqwest::Client,
}

impl Instance {
    async fn start(place: &Place) -> Self {
        let (service, _) = place.serve().await;
        Self { service, client: reqwest::Client::new() }
    }

    async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Value {
        let key = format!("instances-{:032x}", rand::random::<u128>());
        let mut request = self.client.post(format!("{}/api/v1{path}", self.service.base)).json(&body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.header("idempotency-key", key).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    async fn pledge(&self, slug: &str) -> Value {
        let body = json!({ "kind": "fixed", "amount_pence": 100 });
        self.post(&format!("/events/{slug}/pledges"), None, body).await["id"].clone()
    }

    async fn listen(&self, slug: &str, after: Option<i64>) -> Listener {
        let after = after.map(|after| after.to_string());
        Listener::far(&format!("{}/events/{slug}/stream", self.service.base), after.as_deref()).await
    }
}

/// Listens until so many pledges were told.
async fn pledges(listener: &mut Listener, count: usize) -> Vec<Message> {
    let mut told = Vec::new();
    while told.len() < count {
        told.extend(listener.until("pledge").await.pop());
    }
    told
}

fn ids(messages: &[Message]) -> Vec<Value> {
    messages.iter().map(|message| message.data["id"].clone()).collect()
}

#[tokio::test]
async fn instances_tell_of_each_other_on_postgres() {
    let rooms = Rooms::new();
    let url = rooms.database(Backend::Postgres).await;
    let (one, other) = (Place::new(url.clone(), &rooms.dir), Place::new(url, &rooms.dir));
    one.say(&["organiser", "add", "--email", EMAIL, "--name", "Louise"]);
    let token = one.say(&["token", "--email", EMAIL]);
    let (first, second) = (Instance::start(&one).await, Instance::start(&other).await);
    let plan = json!({ "title": "Two halls", "starts_local": "2037-03-27T21:00", "duration_minutes": 120 });
    let planned = first.post("/events", Some(&token), plan).await;
    let slug = planned["slug"].as_str().expect("a slug").to_owned();
    for noun in ["publication", "opening"] {
        first.post(&format!("/events/{slug}/{noun}"), Some(&token), json!({})).await;
    }
    let (mut near, mut far) = (first.listen(&slug, None).await, second.listen(&slug, None).await);
    near.until("now_playing").await;
    far.until("now_playing").await;

    // Each way, in one order for all.
    let mut made = Vec::new();
    for number in 0..6 {
        let at = if number % 2 == 0 { &first } else { &second };
        made.push(at.pledge(&slug).await);
    }
    let (heard_near, heard_far) = (pledges(&mut near, 6).await, pledges(&mut far, 6).await);
    assert_eq!(ids(&heard_near), made);
    assert_eq!(heard_near, heard_far, "the same words under the same numbers");
    first.post(&format!("/events/{slug}/presence"), None, json!({})).await;
    assert_eq!(
        far.until("presence").await.pop().expect("presence").data["dancing"],
        1,
        "kitchens are of all instances"
    );

    // One dies in the middle; its listener goes on at the other from the last number it had.
    let last = heard_near.last().and_then(|message| message.id);
    made.clear();
    made.push(first.pledge(&slug).await);
    first.service.crash();
    for _ in 0..5 {
        made.push(second.pledge(&slug).await);
    }
    let mut heard = Vec::new();
    while let Some(message) = near.next().await {
        heard.extend((message.kind == "pledge").then_some(message));
    }
    let resume = heard.last().and_then(|message: &Message| message.id).or(last);
    let mut back = second.listen(&slug, resume).await;
    heard.extend(pledges(&mut back, made.len() - heard.len()).await);
    assert_eq!(ids(&heard), made, "exactly once each");
    assert_eq!(ids(&pledges(&mut far, 6).await), made, "and the other's listeners missed nothing");
    println!("12 pledges on 2 instances, one killed: each told once to both listeners, 0 gaps, 0 repeats");
}
