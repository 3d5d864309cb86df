//! Deezer: a kind and a number, whatever the country in front.

use super::address::{Address, is_code, is_number};
use super::{Kind, Link, Rules, Service};

const EMBED_HOST: &str = "https://widget.deezer.com";

pub(super) const RULES: Rules = Rules {
    service: Service::Deezer,
    search: "https://www.deezer.com/search/",
    claims,
    scheme: None,
    embed_host: Some(EMBED_HOST),
    read,
};

const WIDGET: &str = "widget.deezer.com";
const SHORT_HOST: &str = "link.deezer.com";

fn claims(host: &str) -> bool {
    is_page_link(host) || matches!(host, "deezer.com" | "www.deezer.com" | "m.deezer.com" | WIDGET | SHORT_HOST)
}

/// Where short links were made until 2025.
fn is_page_link(host: &str) -> bool {
    matches!(host, "deezer.page.link" | "dzr.page.link")
}

fn read(address: &Address) -> Option<Link> {
    let (host, segments) = (address.host()?, address.segments());
    match (host, &segments[..]) {
        (SHORT_HOST, ["s", code]) => short(&format!("{SHORT_HOST}/s"), code),
        (SHORT_HOST, _) => None,
        (host, [code]) if is_page_link(host) => short(host, code),
        (WIDGET, ["widget", _, kind, id, ..]) => thing(kind, id),
        (WIDGET, _) => None,
        (_, [country, kind, id]) if is_country(country) => thing(kind, id),
        (_, [kind, id]) => thing(kind, id),
        _ => None,
    }
}

/// `gb`, and `en-gb` of late.
fn is_country(segment: &str) -> bool {
    matches!(segment.len(), 2 | 5) && is_code(segment, 5, "-")
}

/// Longest code of a short link kept.
const MAX_CODE_BYTES: usize = 64;

fn short(place: &str, code: &str) -> Option<Link> {
    is_code(code, MAX_CODE_BYTES, "_-").then(|| Link::short(Service::Deezer, format!("https://{place}/{code}")))
}

/// Most digits kept; today's have eleven.
const MAX_ID_BYTES: usize = 15;

fn thing(kind: &str, id: &str) -> Option<Link> {
    let kind = Kind::named(kind)?;
    let has_player = kind != Kind::Artist;
    is_number(id, MAX_ID_BYTES).then(|| Link {
        service: Service::Deezer,
        kind,
        id: Some(id.to_owned()),
        url: ["https://www.deezer.com/", kind.as_str(), "/", id].concat(),
        embed_url: has_player.then(|| [EMBED_HOST, "/widget/auto/", kind.as_str(), "/", id].concat()),
        start_seconds: None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, check, embed};

    #[test]
    fn examples() {
        check(&[
            ("https://www.deezer.com/track/3135556", "deezer track 3135556"),
            ("https://www.deezer.com/en/track/3135556", "deezer track 3135556"),
            ("https://www.deezer.com/en-gb/track/3135556", "deezer track 3135556"),
            ("https://www.deezer.com/fr/track/3135556?utm_campaign=clipboard-generic", "deezer track 3135556"),
            ("https://deezer.com/track/3135556", "deezer track 3135556"),
            ("https://m.deezer.com/us/track/3135556/", "deezer track 3135556"),
            ("https://www.deezer.com/us/album/302127", "deezer album 302127"),
            ("https://www.deezer.com/playlist/908622995", "deezer playlist 908622995"),
            ("https://www.deezer.com/artist/27#top", "deezer artist 27"),
            ("https://www.deezer.com/fr/show/634", "deezer show 634"),
            ("https://www.deezer.com/fr/episode/123456", "deezer episode 123456"),
            ("https://widget.deezer.com/widget/dark/track/3135556", "deezer track 3135556"),
            ("https://widget.deezer.com/widget/auto/playlist/908622995?autoplay=true", "deezer playlist 908622995"),
            ("www.deezer.com/track/3135556", "deezer track 3135556"),
            ("DEEZER.com./track/3135556", "deezer track 3135556"),
            ("https://link.deezer.com/s/30aBcDeFgH", "deezer short"),
            ("https://deezer.page.link/aBcDeF12", "deezer short"),
            ("https://dzr.page.link/aBcDeF12", "deezer short"),
        ]);
    }

    #[test]
    fn pages_of_deezer_and_look_alikes() {
        check(&[
            ("https://www.deezer.com/", "web page"),
            ("https://www.deezer.com/track/", "web page"),
            ("https://www.deezer.com/track/0123", "web page"),
            ("https://www.deezer.com/track/12a", "web page"),
            ("https://www.deezer.com/track/1234567890123456", "web page"),
            ("https://www.deezer.com/profile/123", "web page"),
            ("https://www.deezer.com/login", "web page"),
            ("https://www.deezer.com/en/search/abba", "web page"),
            ("https://link.deezer.com/", "web page"),
            ("https://link.deezer.com/x/30aBc", "web page"),
            ("https://other.page.link/aBcDeF12", "web page"),
            ("https://api.deezer.com/track/3135556", "web page"),
            ("https://www.deezer.com:8080/track/3135556", "web page"),
            ("https://www.deezer.com.evil.example/track/3135556", "web page"),
            ("https://my-deezer.com/track/3135556", "web page"),
            ("https://www.dеezer.com/track/3135556", "web page"),
            ("https://me@www.deezer.com/track/3135556", "nothing"),
        ]);
    }

    #[test]
    fn urls_are_built_from_the_id() {
        let text = "https://www.deezer.com/fr/album/302127?x=y";
        assert_eq!(canonical(text).as_deref(), Some("https://www.deezer.com/album/302127"));
        assert_eq!(embed(text).as_deref(), Some("https://widget.deezer.com/widget/auto/album/302127"));
        assert_eq!(embed("https://www.deezer.com/artist/27"), None);
        assert_eq!(canonical("https://link.deezer.com/s/30aB?x").as_deref(), Some("https://link.deezer.com/s/30aB"));
    }
}
