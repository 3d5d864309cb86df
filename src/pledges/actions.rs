//! Making a pledge, changing it, taking it back.

use entity::ids::{EventId, PledgeId};
use entity::journal::JournalKind;
use entity::money::Pence;

use super::ledger::{Allocation, Journal, Line};
use super::pledge::{NewPledge, Pledge, PledgeIn, PledgeKind, PledgeState};
use super::{reference, store};
use crate::activity::Kind;
use crate::app::App;
use crate::charities::Book;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events;
use crate::keys::Keys;
use crate::once::Once;

/// What signs the secret links of pledges.
const PURPOSE: &str = "pledge";
/// Draws of a reference before we believe that something else is wrong.
const DRAWS_MAX: u8 = 20;
/// The share of a journal's book that is read and posted at once when a night is cancelled.
const LAPSE_BATCH: u64 = 500;

/// Makes a pledge: its rows, its journal and the totals in one unit of work.
///
/// # Errors
/// 404 for a draft, 409 when the night takes no pledges, 422 with every wrong field.
pub async fn make(app: &App, once: &Once, event: EventId, input: &PledgeIn) -> Result<Pledge, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        event.check_takes_part()?;
        let new = NewPledge::new(input, &event, &Book::read(tx.db()).await?)?;
        let pledge = number(tx, event.id, new).await?;
        let key = supporter_key(&app.keys, &pledge);
        let is_new_supporter = !store::supporter_is_counted(tx.db(), &pledge, &key).await?;
        store::insert(tx, &pledge, key).await?;
        book(tx, &pledge, JournalKind::Promised, &[], false).await?;
        store::count_pledge(tx, event.id, 1).await?;
        store::count_supporter(tx, event.id, i64::from(is_new_supporter)).await?;
        tx.record(event.id, Kind::PledgeMade, about(&pledge)).await?;
        Ok(pledge)
    })
    .await
}

async fn number(tx: &Tx, event: EventId, new: NewPledge) -> Result<Pledge, AppError> {
    let id: PledgeId = tx.new_id();
    let number = store::next_number(tx, event).await?;
    let allocations = new.allocations(number);
    let NewPledge { amount, gift_aid, words, show, split: _ } = new;
    Ok(Pledge {
        id,
        event,
        number,
        reference: free_reference(tx, id).await?,
        kind: PledgeKind::Fixed,
        amount,
        state: PledgeState::Promised,
        gift_aid,
        words,
        show,
        words_removed: false,
        token_version: 1,
        made_at: tx.now(),
        allocations,
    })
}

async fn free_reference(tx: &Tx, id: PledgeId) -> Result<String, AppError> {
    for attempt in 0..DRAWS_MAX {
        let drawn = reference::draw(id.0, attempt);
        if !store::reference_is_taken(tx.db(), &drawn).await? {
            return Ok(drawn);
        }
    }
    Err(AppError::internal("no free reference in twenty draws"))
}

/// Posts the journal that leads from what was promised `before`, and moves the running totals with it.
async fn book(
    tx: &Tx,
    pledge: &Pledge,
    kind: JournalKind,
    before: &[Allocation],
    was_gift_aid: bool,
) -> Result<(), AppError> {
    let lines = Line::from_to(before, &pledge.allocations);
    for allocation in union(before, &pledge.allocations) {
        let part = |list: &[Allocation]| promised_to(list, allocation.charity);
        let (was, is) = (part(before), part(&pledge.allocations));
        let aided = |given: bool, amount| if given { amount } else { Pence::ZERO };
        let gift_aidable = aided(pledge.gift_aid, is) - aided(was_gift_aid, was);
        if is != was || gift_aidable != Pence::ZERO {
            store::move_totals(tx, pledge.event, allocation.charity, is - was, gift_aidable).await?;
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let journal = Journal { event: pledge.event, pledge: pledge.id, kind, at: tx.now(), lines };
    store::post(tx, &journal).await
}

fn promised_to(list: &[Allocation], charity: entity::ids::CharityId) -> Pence {
    list.iter().filter(|allocation| allocation.charity == charity).map(|allocation| allocation.promised).sum()
}

fn union<'a>(one: &'a [Allocation], other: &'a [Allocation]) -> Vec<&'a Allocation> {
    let known = |allocation: &&Allocation| one.iter().all(|first| first.charity != allocation.charity);
    one.iter().chain(other.iter().filter(known)).collect()
}

/// Changes a pledge: its words and switches at any time, its amount and split while the night takes pledges.
///
/// # Errors
/// 409 for a pledge that was withdrawn or lapsed, or for money once the night is over.
pub(super) async fn change(app: &App, id: PledgeId, input: &PledgeIn) -> Result<Pledge, AppError> {
    app.write(async |tx: &mut Tx| {
        let (event, before) = lock(tx, id).await?;
        if before.state != PledgeState::Promised {
            return Err(AppError::conflict(format!("This pledge is {}; it can't be changed.", before.state)));
        }
        let charities = Book::read(tx.db()).await?;
        let change = NewPledge::change(&before, input, &event, &charities)?;
        let allocations = change.allocations(before.number);
        if allocations != before.allocations {
            event.check_takes_part()?;
        }
        let NewPledge { amount, gift_aid, words, show, split: _ } = change;
        let pledge = Pledge { amount, gift_aid, words, show, allocations, ..before.clone() };
        save_recounting(app, tx, &before, &pledge).await?;
        book(tx, &pledge, JournalKind::Changed, &before.allocations, before.gift_aid).await?;
        tx.record(pledge.event, Kind::PledgeChanged, about(&pledge)).await?;
        Ok(pledge)
    })
    .await
}

/// Takes a pledge back; no reason is asked. Doing it twice changes nothing more.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(app: &App, id: PledgeId) -> Result<Pledge, AppError> {
    app.write(async |tx: &mut Tx| {
        let (_, before) = lock(tx, id).await?;
        if matches!(before.state, PledgeState::Withdrawn | PledgeState::Lapsed) {
            return Ok(before);
        }
        let pledge = emptied(&before, PledgeState::Withdrawn);
        save_recounting(app, tx, &before, &pledge).await?;
        book(tx, &pledge, JournalKind::Withdrawn, &before.allocations, before.gift_aid).await?;
        store::count_pledge(tx, pledge.event, -1).await?;
        tx.record(pledge.event, Kind::PledgeWithdrawn, about(&pledge)).await?;
        Ok(pledge)
    })
    .await
}

/// The same pledge, promising nothing any more.
fn emptied(pledge: &Pledge, state: PledgeState) -> Pledge {
    let nothing = |allocation: &Allocation| Allocation { promised: Pence::ZERO, ..*allocation };
    Pledge { state, allocations: pledge.allocations.iter().map(nothing).collect(), ..pledge.clone() }
}

/// The pledge as it is now, with its event's head locked.
async fn lock(tx: &Tx, id: PledgeId) -> Result<(events::Event, Pledge), AppError> {
    let event = store::find(tx.db(), id).await?.ok_or(AppError::NotFound)?.event;
    let event = events::lock(tx, event).await?;
    let pledge = store::find(tx.db(), id).await?.ok_or(AppError::NotFound)?;
    Ok((event, pledge))
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

/// Lets every standing pledge of a cancelled night lapse: each by a journal of its own.
///
/// # Errors
/// When the database fails.
pub async fn lapse_all(tx: &Tx, event: EventId) -> Result<(), AppError> {
    let mut after = 0;
    loop {
        let batch = store::of_event(tx.db(), event, after, LAPSE_BATCH, true).await?;
        let Some(last) = batch.last() else { return Ok(()) };
        after = last.number;
        for before in &batch {
            let pledge = emptied(before, PledgeState::Lapsed);
            let key = store::supporter_key(tx.db(), pledge.id).await?;
            store::save(tx, &pledge, key).await?;
            book(tx, &pledge, JournalKind::Lapsed, &before.allocations, before.gift_aid).await?;
        }
    }
}

/// Hides what a supporter wrote; the money stays.
///
/// # Errors
/// 404 when the pledge isn't one of this event's.
pub async fn remove_words(
    app: &App,
    once: &Once,
    actor: uuid::Uuid,
    event: EventId,
    id: PledgeId,
) -> Result<Pledge, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        events::lock(tx, event).await?;
        let mut pledge =
            store::find(tx.db(), id).await?.filter(|pledge| pledge.event == event).ok_or(AppError::NotFound)?;
        pledge.words_removed = true;
        store::hide_words(tx.db(), id).await?;
        let about = About { subject: Some(id.0), actor: Some(actor), ..About::default() };
        tx.record(event, Kind::PledgeWordsRemoved, about).await?;
        Ok(pledge)
    })
    .await
}

fn about(pledge: &Pledge) -> About {
    About { subject: Some(pledge.id.0), actor: None, amount_pence: Some(pledge.promised()) }
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
pub(super) fn manage_token(keys: &Keys, pledge: &Pledge) -> String {
    keys.token(PURPOSE, pledge.id.0, pledge.token_version)
}

/// The pledge that a secret opens.
///
/// # Errors
/// 404 for anything that isn't a secret of ours, or is an old one.
pub(super) async fn open(app: &App, token: &str) -> Result<Pledge, AppError> {
    let (id, version) = app.keys.read_token(PURPOSE, token).ok_or(AppError::NotFound)?;
    let pledge = store::find(app.db.read(), PledgeId(id)).await?;
    pledge.filter(|pledge| pledge.token_version == version).ok_or(AppError::NotFound)
}
