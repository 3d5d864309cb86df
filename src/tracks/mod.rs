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
mod lookup;
mod musicbrainz;
mod playlist;
mod share;
mod sleeve;
mod store;
mod track;

pub use likeness::{Likeness, doubles};
pub use link::{EMBED_HOSTS, Kind as LinkKind, Link, Service, recognise, searches, with_players};
pub use lookup::{Finding, ask, can_be_asked};
pub use musicbrainz::ask as ask_musicbrainz;
pub use playlist::{Brought, Entry, Format, Playlist};
pub use share::{Share, ShareIn, ShareState, Song};
pub use sleeve::Sleeve;
pub use store::{
    Doubled, NewShare, Order, Page, Ranked, Ranking, by_ids, count_shown, count_standing, current, dance, doubled,
    enrich, find, find_or_add_track, finding, fold, followed, give_link, has_shared, held, hide_joins_of, hold_all,
    ids_after, index, inherit_links, insert, is_meant_by, is_unshared, join, joiners_of, keep_finding, leave,
    live_share_of, meet_under, merge, miscounted, most_joined, name, newest, nights_of, note_asked, of_event, of_guest,
    of_track, parted, parts_of, people_of, played, playing, ranked, refold, replace_link, save, seen, set_gone,
    shared_by_guest, show_joins_of, split, standing_of_guest, took_part, track_of, track_with, unasked, unfold,
    waiting_names, was_removed,
};
pub use track::{Track, TrackLink};
