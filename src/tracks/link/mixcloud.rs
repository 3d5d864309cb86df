//! Mixcloud: a show is `user/slug`, lower-cased.

use super::address::{Address, is_code};
use super::{Kind, Link, Rules, Service, told};

const SERVICE: Service = Service::new("mixcloud", "Mixcloud");
const EMBED_HOST: &str = "https://player-widget.mixcloud.com";

pub(super) const RULES: Rules = Rules {
    service: SERVICE,
    search: "https://www.mixcloud.com/search/?q=",
    oembed: Some("https://www.mixcloud.com/oembed/?format=json&url="),
    told: told::by_author,
    claims,
    scheme: None,
    embed_host: Some(EMBED_HOST),
    read,
};

fn claims(host: &str) -> bool {
    is_player(host) || matches!(host, "mixcloud.com" | "www.mixcloud.com" | "m.mixcloud.com")
}

fn is_player(host: &str) -> bool {
    host == "player-widget.mixcloud.com"
}

fn read(address: &Address) -> Option<Link> {
    let host = address.host()?;
    let segments = address.segments();
    // The player names its show in a parameter; older ones did so on the site itself.
    let of_player = segments[..] == ["widget", "iframe"];
    if of_player || is_player(host) {
        let feed = address.parameter("feed").filter(|_| of_player)?;
        let path = feed.strip_prefix("https://www.mixcloud.com").unwrap_or(&feed);
        // What comes after a host that only begins like theirs is no path.
        let parts = path.strip_prefix('/')?.split('/');
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        let [user, slug] = parts[..] else { return None };
        return show(user, slug);
    }
    let [user, slug] = segments[..] else { return None };
    show(user, slug)
}

/// Longest name or slug kept; the service's own stop well before.
const MAX_NAME_BYTES: usize = 255;

fn show(user: &str, slug: &str) -> Option<Link> {
    let named = is_code(user, MAX_NAME_BYTES, "_-") && is_code(slug, MAX_NAME_BYTES, "_-");
    let id = [user, "/", slug].concat().to_ascii_lowercase();
    let (user, slug) = id.split_once('/')?;
    if !named || NOT_USERS.contains(&user) || NOT_SLUGS.contains(&slug) {
        return None;
    }
    Some(Link {
        service: SERVICE,
        kind: Kind::Show,
        url: ["https://www.mixcloud.com/", &id, "/"].concat(),
        embed_url: Some([EMBED_HOST, "/widget/iframe/?hide_cover=1&feed=%2F", user, "%2F", slug, "%2F"].concat()),
        id: Some(id),
        start_seconds: None,
    })
}

/// Pages of the site itself.
const NOT_USERS: &[&str] = &[
    "about",
    "account",
    "advertise",
    "authorize",
    "careers",
    "categories",
    "competitions",
    "contact",
    "dashboard",
    "developers",
    "discover",
    "genres",
    "groups",
    "help",
    "live",
    "login",
    "logout",
    "media",
    "oauth",
    "oembed",
    "player",
    "premium",
    "privacy",
    "pro",
    "search",
    "select",
    "settings",
    "signup",
    "tag",
    "terms",
    "upload",
    "widget",
];

/// Tabs of a user's page.
const NOT_SLUGS: &[&str] = &[
    "activity",
    "favorites",
    "followers",
    "following",
    "listens",
    "playlists",
    "posts",
    "reposts",
    "select",
    "stream",
    "tracks",
    "uploads",
];

#[cfg(test)]
mod tests {
    use super::super::examples::{canonical, embed};

    #[test]
    fn urls_are_built_from_the_id() {
        let text = "https://m.mixcloud.com/DJ_Sam/Soul_3";
        assert_eq!(canonical(text).as_deref(), Some("https://www.mixcloud.com/dj_sam/soul_3/"));
        let player = "https://player-widget.mixcloud.com/widget/iframe/?hide_cover=1&feed=%2Fdj_sam%2Fsoul_3%2F";
        assert_eq!(embed(text).as_deref(), Some(player));
    }
}
