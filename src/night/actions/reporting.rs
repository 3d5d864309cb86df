//! Reports: made by anyone, decided by hosts, or by owners where no host is the right one to ask.

use entity::ids::{MatterId, Scope};
use uuid::Uuid;

use super::{about, sharing};
use crate::accounts::Organiser;
use crate::activity::Kind;
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::events;
use crate::kindness::{self, AboutKind, Asked, Matter, NewReport, Outcome, Subject, TakenReport};
use crate::night::reported::Reported;
use crate::once::Once;
use crate::{pledges, tracks};

/// Takes a report down. By itself it hides nothing.
///
/// # Errors
/// 404 for what isn't there for everyone to see.
pub async fn report(
    app: &App,
    once: &Once,
    asked: &Asked,
    reporter: Option<Uuid>,
    new: NewReport,
) -> Result<TakenReport, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        lock(tx, Reported::public(tx.db(), asked).await?.subject).await?;
        // It may have been taken down while we waited.
        let subject = Reported::public(tx.db(), asked).await?.subject;
        kindness::take_report(&app.keys, tx, subject, reporter, new).await
    })
    .await
}

/// Locks the night that a report is about, or the site.
async fn lock(tx: &Tx, subject: Subject) -> Result<Scope, AppError> {
    let scope = subject.event.map_or(Scope::SITE, Scope::from);
    tx.lock(scope).await?;
    Ok(scope)
}

/// Decides a matter: takes down what it is about, or leaves it.
///
/// # Errors
/// 404 when it isn't there, 409 when somebody has decided it, or when what it is about can't be taken down here.
pub async fn settle(
    app: &App,
    once: &Once,
    actor: &Organiser,
    id: MatterId,
    (outcome, reason): (Outcome, Option<String>),
) -> Result<(), AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let matter = kindness::find_matter(tx.db(), id).await?.ok_or(AppError::NotFound)?;
        let scope = lock(tx, matter.subject).await?;
        let matter = kindness::find_matter(tx.db(), id).await?.ok_or(AppError::NotFound)?;
        matter.check_open()?;
        if outcome == Outcome::Removed {
            take_down(tx, &matter, reason, actor.id.0).await?;
        }
        kindness::close_matter(tx, id, outcome, actor.id).await?;
        tx.record(scope, Kind::ReportSettled, about(id.0, Some(actor.id.0))).await?;
        Ok(())
    })
    .await
}

async fn take_down(tx: &mut Tx, matter: &Matter, reason: Option<String>, actor: Uuid) -> Result<(), AppError> {
    match (matter.subject.kind, matter.subject.id, matter.subject.event) {
        (AboutKind::Share, Some(id), Some(event)) => {
            let event = events::find(tx.db(), event).await?.ok_or(AppError::NotFound)?;
            let share = tracks::find(tx.db(), id.into()).await?.ok_or(AppError::NotFound)?;
            // One that is gone already needs no taking down.
            if share.can_go() {
                sharing::take_down(tx, &event, share, reason, actor).await?;
            }
            Ok(())
        }
        (AboutKind::Pledge, Some(id), Some(event)) => {
            pledges::hide_words(tx, actor, event, id.into()).await?;
            Ok(())
        }
        _ => {
            Err(AppError::conflict("This can't be taken down from here. Change it where it is, then close the report."))
        }
    }
}
