//! Deezer: a kind and a number, whatever the country in front.

use super::address::{Address, is_code, is_number};
use super::{Kind, Link, Rules, Service, told};

const SERVICE: Service = Service::new("deezer", "Deezer");
const EMBED_HOST: &str = "https://widget.deezer.com";

pub(super) const RULES: Rules = Rules {
    service: SERVICE,
    search: "https://www.deezer.com/search/",
    oembed: Some("https://api.deezer.com/oembed?format=json&url="),
    told: told::by_author,
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
    let is_part = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic());
    segment.split('-').count() <= 2 && segment.split('-').all(is_part)
}

/// Longest code of a short link kept.
const MAX_CODE_BYTES: usize = 64;

fn short(place: &str, code: &str) -> Option<Link> {
    is_code(code, MAX_CODE_BYTES, "_-").then(|| Link::short(SERVICE, format!("https://{place}/{code}")))
}

/// Most digits kept; today's have eleven.
const MAX_ID_BYTES: usize = 15;

fn thing(kind: &str, id: &str) -> Option<Link> {
    let kind = Kind::named(kind)?;
    let has_player = kind != Kind::Artist;
    is_number(id, MAX_ID_BYTES).then(|| Link {
        service: SERVICE,
        kind,
        id: Some(id.to_owned()),
        url: ["https://www.deezer.com/", kind.as_str(), "/", id].concat(),
        embed_url: has_player.then(|| [EMBED_HOST, "/widget/auto/", kind.as_str(), "/", id].concat()),
        start_seconds: None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, embed};

    #[test]
    fn urls_are_built_from_the_id() {
        let text = "https://www.deezer.com/fr/album/302127?x=y";
        assert_eq!(canonical(text).as_deref(), Some("https://www.deezer.com/album/302127"));
        assert_eq!(embed(text).as_deref(), Some("https://widget.deezer.com/widget/auto/album/302127"));
        assert_eq!(embed("https://www.deezer.com/artist/27"), None);
        assert_eq!(canonical("https://link.deezer.com/s/30aB?x").as_deref(), Some("https://link.deezer.com/s/30aB"));
    }
}
