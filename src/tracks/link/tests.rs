//! Whole texts, and what holds for any text at all.

use std::collections::HashSet;

use proptest::prelude::*;
use proptest::string::string_regex;
use proptest::test_runner::{Config, TestRunner};

use super::address::MAX_URL_BYTES;
use super::examples::{Table, brief, check, check_link, tables};
use super::{EMBED_HOSTS, Link, SERVICES, Service, recognise, searches};

#[test]
fn every_example_is_read_as_its_table_says() {
    let mut wrong = Vec::new();
    for example in tables().flat_map(|table| table.examples) {
        let link = recognise(&example.text);
        let (read, url) = (brief(link.as_ref()), link.as_ref().map(|link| &link.url));
        if read != example.brief || (example.url.is_some() && example.url.as_ref() != url) {
            wrong.push(format!("{}\n  is read as {read}, {url:?}", example.text));
        }
        link.iter().for_each(check_link);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// So that no service comes without a table, or with a thin one.
#[test]
fn every_table_has_enough_of_both_kinds() {
    for Table { service, examples, patterns } in tables() {
        let texts: HashSet<&str> = examples.iter().map(|example| example.text.as_str()).collect();
        let own = examples.iter().filter(|example| example.is_of(service)).count();
        assert_eq!(texts.len(), examples.len(), "{service}: an example twice");
        assert!(examples.len() >= 40, "{service}: {} examples, 40 are wanted", examples.len());
        assert!(own >= 15, "{service}: {own} links of its own, 15 are wanted");
        assert!(examples.len() - own >= 15, "{service}: {} others, 15 are wanted", examples.len() - own);
        assert!(!patterns.is_empty(), "{service}: no pattern of its canonical URLs");
    }
}

/// Whatever ids a service gives out: a canonical URL with one is recognised as it is.
#[test]
fn a_canonical_url_recognises_to_itself() {
    const CASES_A_SERVICE: u32 = 1_000;
    for Table { service, patterns, .. } in tables() {
        let made = patterns.iter().map(|(pattern, brief)| {
            let brief = brief.clone();
            string_regex(pattern).expect("a pattern").prop_map(move |url| (url, brief.clone())).boxed()
        });
        let config = Config { cases: CASES_A_SERVICE, failure_persistence: None, ..Config::default() };
        let run = TestRunner::new(config).run(&prop::strategy::Union::new(made), |(url, expected)| {
            let link = recognise(&url);
            prop_assert!(brief(link.as_ref()).starts_with(&expected), "{:?}", link);
            prop_assert_eq!(link.as_ref().map(|link| link.url.as_str()), Some(url.as_str()));
            link.iter().for_each(check_link);
            Ok(())
        });
        assert_eq!(run, Ok(()), "{service}");
    }
}

/// A thing on a service, from each example of its table.
fn things() -> impl Iterator<Item = Link> {
    tables().filter(|table| table.service != Service::WEB).flat_map(|table| {
        let own = table.examples.into_iter().filter(move |example| example.is_of(table.service));
        own.map(|example| recognise(&example.text).expect("a link"))
    })
}

/// The rest of its URL after the scheme, and what comes before a further parameter.
fn parts(link: &Link) -> (&str, &str, char) {
    let rest = link.url.strip_prefix("https://").expect("a service's URL");
    let (host, path) = rest.split_once('/').expect("a path");
    (host, path, if path.contains('?') { '&' } else { '?' })
}

#[test]
fn a_thing_stays_the_same_however_it_is_written() {
    for link in things() {
        let (url, (host, path, and)) = (&link.url, parts(&link));
        let room = "x".repeat(MAX_URL_BYTES - url.len() - "?x=".len());
        let ways = [
            format!("http://{host}/{path}"),
            format!("HTTPS://{}/{path}", host.to_uppercase()),
            format!("https://{host}./{path}"),
            format!("https://{host}:443/{path}"),
            format!("{host}/{path}"),
            format!("{url}{and}utm_source=x&si=y&fbclid=z"),
            format!("{url}{and}x={room}"),
            format!("{url}#x"),
            format!("({url})."),
            format!("‘{url}’!"),
            format!("<{url}>"),
            format!("<a href=\"{url}\">"),
            format!("[{url}]({url})"),
            format!("**{url}**…"),
            format!("\u{202b}{url}\u{202c}"),
            format!("https://a.example/b {url}, https://youtu.be/zzzzzzzzzzz"),
        ];
        for text in ways {
            assert_eq!(recognise(&text).as_ref(), Some(&link), "{text}");
        }
    }
}

#[test]
fn a_trick_is_not_the_thing_it_looks_like() {
    for link in things() {
        let (url, (host, path, and)) = (&link.url, parts(&link));
        let others = [
            format!("https://{host}:8443/{path}"),
            format!("http://{host}:443/{path}"),
            format!("https://{host}.evil.example/{path}"),
            format!("https://evil-{host}/{path}"),
            format!("https://evil.{host}/{path}"),
            format!("https://{host}-evil.example/{path}"),
            format!("https://evil.example/{host}/{path}"),
            format!("https://evil.example/?url={url}"),
            format!("https://evil.example/{url}"),
            format!("https://evil.example#{url}"),
            format!(r"https://evil.example\@{host}/{path}"),
        ];
        for text in others {
            assert_ne!(recognise(&text).as_ref(), Some(&link), "{text}");
        }
        let nothing = [
            format!("https://me@{host}/{path}"),
            format!("https://me:pw@{host}/{path}"),
            format!("https://@{host}/{path}"),
            format!("me@{host}/{path}"),
            format!("//{host}/{path}"),
            format!("ftp://{host}/{path}"),
            format!("javascript:'{url}'"),
            format!("data:text/html,{url}"),
            format!("{url}{and}x={}", "x".repeat(MAX_URL_BYTES)),
            format!("{url}{and}x={}", "x".repeat(10 * 1_024)),
        ];
        for text in nothing {
            assert_eq!(recognise(&text), None, "{text}");
        }
    }
}

#[test]
fn the_first_song_link_in_a_text_wins() {
    check(&[
        ("", "nothing"),
        ("Mr.Blue Sky", "nothing"),
        ("Dancing Queen - ABBA #TwitterDisco", "nothing"),
        ("example.com/dancing-queen", "nothing"),
        ("https://example.com/a", "web page"),
        ("Loved this! https://youtu.be/dQw4w9WgXcQ. Who's next?", "youtube track dQw4w9WgXcQ"),
        ("(youtu.be/dQw4w9WgXcQ)", "youtube track dQw4w9WgXcQ"),
        ("🕺https://youtu.be/dQw4w9WgXcQ🕺 #disco", "youtube track dQw4w9WgXcQ"),
        ("[tune](https://youtu.be/dQw4w9WgXcQ)", "youtube track dQw4w9WgXcQ"),
        ("<a href='https://youtu.be/dQw4w9WgXcQ'>", "youtube track dQw4w9WgXcQ"),
        ("<iframe src=\"https://www.youtube.com/embed/dQw4w9WgXcQ?si=x\" title=\"y\">", "youtube track dQw4w9WgXcQ"),
        ("https://example.com/a https://youtu.be/dQw4w9WgXcQ", "youtube track dQw4w9WgXcQ"),
        ("https://example.com/a,https://youtu.be/dQw4w9WgXcQ", "youtube track dQw4w9WgXcQ"),
        ("soundcloud.com/forss/flickermood\nhttps://youtu.be/dQw4w9WgXcQ", "soundcloud track forss/flickermood"),
        ("https://me@youtu.be/dQw4w9WgXcQ https://example.com/a", "web page"),
        ("https://example.com/?u=https://youtu.be/dQw4w9WgXcQ", "web page"),
        ("https://web.archive.org/web/2020/https://youtu.be/dQw4w9WgXcQ", "web page"),
        ("https://youtu.be/dQw4w9WgXcQ!?utm_source=x", "youtube track dQw4w9WgXcQ"),
        ("https://localhost/a http://192.168.0.1/b", "nothing"),
        ("javascript:alert(1)", "nothing"),
        ("mailto:me@example.com", "nothing"),
        ("http", "nothing"),
        ("https://", "nothing"),
        ("...://?#@", "nothing"),
    ]);
}

#[test]
fn of_two_pages_the_first_is_given() {
    let url = recognise("https://a.example https://b.example").map(|link| link.url);
    assert_eq!(url.as_deref(), Some("https://a.example/"));
}

#[test]
fn a_link_is_written_as_the_contract_says() {
    let link = recognise("youtu.be/dQw4w9WgXcQ?t=65");
    let json = concat!(
        r#"{"service":"youtube","kind":"track","id":"dQw4w9WgXcQ","#,
        r#""url":"https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=65s","#,
        r#""embed_url":"https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ","start_seconds":65}"#,
    );
    assert_eq!(serde_json::to_string(&link).ok().as_deref(), Some(json));
    assert_eq!(serde_json::from_str::<Link>(json).ok(), link);
    assert_eq!(serde_json::to_string(&recognise("-")).ok().as_deref(), Some("null"));
}

#[test]
fn players_come_from_whole_origins() {
    // Bandcamp has no player whose address can be made from an id.
    assert_eq!(EMBED_HOSTS.len(), SERVICES.len() - 1);
    for host in EMBED_HOSTS {
        let parsed = url::Url::parse(host).map(|url| url.origin().ascii_serialization());
        assert_eq!(parsed.as_deref(), Ok(*host));
    }
}

#[test]
fn every_service_can_be_searched() {
    let found = searches("Don't Stop Me Now, Queen & é/..?#");
    let services: Vec<Service> = found.iter().map(|(service, _)| *service).collect();
    let all: Vec<Service> = Service::all().filter(|service| *service != Service::WEB).collect();
    assert_eq!(services, all, "each once, in its order");
    for (service, address) in found {
        let parsed = url::Url::parse(&address);
        assert!(parsed.as_ref().is_ok_and(|url| url.scheme() == "https" && url.fragment().is_none()), "{address}");
        assert!(address.ends_with("Don%27t%20Stop%20Me%20Now%2C%20Queen%20%26%20%C3%A9%2F%2E%2E%3F%23"), "{address}");
        let host = parsed.ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let is_own = host.ends_with("bandcamp.com") || recognise(&format!("https://{host}/a/b")).is_some();
        assert!(is_own, "{service}: {host}");
    }
}
