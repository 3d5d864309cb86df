//! TIDAL: a kind and a number; a playlist's is a UUID.

use super::address::{Address, is_number};
use super::{Kind, Link, Rules, Service, told};

const SERVICE: Service = Service::new("tidal", "TIDAL");
const EMBED_HOST: &str = "https://embed.tidal.com";

pub(super) const RULES: Rules = Rules {
    service: SERVICE,
    search: "https://tidal.com/search?q=",
    oembed: Some("https://oembed.tidal.com/?url="),
    told: told::by_author,
    claims,
    scheme: None,
    embed_host: Some(EMBED_HOST),
    read,
};

const PLAYER: &str = "embed.tidal.com";

fn claims(host: &str) -> bool {
    matches!(host, "tidal.com" | "www.tidal.com" | "listen.tidal.com" | "desktop.tidal.com" | PLAYER)
}

fn read(address: &Address) -> Option<Link> {
    let segments = address.segments();
    if address.host() == Some(PLAYER) {
        let [kinds, id] = segments[..] else { return None };
        return thing(kinds.strip_suffix('s')?, id);
    }
    let rest = segments.strip_prefix(&["browse"]).unwrap_or(&segments);
    // Shared links end in /u, which says that they were shared.
    let rest = rest.strip_suffix(&["u"]).unwrap_or(rest);
    match *rest {
        // A song is shared as its album with the song behind it, too.
        ["album", _, kind @ "track", id] | [kind, id] => thing(kind, id),
        _ => None,
    }
}

/// Most digits kept; today's have nine.
const MAX_ID_BYTES: usize = 15;

fn thing(kind: &str, id: &str) -> Option<Link> {
    let id = id.to_ascii_lowercase();
    let is_number = is_number(&id, MAX_ID_BYTES);
    let kind = match kind {
        "track" if is_number => Kind::Track,
        "album" if is_number => Kind::Album,
        "artist" if is_number => Kind::Artist,
        "playlist" if is_uuid(&id) => Kind::Playlist,
        _ => return None,
    };
    Some(Link {
        service: SERVICE,
        kind,
        url: ["https://tidal.com/browse/", kind.as_str(), "/", &id].concat(),
        embed_url: (kind != Kind::Artist).then(|| [EMBED_HOST, "/", kind.as_str(), "s/", &id].concat()),
        id: Some(id),
        start_seconds: None,
    })
}

fn is_uuid(text: &str) -> bool {
    const PARTS: [usize; 5] = [8, 4, 4, 4, 12];
    let is_part = |(part, length): (&str, usize)| part.len() == length && part.bytes().all(|b| b.is_ascii_hexdigit());
    text.split('-').count() == PARTS.len() && text.split('-').zip(PARTS).all(is_part)
}

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, embed};

    #[test]
    fn urls_are_built_from_the_id() {
        let text = "https://listen.tidal.com/album/77646164";
        assert_eq!(canonical(text).as_deref(), Some("https://tidal.com/browse/album/77646164"));
        assert_eq!(embed(text).as_deref(), Some("https://embed.tidal.com/albums/77646164"));
        assert_eq!(embed("https://tidal.com/browse/artist/3634161"), None);
    }
}
