//! Making a pledge, changing it, taking it back.

use entity::ids::{EventId, PledgeId};
use entity::journal::JournalKind;
use serde::{Deserialize, Serialize};

use super::{about, hiding, lock, mailing, settle, take_stock};
use crate::activity::Kind;
use crate::app::App;
use crate::charities::Book;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events;
use crate::keys::Keys;
use crate::once::Once;
use crate::pledges::ledger::Allocation;
use crate::pledges::new_pledge::{NewPledge, PledgeIn};
use crate::pledges::pledge::{Pledge, PledgeState, Reminders};
use crate::pledges::terms::Counts;
use crate::pledges::{reference, store};

/// What signs the secret links of pledges.
const PURPOSE: &str = "pledge";
/// Draws of a reference before we believe that something else is wrong.
const DRAWS_MAX: u8 = 20;

/// A pledge with what it is counted by: what is kept for a retry is the whole first answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    pub pledge: Pledge,
    pub counts: Counts,
}

impl Told {
    pub(super) async fn now(tx: &Tx, pledge: Pledge) -> Result<Self, AppError> {
        let counts = store::open_of_event(tx.db(), pledge.event).await?.counts();
        Ok(Self { pledge, counts })
    }

    /// With the words as they are now.
    pub(super) async fn with_words(mut self, app: &App) -> Result<Self, AppError> {
        let now = store::find(app.db.read(), self.pledge.id).await?.ok_or(AppError::NotFound)?;
        self.pledge.words = now.words;
        Ok(self)
    }
}

/// Makes a pledge: its rows, its journal and the totals in one unit of work.
///
/// # Errors
/// 404 for a draft, 409 when the night takes no pledges, 422 with every wrong field.
pub async fn make(app: &App, once: &Once, event: EventId, input: &PledgeIn) -> Result<Told, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        event.check_takes_part()?;
        let new = NewPledge::new(input, &event, &Book::read(tx.db()).await?)?;
        let pledge = hiding::look_at_words(tx, number(&app.keys, tx, event.id, new).await?).await?;
        let key = supporter_key(&app.keys, &pledge);
        let is_new_supporter = !store::supporter_is_counted(tx.db(), &pledge, &key).await?;
        store::insert(tx, &pledge, key).await?;
        settle(tx, None, &pledge, JournalKind::Promised).await?;
        store::count_pledge(tx, event.id, 1).await?;
        store::count_supporter(tx, event.id, i64::from(is_new_supporter)).await?;
        mailing::queue_receipt(app, tx, &pledge).await?;
        tx.record(event.id, Kind::PledgeMade, about(&pledge)).await?;
        hiding::record_held(tx, &pledge).await?;
        take_stock(tx, &event).await?;
        Told::now(tx, pledge).await
    })
    .await?
    .with_words(app)
    .await
}

async fn number(keys: &Keys, tx: &Tx, event: EventId, new: NewPledge) -> Result<Pledge, AppError> {
    let id: PledgeId = tx.new_id();
    let number = store::next_number(tx, event).await?;
    let allocations = new.allocations(number);
    let NewPledge { terms, gift_aid, words, show, split: _ } = new;
    Ok(Pledge {
        id,
        event,
        number,
        reference: free_reference(keys, tx, id).await?,
        terms,
        counted: None,
        state: PledgeState::Promised,
        gift_aid,
        words,
        show,
        words_removed: false,
        held_word: None,
        token_version: 1,
        made_at: tx.now(),
        reminders: Reminders::default(),
        allocations,
    })
}

async fn free_reference(keys: &Keys, tx: &Tx, id: PledgeId) -> Result<String, AppError> {
    for attempt in 0..DRAWS_MAX {
        let drawn = reference::draw(keys, id.0, attempt);
        if !store::reference_is_taken(tx.db(), &drawn).await? {
            return Ok(drawn);
        }
    }
    Err(AppError::internal("no free reference in twenty draws"))
}

/// Changes a pledge: its words and switches as long as it stands, its amount and split while the night takes pledges.
///
/// # Errors
/// 409 for a pledge that was withdrawn or lapsed, for money once the night is over or all of it has arrived.
pub(in crate::pledges) async fn change(app: &App, id: PledgeId, input: &PledgeIn) -> Result<Pledge, AppError> {
    app.write(async |tx: &mut Tx| {
        let (event, before) = lock(tx, id).await?;
        before.check_changes()?;
        let charities = Book::read(tx.db()).await?;
        let change = NewPledge::change(&before, input, &event, &charities)?;
        let pledge = if (change.terms, &change.split) == (before.terms, &before.split()) {
            in_words(&before, change)
        } else {
            event.check_takes_part()?;
            in_money(&before, change)?
        };
        let says_something_else =
            (&pledge.words.name, &pledge.words.message) != (&before.words.name, &before.words.message);
        let pledge = if says_something_else { hiding::look_at_words(tx, pledge).await? } else { pledge };
        save_recounting(app, tx, &before, &pledge).await?;
        settle(tx, Some(&before), &pledge, JournalKind::Changed).await?;
        mailing::follow_address(app, tx, &before, &pledge).await?;
        tx.record(pledge.event, Kind::PledgeChanged, about(&pledge)).await?;
        if says_something_else {
            hiding::record_held(tx, &pledge).await?;
        }
        take_stock(tx, &event).await?;
        Ok(pledge)
    })
    .await
}

/// The pledge that a change of words, switches or Gift Aid makes of another. Its parts stay as they are, counted or not.
fn in_words(before: &Pledge, change: NewPledge) -> Pledge {
    let NewPledge { gift_aid, words, show, terms: _, split: _ } = change;
    Pledge { gift_aid, words, show, ..before.clone() }
}

/// The pledge that a change of the amount, or of its split, makes of another.
fn in_money(before: &Pledge, change: NewPledge) -> Result<Pledge, AppError> {
    before.check_moves()?;
    if change.split != before.split() && before.has_money() {
        return Err(AppError::conflict(
            "Something has been given for this pledge already, so it stays divided as it is.",
        ));
    }
    let fresh = change.allocations(before.number);
    let of = |charity| before.allocations.iter().find(|part| part.charity == charity);
    let keeping = |part: &Allocation| match of(part.charity) {
        Some(old) => Allocation { claimed: old.claimed, received: old.received, ..*part },
        None => *part,
    };
    let mut allocations: Vec<Allocation> = fresh.iter().map(keeping).collect();
    let beside = |part: &&Allocation| part.parts == 0 && fresh.iter().all(|one| one.charity != part.charity);
    allocations.extend(before.allocations.iter().filter(beside));
    let NewPledge { terms, gift_aid, words, show, split: _ } = change;
    // Counted until a moment ago, when its night was opened again: what it comes to is open now.
    Ok(Pledge { terms, gift_aid, words, show, allocations, counted: None, ..before.clone() }.with_state())
}

/// Takes a pledge back; no reason is asked. Doing it twice changes nothing more.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(app: &App, id: PledgeId) -> Result<Pledge, AppError> {
    app.write(async |tx: &mut Tx| {
        let (event, before) = lock(tx, id).await?;
        if matches!(before.state, PledgeState::Withdrawn | PledgeState::Lapsed) {
            return Ok(before);
        }
        let pledge = before.ended(PledgeState::Withdrawn);
        save_recounting(app, tx, &before, &pledge).await?;
        settle(tx, Some(&before), &pledge, JournalKind::Withdrawn).await?;
        store::count_pledge(tx, pledge.event, -1).await?;
        tx.record(pledge.event, Kind::PledgeWithdrawn, about(&pledge)).await?;
        take_stock(tx, &event).await?;
        Ok(pledge)
    })
    .await
}

/// Stores a pledge and counts its supporter anew: one mail address counts once while any pledge of it stands.
async fn save_recounting(app: &App, tx: &Tx, before: &Pledge, pledge: &Pledge) -> Result<(), AppError> {
    let old_key = store::supporter_key(tx.db(), pledge.id).await?;
    let new_key = supporter_key(&app.keys, pledge);
    let stood = |state| state != PledgeState::Withdrawn;
    let alone = |key: Vec<u8>| async move {
        store::supporter_is_counted(tx.db(), pledge, &key).await.map(|counted| i64::from(!counted))
    };
    let mut moved = 0;
    if stood(before.state) {
        moved -= alone(old_key).await?;
    }
    if stood(pledge.state) {
        moved += alone(new_key.clone()).await?;
    }
    store::save(tx, pledge, new_key).await?;
    if moved == 0 { Ok(()) } else { store::count_supporter(tx, pledge.event, moved).await }
}

/// The same for two pledges of one mail address, and of no use without the signing key.
fn supporter_key(keys: &Keys, pledge: &Pledge) -> Vec<u8> {
    match &pledge.words.email {
        Some(email) => keys.sign("supporter", email.as_bytes()).to_vec(),
        None => pledge.id.0.as_bytes().to_vec(),
    }
}

/// The secret of a pledge's own page. Made again whenever it is needed, kept nowhere.
#[must_use]
pub(in crate::pledges) fn manage_token(keys: &Keys, pledge: &Pledge) -> String {
    keys.token(PURPOSE, pledge.id.0, pledge.token_version)
}

/// Makes a new secret for a pledge: links made before open nothing any more.
///
/// # Errors
/// 409 once that was done 250 times.
pub(in crate::pledges) async fn renew_link(app: &App, id: PledgeId) -> Result<Pledge, AppError> {
    app.write(async |tx: &mut Tx| {
        let (event, mut pledge) = lock(tx, id).await?;
        let next = pledge.token_version.checked_add(1);
        pledge.token_version = next.ok_or(AppError::conflict("This link was made new too often. Ask the hosts."))?;
        store::set_token_version(tx.db(), id, pledge.token_version).await?;
        tx.record(event.id, Kind::PledgeLinkRenewed, About { subject: Some(id.0), ..About::default() }).await?;
        Ok(pledge)
    })
    .await
}

/// The pledge that a secret opens.
///
/// # Errors
/// 404 for anything that isn't a secret of ours, or is an old one.
pub(in crate::pledges) async fn open(app: &App, token: &str) -> Result<Pledge, AppError> {
    let (id, version) = app.keys.read_token(PURPOSE, token).ok_or(AppError::NotFound)?;
    let pledge = store::find(app.db.read(), PledgeId(id)).await?;
    pledge.filter(|pledge| pledge.token_version == version).ok_or(AppError::NotFound)
}
