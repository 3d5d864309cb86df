//! Amazon Music: an ASIN, whatever the country; people's own playlists have longer ids.

use super::address::{Address, is_code};
use super::{Kind, Link, Rules, Service, told};

const SERVICE: Service = Service::new("amazon_music", "Amazon Music");
const EMBED_HOST: &str = "https://music.amazon.com";

pub(super) const RULES: Rules = Rules {
    service: SERVICE,
    search: "https://music.amazon.co.uk/search/",
    oembed: None,
    told: told::by_author,
    claims,
    scheme: None,
    embed_host: Some(EMBED_HOST),
    read,
};

/// The shops that have music of their own.
const SHOPS: &[&str] = &[
    "ca", "co.jp", "co.uk", "com", "com.au", "com.be", "com.br", "com.mx", "com.tr", "de", "es", "fr", "ie", "in",
    "it", "nl", "pl", "se",
];

fn claims(host: &str) -> bool {
    host.strip_prefix("music.amazon.").is_some_and(|shop| SHOPS.contains(&shop))
}

fn read(address: &Address) -> Option<Link> {
    let segments = address.segments();
    match segments[..] {
        ["albums", album] => {
            // A song is shared as its album with the song beside it.
            let song = address.parameter("trackAsin").and_then(|song| thing(Kind::Track, &song));
            let album = thing(Kind::Album, album)?;
            Some(song.unwrap_or(album))
        }
        ["tracks" | "songs", id] => thing(Kind::Track, id),
        ["playlists", id] => thing(Kind::Playlist, id),
        ["artists", id] | ["artists", id, _] => thing(Kind::Artist, id),
        ["user-playlists", id] => own_playlist(id),
        // What a player stands for it doesn't say; on its page it is a song or a record.
        _ => None,
    }
}

const ASIN_BYTES: usize = 10;

fn thing(kind: Kind, asin: &str) -> Option<Link> {
    let asin = asin.to_ascii_uppercase();
    let is_asin = asin.len() == ASIN_BYTES && is_code(&asin, ASIN_BYTES, "") && asin.starts_with('B');
    let has_player = kind != Kind::Artist;
    is_asin.then(|| Link {
        service: SERVICE,
        kind,
        url: ["https://music.amazon.co.uk/", kind.as_str(), "s/", &asin].concat(),
        embed_url: has_player.then(|| [EMBED_HOST, "/embed/", &asin, "/", BRITISH_SHOP].concat()),
        id: Some(asin),
        start_seconds: None,
    })
}

/// What the shop is called inside; where our dancers are.
const BRITISH_SHOP: &str = "?marketplaceId=A1F83G8C2ARO7P&musicTerritory=GB";

/// Longest id of somebody's own playlist kept; today's have 36 characters.
const MAX_PLAYLIST_ID_BYTES: usize = 64;

fn own_playlist(id: &str) -> Option<Link> {
    is_code(id, MAX_PLAYLIST_ID_BYTES, "-_").then(|| {
        let url = format!("https://music.amazon.co.uk/user-playlists/{id}");
        Link::plain(SERVICE, Kind::Playlist, Some(id.to_owned()), url)
    })
}

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, embed};

    #[test]
    fn urls_are_built_from_the_id() {
        let text = "https://music.amazon.de/albums/B08KKLW2XY?trackAsin=B08KKMM9WJ";
        assert_eq!(canonical(text).as_deref(), Some("https://music.amazon.co.uk/tracks/B08KKMM9WJ"));
        let player = "https://music.amazon.com/embed/B08KKMM9WJ/?marketplaceId=A1F83G8C2ARO7P&musicTerritory=GB";
        assert_eq!(embed(text).as_deref(), Some(player));
        assert_eq!(embed("https://music.amazon.co.uk/user-playlists/0ab1"), None);
    }
}
