//! What the services' tables of examples share. Tests only.

use super::{EMBED_HOSTS, Kind, Link, Service, recognise};

/// Checks each text against a brief: `youtube track dQw4w9WgXcQ @65`, `web page`, `nothing`.
pub(super) fn check(examples: &[(&str, &str)]) {
    for (text, expected) in examples {
        let link = recognise(text);
        assert_eq!(brief(link.as_ref()), *expected, "{text}");
        link.iter().for_each(check_link);
    }
}

/// What holds for every link, wherever it came from.
pub(super) fn check_link(link: &Link) {
    assert_eq!(recognise(&link.url).as_ref(), Some(link), "{link:?}");
    assert_eq!(link.id.is_none(), matches!(link.kind, Kind::Page | Kind::Short));
    assert_eq!(link.service == Service::Web, link.kind == Kind::Page);
    assert!(link.service == Service::Web || link.url.starts_with("https://"));
    if let Some(embed) = &link.embed_url {
        let mut hosts = EMBED_HOSTS.iter();
        assert!(link.id.is_some(), "{embed}");
        assert!(hosts.any(|host| embed.starts_with(&format!("{host}/"))), "{embed}");
    }
}

pub(super) fn canonical(text: &str) -> Option<String> {
    recognise(text).map(|link| link.url)
}

pub(super) fn embed(text: &str) -> Option<String> {
    recognise(text)?.embed_url
}

fn brief(link: Option<&Link>) -> String {
    let Some(link) = link else {
        return "nothing".to_owned();
    };
    let mut brief = format!("{} {}", link.service, link.kind);
    if let Some(id) = &link.id {
        brief = format!("{brief} {id}");
    }
    if let Some(seconds) = link.start_seconds {
        brief = format!("{brief} @{seconds}");
    }
    brief
}
