//! TIDAL: a kind and a number; a playlist's is a UUID.

use super::address::{Address, is_number};
use super::{Kind, Link, Rules, Service};

const EMBED_HOST: &str = "https://embed.tidal.com";

pub(super) const RULES: Rules = Rules {
    service: Service::Tidal,
    search: "https://tidal.com/search?q=",
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
        service: Service::Tidal,
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
    use super::super::examples::{canonical, check, embed};

    #[test]
    fn examples() {
        let playlist = "tidal playlist 1b418bb8-90a7-4f87-901d-707993838346";
        check(&[
            ("https://tidal.com/browse/track/77646168", "tidal track 77646168"),
            ("https://tidal.com/track/77646168", "tidal track 77646168"),
            ("https://tidal.com/track/77646168/u", "tidal track 77646168"),
            ("https://tidal.com/browse/track/77646168?u", "tidal track 77646168"),
            ("https://www.tidal.com/track/77646168", "tidal track 77646168"),
            ("https://listen.tidal.com/track/77646168", "tidal track 77646168"),
            ("https://listen.tidal.com/album/77646164/track/77646168", "tidal track 77646168"),
            ("https://desktop.tidal.com/album/77646164", "tidal album 77646164"),
            ("https://tidal.com/browse/album/77646164/u", "tidal album 77646164"),
            ("https://tidal.com/browse/artist/3634161", "tidal artist 3634161"),
            ("https://tidal.com/browse/playlist/1b418bb8-90a7-4f87-901d-707993838346", playlist),
            ("https://tidal.com/playlist/1B418BB8-90A7-4F87-901D-707993838346/u", playlist),
            ("https://embed.tidal.com/tracks/77646168?layout=gridify", "tidal track 77646168"),
            ("https://embed.tidal.com/playlists/1b418bb8-90a7-4f87-901d-707993838346", playlist),
            ("tidal.com/track/77646168", "tidal track 77646168"),
            ("TIDAL.com./browse/track/77646168.", "tidal track 77646168"),
        ]);
    }

    #[test]
    fn pages_of_tidal_and_look_alikes() {
        check(&[
            ("https://tidal.com/", "web page"),
            ("https://tidal.com/browse", "web page"),
            ("https://tidal.com/browse/track/", "web page"),
            ("https://tidal.com/browse/track/0123", "web page"),
            ("https://tidal.com/browse/track/1b418bb8-90a7-4f87-901d-707993838346", "web page"),
            ("https://tidal.com/browse/playlist/123", "web page"),
            ("https://tidal.com/browse/playlist/1b418bb8-90a7-4f87-901d-70799383834", "web page"),
            ("https://tidal.com/browse/playlist/1b418bb8-90a7-4f87-901d-70799383834g", "web page"),
            ("https://tidal.com/browse/mix/00a", "web page"),
            ("https://tidal.com/browse/video/123", "web page"),
            ("https://tidal.com/my-music", "web page"),
            ("https://login.tidal.com/track/77646168", "web page"),
            ("https://account.tidal.com/track/77646168", "web page"),
            ("https://embed.tidal.com/track/77646168", "web page"),
            ("https://tidal.com:8080/track/77646168", "web page"),
            ("https://tidal.com.evil.example/track/77646168", "web page"),
            ("https://my-tidal.com/track/77646168", "web page"),
            ("https://me@tidal.com/track/77646168", "nothing"),
        ]);
    }

    #[test]
    fn urls_are_built_from_the_id() {
        let text = "https://listen.tidal.com/album/77646164";
        assert_eq!(canonical(text).as_deref(), Some("https://tidal.com/browse/album/77646164"));
        assert_eq!(embed(text).as_deref(), Some("https://embed.tidal.com/albums/77646164"));
        assert_eq!(embed("https://tidal.com/browse/artist/3634161"), None);
    }
}
