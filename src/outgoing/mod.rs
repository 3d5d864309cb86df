//! Asking other sites, the only way this service does: over https, at hosts that the caller names, without following
//! where an answer leads, within five seconds, and reading little.
//!
//! An address that someone typed is never asked as it is: callers build theirs from checked ids, and the host is checked
//! here again, for each request. A host that fails again and again is left alone for a while.

mod breaker;

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use entity::Moment;
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use url::{Host, Url};

use breaker::Breaker;

/// For a whole answer, its last byte included.
const PATIENCE: Duration = Duration::from_secs(5);
/// More than any title needs, with the player's HTML that comes along.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Asks other sites. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Outgoing {
    client: Client,
    /// By host: as many as callers name.
    breakers: Arc<Mutex<HashMap<String, Breaker>>>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Not a place the caller may ask; nothing was sent.
    #[error("not a host that may be asked")]
    OffLimits,
    /// The site says that there is no such thing (404, 410).
    #[error("there is no such thing")]
    Gone,
    /// The site won't tell us (another 4xx): a private thing, or one that is told to nobody.
    #[error("it won't be told")]
    Refused,
    /// The host is left alone until then; nothing was sent.
    #[error("left alone until {0}")]
    Resting(Moment),
    /// It didn't answer, or with something else than was asked for.
    #[error("{0}")]
    Trouble(String),
}

impl Outgoing {
    /// Somebody who asks, under `agent` as its name: the service and an address where its people are found. `set_up` may
    /// say how hosts are found and whose certificates are believed; the rules above hold whatever it says.
    ///
    /// # Errors
    /// A readable line when there is no TLS to be had.
    pub fn new(agent: &str, set_up: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Result<Self, String> {
        let client = set_up(Client::builder())
            .user_agent(agent)
            .redirect(Policy::none())
            .https_only(true)
            .no_proxy()
            .referer(false)
            .timeout(PATIENCE)
            .pool_max_idle_per_host(1)
            .build()
            .map_err(|error| format!("other sites can't be asked: {error}"))?;
        Ok(Self { client, breakers: Arc::default() })
    }

    /// What a site answers in JSON.
    ///
    /// # Errors
    /// [`Failure`]; a redirect, another type, a long answer and one that can't be read are trouble.
    pub async fn json<T: DeserializeOwned>(
        &self,
        url: &Url,
        may_ask: impl Fn(&str) -> bool,
        now: Moment,
    ) -> Result<T, Failure> {
        let host = self.check(url, may_ask, now)?;
        let answer = self.ask_json(url).await;
        self.note(host, &answer, now);
        answer.map_err(Asked::into_failure)
    }

    /// Where an address leads, if it redirects; what it leads to isn't asked.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn location(
        &self,
        url: &Url,
        may_ask: impl Fn(&str) -> bool,
        now: Moment,
    ) -> Result<Option<Url>, Failure> {
        let host = self.check(url, may_ask, now)?;
        let answer = self.ask_location(url).await;
        self.note(host, &answer, now);
        answer.map_err(Asked::into_failure)
    }

    fn check(&self, url: &Url, may_ask: impl Fn(&str) -> bool, now: Moment) -> Result<String, Failure> {
        let Some(Host::Domain(host)) = url.host() else { return Err(Failure::OffLimits) };
        let is_plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        if url.scheme() != "https" || !is_plain || !may_ask(host) {
            return Err(Failure::OffLimits);
        }
        let breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        match breakers.get(host).and_then(|breaker| breaker.rests_until(now)) {
            Some(until) => Err(Failure::Resting(until)),
            None => Ok(host.to_owned()),
        }
    }

    fn note<T>(&self, host: String, answer: &Result<T, Asked>, now: Moment) {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let breaker = breakers.entry(host).or_default();
        match answer {
            Err(Asked { failure: Failure::Trouble(_), rest: None }) => breaker.failed(now),
            Err(Asked { rest: Some(rest), .. }) => breaker.asked_for_rest(now, *rest),
            Ok(_) | Err(_) => breaker.answered(),
        }
    }

    async fn ask_json<T: DeserializeOwned>(&self, url: &Url) -> Result<T, Asked> {
        let answer = self.client.get(url.clone()).header(ACCEPT, "application/json").send().await.map_err(trouble)?;
        check_status(&answer)?;
        if answer.status() != StatusCode::OK {
            return Err(trouble(format!("{} instead of an answer", answer.status())));
        }
        let is_json = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(is_json);
        if !is_json {
            return Err(trouble("something else than JSON"));
        }
        let body = read(answer).await?;
        serde_json::from_slice(&body).map_err(trouble)
    }

    async fn ask_location(&self, url: &Url) -> Result<Option<Url>, Asked> {
        let answer = self.client.get(url.clone()).send().await.map_err(trouble)?;
        check_status(&answer)?;
        let is_redirect = answer.status().is_redirection();
        let location = answer.headers().get(LOCATION).filter(|_| is_redirect);
        let Some(location) = location.and_then(|location| location.to_str().ok()) else { return Ok(None) };
        url.join(location).map(Some).map_err(trouble)
    }
}

/// A failure, and how long the site asked to be left alone.
struct Asked {
    failure: Failure,
    rest: Option<TimeDelta>,
}

impl Asked {
    fn into_failure(self) -> Failure {
        self.failure
    }
}

fn trouble(what: impl Into<Box<dyn Error + Send + Sync>>) -> Asked {
    Asked { failure: Failure::Trouble(what.into().to_string()), rest: None }
}

fn check_status(answer: &Response) -> Result<(), Asked> {
    let failure = match answer.status() {
        StatusCode::NOT_FOUND | StatusCode::GONE => Failure::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            let seconds = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            let rest = seconds.and_then(TimeDelta::try_seconds);
            return Err(Asked { failure: Failure::Trouble(answer.status().to_string()), rest });
        }
        status if status.is_server_error() => Failure::Trouble(status.to_string()),
        status if status.is_client_error() => Failure::Refused,
        _ => return Ok(()),
    };
    Err(Asked { failure, rest: None })
}

/// `application/json`, with or without a charset.
fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// The whole body, unless it says or turns out to be longer than anyone needs.
async fn read(mut answer: Response) -> Result<Vec<u8>, Asked> {
    let fits = |length: usize| length <= ANSWER_BYTES_MAX;
    let told = answer.content_length().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    if told.is_some_and(|told| !fits(told)) {
        return Err(trouble("an answer that is too long"));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(trouble)? {
        if !fits(body.len() + chunk.len()) {
            return Err(trouble("an answer that is too long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
