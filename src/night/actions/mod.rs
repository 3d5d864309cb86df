//! The verbs of a night.

mod blocking;
mod bringing;
mod dancing;
mod decks;
mod example;
mod manners;
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
pub use manners::removal_reason;
pub use planning::{Plan, again, change, plan};
pub use renaming::{Renaming, change_share};
pub use reporting::{report, settle};
pub use series::{change_series, end_series, keep_ahead, repeat, set_pattern};
pub use sharing::{Shared, Sharer, approve, remove, share, withdraw};
pub use turning::{cancel, close, open, publish, set_now_playing};

use crate::db::About;

fn about(subject: uuid::Uuid, actor: Option<uuid::Uuid>) -> About {
    About { subject: Some(subject), actor, amount_pence: None }
}
