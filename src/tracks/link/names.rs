//! The words for services and kinds, as the database, the API and the page write them.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::SERVICES;

/// Whose link it is. Stored and sent as [`Service::as_str`]. Each service's own file names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Service {
    name: &'static str,
    label: &'static str,
}

impl Service {
    /// Any other http(s) page.
    pub const WEB: Self = Self::new("web", "Web");

    pub(super) const fn new(name: &'static str, label: &'static str) -> Self {
        Self { name, label }
    }

    /// Those that have rules, in the order of their list, and the web.
    pub fn all() -> impl Iterator<Item = Self> {
        SERVICES.iter().map(|rules| rules.service).chain([Self::WEB])
    }

    /// The stored text, `apple_music`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.name
    }

    /// The name as its owners write it, for people to read: `Apple Music`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.label
    }
}

/// Writes the stored text, not the label.
impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Service {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::all().find(|known| known.name == name).ok_or(UnknownName)
    }
}

impl Serialize for Service {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for Service {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// What a link names. Stored and sent as [`Kind::as_str`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Track,
    Album,
    Playlist,
    Artist,
    Episode,
    Show,
    Set,
    /// A web page: no id.
    Page,
    /// A short link that only the service can resolve: no id. Videos called "Shorts" are tracks.
    Short,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Track,
        Self::Album,
        Self::Playlist,
        Self::Artist,
        Self::Episode,
        Self::Show,
        Self::Set,
        Self::Page,
        Self::Short,
    ];

    /// The stored text, `track`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Album => "album",
            Self::Playlist => "playlist",
            Self::Artist => "artist",
            Self::Episode => "episode",
            Self::Show => "show",
            Self::Set => "set",
            Self::Page => "page",
            Self::Short => "short",
        }
    }

    /// The kind that a part of an address names where services call things by their plain names: `track`, `album`,
    /// `playlist`, `artist`, `episode`, `show`.
    #[must_use]
    pub fn named(part: &str) -> Option<Self> {
        let plain = [Self::Track, Self::Album, Self::Playlist, Self::Artist, Self::Episode, Self::Show];
        plain.into_iter().find(|kind| kind.as_str() == part)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == name);
        known.ok_or(UnknownName)
    }
}

/// The text is the stored name of no service, or of no kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownName;

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a name we know")
    }
}

impl Error for UnknownName {}

#[cfg(test)]
mod tests {
    use super::{Kind, Service, UnknownName};

    #[test]
    fn stored_text_json_and_parsing_agree() {
        for service in Service::all() {
            let json = serde_json::to_string(&service).ok();
            assert_eq!(json.as_deref(), Some(format!("\"{service}\"").as_str()));
            assert_eq!(json.and_then(|json| serde_json::from_str(&json).ok()), Some(service));
            assert_eq!(service.as_str().parse(), Ok(service));
        }
        for kind in Kind::ALL {
            let json = serde_json::to_string(&kind).ok();
            assert_eq!(json, Some(format!("\"{kind}\"")));
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
    }

    #[test]
    fn other_words_are_unknown() {
        for name in ["", "YouTube", "apple music", "track "] {
            assert_eq!(name.parse::<Service>(), Err(UnknownName));
            assert_eq!(name.parse::<Kind>(), Err(UnknownName));
        }
        assert!(serde_json::from_str::<Service>("\"myspace\"").is_err());
    }
}
