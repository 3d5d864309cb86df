//! A track: a song, wherever it is played.

use entity::ids::TrackId;

use super::likeness::Likeness;
use super::link::{Kind, Service};
use crate::words::fold;

/// One song.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Track {
    pub id: TrackId,
    /// None until someone names it.
    pub title: Option<String>,
    pub artist: Option<String>,
    /// Where it is played, the first link given first. Empty for a song that was only typed.
    pub links: Vec<TrackLink>,
}

/// Where a track is played.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TrackLink {
    pub service: Service,
    pub kind: Kind,
    /// What identifies it on the service; none for a plain page or a short link.
    pub service_id: Option<String>,
    pub url: String,
    pub embed_url: Option<String>,
    /// Whether it leads nowhere any more, as far as we know.
    #[serde(default)]
    pub is_gone: bool,
}

impl TrackLink {
    /// The player's address, which begins where the sharer wants the song to begin: only a video's address says so.
    #[must_use]
    pub fn player(&self) -> Option<String> {
        let embed = self.embed_url.as_deref().filter(|_| !self.is_gone)?;
        let seconds = self.url.rsplit_once("&t=").and_then(|(_, seconds)| seconds.strip_suffix('s'));
        Some(match seconds {
            Some(seconds) => format!("{embed}?start={seconds}"),
            None => embed.to_owned(),
        })
    }
}

impl Track {
    /// What to call it on a page.
    #[must_use]
    pub fn name(&self) -> String {
        let first = self.links.first().map(|link| (link.service, link.kind));
        self.title.clone().unwrap_or_else(|| stand_in(first))
    }

    /// The key under which its name meets typed songs; none until someone names it.
    #[must_use]
    pub fn title_key(&self) -> Option<String> {
        title_key(self.title.as_deref(), self.artist.as_deref())
    }

    /// What tells songs apart that are very likely the same; none until someone names it.
    #[must_use]
    pub fn likeness(&self) -> Option<Likeness> {
        self.title.as_deref().map(|title| Likeness::of(title, self.artist.as_deref()))
    }

    /// `Lovely Day, Bill Withers`: its name and who made it, in one.
    #[must_use]
    pub fn in_words(&self) -> String {
        match &self.artist {
            Some(artist) => format!("{}, {artist}", self.name()),
            None => self.name(),
        }
    }
}

/// What stands in for a name, by the first link of the song.
pub(super) fn stand_in(first: Option<(Service, Kind)>) -> String {
    match first {
        Some((Service::WEB, _)) => "A song on the web".to_owned(),
        Some((service, kind)) => format!("A {} on {}", kind_word(kind), service.label()),
        None => "A song without a name".to_owned(),
    }
}

/// The key under which typed songs meet; none without a title.
pub(super) fn title_key(title: Option<&str>, artist: Option<&str>) -> Option<String> {
    let (title, artist) = (fold(title?), artist.map(fold).unwrap_or_default());
    (!title.is_empty()).then(|| format!("{title}|{artist}"))
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Album => "record",
        Kind::Playlist | Kind::Set => "playlist",
        Kind::Artist => "artist",
        Kind::Episode | Kind::Show => "show",
        Kind::Track | Kind::Page | Kind::Short => "song",
    }
}
