//! Asking a music service about one of its links: what the thing is called, or where a short link leads.
//!
//! Every address asked is built from a checked id or by the recogniser, never from what someone typed, and every hop of a
//! short link is looked at before it is followed: it stays on the service's own hosts, and ends at the first address that
//! names a thing there. What isn't such an address is never asked.

use entity::Moment;
use serde::Deserialize;
use url::Url;

use super::link::{self, Kind, Link, Name};
use crate::outgoing::{Failure, Outgoing};

/// Requests for one short link at most.
const HOPS_MAX: usize = 3;

/// What a service says of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It is called something.
    Named { title: String, artist: Option<String> },
    /// It is a short link to a thing on the same service.
    Leads(Link),
    /// There is no such thing any more.
    Gone,
    /// Nothing that is of use.
    Nothing,
}

impl From<Name> for Finding {
    fn from(Name { title, artist }: Name) -> Self {
        match title {
            Some(title) => Self::Named { title, artist },
            None => Self::Nothing,
        }
    }
}

/// The parts of an oEmbed answer that we read (<https://oembed.com>, section 2.3.4). Its HTML is never looked at.
#[derive(Deserialize)]
struct Answer {
    title: Option<String>,
    author_name: Option<String>,
}

/// Whether there is anyone to ask about a link.
#[must_use]
pub fn can_be_asked(link: &Link) -> bool {
    link.kind == Kind::Short || link::title_url(link).is_some()
}

/// Asks the service of a link.
///
/// # Errors
/// [`Failure::Resting`] and [`Failure::Trouble`], when it may be asked again later.
pub async fn ask(outgoing: &Outgoing, link: &Link, now: Moment) -> Result<Finding, Failure> {
    let finding = match link.kind {
        Kind::Short => follow(outgoing, link, now).await,
        _ => ask_name(outgoing, link, now).await,
    };
    match finding {
        Err(Failure::Gone) => Ok(Finding::Gone),
        Err(Failure::Refused | Failure::OffLimits) => Ok(Finding::Nothing),
        other => other,
    }
}

async fn ask_name(outgoing: &Outgoing, link: &Link, now: Moment) -> Result<Finding, Failure> {
    let Some(url) = link::title_url(link) else { return Ok(Finding::Nothing) };
    let only_there = |host: &str| url.host_str() == Some(host);
    let Answer { title, author_name } = outgoing.json(&url, only_there, now).await?;
    Ok(link::told_name(link.service, &title.unwrap_or_default(), author_name.as_deref()).into())
}

async fn follow(outgoing: &Outgoing, short: &Link, now: Moment) -> Result<Finding, Failure> {
    let Ok(mut url) = Url::parse(&short.url) else { return Ok(Finding::Nothing) };
    for _ in 0..HOPS_MAX {
        let is_own = |host: &str| link::is_own_host(short.service, host);
        let Some(next) = outgoing.location(&url, is_own, now).await? else { break };
        if let Some(link) = thing_at(&next, short) {
            return Ok(Finding::Leads(link));
        }
        url = next;
    }
    Ok(Finding::Nothing)
}

/// The thing of the same service at an address, if it names one.
fn thing_at(url: &Url, short: &Link) -> Option<Link> {
    link::recognise(url.as_str()).filter(|link| link.service == short.service && link.id.is_some())
}
