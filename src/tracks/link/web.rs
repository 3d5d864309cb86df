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

#[cfg(test)]
mod tests {
    use super::super::examples::canonical;

    #[test]
    fn pages_are_normalised_and_lose_their_trackers() {
        let examples = [
            ("https://a.example", "https://a.example/"),
            ("HTTP://A.Example./B", "http://a.example/B"),
            ("https://a.example:443/b", "https://a.example/b"),
            ("https://a.example:8443/b", "https://a.example:8443/b"),
            ("https://a.example/b/../c", "https://a.example/c"),
            ("https://a.example/?utm_source=x&fbclid=y", "https://a.example/"),
            ("https://a.example/?si=x&b=c&igsh=y&d", "https://a.example/?b=c&d"),
            ("https://a.example/?UTM_Medium=x&sign=1", "https://a.example/?sign=1"),
            ("https://a.example/?b=%20é#c", "https://a.example/?b=%20%C3%A9#c"),
            ("https://a.example/#b?utm_x=1", "https://a.example/#b?utm_x=1"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
            ("https://a.example/b!?utm_x=1", "https://a.example/b"),
            ("https://a.example/?utm_x=(&b=)", "https://a.example/?b="),
        ];
        for (text, url) in examples {
            assert_eq!(canonical(text).as_deref(), Some(url), "{text}");
        }
    }
}
