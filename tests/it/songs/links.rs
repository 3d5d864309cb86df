//! Promise 6 for song links: whatever is pasted is read without a panic, and its canonical URL is read as the same.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use twitterdisco::tracks::{EMBED_HOSTS, Link, LinkKind, Service, recognise};

use crate::support::{scale, seed};

/// The texts of every service's table of examples, escapes and all.
fn examples() -> Vec<String> {
    let tables = Service::all().map(|service| {
        let path = format!("{}/src/tracks/link/examples/{service}.txt", env!("CARGO_MANIFEST_DIR"));
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    });
    let lines = tables.flat_map(|table| table.lines().map(str::to_owned).collect::<Vec<_>>());
    lines.filter_map(|line| line.split_once('\t').map(|(text, _)| text.to_owned())).collect()
}

/// What no example has much of.
const ODD_BITS: &[&str] = &[
    "\0",
    "\t",
    "\n",
    "\\",
    "\u{ad}",
    "\u{61c}",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "é",
    "。",
    "🎵",
    "%",
    "%2F",
    "%00",
    "xn--",
    "[::1]",
    "127.0.0.1",
    "localhost",
    "javascript:",
    "HTTP://",
    "https://",
    ":443",
    ":8080",
    "((",
    "))",
    "]",
    "{",
    "}",
    "<",
    ">",
    "\"",
    "'",
    ",",
    ";",
    "|",
    "!",
    "*",
    "~",
    "-",
    "_",
];

/// What the examples are made of, to be strung together in other orders.
fn bits(examples: &[String]) -> Vec<String> {
    let own = examples.iter().flat_map(|text| text.split_inclusive(|c| "/?&=#:@. ".contains(c)));
    let bits: BTreeSet<&str> = own.chain(ODD_BITS.iter().copied()).collect();
    bits.into_iter().map(str::to_owned).collect()
}

/// Texts that nearly are links: examples with something put in, put in place of the end, or taken out; bits in any order;
/// and anything at all.
fn texts() -> impl Strategy<Value = String> {
    let examples = examples();
    let bit = || select(bits(&examples)).boxed();
    let damages = prop::collection::vec((any::<Index>(), bit(), 0..9_u8), 0..4);
    let strung = prop::collection::vec(bit(), 0..24).prop_map(|bits| bits.concat());
    let damaged = (select(examples), damages)
        .prop_map(|(text, damages)| damages.iter().fold(text, |text, (at, bit, how)| damage(text, *at, bit, *how)));
    prop_oneof![6 => damaged, 3 => strung, 1 => any::<String>()]
}

fn damage(mut text: String, at: Index, bit: &str, how: u8) -> String {
    let at = text.floor_char_boundary(at.index(text.len() + 1));
    match how {
        0..4 => text.insert_str(at, bit),
        4..6 => text.replace_range(at.., bit),
        6 => text.replace_range(at.., &bit.repeat(300)),
        _ => text = [&text[..at], text[at..].trim_start_matches(|c: char| c.is_ascii_punctuation())].concat(),
    }
    text
}

/// What holds for every link, wherever it came from.
fn check(link: &Link) -> Result<(), TestCaseError> {
    let again = recognise(&link.url);
    prop_assert_eq!(again.as_ref(), Some(link));
    let is_page = link.service == Service::WEB;
    prop_assert_eq!(is_page, link.kind == LinkKind::Page);
    prop_assert_eq!(link.id.is_none(), is_page || link.kind == LinkKind::Short);
    prop_assert!(is_page || link.url.starts_with("https://"));
    let mut of_id = link.id.iter().flat_map(|id| id.bytes());
    prop_assert!(of_id.all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b)), "safe in a path");
    if let Some(embed) = &link.embed_url {
        let mut hosts = EMBED_HOSTS.iter();
        prop_assert!(link.id.is_some());
        prop_assert!(hosts.any(|host| embed.strip_prefix(host).is_some_and(|path| path.starts_with('/'))));
    }
    Ok(())
}

/// Catches: a panic on a strange text, a canonical URL that is read as something else, a service whose links the damage
/// never reaches.
#[test]
fn any_text_is_read_and_its_link_is_read_the_same_again() {
    let (seed, cases) = (seed(), scale(5_000, 1_000_000));
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let found: RefCell<BTreeMap<Service, u32>> = RefCell::default();
    let run = runner.run(&texts(), |text| {
        let Some(link) = recognise(&text) else { return Ok(()) };
        *found.borrow_mut().entry(link.service).or_default() += 1;
        check(&link)
    });
    assert_eq!(run, Ok(()), "seed {seed}");
    let found = found.into_inner();
    let counts: Vec<String> = found.iter().map(|(service, count)| format!("{count} {service}")).collect();
    println!("{cases} texts, seed {seed}: {}, the others without a link; 0 read otherwise", counts.join(", "));
    assert_eq!(found.len(), Service::all().count(), "every service is reached");
}
