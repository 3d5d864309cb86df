//! Song links: what one identifies, whatever text it arrives in.
//!
//! Pure: reads text, never the network. Every URL given back is built from a checked id (a service) or is as the url
//! crate writes it (a web page). One more service is one file with its name and `RULES`, its table of examples
//! of the same name in `examples/`, and one entry in `SERVICES`. Shapes and ids come from the contract's `link` paragraph
//! and section 7 of the facts.

mod address;
mod amazon_music;
mod apple_music;
mod bandcamp;
mod deezer;
#[cfg(test)]
mod examples;
mod mixcloud;
mod names;
mod parts;
mod soundcloud;
mod spotify;
mod text;
mod tidal;
mod told;
mod web;
mod youtube;

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use url::Url;

use address::Address;
pub use names::{Kind, Service};
pub use told::Name;

/// One recognised link.
///
/// Two links to a thing on a service have the same `service`, `kind` and `id`. Where `id` is `None` (web pages, and
/// short links that only the service can resolve) nothing but `url` tells two apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub service: Service,
    pub kind: Kind,
    /// What identifies the thing on the service whatever the country, slug or tracking; safe in a path as it is.
    pub id: Option<String>,
    /// The canonical URL. Recognising it again gives this same link.
    pub url: String,
    /// The player's address at one of [`EMBED_HOSTS`], built from the id alone; it does not carry `start_seconds`.
    pub embed_url: Option<String>,
    /// Where the sharer wants the song to begin: videos only, never zero, kept in `url` as `&t=65s`.
    pub start_seconds: Option<u32>,
}

/// Origins of the players, each a whole source for the policy's `frame-src`.
pub const EMBED_HOSTS: &[&str] = &embed_hosts::<{ count_embed_hosts() }>();

/// The first song link in any text: a whole tweet, brackets, a trailing full stop, several links.
///
/// The first link to a thing on a music service wins; failing that the first plain web link; `None` when there is no
/// link. Only the first 10 KB are read, and a link over 2,048 bytes is no link.
#[must_use]
pub fn recognise(text: &str) -> Option<Link> {
    let mut first_page = None;
    for candidate in text::candidates(text) {
        match read(candidate) {
            Some(link) if link.service != Service::WEB => return Some(link),
            page => first_page = first_page.or(page),
        }
    }
    first_page
}

impl Link {
    /// One without a player, played from its beginning.
    fn plain(service: Service, kind: Kind, id: Option<String>, url: String) -> Self {
        Self { service, kind, id, url, embed_url: None, start_seconds: None }
    }

    /// A short link, which only the service can resolve.
    fn short(service: Service, url: String) -> Self {
        Self::plain(service, Kind::Short, None, url)
    }
}

/// What one service knows about its own links.
struct Rules {
    service: Service,
    /// What the address of a search for words on it begins with.
    search: &'static str,
    /// What the address of its oEmbed answer about a thing begins with; the thing's own address follows, encoded.
    oembed: Option<&'static str>,
    /// What a thing is called, from the title and the author of that answer.
    told: fn(&str, Option<&str>) -> Name,
    /// Whether a lower-cased host without trailing dot is the service's own; such a host also counts without a scheme.
    claims: fn(&str) -> bool,
    /// A URI scheme of its own, as in `spotify:track:…`.
    scheme: Option<&'static str>,
    /// Origin of its player, if the player's address can be built from an id.
    embed_host: Option<&'static str>,
    /// `None` when the address is on the service but names no thing there: it is then a web page.
    read: fn(&Address) -> Option<Link>,
}

/// Where each service is searched for a song by its name and who made it.
#[must_use]
pub fn searches(words: &str) -> Vec<(Service, String)> {
    let words = utf8_percent_encode(words, NON_ALPHANUMERIC).to_string();
    SERVICES.iter().map(|rules| (rules.service, format!("{}{words}", rules.search))).collect()
}

/// Services whose players' addresses can be built from an id.
pub fn with_players() -> impl Iterator<Item = Service> {
    SERVICES.iter().filter(|rules| rules.embed_host.is_some()).map(|rules| rules.service)
}

/// Where the service is asked what a link's thing is called. `None` for pages, for short links, and where nobody says.
#[must_use]
pub fn title_url(link: &Link) -> Option<Url> {
    link.id.as_ref()?;
    let oembed = rules_of(link.service)?.oembed?;
    let thing = utf8_percent_encode(&link.url, NON_ALPHANUMERIC).to_string();
    Url::parse(&format!("{oembed}{thing}")).ok()
}

/// What a thing is called, by its service's answer.
#[must_use]
pub fn told_name(service: Service, title: &str, author: Option<&str>) -> Name {
    match rules_of(service) {
        Some(rules) => (rules.told)(title, author),
        None => Name::default(),
    }
}

/// Whether a host is the service's own, so that it may be asked where a short link leads.
#[must_use]
pub fn is_own_host(service: Service, host: &str) -> bool {
    rules_of(service).is_some_and(|rules| (rules.claims)(host))
}

fn rules_of(service: Service) -> Option<&'static Rules> {
    SERVICES.iter().find(|rules| rules.service == service)
}

const SERVICES: &[Rules] = &[
    youtube::RULES,
    spotify::RULES,
    apple_music::RULES,
    soundcloud::RULES,
    bandcamp::RULES,
    deezer::RULES,
    tidal::RULES,
    mixcloud::RULES,
    amazon_music::RULES,
];

/// Rounds of tidying before a page is given up; real ones settle in two.
const MAX_ROUNDS: usize = 8;

/// Reads one candidate. Tidying a page may leave it ending in what a sentence ends in, so it is read again until
/// nothing changes: that is what makes a page's canonical URL recognise to itself.
fn read(mut candidate: Cow<'_, str>) -> Option<Link> {
    for _ in 0..MAX_ROUNDS {
        let address = Address::parse(&candidate)?;
        if let Some(link) = read_service(&address) {
            return Some(link);
        }
        let mut tidied = web::tidied(&address)?;
        if tidied == candidate {
            return Some(web::page(tidied));
        }
        tidied.truncate(text::link_part(&tidied).len());
        candidate = Cow::Owned(tidied);
    }
    None
}

fn read_service(address: &Address) -> Option<Link> {
    SERVICES
        .iter()
        .find(|rules| match address.host() {
            Some(host) => address.has_default_port() && (rules.claims)(host),
            None => rules.scheme == Some(address.scheme()),
        })
        .and_then(|rules| (rules.read)(address))
}

const fn embed_hosts<const COUNT: usize>() -> [&'static str; COUNT] {
    let mut hosts = [""; COUNT];
    let (mut next, mut filled) = (0, 0);
    while next < SERVICES.len() {
        if let Some(host) = SERVICES[next].embed_host {
            hosts[filled] = host;
            filled += 1;
        }
        next += 1;
    }
    hosts
}

const fn count_embed_hosts() -> usize {
    let (mut next, mut count) = (0, 0);
    while next < SERVICES.len() {
        if SERVICES[next].embed_host.is_some() {
            count += 1;
        }
        next += 1;
    }
    count
}

#[cfg(test)]
mod tests;
