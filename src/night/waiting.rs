//! Why a song waits for a host, in general words: which word it was is for hosts.

use crate::events::{Event, Screening};
use crate::tracks::{Share, ShareState};

/// Why a song waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A word in it is always looked at first.
    Words,
    FirstSong,
    EverySong,
    /// A host took the same song down before.
    RemovedBefore,
}

impl Why {
    /// Why a song waits; none for one that doesn't.
    #[must_use]
    pub fn of(share: &Share, event: &Event) -> Option<Self> {
        if share.state != ShareState::Held {
            return None;
        }
        Some(match (&share.held_word, event.screening) {
            (Some(_), _) => Self::Words,
            (None, Screening::All) => Self::EverySong,
            (None, Screening::First) => Self::FirstSong,
            (None, Screening::Open) => Self::RemovedBefore,
        })
    }

    /// The word for it in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::FirstSong => "first_song",
            Self::EverySong => "every_song",
            Self::RemovedBefore => "removed_before",
        }
    }

    /// As its guest reads it.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Words => "There’s a word in it, or in your name, that a host always looks at first.",
            Self::FirstSong => "A host looks at everyone’s first song.",
            Self::EverySong => "A host looks at every song on this night.",
            Self::RemovedBefore => "A host has taken this song down before, so one looks at it first.",
        }
    }
}
