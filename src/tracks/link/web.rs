//! Any page that is no thing on a music service: kept as it is, less its trackers.

use super::address::{Address, MAX_URL_BYTES};
use super::{Kind, Link, Service};

/// The page at an address that [`tidied`] gave and that needs no more tidying.
pub(super) fn page(url: String) -> Link {
    Link::plain(Service::WEB, Kind::Page, None, url)
}

/// The address as the url crate writes it, without tracking parameters; fragments stay, since some pages live in them.
/// `None` for a service's own URI, and when writing it out makes it too long.
pub(super) fn tidied(address: &Address) -> Option<String> {
    address.host()?;
    let pairs = address.query().unwrap_or_default().split('&');
    let kept: Vec<&str> = pairs.filter(|pair| !is_tracker(pair)).collect();
    let url = address.with_query(&kept.join("&"));
    (url.len() <= MAX_URL_BYTES).then_some(url)
}

/// Parameters that say who shared a page and where, never which page.
const TRACKERS: &[&str] = &["dclid", "fbclid", "gclid", "igsh", "igshid", "msclkid", "si", "ttclid", "twclid"];

fn is_tracker(pair: &str) -> bool {
    let key = pair.split_once('=').map_or(pair, |(key, _)| key);
    let key = key.to_ascii_lowercase();
    key.starts_with("utm_") || TRACKERS.contains(&key.as_str())
}
