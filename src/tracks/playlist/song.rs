//! The nouns: a playlist, and a song of it.

use chrono::SecondsFormat;
use entity::Moment;

use crate::tracks::link::recognise;
use crate::tracks::track::stand_in;

/// A night's songs. Of one that was read, whatever its file has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Playlist {
    /// The night's title.
    pub title: Option<String>,
    /// The night's page.
    pub page: Option<String>,
    /// When the night begins.
    pub date: Option<Moment>,
    pub songs: Vec<Entry>,
}

/// One song.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// None for a song that nobody has named.
    pub title: Option<String>,
    pub artist: Option<String>,
    /// The first one given first, as the recogniser writes them.
    pub links: Vec<String>,
    pub shared_by: Option<String>,
    pub dedication: Option<String>,
    pub shared_at: Option<Moment>,
}

impl Entry {
    /// What the song is called, or what stands in for a name.
    #[must_use]
    pub fn title(&self) -> String {
        self.title.clone().unwrap_or_else(|| self.stand_in())
    }

    /// What is written where a title belongs while nobody has named the song.
    pub(super) fn stand_in(&self) -> String {
        let first = self.links.first().and_then(|link| recognise(link));
        stand_in(first.map(|link| (link.service, link.kind)))
    }

    /// `Bill Withers - Lovely Day`
    pub(super) fn name(&self) -> String {
        match &self.artist {
            Some(artist) => format!("{artist} - {}", self.title()),
            None => self.title(),
        }
    }

    /// `Shared by Sam: for the night shift`
    pub(super) fn note(&self) -> Option<String> {
        match (&self.shared_by, &self.dedication) {
            (Some(name), Some(dedication)) => Some(format!("{SHARED_BY}{name}: {dedication}")),
            (Some(name), None) => Some(format!("{SHARED_BY}{name}")),
            (None, dedication) => dedication.clone(),
        }
    }
}

/// How a note begins that says who shared a song.
pub(super) const SHARED_BY: &str = "Shared by ";

/// A moment as every format writes it, to the last fraction of a second that it has.
pub(super) fn written(at: Moment) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
