//! Apple Music: a number, or `pl.…` for a playlist. Country and slug are no part of what a link names.

use super::address::{Address, is_code, is_number};
use super::{Kind, Link, Rules, Service};

const EMBED_HOST: &str = "https://embed.music.apple.com";

pub(super) const RULES: Rules = Rules {
    service: Service::AppleMusic,
    search: "https://music.apple.com/gb/search?term=",
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
        service: Service::AppleMusic,
        kind,
        id: Some(id.to_owned()),
        url: ["https://music.apple.com/gb/", path, "/", id].concat(),
        embed_url: has_player.then(|| [EMBED_HOST, "/gb/", path, "/", id].concat()),
        start_seconds: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, check, embed};

    #[test]
    fn examples() {
        check(&[
            ("https://music.apple.com/gb/album/arrival/1422648512", "apple_music album 1422648512"),
            ("https://music.apple.com/us/album/arrival/1422648512?uo=4", "apple_music album 1422648512"),
            ("https://music.apple.com/gb/album/1422648512", "apple_music album 1422648512"),
            ("https://music.apple.com/album/arrival/1422648512", "apple_music album 1422648512"),
            ("https://music.apple.com/album/1422648512", "apple_music album 1422648512"),
            ("https://music.apple.com/gb/album/dancing-queen/1422648512?i=1422648513", "apple_music track 1422648513"),
            ("https://music.apple.com/se/album/x/1422648512?itsct=a&i=1422648513&at=b", "apple_music track 1422648513"),
            ("https://music.apple.com/gb/album/_/1422648512?i=", "apple_music album 1422648512"),
            ("https://music.apple.com/gb/album/_/1422648512?i=junk", "apple_music album 1422648512"),
            ("https://music.apple.com/gb/album/ett-två-tre/1422648512", "apple_music album 1422648512"),
            ("https://music.apple.com/gb/song/dancing-queen/1422648513", "apple_music track 1422648513"),
            ("https://music.apple.com/gb/song/1422648513", "apple_music track 1422648513"),
            ("https://music.apple.com/JP/song/1422648513?l=en", "apple_music track 1422648513"),
            ("https://geo.music.apple.com/gb/album/_/1422648512?i=1422648513&ct=x", "apple_music track 1422648513"),
            ("https://geo.music.apple.com/album/1422648512", "apple_music album 1422648512"),
            ("https://embed.music.apple.com/gb/album/arrival/1422648512", "apple_music album 1422648512"),
            (
                "https://music.apple.com/gb/playlist/disco/pl.0b593f1142b84a50a2c1e7088b3fb683",
                "apple_music playlist pl.0b593f1142b84a50a2c1e7088b3fb683",
            ),
            ("https://music.apple.com/us/playlist/pl.u-aBcD123", "apple_music playlist pl.u-aBcD123"),
            ("https://music.apple.com/gb/artist/abba/372976", "apple_music artist 372976"),
            ("music.apple.com/gb/song/1422648513", "apple_music track 1422648513"),
            ("MUSIC.APPLE.COM/gb/song/1422648513.", "apple_music track 1422648513"),
            ("http://music.apple.com./gb/song/1422648513/", "apple_music track 1422648513"),
        ]);
    }

    #[test]
    fn pages_of_apple_music_and_look_alikes() {
        check(&[
            ("https://music.apple.com/", "web page"),
            ("https://music.apple.com/gb/browse", "web page"),
            ("https://music.apple.com/gb/album/arrival", "web page"),
            ("https://music.apple.com/gb/album/arrival/junk?i=1422648513", "web page"),
            ("https://music.apple.com/gb/album/arrival/12a", "web page"),
            ("https://music.apple.com/gb/song/0123", "web page"),
            ("https://music.apple.com/gb/song/1234567890123456", "web page"),
            ("https://music.apple.com/gb/song/a/b/1422648513", "web page"),
            ("https://music.apple.com/gb/playlist/disco/1422648512", "web page"),
            ("https://music.apple.com/gb/playlist/disco/pl.", "web page"),
            ("https://music.apple.com/gb/station/x/ra.123", "web page"),
            ("https://music.apple.com/gb/music-video/x/1422648513", "web page"),
            ("https://music.apple.com/gb/login", "web page"),
            ("https://music.apple.com/login?next=/gb/song/1422648513", "web page"),
            ("https://apple.com/gb/song/1422648513", "web page"),
            ("https://podcasts.apple.com/gb/podcast/x/id123", "web page"),
            ("https://music.apple.com:8443/gb/song/1422648513", "web page"),
            ("https://music.apple.com.evil.example/gb/song/1422648513", "web page"),
            ("https://evil-music.apple.com/gb/song/1422648513", "web page"),
            ("https://musicapple.com/gb/song/1422648513", "web page"),
            ("https://me@music.apple.com/gb/song/1422648513", "nothing"),
            ("music.apple.com@evil.example/gb/song/1422648513", "nothing"),
            ("xmusic.apple.com/gb/song/1422648513", "nothing"),
            ("music://music.apple.com/gb/song/1422648513", "nothing"),
        ]);
    }

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
