//! How tracks and shares look in JSON. Their handlers are in `night`, where they meet the event.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::share::Share;
use super::track::{Track, TrackLink};

/// A posting.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ShareOut {
    id: Uuid,
    /// The event's slug.
    event: String,
    track: TrackOut,
    shared_by: String,
    joined_by: Vec<String>,
    dedication: Option<String>,
    /// `shown`, `held`, `removed` or `withdrawn`.
    state: &'static str,
    shared_at: DateTime<Utc>,
    played_at: Option<DateTime<Utc>>,
    dances: i64,
    /// What to call its song on a page.
    #[serde(skip)]
    name: String,
}

/// A song. The fields of its first link, or of the first that can still be played, stand at the top; a song that was only typed has none.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TrackOut {
    id: Uuid,
    title: Option<String>,
    artist: Option<String>,
    service: Option<&'static str>,
    kind: Option<&'static str>,
    service_id: Option<String>,
    url: Option<String>,
    embed_url: Option<String>,
    links: Vec<LinkOut>,
}

/// Where a song is played.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LinkOut {
    service: &'static str,
    kind: &'static str,
    url: String,
    /// Its player, built from the id; it begins where the link does.
    embed_url: Option<String>,
    /// Whether it leads nowhere any more, as far as we know.
    is_gone: bool,
}

impl From<TrackLink> for LinkOut {
    fn from(link: TrackLink) -> Self {
        let embed_url = link.player();
        let TrackLink { service, kind, service_id: _, url, embed_url: _, is_gone } = link;
        Self { service: service.as_str(), kind: kind.as_str(), url, embed_url, is_gone }
    }
}

impl ShareOut {
    /// A share of the event with this slug.
    #[must_use]
    pub fn of(share: Share, event_slug: &str) -> Self {
        let Share { id, event: _, track, guest: _, shared_by, joined_by, dedication, .. } = share;
        let Share { state, shared_at, played_at, dances, held_word: _, removed_for: _, merged_into: _, .. } = share;
        Self {
            name: track.name(),
            id: id.0,
            event: event_slug.to_owned(),
            track: track.into(),
            shared_by,
            joined_by,
            dedication,
            state: state.as_str(),
            shared_at,
            played_at,
            dances,
        }
    }
}

/// What pages say of it.
impl ShareOut {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// What to call its song.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who made the song.
    #[must_use]
    pub fn artist(&self) -> Option<&str> {
        self.track.artist.as_deref()
    }

    /// Who shared it.
    #[must_use]
    pub fn shared_by(&self) -> &str {
        &self.shared_by
    }

    /// Who joined it.
    #[must_use]
    pub fn joined_by(&self) -> &[String] {
        &self.joined_by
    }

    /// Whom it is for.
    #[must_use]
    pub fn dedication(&self) -> Option<&str> {
        self.dedication.as_deref()
    }

    /// Tells it as it stood when only these had joined it, and so many had danced to it.
    pub fn stood(&mut self, joined_by: Vec<String>, dances: i64) {
        self.joined_by = joined_by;
        self.dances = dances;
    }
}

impl From<Track> for TrackOut {
    fn from(track: Track) -> Self {
        let Track { id, title, artist, links } = track;
        let first = links.first().cloned();
        let links = links.into_iter().map(LinkOut::from).collect();
        Self {
            id: id.0,
            title,
            artist,
            service: first.as_ref().map(|link| link.service.as_str()),
            kind: first.as_ref().map(|link| link.kind.as_str()),
            service_id: first.as_ref().and_then(|link| link.service_id.clone()),
            url: first.as_ref().map(|link| link.url.clone()),
            embed_url: first.and_then(|link| link.embed_url),
            links,
        }
    }
}
