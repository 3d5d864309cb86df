//! Bandcamp: an artist's own host and a slug. There is no player: its address needs a number that only their page knows.

use super::address::{Address, is_code};
use super::{Kind, Link, Rules, Service, told};

const SERVICE: Service = Service::new("bandcamp", "Bandcamp");

pub(super) const RULES: Rules = Rules {
    service: SERVICE,
    search: "https://bandcamp.com/search?q=",
    oembed: None,
    told: told::by_author,
    claims,
    scheme: None,
    embed_host: None,
    read,
};

const SITE: &str = ".bandcamp.com";

/// Hosts of the site itself, which are no artists.
const NOT_ARTISTS: &[&str] =
    &["blog", "daily", "f4", "get", "help", "isrc", "m", "pages", "popplers5", "status", "www"];

fn claims(host: &str) -> bool {
    artist_of(host).is_some()
}

/// The artist whose host it is. One label, so that nobody's host in front of ours is theirs.
fn artist_of(host: &str) -> Option<&str> {
    let artist = host.strip_suffix(SITE)?;
    let is_own = is_code(artist, MAX_NAME_BYTES, "-") && !NOT_ARTISTS.contains(&artist);
    is_own.then_some(artist)
}

/// Longest name of a host, and longest slug kept.
const MAX_NAME_BYTES: usize = 63;
const MAX_SLUG_BYTES: usize = 255;

fn read(address: &Address) -> Option<Link> {
    let artist = artist_of(address.host()?)?;
    let segments = address.segments();
    let [kind, slug] = segments[..] else { return None };
    let kind = match kind {
        "track" => Kind::Track,
        "album" => Kind::Album,
        _ => return None,
    };
    let slug = slug.to_ascii_lowercase();
    is_code(&slug, MAX_SLUG_BYTES, "_-").then(|| {
        let url = ["https://", artist, SITE, "/", kind.as_str(), "/", &slug].concat();
        Link::plain(SERVICE, kind, Some([artist, "/", &slug].concat()), url)
    })
}

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, embed};

    #[test]
    fn urls_are_built_from_the_id() {
        let text = "http://Portishead.bandcamp.com/album/Dummy?x=y";
        assert_eq!(canonical(text).as_deref(), Some("https://portishead.bandcamp.com/album/dummy"));
        assert_eq!(embed(text), None);
    }
}
