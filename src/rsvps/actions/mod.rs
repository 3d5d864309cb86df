//! The verbs of an RSVP: make, withdraw, stop its mails; and telling its person what there is to tell.

mod telling;

pub(super) use telling::{Round, begin_mail, end_mail, tell_some};
pub use telling::{follow, forget_addresses};

use entity::ids::{EventId, RsvpId};
use serde::{Deserialize, Serialize};

use self::telling::plan_next;
use super::rsvp::Rsvp;
use super::store;
use crate::accounts::{self, Email, Guest, Viewer};
use crate::activity::Kind;
use crate::app::App;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::events::{self, Event, State};
use crate::once::Once;
use crate::sent::Sent;

/// What secrets of RSVPs are made for.
const PURPOSE: &str = "rsvp";
/// There is one secret for each RSVP; it ends with it.
const VERSION: u8 = 0;

/// How a night stands for somebody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Going {
    /// How many say they'll be there.
    pub count: i64,
    pub is_going: bool,
    /// Whether they left an address.
    pub is_reminded: bool,
    /// The guest that a newcomer became.
    pub newcomer: Option<Guest>,
}

/// How a night stands for whoever is asking.
///
/// # Errors
/// When the database fails.
pub async fn going(app: &App, viewer: &Viewer, event: EventId) -> Result<Going, AppError> {
    let count = store::count(app.db.read(), event).await?;
    let mine = match accounts::guest_of(app, viewer).await? {
        Some(guest) => store::of_guest(app.db.read(), event, guest).await?,
        None => None,
    };
    let is_reminded = mine.as_ref().is_some_and(|mine| mine.email.is_some());
    Ok(Going { count, is_going: mine.is_some(), is_reminded, newcomer: None })
}

/// Says that somebody will be there. Doing it twice changes nothing but the address, where one is sent.
///
/// # Errors
/// 403 for someone who sits this night out, 404 for a draft, 409 unless the night is still to come.
pub async fn make(
    app: &App,
    once: &Once,
    viewer: &Viewer,
    event: EventId,
    email: &Sent<Email>,
) -> Result<Going, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let event = events::lock(tx, event).await?;
        check_is_to_come(&event)?;
        let (guest, newcomer) = accounts::as_dancer(app, tx, viewer).await?;
        events::check_welcome(tx, event.id, guest).await?;
        let before = store::of_guest(tx.db(), event.id, guest).await?;
        let is_new = before.is_none();
        let fresh = || Rsvp {
            id: tx.new_id(),
            event: event.id,
            guest,
            email: None,
            told_start: event.when.starts_at,
            reminded_at: None,
        };
        let mut rsvp = before.clone().unwrap_or_else(fresh);
        email.when_sent(|email| {
            let email = email.map(|email| email.as_str().to_owned());
            if rsvp.email != email {
                // Somebody else at that address has been told nothing so far.
                rsvp = Rsvp { email, told_start: event.when.starts_at, reminded_at: None, ..rsvp.clone() };
            }
        });
        let is_changed = before.is_none_or(|before| before != rsvp);
        if let Some(email) = rsvp.email.as_deref().filter(|_| is_changed) {
            // From another phone, or by somebody else: one address is written to once for a night.
            store::forget_address(tx.db(), Some(event.id), email).await?;
        }
        store::put(tx.db(), rsvp.clone(), tx.now()).await?;
        if is_new {
            tx.record(event.id, Kind::RsvpMade, about(&rsvp)).await?;
        }
        if is_changed {
            plan_next(tx, &rsvp, &event).await?;
        }
        let count = store::count(tx.db(), event.id).await?;
        Ok(Going { count, is_going: true, is_reminded: rsvp.email.is_some(), newcomer })
    })
    .await
}

fn check_is_to_come(event: &Event) -> Result<(), AppError> {
    event.check_takes_part()?;
    match event.state {
        State::Scheduled => Ok(()),
        _ => Err(AppError::conflict("The night has begun: come in.")),
    }
}

/// Says that somebody won't be there after all. Of somebody who never said so, it changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(app: &App, viewer: &Viewer, event: EventId) -> Result<Going, AppError> {
    if let Some(guest) = accounts::guest_of(app, viewer).await? {
        app.write(async |tx: &mut Tx| {
            let event = events::lock(tx, event).await?;
            match store::of_guest(tx.db(), event.id, guest).await? {
                Some(rsvp) => take_back(tx, &rsvp).await,
                None => Ok(()),
            }
        })
        .await?;
    }
    going(app, viewer, event).await
}

async fn take_back(tx: &mut Tx, rsvp: &Rsvp) -> Result<(), AppError> {
    store::delete(tx.db(), rsvp.id).await?;
    tx.record(rsvp.event, Kind::RsvpWithdrawn, about(rsvp)).await?;
    Ok(())
}

fn about(rsvp: &Rsvp) -> About {
    // Not by whom: it is a number and no name, for hosts too.
    About { subject: Some(rsvp.id.0), ..About::default() }
}

/// The RSVP that a mail's secret opens, and its night.
///
/// # Errors
/// 404 for a secret that opens nothing, or nothing any more.
pub async fn open(app: &App, token: &str) -> Result<(Rsvp, Event), AppError> {
    let (id, _) = app.keys.read_token(PURPOSE, token).ok_or(AppError::NotFound)?;
    let rsvp = store::find(app.db.read(), RsvpId(id)).await?.ok_or(AppError::NotFound)?;
    let event = events::find(app.db.read(), rsvp.event).await?.ok_or(AppError::NotFound)?;
    Ok((rsvp, event))
}

/// Forgets the address of an RSVP, wherever it was left: no mail comes to it any more.
///
/// # Errors
/// When the database fails.
pub async fn stop_mails(app: &App, rsvp: &Rsvp) -> Result<(), AppError> {
    change(app, rsvp, async |tx, rsvp| match rsvp.email {
        Some(email) => Ok(store::forget_address(tx.db(), None, &email).await?),
        None => Ok(()),
    })
    .await
}

/// Takes an RSVP back by the secret in its mail.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_by_mail(app: &App, rsvp: &Rsvp) -> Result<(), AppError> {
    change(app, rsvp, async |tx, rsvp| take_back(tx, &rsvp).await).await
}

/// Does something with an RSVP as it is now, if it is still there.
async fn change<F>(app: &App, rsvp: &Rsvp, work: F) -> Result<(), AppError>
where
    F: AsyncFnOnce(&mut Tx, Rsvp) -> Result<(), AppError>,
{
    app.write(async |tx: &mut Tx| {
        events::lock(tx, rsvp.event).await?;
        match store::find(tx.db(), rsvp.id).await? {
            Some(rsvp) => work(tx, rsvp).await,
            None => Ok(()),
        }
    })
    .await
}
