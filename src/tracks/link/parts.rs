//! Where the parts of an address end.
//!
//! Most links that people paste are written as the url crate would write them, and are cut up where they stand, without a
//! copy. All others are that crate's to read.

use std::ops::Range;

use url::{Position, Url};

/// Ends of the parts in the text of an address, as the URL standard writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// Of `https`, without the colon.
    pub scheme: usize,
    /// Empty where there is none, as in `spotify:track:x`.
    pub host: Range<usize>,
    /// What lies between the host and it is a port.
    pub path: Range<usize>,
    /// Of `?x=y`; the end of the path where there is none. The rest is a fragment.
    pub query: usize,
}

impl Parts {
    pub fn of(url: &Url) -> Self {
        let until = |position| url[..position].len();
        Self {
            scheme: url.scheme().len(),
            host: until(Position::BeforeHost)..until(Position::AfterHost),
            path: until(Position::BeforePath)..until(Position::AfterPath),
            query: until(Position::AfterQuery),
        }
    }

    /// Those of a text that is an http(s) address in plain letters, and stays as it is when the url crate writes it out;
    /// `None` when that isn't sure.
    pub fn of_plain(text: &str) -> Option<Self> {
        let begin = ["https://", "http://"].into_iter().find(|begin| text.starts_with(begin))?.len();
        let scheme = begin - "://".len();
        let host = begin..begin + count(&text[begin..], is_of_host);
        let path = host.end..host.end + count(&text[host.end..], is_plain);
        let is_whole = text[path.clone()].starts_with('/') && !text[path.clone()].contains("/.");
        if !is_whole || !is_plain_host(&text[host.clone()]) {
            return None;
        }
        let query = path.end + count_after(&text[path.end..], '?');
        let end = query + count_after(&text[query..], '#');
        (end == text.len()).then_some(Self { scheme, host, path, query })
    }
}

fn count(text: &str, fits: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|b| fits(*b)).count()
}

/// Length of a mark and the plain letters after it, among them slashes and further question marks; 0 without the mark.
fn count_after(text: &str, mark: char) -> usize {
    text.strip_prefix(mark).map_or(0, |rest| 1 + count(rest, |b| is_plain(b) || matches!(b, b'%' | b'?')))
}

fn is_of_host(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-')
}

/// Neither an IP address, whose last part is a number, nor a name in other letters.
fn is_plain_host(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    last.starts_with(|c: char| c.is_ascii_lowercase()) && !host.contains("xn--")
}

/// What is never escaped or taken apart, in a path as in a query.
fn is_plain(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b'~' | b'=' | b'&' | b'+' | b',' | b':' | b'@')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::Parts;

    fn check(text: &str) {
        let Some(parts) = Parts::of_plain(text) else { return };
        let url = Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((url.as_str(), Parts::of(&url)), (text, parts));
        assert!(url.domain().is_some(), "{text}");
    }

    #[test]
    fn what_people_paste_is_cut_up_where_it_stands() {
        for text in [
            "https://www.youtube.com/watch?v=HgzGwKwLmgM",
            "https://youtu.be/HgzGwKwLmgM?si=hhYLkNgkDA2hN4zP&t=1m5s#t=3",
            "http://a.example/",
            "https://music.amazon.co.uk/albums/B08KKLW2XY?trackAsin=B08KKMM9WJ",
            "https://example.org/a,b/c@d:e/f~g?h=i%20j&k=?#l/m",
        ] {
            assert!(Parts::of_plain(text).is_some(), "{text}");
            check(text);
        }
    }

    #[test]
    fn whatever_might_be_written_otherwise_is_not() {
        for text in [
            "",
            "http",
            "httpé",
            "abcé",
            "https:/",
            "httpx://a.example/",
            "ftp://a.example/",
            "https://a.example",
            "https://a.example?b",
            "https://A.example/",
            "HTTPS://a.example/",
            "https://a.example:443/",
            "https://me@a.example/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://a.0x7f/",
            "https://a.example./",
            "https://xn--bcher-kva.example/",
            "https://bücher.example/",
            "https://a.example/b/../c",
            "https://a.example/.",
            "https://a.example/%2e%2e/c",
            "https://a.example/b c",
            "https://a.example/é",
            "https://a.example/b\\c",
            "https://a.example/?b='c'",
            "https://a.example/?b#c`",
            "https://a.example/#b#c",
        ] {
            assert_eq!(Parts::of_plain(text), None, "{text}");
        }
    }

    const NEARLY_PLAIN: &str = r"https?://(xn--[a-z]{0,4}\.)?([a-z0-9-]{1,3}\.){0,3}[a-z][a-z0-9-]{0,3}(:[0-9]{1,3})?(/[a-zA-Z0-9._~=&+,:@%-]{0,4}){0,4}(\?[ -~]{0,12})?(#[ -~]{0,8})?";
    const ODD: &str = r"https?://[a-z0-9.-]{0,12}\.?[a-z0-9-]{0,4}/?[ -~]{0,16}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn the_url_crate_cuts_it_up_the_same(text in prop_oneof![NEARLY_PLAIN, ODD]) {
            check(&text);
        }
    }
}
