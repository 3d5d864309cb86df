//! The verbs of promises and payments.
//!
//! Each loads the pledge with its event's head locked, lets the noun decide what it becomes, and hands both to [`settle`],
//! the one place where rows, ledger, running sums and the open part move together.

mod counting;
mod hiding;
mod importing;
mod mailing;
mod making;
mod paying;
mod stocktaking;

pub use counting::{count_share, follow, follow_more};
pub use hiding::{hide_words, remove_words, show_words};
pub(super) use importing::{assign, import, preview, preview_once, report, undo};
pub(super) use mailing::{Round, begin_mail, end_mail, remind_some, set_reminders};
pub use making::{Told, make, withdraw};
pub(super) use making::{change, manage_token, open, renew_link};
pub(super) use paying::{claim, confirm, record, reverse};
pub use stocktaking::take_stock;

use entity::Moment;
use entity::ids::{EventId, PaymentId, PledgeId};
use entity::journal::JournalKind;
use entity::money::Pence;

use super::ledger::{Allocation, Journal, Line, steps};
use super::mails::MailKind;
use super::pledge::{Pledge, PledgeState};
use super::store::{self, Moves, OpenPledge, Way};
use super::terms::{PledgeKind, Terms};
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events::{self, Event};

/// The pledge as it is now, with its event's head locked.
async fn lock(tx: &Tx, id: PledgeId) -> Result<(Event, Pledge), AppError> {
    let event = store::find(tx.db(), id).await?.ok_or(AppError::NotFound)?.event;
    let event = events::lock(tx, event).await?;
    let pledge = store::find(tx.db(), id).await?.ok_or(AppError::NotFound)?;
    Ok((event, pledge))
}

/// Why money moves.
#[derive(Clone, Copy, Debug)]
struct Why {
    kind: JournalKind,
    payment: Option<PaymentId>,
}

impl From<JournalKind> for Why {
    fn from(kind: JournalKind) -> Self {
        Self { kind, payment: None }
    }
}

/// Moves the money from what a pledge was to what it is: the open part, the ledger and the running sums. The pledge's own
/// rows are stored by the caller, before this. Whose pledge this settles is thanked.
async fn settle(tx: &Tx, was: Option<&Pledge>, is: &Pledge, why: impl Into<Why>) -> Result<(), AppError> {
    let before = was.map(open_part).unwrap_or_default();
    let after = open_part(is);
    let same = |one: &OpenPledge, other: &OpenPledge| {
        (one.terms, &one.split, one.gift_aid) == (other.terms, &other.split, other.gift_aid)
    };
    if !before.as_ref().zip(after.as_ref()).is_some_and(|(one, other)| same(one, other)) {
        for (part, way) in [(before, Way::Out), (after, Way::In)] {
            if let Some(part) = part {
                store::move_open(tx, &part, way).await?;
            }
        }
    }
    let (allocations, gift_aid) = was.map_or((&[][..], false), |was| (was.allocations.as_slice(), was.gift_aid));
    let Why { kind, payment } = why.into();
    let posting = Posting {
        event: is.event,
        pledge: Some(is.id),
        payment,
        kind,
        at: tx.now(),
        before: allocations,
        after: &is.allocations,
        gift_aid: [gift_aid, is.gift_aid],
        is_base: is.kind() != PledgeKind::Match,
    };
    post(tx, posting).await?;
    if was.is_some_and(|was| was.state == PledgeState::Promised) && is.state == PledgeState::Settled {
        mailing::queue(tx, is, MailKind::Thanks).await?;
    }
    store::relevel(tx, is.event).await
}

fn open_part(pledge: &Pledge) -> Option<OpenPledge> {
    let Pledge { event, terms, gift_aid, .. } = *pledge;
    pledge.is_open().then(|| OpenPledge { event, terms, split: pledge.split(), gift_aid })
}

/// Money moving in the ledger, from what somebody had with each charity to what they have.
struct Posting<'a> {
    event: EventId,
    pledge: Option<PledgeId>,
    payment: Option<PaymentId>,
    kind: JournalKind,
    at: Moment,
    before: &'a [Allocation],
    after: &'a [Allocation],
    /// Whether Gift Aid was to be added, and is.
    gift_aid: [bool; 2],
    /// Whether matches are a percentage of it.
    is_base: bool,
}

/// Posts the journal and moves the running totals with it.
async fn post(tx: &Tx, posting: Posting<'_>) -> Result<(), AppError> {
    let Posting { event, pledge, payment, kind, at, before, after, gift_aid: [was_aided, is_aided], is_base } = posting;
    let mut base = Pence::ZERO;
    for (was, is) in steps(before, after) {
        let aided = |given: bool, amount| if given { amount } else { Pence::ZERO };
        let moves = Moves {
            promised: is.promised - was.promised,
            claimed: is.claimed - was.claimed,
            received: is.received - was.received,
            gift_aidable: aided(is_aided, is.promised) - aided(was_aided, was.promised),
        };
        base += moves.promised;
        if moves != Moves::default() {
            store::move_totals(tx, event, is.charity, moves).await?;
        }
    }
    if is_base && base != Pence::ZERO {
        store::move_base(tx, event, base).await?;
    }
    let lines = Line::from_to(before, after);
    if lines.is_empty() {
        return Ok(());
    }
    store::post(tx, &Journal { event, pledge, payment, kind, at, lines }).await
}

/// What an activity about a pledge holds: its id, and what the ledger has of it.
fn about(pledge: &Pledge) -> About {
    let amount = match pledge.terms {
        Terms::Fixed { amount } if pledge.stands() => amount,
        _ => pledge.allocations.iter().map(|part| part.promised).sum(),
    };
    About { subject: Some(pledge.id.0), actor: None, amount_pence: Some(amount) }
}
