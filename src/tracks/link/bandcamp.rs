//! Bandcamp: an artist's own host and a slug. There is no player: its address needs a number that only their page knows.

use super::address::{Address, is_code};
use super::{Kind, Link, Rules, Service};

pub(super) const RULES: Rules = Rules {
    service: Service::Bandcamp,
    search: "https://bandcamp.com/search?q=",
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
        Link::plain(Service::Bandcamp, kind, Some([artist, "/", &slug].concat()), url)
    })
}

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, check, embed};

    #[test]
    fn examples() {
        check(&[
            ("https://portishead.bandcamp.com/track/glory-box", "bandcamp track portishead/glory-box"),
            ("http://portishead.bandcamp.com/track/glory-box/", "bandcamp track portishead/glory-box"),
            ("https://portishead.bandcamp.com/album/dummy", "bandcamp album portishead/dummy"),
            ("https://Portishead.Bandcamp.com/Track/Glory-Box", "web page"),
            ("https://Portishead.BANDCAMP.com/track/Glory-Box", "bandcamp track portishead/glory-box"),
            ("https://portishead.bandcamp.com./track/glory-box", "bandcamp track portishead/glory-box"),
            (
                "https://portishead.bandcamp.com/track/glory-box?from=hp&utm_source=x",
                "bandcamp track portishead/glory-box",
            ),
            ("https://portishead.bandcamp.com/track/glory-box#lyrics", "bandcamp track portishead/glory-box"),
            ("portishead.bandcamp.com/track/glory-box", "bandcamp track portishead/glory-box"),
            ("(https://a-b-c.bandcamp.com/album/one_two-3).", "bandcamp album a-b-c/one_two-3"),
        ]);
    }

    #[test]
    fn pages_of_bandcamp_and_look_alikes() {
        check(&[
            ("https://bandcamp.com/", "web page"),
            ("https://bandcamp.com/track/glory-box", "web page"),
            ("https://portishead.bandcamp.com/", "web page"),
            ("https://portishead.bandcamp.com/music", "web page"),
            ("https://portishead.bandcamp.com/track/", "web page"),
            ("https://portishead.bandcamp.com/track/glory%20box", "web page"),
            ("https://portishead.bandcamp.com/track/a/b", "web page"),
            ("https://portishead.bandcamp.com/merch/dummy", "web page"),
            ("https://portishead.bandcamp.com/login", "web page"),
            ("https://daily.bandcamp.com/album/dummy", "web page"),
            ("https://www.bandcamp.com/track/x", "web page"),
            ("https://bandcamp.com/EmbeddedPlayer/album=123/track=456", "web page"),
            ("https://a.b.bandcamp.com/track/x", "web page"),
            ("https://portishead.bandcamp.com:8080/track/x", "web page"),
            ("https://portishead.bandcamp.com.evil.example/track/x", "web page"),
            ("https://portishead.notbandcamp.com/track/x", "web page"),
            ("https://portisheadbandcamp.com/track/x", "web page"),
            ("https://me@portishead.bandcamp.com/track/x", "nothing"),
        ]);
    }

    #[test]
    fn urls_are_built_from_the_id() {
        let text = "http://Portishead.bandcamp.com/album/Dummy?x=y";
        assert_eq!(canonical(text).as_deref(), Some("https://portishead.bandcamp.com/album/dummy"));
        assert_eq!(embed(text), None);
    }
}
