//! Changing what stands with a song: its name, where it has none, and whom it is for.

use entity::ids::ShareId;

use super::sharing::{audience, lock, reload, turn};
use super::{about, manners};
use crate::activity::Kind;
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events::{self, Screening};
use crate::sent::Sent;
use crate::tracks::{self, Share, Song};

/// What can be changed about a share. What isn't sent stays.
#[derive(Clone, Debug, Default)]
pub struct Renaming {
    pub song: Option<Song>,
    pub dedication: Sent<String>,
}

/// Names a nameless song, changes the dedication. With a listed word in it, it waits for a host.
///
/// # Errors
/// 403 for someone who sits this night out; 409 when the song has a name already or is gone, or when every word waits for a host on this night.
pub async fn change_share(
    app: &App,
    actor: Option<uuid::Uuid>,
    is_host: bool,
    id: ShareId,
    renaming: Renaming,
) -> Result<Share, AppError> {
    app.write(async |tx: &mut Tx| {
        let (event, mut share) = lock(tx, id).await?;
        if !share.stands() {
            return Err(AppError::conflict(format!("This song is {}; it can't be changed.", share.state)));
        }
        let was = share.clone();
        let takes_words_back = renaming.song.is_none() && renaming.dedication == Sent::Null;
        if !takes_words_back && !is_host {
            events::check_welcome(tx, event.id, share.guest).await?;
        }
        if event.screening == Screening::All && !is_host && !takes_words_back {
            return Err(AppError::conflict("Songs are looked at by a host on this night. Ask one to change it."));
        }
        if renaming.song.is_some() && share.track.title.is_some() && !is_host {
            return Err(AppError::conflict("This song has a name already. A host can correct it."));
        }
        renaming.dedication.when_sent(|dedication| share.dedication = dedication.cloned());
        if let Some(word) = manners::listed_word(tx, is_host, &renaming).await? {
            share.hold(&word);
        }
        if let Some(song) = &renaming.song {
            tracks::name(tx, &share, song).await?;
        }
        if share.state == was.state {
            tracks::save(tx, &share).await?;
            tx.record_for(audience(&share), event.id, Kind::ShareChanged, about(id.0, actor)).await?;
        } else {
            turn(tx, &event, &was, &share, Kind::ShareHeld, actor).await?;
        }
        reload(tx, id).await
    })
    .await
}
