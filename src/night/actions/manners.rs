//! What a night asks of those who take part: to leave songs for others, and to mind their words.

use entity::ids::GuestId;

use super::renaming::Renaming;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::Event;
use crate::sent::Sent;
use crate::tracks::Song;
use crate::words::Line;
use crate::{kindness, tracks};

/// Whether a guest may have one more song standing.
///
/// # Errors
/// 409 once they have their fair share.
pub(super) async fn check_fair_share(tx: &Tx, event: &Event, guest: GuestId, is_host: bool) -> Result<(), AppError> {
    let Some(each) = event.songs_each.filter(|_| !is_host) else { return Ok(()) };
    if tracks::count_standing(tx.db(), event.id, guest).await? < u64::from(each.unsigned_abs()) {
        return Ok(());
    }
    let songs = if each == 1 { "one song".to_owned() } else { format!("{each} songs") };
    Err(AppError::conflict(format!(
        "Everyone can have {songs} on this night, and yours are in. Dance to somebody else's, or take one of yours back first."
    )))
}

/// The listed words in what somebody posts.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// In their name.
    pub name: Option<String>,
    /// In the song and the dedication.
    pub song: Option<String>,
}

impl Words {
    /// The first of them.
    pub fn any(&self) -> Option<String> {
        self.name.clone().or_else(|| self.song.clone())
    }
}

/// Looks for listed words in what somebody posts. What a host posts was looked at by a host.
pub(super) async fn look(tx: &Tx, is_host: bool, name: Option<&str>, song: &Song) -> Result<Words, AppError> {
    if is_host {
        return Ok(Words::default());
    }
    let list = kindness::word_list(tx.db()).await?;
    let texts = [&song.title, &song.artist, &song.dedication].map(Option::as_deref);
    let found = |texts: &[Option<&str>]| list.find_in(texts.iter().copied()).map(str::to_owned);
    Ok(Words { name: found(&[name]), song: found(&texts) })
}

/// The listed word in a change.
pub(super) async fn listed_word(tx: &Tx, is_host: bool, renaming: &Renaming) -> Result<Option<String>, AppError> {
    let dedication = match &renaming.dedication {
        Sent::Value(words) => Some(words.clone()),
        Sent::Not | Sent::Null => None,
    };
    let song = renaming.song.clone().unwrap_or(Song { link: None, title: None, artist: None, dedication: None });
    Ok(look(tx, is_host, None, &Song { dedication, ..song }).await?.song)
}

/// Checks what a host says to whoever's song is taken down.
///
/// # Errors
/// 422 for more than 200 characters.
pub fn removal_reason(reason: Option<&str>) -> Result<Option<String>, AppError> {
    let reason = Line::<200>::optional(reason).map_err(|message| AppError::field("reason", message))?;
    Ok(reason.map(Line::into_string))
}
