//! A candidate that parsed: the parts of an address that recognisers look at, and the shapes ids take.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::Url;

use super::SERVICES;
use super::parts::Parts;

/// Longest link read, and longest given back: what browsers and mail carry safely.
pub(super) const MAX_URL_BYTES: usize = 2_048;

/// An http(s) address at a public name, without userinfo, or a URI of a service's own scheme.
pub(super) struct Address<'a> {
    /// As the url crate writes it.
    text: Cow<'a, str>,
    parts: Parts,
}

impl<'a> Address<'a> {
    /// `None` for what must never be a link: other schemes, userinfo (even empty), IP literals, names that only a
    /// local network resolves, and links over the limit.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        if text.len() > MAX_URL_BYTES {
            return None;
        }
        if let Some(parts) = Parts::of_plain(text) {
            let host = &text[parts.host.clone()];
            return (public_name(host) == Some(host)).then_some(Self { text: Cow::Borrowed(text), parts });
        }
        let mut url = Url::parse(text).ok()?;
        match url.scheme() {
            "http" | "https" => {
                let host = public_name(url.domain()?)?;
                if has_userinfo(text) {
                    return None;
                }
                if url.domain() != Some(host) {
                    let host = host.to_owned();
                    url.set_host(Some(&host)).ok()?;
                }
            }
            scheme => {
                let ours = SERVICES.iter().any(|rules| rules.scheme == Some(scheme));
                if !ours || !url.cannot_be_a_base() {
                    return None;
                }
            }
        }
        Some(Self { parts: Parts::of(&url), text: Cow::Owned(url.into()) })
    }

    /// Lower-cased, in ASCII, without trailing dot; `None` for a service's own URI.
    pub(super) fn host(&self) -> Option<&str> {
        Some(&self.text[self.parts.host.clone()]).filter(|host| !host.is_empty())
    }

    pub(super) fn has_default_port(&self) -> bool {
        self.parts.host.end == self.parts.path.start
    }

    pub(super) fn scheme(&self) -> &str {
        &self.text[..self.parts.scheme]
    }

    /// The path's parts, empty ones left out; `spotify:track:x` has the parts `track` and `x`. Still percent-encoded.
    pub(super) fn segments(&self) -> Vec<&str> {
        let separator = if self.host().is_none() { ':' } else { '/' };
        let parts = self.text[self.parts.path.clone()].split(separator);
        parts.filter(|part| !part.is_empty()).collect()
    }

    /// The first query parameter of that name, decoded. In the source of a page, as embed code is, `&` is `&amp;`.
    pub(super) fn parameter(&self, name: &str) -> Option<Cow<'_, str>> {
        let pairs = self.query()?.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let mut pairs = pairs.map(|(key, value)| (decoded(key), value));
        let is_it = |key: &str| key.strip_prefix("amp;").unwrap_or(key) == name;
        pairs.find_map(|(key, value)| is_it(&key).then(|| decoded(value)))
    }

    /// What follows `?`, still percent-encoded.
    pub(super) fn query(&self) -> Option<&str> {
        self.text[self.parts.path.end..self.parts.query].strip_prefix('?')
    }

    /// What follows `#`, still percent-encoded.
    pub(super) fn fragment(&self) -> Option<&str> {
        self.text[self.parts.query..].strip_prefix('#')
    }

    /// The address with another query, of parts of its own; none when that is empty.
    pub(super) fn with_query(&self, query: &str) -> String {
        let (before, after) = (&self.text[..self.parts.path.end], &self.text[self.parts.query..]);
        [before, if query.is_empty() { "" } else { "?" }, query, after].concat()
    }
}

/// A part of a query as its sender meant it.
fn decoded(part: &str) -> Cow<'_, str> {
    if !part.contains(['%', '+']) {
        return Cow::Borrowed(part);
    }
    let spaced = part.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

/// Whether a text is 1 to `longest` ASCII letters, digits and the extra characters.
pub(super) fn is_code(text: &str, longest: usize, extra: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || extra.as_bytes().contains(&b);
    (1..=longest).contains(&text.len()) && text.bytes().all(fits)
}

/// Whether a text is a number of 1 to `longest` digits. A leading zero would make two ids of one number.
pub(super) fn is_number(text: &str, longest: usize) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0') && is_code(text, longest, "")
}

/// Names the public DNS does not hold (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`): they would lead into the
/// network of whoever follows the link.
const LOCAL_NAMES: &[&str] = &["localhost", "local", "internal", "home.arpa"];

/// The host without its trailing dot, if it is a dotted public name.
fn public_name(host: &str) -> Option<&str> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let dotted = host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..");
    let local = LOCAL_NAMES.iter().any(|name| {
        let before = host.strip_suffix(name);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    });
    (dotted && !local).then_some(host)
}

/// Looks at the text: the url crate forgets that there was an empty userinfo.
fn has_userinfo(text: &str) -> bool {
    if !text.contains('@') {
        return false;
    }
    let after_scheme = text.split_once(':').map_or("", |(_, rest)| rest);
    let authority = after_scheme.trim_start_matches(['/', '\\']);
    let end = authority.find(['/', '\\', '?', '#']);
    authority[..end.unwrap_or(authority.len())].contains('@')
}

#[cfg(test)]
mod tests {
    use super::{Address, MAX_URL_BYTES};

    #[test]
    fn what_must_never_be_a_link_does_not_parse() {
        let long = format!("https://a.example/{}", "b".repeat(MAX_URL_BYTES));
        let refused = [
            "",
            "http://",
            "https://localhost/a",
            "https://localhost./a",
            "https://disco.localhost/a",
            "https://printer.local/a",
            "https://router.home.arpa/",
            "https://127.0.0.1/a",
            "https://2130706433/a",
            "https://0x7f.1/a",
            "https://[::1]/a",
            "https://a..example/b",
            "https://.example/b",
            "https://me@a.example/b",
            "https://me:pw@a.example/b",
            "https://@a.example/b",
            r"https:\\me@a.example/b",
            "https:////me@a.example/b",
            "https://https://a.example/b",
            "ftp://a.example/b",
            "javascript:alert(1)",
            "spotify://track/a",
            &long,
        ];
        for text in refused {
            assert!(Address::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_rest_has_parts() {
        let examples = [
            ("https://A.Example./b//c?d=e#f", Some("a.example"), vec!["b", "c"]),
            (r"https://a.example\@b.example/c", Some("a.example"), vec!["@b.example", "c"]),
            ("http://a.example:80", Some("a.example"), vec![]),
            ("spotify:track:x?si=y", None, vec!["track", "x"]),
        ];
        for (text, host, segments) in examples {
            let address = Address::parse(text);
            let read = address.as_ref().map(|address| (address.host(), address.segments()));
            assert_eq!(read, Some((host, segments)), "{text}");
        }
    }
}
