//! Apple Music: a number, or `pl.…` for a playlist. Country and slug are no part of what a link names.

use super::address::{Address, is_code, is_number};
use super::{Kind, Link, Rules, Service, told};

const SERVICE: Service = Service::new("apple_music", "Apple Music");
const EMBED_HOST: &str = "https://embed.music.apple.com";

pub(super) const RULES: Rules = Rules {
    service: SERVICE,
    search: "https://music.apple.com/gb/search?term=",
    oembed: Some("https://music.apple.com/api/oembed?url="),
    told: told::by_author,
    claims,
    scheme: None,
    embed_host: Some(EMBED_HOST),
    read,
};

fn claims(host: &str) -> bool {
    matches!(host, "music.apple.com" | "geo.music.apple.com" | "embed.music.apple.com")
}

fn read(address: &Address) -> Option<Link> {
    let segments = address.segments();
    let rest = match &segments[..] {
        [country, rest @ ..] if is_country(country) => rest,
        rest => rest,
    };
    let ([kind, id] | [kind, _, id]) = *rest else { return None };
    match kind {
        "album" => {
            // A song is shared as its album with the song beside it.
            let song = address.parameter("i").and_then(|song| numbered(Kind::Track, &song));
            let album = numbered(Kind::Album, id)?;
            Some(song.unwrap_or(album))
        }
        "song" => numbered(Kind::Track, id),
        "artist" => numbered(Kind::Artist, id),
        "playlist" => playlist(id),
        _ => None,
    }
}

fn is_country(segment: &str) -> bool {
    segment.len() == 2 && segment.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Most digits kept; today's have ten.
const MAX_ID_BYTES: usize = 15;

fn numbered(kind: Kind, id: &str) -> Option<Link> {
    is_number(id, MAX_ID_BYTES).then(|| thing(kind, id))
}

/// Longest playlist id kept; today's have 35 characters.
const MAX_PLAYLIST_ID_BYTES: usize = 64;

fn playlist(id: &str) -> Option<Link> {
    let name = id.strip_prefix("pl.")?;
    // Dots inside only: a last one would read as the end of a sentence.
    let is_id = is_code(name, MAX_PLAYLIST_ID_BYTES, "-_.") && !name.ends_with('.');
    is_id.then(|| thing(Kind::Playlist, id))
}

/// Links lead to the British shop, where our dancers are; Apple sends others on to theirs.
fn thing(kind: Kind, id: &str) -> Link {
    let path = if kind == Kind::Track { "song" } else { kind.as_str() };
    let has_player = kind != Kind::Artist;
    Link {
        service: SERVICE,
        kind,
        id: Some(id.to_owned()),
        url: ["https://music.apple.com/gb/", path, "/", id].concat(),
        embed_url: has_player.then(|| [EMBED_HOST, "/gb/", path, "/", id].concat()),
        start_seconds: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, embed};

    #[test]
    fn urls_are_built_from_the_id() {
        let song = "https://music.apple.com/us/album/x/1?i=2";
        let url = "https://music.apple.com/gb/song/2";
        assert_eq!(canonical(song).as_deref(), Some(url));
        let player = "https://embed.music.apple.com/gb/song/2";
        assert_eq!(embed(song).as_deref(), Some(player));
        let album = "https://embed.music.apple.com/gb/album/1";
        assert_eq!(embed("https://music.apple.com/us/album/x/1").as_deref(), Some(album));
        assert_eq!(embed("https://music.apple.com/gb/artist/abba/372976"), None);
    }
}
