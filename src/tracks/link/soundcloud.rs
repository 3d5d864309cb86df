//! A track or set is `user/slug`, lower-cased; a set's id has the same shape, its kind tells them apart.

use super::address::{Address, is_code};
use super::{Kind, Link, Rules, Service, told};

const SERVICE: Service = Service::new("soundcloud", "SoundCloud");
const EMBED_HOST: &str = "https://w.soundcloud.com";

pub(super) const RULES: Rules = Rules {
    service: SERVICE,
    search: "https://soundcloud.com/search?q=",
    oembed: Some("https://soundcloud.com/oembed?format=json&url="),
    told: told::by_author,
    claims,
    scheme: None,
    embed_host: Some(EMBED_HOST),
    read,
};

fn claims(host: &str) -> bool {
    is_short_host(host) || matches!(host, "soundcloud.com" | "www.soundcloud.com" | "m.soundcloud.com")
}

fn read(address: &Address) -> Option<Link> {
    let segments = address.segments();
    let short_host = address.host().filter(|host| is_short_host(host));
    if let Some(host) = short_host {
        let [code] = segments[..] else { return None };
        return short(host, code);
    }
    if address.parameter("secret_token").is_some() {
        return None;
    }
    match segments[..] {
        [user, "sets", slug] => thing(Kind::Set, user, slug),
        [user, slug] => thing(Kind::Track, user, slug),
        // A third part is a tab of the track's page, or the secret of a private one: those are their owner's to share.
        _ => None,
    }
}

fn is_short_host(host: &str) -> bool {
    matches!(host, "on.soundcloud.com" | "soundcloud.app.goog.gl")
}

/// Longest name, slug or code kept; the service's own stop well before.
const MAX_NAME_BYTES: usize = 255;

fn short(host: &str, code: &str) -> Option<Link> {
    is_code(code, MAX_NAME_BYTES, "_-").then(|| Link::short(SERVICE, format!("https://{host}/{code}")))
}

fn thing(kind: Kind, user: &str, slug: &str) -> Option<Link> {
    let named = is_code(user, MAX_NAME_BYTES, "_-") && is_code(slug, MAX_NAME_BYTES, "_-");
    let id = [user, "/", slug].concat().to_ascii_lowercase();
    let (user, slug) = id.split_once('/')?;
    if !named || NOT_USERS.contains(&user) || NOT_SLUGS.contains(&slug) || is_secret(slug) {
        return None;
    }
    let is_set = kind == Kind::Set;
    let (between, encoded) = if is_set { ("/sets/", "%2Fsets%2F") } else { ("/", "%2F") };
    Some(Link {
        service: SERVICE,
        kind,
        url: ["https://soundcloud.com/", user, between, slug].concat(),
        embed_url: Some([EMBED_HOST, "/player/?url=https%3A%2F%2Fsoundcloud.com%2F", user, encoded, slug].concat()),
        id: Some(id),
        start_seconds: None,
    })
}

/// Pages of the site itself.
const NOT_USERS: &[&str] = &[
    "activity",
    "apps",
    "charts",
    "checkout",
    "community-guidelines",
    "connect",
    "contact",
    "creators",
    "dashboard",
    "discover",
    "download",
    "embed",
    "explore",
    "featured",
    "feed",
    "for",
    "getstarted",
    "gifts",
    "go",
    "groups",
    "help",
    "home",
    "imprint",
    "jobs",
    "library",
    "login",
    "logout",
    "messages",
    "mobile",
    "notifications",
    "oauth",
    "oembed",
    "pages",
    "people",
    "player",
    "popular",
    "premium",
    "press",
    "pro",
    "search",
    "settings",
    "signin",
    "signup",
    "stations",
    "stream",
    "tags",
    "terms-of-use",
    "tracks",
    "upload",
    "you",
];

/// Tabs of a user's page.
const NOT_SLUGS: &[&str] = &[
    "albums",
    "comments",
    "followers",
    "following",
    "likes",
    "popular-tracks",
    "reposts",
    "sets",
    "spotlight",
    "stats",
    "toptracks",
    "tracks",
];

/// A secret is `s-` and letters or digits. A few songs look like one ("s-club"): better a page than a secret shown.
const SHORTEST_SECRET_BYTES: usize = 4;

fn is_secret(slug: &str) -> bool {
    slug.strip_prefix("s-")
        .is_some_and(|secret| secret.len() >= SHORTEST_SECRET_BYTES && is_code(secret, MAX_NAME_BYTES, ""))
}

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, embed};

    #[test]
    fn urls_are_built_from_the_id() {
        let text = "https://m.soundcloud.com/Forss/sets/Soulhack";
        let url = "https://soundcloud.com/forss/sets/soulhack";
        assert_eq!(canonical(text).as_deref(), Some(url));
        let player = "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fforss%2Fsets%2Fsoulhack";
        assert_eq!(embed(text).as_deref(), Some(player));
        assert_eq!(embed("https://on.soundcloud.com/aBcDeFgH"), None);
    }
}
