//! The songs of a night as whoever puts them on sees them: what plays, what hasn't been played, what has.

use crate::app::App;
use crate::error::AppError;
use crate::events::Event;
use crate::tracks::{self, Share};

/// What fits on the desk; the newest are kept.
const SONGS_MAX: u64 = 300;

/// Songs in the order to put them on.
#[derive(Debug, Default)]
pub struct Turns {
    pub now: Option<Share>,
    /// Oldest first.
    pub coming: Vec<Share>,
    /// The last one played first.
    pub played: Vec<Share>,
}

impl Turns {
    /// Reads the songs of a night.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(app: &App, event: &Event) -> Result<Self, AppError> {
        let songs = tracks::newest(app.db.read(), event.id, SONGS_MAX).await?;
        let (now, others): (Vec<Share>, Vec<Share>) =
            songs.into_iter().partition(|share| event.now_playing == Some(share.id));
        let (mut played, mut coming): (Vec<Share>, Vec<Share>) =
            others.into_iter().partition(|share| share.played_at.is_some());
        coming.reverse();
        played.sort_by_key(|share| std::cmp::Reverse(share.played_at));
        Ok(Self { now: now.into_iter().next(), coming, played })
    }

    /// What plays, what comes, what was played.
    pub fn all(&self) -> impl Iterator<Item = &Share> {
        self.now.iter().chain(&self.coming).chain(&self.played)
    }

    /// Whether nobody has shared anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }
}
