//! A giving link: where to give, with places for the amount and the pledge's reference where the page takes them.

use std::borrow::Cow;

use entity::money::Pence;
use serde::{Deserialize, Serialize};
use url::Url;

/// The longest link: giving pages' own are far below it.
const LINK_MAX: usize = 500;
/// What a link may hold: pounds like `3.34`, whole pence like `334`, and the pledge's reference.
const PLACES: [&str; 3] = ["{amount}", "{pence}", "{reference}"];
/// What may stand in a path and a query as it is; everything else is percent-encoded by whoever made the link.
const PLAIN: &str = "-._~:/?[]@!$&'()*+,;=%";

/// A checked link: `https`, a site's name and nothing else before the path, places only in the path and the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GivingLink(String);

impl GivingLink {
    /// Checks a link as an organiser types it.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub fn new(text: &str) -> Result<Self, Cow<'static, str>> {
        let text = text.trim();
        let length = text.chars().count();
        if length > LINK_MAX {
            return Err(format!("Shorten this to {LINK_MAX} characters or fewer; it has {length}").into());
        }
        let rest = text.get(..8).filter(|scheme| scheme.eq_ignore_ascii_case("https://")).and(text.get(8..));
        let rest = rest.ok_or("Enter the address of their giving page, beginning with https://")?;
        let (host, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let host = host.to_ascii_lowercase();
        check_host(&host)?;
        check_tail(tail)?;
        let link = Self(format!("https://{host}{tail}"));
        // What browsers make of it has the last word: `1.2.3.0x4` is a name to us and a number to them.
        let read = Url::parse(&link.plain()).ok();
        if read.is_none_or(|url| url.domain() != Some(host.as_str())) {
            return Err(NO_SITE.into());
        }
        Ok(link)
    }

    /// A link that was checked when it was stored.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it was typed, with its places.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it says the amount to the page, so that nobody types it.
    #[must_use]
    pub fn has_places(&self) -> bool {
        has_place(&self.0)
    }

    /// With the amount and the reference in their places, percent-encoded.
    #[must_use]
    pub fn filled(&self, amount: Pence, reference: &str) -> String {
        let filled = self.0.replace("{amount}", &amount.decimal()).replace("{pence}", &amount.0.to_string());
        filled.replace("{reference}", &encoded(reference))
    }

    /// Where no pledge is known: without the parameters that hold places; a path ends before its first part with one.
    #[must_use]
    pub fn plain(&self) -> String {
        let (path, query) = self.0.split_once('?').unwrap_or((&self.0, ""));
        let first = PLACES.iter().filter_map(|place| path.find(place)).min();
        let path = first.map_or(path, |at| &path[..=path[..at].rfind('/').unwrap_or_default()]);
        let kept: Vec<&str> = query.split('&').filter(|part| !part.is_empty() && !has_place(part)).collect();
        if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
    }
}

const NO_SITE: &str = "Enter the name of a site after https://, like www.cavell.org.uk";

fn check_host(host: &str) -> Result<(), &'static str> {
    if host.contains('@') {
        return Err("Leave out what stands before the @: the site’s name comes right after https://");
    }
    if host.contains(':') {
        return Err("Leave out the : and the number after the site’s name");
    }
    if host.contains(['{', '}']) {
        return Err("Put {amount}, {pence} and {reference} after the site’s name only, in its path or its query");
    }
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if host.contains('.') && host.split('.').all(is_label) { Ok(()) } else { Err(NO_SITE) }
}

fn check_tail(tail: &str) -> Result<(), &'static str> {
    if tail.contains('#') {
        return Err("Leave out the # and what comes after it");
    }
    // A letter stands for each, so that two halves around one can't make another.
    let without = PLACES.iter().fold(tail.to_owned(), |tail, place| tail.replace(place, "x"));
    if without.contains(['{', '}']) {
        return Err("Only {amount}, {pence} and {reference} can be filled in; write them just so");
    }
    if without.chars().all(|c| c.is_ascii_alphanumeric() || PLAIN.contains(c)) {
        return Ok(());
    }
    Err("Copy the address from your browser’s address bar: spaces, quotes and accents can’t stand in it as they are")
}

fn has_place(text: &str) -> bool {
    PLACES.iter().any(|place| text.contains(place))
}

/// Percent-encoded but for letters and digits.
fn encoded(text: &str) -> String {
    let one = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use entity::money::Pence;
    use proptest::prelude::*;
    use url::Url;

    use super::GivingLink;

    fn link(text: &str) -> GivingLink {
        GivingLink::new(text).unwrap_or_else(|why| panic!("{text}: {why}"))
    }

    #[test]
    fn places_are_filled_where_there_is_a_pledge_and_dropped_where_there_is_none() {
        for (typed, filled, plain) in [
            ("https://www.cavell.org.uk/", "https://www.cavell.org.uk/", "https://www.cavell.org.uk/"),
            (" HTTPS://Give.Example.org ", "https://give.example.org", "https://give.example.org"),
            (
                "https://give.example.org/c/1?amount={amount}&currency=GBP&reference={reference}",
                "https://give.example.org/c/1?amount=3.34&currency=GBP&reference=TD4XKCLR6Y",
                "https://give.example.org/c/1?currency=GBP",
            ),
            ("https://a.example/?p={pence}", "https://a.example/?p=334", "https://a.example/"),
            ("https://a.example?p={pence}", "https://a.example?p=334", "https://a.example"),
            (
                "https://a.example/give/gbp-{amount}/{reference}?x=1",
                "https://a.example/give/gbp-3.34/TD4XKCLR6Y?x=1",
                "https://a.example/give/?x=1",
            ),
        ] {
            assert_eq!(link(typed).filled(Pence(334), "TD4XKCLR6Y"), filled);
            assert_eq!(link(typed).plain(), plain);
        }
        let pounds = link("https://a.example/?a={amount}");
        assert_eq!(pounds.filled(Pence(100_000), ""), "https://a.example/?a=1000.00", "no commas");
        assert_eq!(pounds.filled(Pence(5), ""), "https://a.example/?a=0.05");
        let reference = link("https://a.example/?r={reference}");
        assert_eq!(reference.filled(Pence(1), "T D&é"), "https://a.example/?r=T%20D%26%C3%A9");
    }

    #[test]
    fn what_is_no_giving_page_is_refused() {
        let long = format!("https://a.example/{}", "a".repeat(10_000));
        for text in [
            "",
            "javascript:alert(1)",
            "http://www.cavell.org.uk/",
            "http://localhost/",
            "//a.example/",
            "a.example",
            "https:a.example",
            "https:\\\\a.example",
            "https://",
            "https:///a.example",
            "https://localhost/",
            "https://cavell@evil.example/",
            "https://www.cavell.org.uk@evil.example",
            "https://a.example:8443/",
            "https://a.example:443",
            "https://a.example/#top",
            "https://a.example#{amount}",
            "https://{reference}.example/",
            "https://a.{amount}/",
            "https://a.example\\@evil.example/",
            "https://a.example/{Amount}",
            "https://a.example/{{amount}}",
            "https://a.example/{pe{amount}nce}",
            "https://a.example/{name}",
            "https://a.example/?a={",
            "https://a.example/a b",
            "https://a.example/\"onclick=",
            "https://a.example/<script>",
            "https://127.0.0.1/",
            "https://1.2.3.0x4/",
            "https://[::1]/",
            "https://a..example/",
            "https://.example/",
            "https://a.example./",
            "https://ａ.example/",
            "https://a.example/caf\u{e9}",
            "https://a%2Eexample/",
            "https://a.example/\u{202e}",
            &long,
        ] {
            assert!(GivingLink::new(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_always_leads_to_the_same_site(
            text in "(https?|HTTPS)://[a-zA-Z0-9.@:{}\\\\#-]{0,12}\\.?(example|uk|1)?[/?#]?\\PC{0,8}(\\{amount\\}|\\{pence\\}|\\{reference\\}|[a-z{}/?&=#.%@:\\\\-]){0,8}",
            pence in 1_i64..100_000_000, reference in "\\PC{0,12}",
        ) {
            if let Ok(link) = GivingLink::new(&text) {
                prop_assert_leads_home(&link, pence, &reference)?;
            }
        }

        #[test]
        fn good_links_are_taken_and_lead_where_they_say(
            host in "[a-z][a-z0-9-]{0,8}[a-z](\\.[a-z]{2,8}){1,3}",
            tail in "(/[a-zA-Z0-9._~%!$&'()*+,;=:@-]{0,6}(\\{amount\\}|\\{pence\\}|\\{reference\\})?){0,3}(\\?([a-z]{1,3}=(\\{amount\\}|\\{pence\\}|\\{reference\\}|[a-z0-9/?.-]{0,4})&?){0,4})?",
            pence in 1_i64..100_000_000, reference in "[A-Z0-9]{10}",
        ) {
            let taken = GivingLink::new(&format!("https://{host}{tail}"));
            // Some made-up names are no names to a browser, as `xn--…` that decodes to nothing.
            prop_assume!(!host.contains("--"));
            let taken = taken.map_err(|why| TestCaseError::fail(why.into_owned()))?;
            prop_assert_leads_home(&taken, pence, &reference)?;
        }
    }

    fn prop_assert_leads_home(link: &GivingLink, pence: i64, reference: &str) -> Result<(), TestCaseError> {
        let host = link.as_str().trim_start_matches("https://").split(['/', '?']).next().unwrap_or_default();
        for text in [link.filled(Pence(pence), reference), link.plain()] {
            let url = Url::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
            prop_assert_eq!(url.scheme(), "https");
            prop_assert_eq!(url.host_str(), Some(host));
            prop_assert!(url.username().is_empty() && url.port().is_none() && url.fragment().is_none());
            prop_assert!(!text.contains(['{', '}', '"', '<', ' ', '\\']), "{}", text);
        }
        Ok(())
    }
}
