//! What may be asked: nothing, too little, too much, and what was meant to break something.

use rand::RngExt as _;
use serde_json::json;

use super::{assert_nothing, at, found, page, share, songs};
use crate::support::{House, on_both, scale, seed};

on_both!(
    too_little_finds_nothing_and_says_so,
    nothing_in_a_query_is_syntax,
    a_long_query_is_cut,
    any_text_gets_an_answer,
    what_was_asked_stays_text,
);

async fn too_little_finds_nothing_and_says_so(house: House) {
    let host = house.organiser("Louise").await;
    house.night(&host, json!({ "title": "A" })).await;
    let anyone = house.stranger();
    let nothing = json!({ "events": [], "tracks": [], "stories": [] });
    for path in ["/api/v1/search", "/api/v1/search?q="] {
        assert_eq!(anyone.get(path).await.expect(200).json(), nothing);
    }
    for path in ["/search", "/search?q=", "/search?q=%00"] {
        let page = anyone.get(path).await.expect(200);
        assert!(page.select("main").contains("Or look through all the nights"), "{path}");
        assert_eq!((page.select("h1"), page.attribute("form[role=search]", "method")), ("Search".into(), "get".into()));
    }
    for words in ["a", "!", "*", "\"\"", "🕺💃🏿", "-", " . a . "] {
        assert_nothing(&house, words).await;
        assert!(page(&house, words).await.select("main").contains("Type at least two letters or digits"), "{words}");
    }
    let none = page(&house, "nothing like it").await;
    assert_eq!(none.select("h2"), "Nothing found");
    assert_eq!(none.attributes("main a", "href"), ["/events", "/songs", "/stories"]);
    for path in ["/search?q=ab&q=cd", "/api/v1/search?q=ab&q=cd"] {
        anyone.get(path).await.expect(422);
    }
    let home = anyone.get("/").await.expect(200);
    assert!(home.try_select("footer a[href='/search']").is_some(), "it can be found from everywhere");
}

async fn nothing_in_a_query_is_syntax(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({ "title": "Near or not" })).await;
    share(&host, &slug, json!({ "title": "Near or Not and Then", "artist": "Name" })).await;
    share(&host, &slug, json!({ "title": "Lovely Day" })).await;
    // Words that are syntax elsewhere are words.
    for words in ["near", "NEAR(", "OR", "not or near", "name: near", "\"near\" or", "near*", "^near", "+near"] {
        assert_eq!(songs(&house, words).await, ["Near or Not and Then"], "{words}");
    }
    assert_eq!(songs(&house, "lovely:*").await, ["Lovely Day"]);
    for words in [
        "' OR 1=1 --",
        "\" OR \"1\"=\"1",
        "lovely OR near",
        "lovely | near",
        "lovely NOT near",
        "lovely -day",
        "lovely & !day",
        "NEAR(lovely day, 5) x",
        "name : lovely",
        "{name words} : lovely",
        "l*y",
        "%",
        "_ovely",
        "lovely\\",
        "\\'",
        "'; DROP TABLE search_entry; --",
        "lovely <-> night",
        "lovely:A near",
    ] {
        let found = found(&house, words).await;
        let tracks = found["tracks"].as_array().expect("songs").len();
        let is_plain = ["lovely -day", "lovely\\", "lovely & !day"].contains(&words);
        assert_eq!(tracks, usize::from(is_plain), "{words}: {found}");
    }
    assert_eq!(songs(&house, "lovely").await, ["Lovely Day"], "and everything is there still");
}

async fn a_long_query_is_cut(house: House) {
    let host = house.organiser("Louise").await;
    let slug = house.night(&host, json!({})).await;
    let title = "one two three four five six seven eight";
    share(&host, &slug, json!({ "title": title })).await;
    assert_eq!(songs(&house, &format!("{title} nine ten eleven")).await, [title], "eight words are looked at");
    let spread = format!("one{}two", " ".repeat(5_000));
    assert_eq!(songs(&house, &spread).await, [title], "spaces are none of the hundred characters");
    let long = "foxglove ".repeat(1_200);
    assert_nothing(&house, &long).await;
    let page = page(&house, &long).await;
    assert!(page.attribute("#q", "value").chars().count() <= 100 && page.body.len() < 10_000);
    // A word of a hundred letters and more is known by its beginning.
    let word = "lo".repeat(80);
    share(&host, &slug, json!({ "title": word })).await;
    for words in [&word[..], &word[..99], &word[..70]] {
        assert_eq!(songs(&house, words).await, [word.as_str()], "{words}");
    }
}

/// Some text of signs that mean something somewhere, letters of all scripts, and bytes at random.
fn odd(random: &mut impl rand::Rng) -> String {
    const SIGNS: &[char] = &[
        '"', '\'', '*', ':', '-', '(', ')', '&', '|', '!', '<', '>', '^', '{', '}', '\\', '\0', '%', '$', '1', 'a', ' ',
    ];
    let length = random.random_range(0..40);
    let sign = |random: &mut dyn rand::Rng| match random.random_range(0..4) {
        0 | 1 => SIGNS[random.random_range(0..SIGNS.len())],
        2 => char::from_u32(random.random_range(0x80..0x3000)).unwrap_or('é'),
        _ => char::from_u32(random.random_range(0..0x11_0000)).unwrap_or('愛'),
    };
    (0..length).map(|_| sign(random)).collect()
}

async fn any_text_gets_an_answer(house: House) {
    use rand::SeedableRng as _;
    let host = house.organiser("Louise").await;
    house.night(&host, json!({ "title": "Friday night" })).await;
    let (seed, times) = (seed(), scale(300, 20_000));
    let mut random = rand::rngs::StdRng::seed_from_u64(seed);
    let mut looked = 0;
    for _ in 0..times {
        let text = odd(&mut random);
        let answer = host.get(&at("/api/v1/search", &text)).await;
        assert_eq!(answer.status, 200, "TEST_SEED={seed}, {text:?}: {}", answer.text());
        house.stranger().get(&at("/search", &text)).await.expect(200);
        looked += usize::from(twitterdisco::search::Query::of(&text).is_some());
    }
    println!("TEST_SEED={seed}: {times} odd queries, {looked} of them with something to look for, 0 refused");
    assert!(looked > times / 4);
}

async fn what_was_asked_stays_text(house: House) {
    let plain = page(&house, "foxglove").await;
    let shape = |page: &crate::support::Answer| {
        let all = ["script", "img", "svg", "iframe", "input", "form", "a", "h2", "meta", "link", "style", "object"];
        all.map(|tag| page.all(tag).len())
    };
    for text in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' autofocus onfocus=alert(1) x='",
        "</title><script>alert(1)</script>",
        "{{7*7}}",
        "&lt;b&gt;",
        "foxglove\u{202E}x",
    ] {
        let page = page(&house, text).await;
        assert_eq!(shape(&page), shape(&plain), "{text}");
        let kept: String = text.chars().filter(|c| *c != '\u{202E}').collect();
        assert_eq!(page.attribute("#q", "value"), kept);
        assert!(page.select("title").starts_with(&kept), "{text}");
    }
}
