//! Spotify: a kind and 22 characters, in a page, a player or a `spotify:` URI.

use super::address::{Address, is_code};
use super::{Kind, Link, Rules, Service, told};

const SERVICE: Service = Service::new("spotify", "Spotify");
const EMBED_HOST: &str = "https://open.spotify.com";

pub(super) const RULES: Rules = Rules {
    service: SERVICE,
    search: "https://open.spotify.com/search/",
    oembed: Some("https://open.spotify.com/oembed?url="),
    told: told::by_author,
    claims,
    scheme: Some("spotify"),
    embed_host: Some(EMBED_HOST),
    read,
};

const SHORT_HOST: &str = "spotify.link";

fn claims(host: &str) -> bool {
    matches!(host, "open.spotify.com" | "play.spotify.com" | SHORT_HOST)
}

fn read(address: &Address) -> Option<Link> {
    let segments = address.segments();
    if address.host() == Some(SHORT_HOST) {
        let [code] = segments[..] else { return None };
        return short(code);
    }
    let rest = match &segments[..] {
        [language, rest @ ..] if language.starts_with("intl-") => rest,
        rest => rest,
    };
    match *rest {
        ["embed" | "embed-podcast", kind, id] | [kind, id] => thing(kind, id),
        // Playlists carried their owner's name until 2018; such links are still about.
        ["user", _, "playlist", id] | ["embed", "user", _, "playlist", id] => thing("playlist", id),
        _ => None,
    }
}

/// Longest code kept: a guard, since no length is promised.
const MAX_CODE_BYTES: usize = 64;

fn short(code: &str) -> Option<Link> {
    is_code(code, MAX_CODE_BYTES, "_-").then(|| Link::short(SERVICE, format!("https://{SHORT_HOST}/{code}")))
}

const ID_BYTES: usize = 22;

fn thing(kind: &str, id: &str) -> Option<Link> {
    let kind = Kind::named(kind)?;
    let is_id = id.len() == ID_BYTES && is_code(id, ID_BYTES, "");
    is_id.then(|| Link {
        service: SERVICE,
        kind,
        id: Some(id.to_owned()),
        url: ["https://open.spotify.com/", kind.as_str(), "/", id].concat(),
        embed_url: Some([EMBED_HOST, "/embed/", kind.as_str(), "/", id].concat()),
        start_seconds: None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, embed};

    #[test]
    fn urls_are_built_from_the_id() {
        let text = "spotify:show:38bS44xjbVVZ3No3ByF1dJ";
        let url = "https://open.spotify.com/show/38bS44xjbVVZ3No3ByF1dJ";
        assert_eq!(canonical(text).as_deref(), Some(url));
        let player = "https://open.spotify.com/embed/show/38bS44xjbVVZ3No3ByF1dJ";
        assert_eq!(embed(text).as_deref(), Some(player));
        let short = canonical("https://spotify.link/aBcDeF12345?_p=x");
        assert_eq!(short.as_deref(), Some("https://spotify.link/aBcDeF12345"));
        assert_eq!(embed("https://spotify.link/aBcDeF12345"), None);
    }
}
