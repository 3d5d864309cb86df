//! Tracks and shares: songs, and who posted them to which night.
//!
//! A **track** is a song wherever it is played; two posts are the same track when they mean the same thing on a
//! service, or have the same title and artist without case, accents and punctuation. A **share** is one person's
//! posting of a track to an event; the same track again *joins* the share that is there. A share is `shown`, `held`
//! for a host, `removed` by a host or `withdrawn` by its guest; only shown ones are seen by others. Invariant: an
//! event has at most one shown or held share of a track (a unique index says so too); a track's name and links are seen
//! only while a share that brought them is.

pub mod api;
mod likeness;
mod link;
mod playlist;
mod share;
mod sleeve;
mod store;
mod track;

pub use likeness::are_alike;
pub use link::{EMBED_HOSTS, Kind as LinkKind, Link, Service, recognise, searches};
pub use playlist::{Brought, Entry, Format, Playlist};
pub use share::{Share, ShareIn, ShareState, Song};
pub use sleeve::Sleeve;
pub use store::{
    NewShare, Order, Page, Ranked, Ranking, by_ids, count_shown, count_standing, dance, enrich, find,
    find_or_add_track, has_shared, held, hide_joins_of, insert, join, joiners_of, live_share_of, miscounted,
    most_joined, name, of_event, of_guest, of_track, people_of, played, playing, ranked, save, shared_by_guest,
    show_joins_of, standing_of_guest, took_part, track_of, waiting_names, was_removed,
};
pub use track::{Track, TrackLink};
