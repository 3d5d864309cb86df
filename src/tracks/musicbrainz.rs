//! `MusicBrainz`, which knows recordings by the addresses that people gave it: asked where a service told no artist, and only
//! where an installation wants it (<https://musicbrainz.org/doc/MusicBrainz_API>).
//!
//! It wants at most one request a second from an address, and a name with a contact, which [`Outgoing`] gives.

use std::num::NonZeroU32;
use std::sync::LazyLock;

use entity::Moment;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;
use uuid::Uuid;

use super::link::{Link, Name};
use super::lookup::Finding;
use crate::outgoing::{Failure, Outgoing};

const HOST: &str = "musicbrainz.org";

/// One for the process, as `MusicBrainz` counts: by address.
static PACE: LazyLock<DefaultDirectRateLimiter> =
    LazyLock::new(|| RateLimiter::direct(Quota::per_second(NonZeroU32::MIN)));

/// An address, and what it is related to.
#[derive(Deserialize)]
struct Address {
    #[serde(default)]
    relations: Vec<Relation>,
}

#[derive(Deserialize)]
struct Relation {
    recording: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: Uuid,
}

#[derive(Deserialize)]
struct Recording {
    title: String,
    #[serde(rename = "artist-credit", default)]
    credits: Vec<Credit>,
}

/// `Queen`, ` & `; `David Bowie`, nothing.
#[derive(Deserialize)]
struct Credit {
    name: String,
    #[serde(default)]
    joinphrase: String,
}

/// The recording that a link leads to, by its name and who made it. An address that leads to several says nothing.
///
/// # Errors
/// [`Failure`]; [`Failure::Gone`] where `MusicBrainz` doesn't know the address.
pub async fn ask(outgoing: &Outgoing, link: &Link, now: Moment) -> Result<Finding, Failure> {
    let resource = utf8_percent_encode(&link.url, NON_ALPHANUMERIC);
    let Address { relations } =
        get(outgoing, &format!("url?resource={resource}&inc=recording-rels&fmt=json"), now).await?;
    let mut recordings: Vec<Uuid> =
        relations.into_iter().filter_map(|relation| relation.recording).map(|recording| recording.id).collect();
    recordings.dedup();
    let [id] = recordings[..] else { return Ok(Finding::Nothing) };
    let Recording { title, credits } =
        get(outgoing, &format!("recording/{id}?inc=artist-credits&fmt=json"), now).await?;
    let artist: String = credits.into_iter().flat_map(|credit| [credit.name, credit.joinphrase]).collect();
    Ok(Name::of(&title, Some(&artist)).into())
}

async fn get<T: DeserializeOwned>(outgoing: &Outgoing, what: &str, now: Moment) -> Result<T, Failure> {
    let url = Url::parse(&format!("https://{HOST}/ws/2/{what}")).map_err(|_| Failure::OffLimits)?;
    PACE.until_ready().await;
    outgoing.json(&url, |host| host == HOST, now).await
}
