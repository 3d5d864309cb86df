//! Finding the parts of a text that may be links. Each character is looked at a fixed number of times.

use std::borrow::Cow;
use std::iter;

use super::SERVICES;

/// Text read at most: a pasted thread or embed code fits, a pasted book costs no more than this.
const MAX_TEXT_BYTES: usize = 10 * 1024;

/// Everything that may be a link, in order and without overlap; a known host typed bare comes with `https://` added.
pub(super) fn candidates(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    words(text).flat_map(|word| {
        let mut from = 0;
        iter::from_fn(move || {
            let (start, opening) = next_opening(word, from)?;
            let link = link_end(&word[start..]);
            from = start + link.len();
            Some(match opening {
                Opening::Scheme => Cow::Borrowed(trimmed(link)),
                Opening::BareHost => Cow::Owned(format!("https://{}", trimmed(link))),
            })
        })
    })
}

/// The link at the very start of a text, without what belongs to the sentence around it.
pub(super) fn link_part(text: &str) -> &str {
    trimmed(link_end(text))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = within_limit(text);
    let words = iter::from_fn(move || {
        rest = rest.trim_start_matches(is_gap);
        let word;
        (word, rest) = rest.split_at(word_bytes(rest));
        (!word.is_empty()).then_some(word)
    });
    words.filter(|word| !has_foreign_scheme(word)).map(|word| word.trim_start_matches(BEFORE_LINK))
}

/// Length of the word at the start of a text. Nearly all of most is ASCII, which takes no decoding.
fn word_bytes(text: &str) -> usize {
    let mut length = 0;
    loop {
        length += text[length..].bytes().take_while(u8::is_ascii_graphic).count();
        match text[length..].chars().next() {
            Some(c) if !is_gap(c) => length += c.len_utf8(),
            _ => return length,
        }
    }
}

/// What people put right before a link, and no scheme or host begins with.
const BEFORE_LINK: [char; 6] = ['-', '_', '~', '=', '+', '#'];

/// The start of a long text, without the word the limit cuts through: half a link would be another link.
fn within_limit(text: &str) -> &str {
    if text.len() <= MAX_TEXT_BYTES {
        return text;
    }
    let start = &text[..text.floor_char_boundary(MAX_TEXT_BYTES)];
    start.rfind(is_gap).map_or("", |gap| &start[..gap])
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Schemes that run, fetch or show something other than a page, even with an http link inside.
const FOREIGN_SCHEMES: &[&str] = &[
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "ftp",
    "ftps",
    "intent",
    "jar",
    "javascript",
    "livescript",
    "mailto",
    "sftp",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

fn has_foreign_scheme(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let Some((scheme, _)) = word.split_once(':') else { return false };
    FOREIGN_SCHEMES.iter().any(|foreign| scheme.eq_ignore_ascii_case(foreign))
}

enum Opening {
    Scheme,
    BareHost,
}

fn next_opening(word: &str, from: usize) -> Option<(usize, Opening)> {
    let mut before = word[..from].chars().next_back();
    for (offset, c) in word[from..].char_indices() {
        let start = from + offset;
        if let Some(opening) = opening_at(&word[start..], before) {
            return Some((start, opening));
        }
        before = Some(c);
    }
    None
}

fn opening_at(rest: &str, before: Option<char>) -> Option<Opening> {
    // "Song:https://…" is a label and a link; "ftp:youtu.be/…" is not.
    let after_label = before == Some(':');
    let fresh = before.is_none_or(|c| !joins_left(c));
    if (fresh || after_label) && is_http(rest) {
        return Some(Opening::Scheme);
    }
    if fresh && is_service_uri(rest) {
        return Some(Opening::Scheme);
    }
    (fresh && is_known_host(rest)).then_some(Opening::BareHost)
}

/// Whether this character makes what follows it part of something longer: another host, a path, an address.
fn joins_left(c: char) -> bool {
    c.is_alphanumeric() || r"./\@:-_=?&#%+~$".contains(c)
}

fn is_http(rest: &str) -> bool {
    starts_with(rest, "https://") || starts_with(rest, "http://")
}

fn is_service_uri(rest: &str) -> bool {
    let mut schemes = SERVICES.iter().filter_map(|rules| rules.scheme);
    schemes.any(|scheme| {
        let after = rest.get(scheme.len()..).and_then(|after| after.strip_prefix(':'));
        // "Spotify:https://…" is a label again.
        starts_with(rest, scheme) && after.is_some_and(|after| !is_http(after))
    })
}

/// Longest host that DNS allows, and a trailing dot.
const MAX_HOST_BYTES: usize = 254;

/// Without a path it is the name of a service in a sentence ("found on youtube.com"), not a link.
fn is_known_host(rest: &str) -> bool {
    let in_host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let length = rest.bytes().take_while(in_host).count();
    let (host, after) = rest.split_at(length);
    if !after.starts_with('/') || length > MAX_HOST_BYTES {
        return false;
    }
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    SERVICES.iter().any(|rules| (rules.claims)(&host))
}

fn starts_with(text: &str, prefix: &str) -> bool {
    let start = text.as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// A text up to where a link at its start must end: a quote, an angle bracket, a closing bracket that the link did
/// not open, or a separator with another link after it.
fn link_end(text: &str) -> &str {
    let plain = text.bytes().take_while(|b| is_plain(*b)).count();
    let mut open = [0_usize; BRACKETS.len()];
    for (offset, c) in text[plain..].char_indices() {
        let at = plain + offset;
        let ends =
            is_stop(c) || closes_unopened(c, &mut open) || (matches!(c, ',' | ';' | '|') && is_http(&text[at + 1..]));
        if ends {
            return &text[..at];
        }
    }
    text
}

/// What all of most links is made of, and never ends one.
fn is_plain(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'/' | b':' | b'.' | b'-' | b'_' | b'?' | b'=' | b'&' | b'%' | b'#')
}

const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];

fn closes_unopened(c: char, open: &mut [usize; BRACKETS.len()]) -> bool {
    for ((opening, closing), depth) in BRACKETS.into_iter().zip(open) {
        if c == opening {
            *depth += 1;
        } else if c == closing && *depth == 0 {
            return true;
        } else if c == closing {
            *depth -= 1;
        }
    }
    false
}

fn is_stop(c: char) -> bool {
    // The ranges are invisible marks that phones and copied pages leave around links.
    matches!(c, '<' | '>' | '"' | '`' | '“' | '”' | '„' | '‘' | '’' | '«' | '»')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn trimmed(link: &str) -> &str {
    link.trim_end_matches(is_sentence_end)
}

/// What a sentence or a happy sharer puts after a link: never `-` or `_`, with which video ids may end.
fn is_sentence_end(c: char) -> bool {
    if c.is_ascii() { ".,;:!?'*~|([{".contains(c) } else { !c.is_alphanumeric() }
}

#[cfg(test)]
mod tests {
    use super::{MAX_TEXT_BYTES, candidates};

    fn found(text: &str) -> Vec<String> {
        candidates(text).map(String::from).collect()
    }

    #[test]
    fn links_are_cut_from_the_sentence_around_them() {
        let examples = [
            ("https://a.example/b.", "https://a.example/b"),
            ("(https://a.example/b)", "https://a.example/b"),
            ("(see https://a.example/b_(c)).", "https://a.example/b_(c)"),
            ("[t](https://a.example/b)", "https://a.example/b"),
            ("<https://a.example/b>", "https://a.example/b"),
            ("src=\"https://a.example/b\"", "https://a.example/b"),
            ("‘https://a.example/b’!", "https://a.example/b"),
            ("**https://a.example/b**", "https://a.example/b"),
            ("Song:https://a.example/b?", "https://a.example/b"),
            ("HTTPS://A.example/B…", "HTTPS://A.example/B"),
            ("https://a.example/b🎵🎵", "https://a.example/b"),
            ("\u{200e}https://a.example/b\u{200e}", "https://a.example/b"),
            ("https://a.example/?a[]=1", "https://a.example/?a[]=1"),
            ("youtu.be/a.", "https://youtu.be/a"),
            ("🎵youtu.be/a", "https://youtu.be/a"),
            ("-https://a.example/b", "https://a.example/b"),
            ("~~youtu.be/a~~", "https://youtu.be/a"),
            ("(YouTu.be./a)", "https://YouTu.be./a"),
            ("'spotify:track:a'", "spotify:track:a"),
            ("Spotify:https://a.example", "https://a.example"),
        ];
        for (text, link) in examples {
            assert_eq!(found(text), [link], "{text}");
        }
    }

    #[test]
    fn several_links_are_found_in_order() {
        let text = "https://a.example,http://b.example;youtu.be/c [https://d.example](https://e.example)";
        let links = ["https://a.example", "http://b.example;youtu.be/c", "https://d.example", "https://e.example"];
        assert_eq!(found(text), links);
    }

    #[test]
    fn what_only_contains_a_link_is_left_alone() {
        let examples = [
            "",
            "Mr.Blue Sky",
            "www.example.com/a",
            "xhttps://a.example",
            "javascript:open('https://youtu.be/a')",
            "(data:text/html,https://youtu.be/a",
            "ftp://youtu.be/a",
            "//youtu.be/a",
            "me@youtu.be/a",
            "@youtu.be/a",
            "youtu.be@evil.example/a",
            "evil.example/?u=https://youtu.be/a",
            "evil.example/youtu.be/a",
            "evil-youtu.be/a",
            "youtu.be.evil.example/a",
            "youtu.beé/a",
            "youtu.be。evil.example/a",
            "youtu.be:443/a",
            "found on youtube.com!",
            "youtube.com",
        ];
        for text in examples {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    /// So whatever is done with each costs no more than the text is long.
    #[test]
    fn links_never_overlap() {
        for bit in ["https://a.example/(", "youtu.be/a,", "spotify:a,", "https://a.example,", "youtu.be", "\"youtu.be/"]
        {
            let text = bit.repeat(MAX_TEXT_BYTES / bit.len());
            let added = |link: &str| if text.contains(link) { 0 } else { "https://".len() };
            let read: usize = found(&text).iter().map(|link| link.len() - added(link)).sum();
            assert!(read <= text.len(), "{bit}: {read}");
        }
    }

    #[test]
    fn a_long_text_is_read_up_to_its_limit() {
        let link = "https://a.example/b";
        let room = "é".repeat((MAX_TEXT_BYTES - link.len()) / 2 - 1);
        assert_eq!(found(&format!("{room} {link} c")), [link]);
        assert_eq!(found(&format!("{room}é {link} c")), [""; 0]);
        assert_eq!(found(&format!("https://a.example/{}", room.repeat(2))), [""; 0]);
    }
}
