//! Any page that is no thing on a music service: kept as it is, less its trackers.

use url::Url;

use super::address::{Address, MAX_URL_BYTES};
use super::{Kind, Link, Service};

/// The page at an address that [`tidied`] gave and that needs no more tidying.
pub(super) fn page(url: String) -> Link {
    Link::plain(Service::Web, Kind::Page, None, url)
}

/// The address as the url crate writes it, without tracking parameters; fragments stay, since some pages live in them.
/// `None` for a service's own URI, and when writing it out makes it too long.
pub(super) fn tidied(address: Address) -> Option<String> {
    address.host()?;
    let mut url = address.into_url();
    drop_trackers(&mut url);
    (url.as_str().len() <= MAX_URL_BYTES).then(|| url.into())
}

/// Parameters that say who shared a page and where, never which page.
const TRACKERS: &[&str] = &["dclid", "fbclid", "gclid", "igsh", "igshid", "msclkid", "si", "ttclid", "twclid"];

fn drop_trackers(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_tracker(pair)).collect();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(&kept));
}

fn is_tracker(pair: &str) -> bool {
    let key = pair.split_once('=').map_or(pair, |(key, _)| key);
    let key = key.to_ascii_lowercase();
    key.starts_with("utm_") || TRACKERS.contains(&key.as_str())
}
