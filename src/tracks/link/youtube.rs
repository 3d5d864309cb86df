//! Videos are tracks and `list` ids are playlists, on the music site as on the main one.

use super::address::{Address, is_code};
use super::{Kind, Link, Rules, Service, told};

const SERVICE: Service = Service::new("youtube", "YouTube");
const EMBED_HOST: &str = "https://www.youtube-nocookie.com";

pub(super) const RULES: Rules = Rules {
    service: SERVICE,
    search: "https://www.youtube.com/results?search_query=",
    oembed: Some("https://www.youtube.com/oembed?format=json&url="),
    told: told::by_dash,
    claims,
    scheme: None,
    embed_host: Some(EMBED_HOST),
    read,
};

fn claims(host: &str) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    is_short_host(host)
        || matches!(host, "youtube.com" | "m.youtube.com" | "music.youtube.com" | "youtube-nocookie.com")
}

fn read(address: &Address) -> Option<Link> {
    let segments = address.segments();
    if address.host().is_some_and(is_short_host) {
        let [id] = segments[..] else { return None };
        // "youtu.be/x&t=5" is a common slip of the hand, and YouTube plays it.
        let id = id.split_once('&').map_or(id, |(id, _)| id);
        return video(id, start_seconds(address));
    }
    match segments[..] {
        ["watch"] => match address.parameter("v") {
            Some(id) => video(&id, start_seconds(address)),
            None => playlist(&address.parameter("list")?),
        },
        ["playlist"] | ["embed", "videoseries"] => playlist(&address.parameter("list")?),
        ["watch" | "embed" | "v" | "e" | "shorts" | "live", id] => video(id, start_seconds(address)),
        _ => None,
    }
}

fn is_short_host(host: &str) -> bool {
    matches!(host, "youtu.be" | "www.youtu.be")
}

const VIDEO_ID_BYTES: usize = 11;

/// Words of the embed player that happen to have an id's shape.
const NOT_VIDEOS: &[&str] = &["videoseries", "live_stream"];

fn video(id: &str, start_seconds: Option<u32>) -> Option<Link> {
    let is_id = id.len() == VIDEO_ID_BYTES && is_code(id, VIDEO_ID_BYTES, "_-");
    if !is_id || NOT_VIDEOS.contains(&id) {
        return None;
    }
    let mut url = ["https://www.youtube.com/watch?v=", id].concat();
    if let Some(seconds) = start_seconds {
        url = format!("{url}&t={seconds}s");
    }
    Some(Link {
        service: SERVICE,
        kind: Kind::Track,
        id: Some(id.to_owned()),
        url,
        embed_url: Some([EMBED_HOST, "/embed/", id].concat()),
        start_seconds,
    })
}

/// No length is promised; known shapes run from 13 (`RD` and a video) to 41 (`OLAK5uy_…`). The shorter ones are
/// personal: `WL` (watch later), `LL` and `LM` (liked), `RDMM` (my mix).
const LIST_ID_BYTES: std::ops::RangeInclusive<usize> = 10..=64;

fn playlist(id: &str) -> Option<Link> {
    if !LIST_ID_BYTES.contains(&id.len()) || !is_code(id, *LIST_ID_BYTES.end(), "_-") {
        return None;
    }
    Some(Link {
        service: SERVICE,
        kind: Kind::Playlist,
        id: Some(id.to_owned()),
        url: ["https://www.youtube.com/playlist?list=", id].concat(),
        embed_url: Some([EMBED_HOST, "/embed/videoseries?list=", id].concat()),
        start_seconds: None,
    })
}

/// Latest start kept, 100 hours: longer than any video, short enough that sums never overflow.
const MAX_START_SECONDS: u32 = 360_000;

fn start_seconds(address: &Address) -> Option<u32> {
    let asked = address.parameter("t").or_else(|| address.parameter("start"));
    let seconds = match asked {
        Some(time) => seconds(&time),
        None => seconds(address.fragment()?.strip_prefix("t=")?),
    }?;
    (1..=MAX_START_SECONDS).contains(&seconds).then_some(seconds)
}

/// Reads `65`, `65s`, `1m5s`, `1h2m3s`, `1:05`, `1:02:03`; `None` for anything else.
fn seconds(time: &str) -> Option<u32> {
    if let Some(seconds) = on_clock(time) {
        return Some(seconds);
    }
    let (mut rest, mut total) = (time, 0_u32);
    for (unit, size) in [('h', 3_600_u32), ('m', 60), ('s', 1)] {
        if let Some((count, after)) = rest.split_once(unit) {
            let count: u32 = count.parse().ok()?;
            total = total.checked_add(count.checked_mul(size)?)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(total)
}

fn on_clock(time: &str) -> Option<u32> {
    let longer = |total: u32, part: &str| total.checked_mul(60)?.checked_add(part.parse().ok()?);
    (time.split(':').count() <= 3).then(|| time.split(':').try_fold(0, longer))?
}

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, embed};
    use super::seconds;

    #[test]
    fn the_start_stays_in_the_url_and_out_of_the_embed() {
        let text = "https://youtu.be/dQw4w9WgXcQ?t=1m5s";
        let url = "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=65s";
        assert_eq!(canonical(text).as_deref(), Some(url));
        let player = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ";
        assert_eq!(embed(text).as_deref(), Some(player));
    }

    #[test]
    fn times() {
        let examples = [
            ("65", Some(65)),
            ("65s", Some(65)),
            ("1m5s", Some(65)),
            ("90m", Some(5_400)),
            ("1h2m3s", Some(3_723)),
            ("1h3s", Some(3_603)),
            ("1:05", Some(65)),
            ("1:02:03", Some(3_723)),
            ("", Some(0)),
            ("5s1m", None),
            ("1m5", None),
            ("1:", None),
            (":5", None),
            ("1:1:1:1", None),
            ("4294967295:0", None),
            ("ms", None),
            ("-5", None),
            ("1.5", None),
            ("99999999999h", None),
            ("4294967295h", None),
        ];
        for (time, expected) in examples {
            assert_eq!(seconds(time), expected, "{time}");
        }
    }
}
