//! The verbs of a night.

mod blocking;
mod bringing;
mod dancing;
mod decks;
mod example;
mod linking;
mod manners;
mod merging;
mod planning;
mod renaming;
mod reporting;
mod series;
mod sharing;
mod turning;

pub use blocking::{block, show_guest, unblock};
pub use bringing::{Became, Outcome, bring, preview, preview_once};
pub use dancing::{Danced, come_in, dance, leave};
pub use decks::{begin_own, hand_over, move_slot, play_own, renew_link, set_decks};
pub use example::{NewExample, add_example};
pub use linking::{add_link, ask_again, is_asked_about, look_up, mark_link};
pub use manners::removal_reason;
pub use merging::{Apart, merge, split};
pub use planning::{Plan, again, change, plan};
pub use renaming::{Renaming, change_share};
pub use reporting::{report, settle};
pub use series::{change_series, end_series, keep_ahead, repeat, set_pattern};
pub use sharing::{Shared, Sharer, approve, remove, share, withdraw};
pub use turning::{cancel, close, open, publish, set_now_playing};

use entity::ids::TrackId;

use crate::activity::Kind;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::{events, tracks};

fn about(subject: uuid::Uuid, actor: Option<uuid::Uuid>) -> About {
    About { subject: Some(subject), actor, amount_pence: None }
}

/// Says on every night that goes on or is to come that a song of it looks different now.
async fn tell_of_track(tx: &mut Tx, track: TrackId, actor: Option<uuid::Uuid>) -> Result<(), AppError> {
    for night in events::by_ids(tx.db(), tracks::nights_of(tx.db(), &[track]).await?).await? {
        let standing = tracks::live_share_of(tx.db(), night.id, track).await?.filter(|_| night.state.takes_part());
        if let Some(id) = standing {
            let share = sharing::reload(tx, id).await?;
            tx.record_for(sharing::audience(&share), night.id, Kind::ShareChanged, about(id.0, actor)).await?;
        }
    }
    Ok(())
}
