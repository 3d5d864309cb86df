//! Jobs about promises: counting them when a night turns, and mailing their supporters.

use entity::ids::{EventId, PledgeId};
use serde::Deserialize;

use super::actions::{self, Round};
use super::mails::MailKind;
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;

/// The job that brings the pledges of a night to what its state asks for.
pub const FOLLOW: &str = "pledges.follow";

#[derive(Deserialize)]
struct Follow {
    event: EventId,
}

/// Runs [`FOLLOW`], a batch at a time, so that everybody else gets their turn between.
///
/// # Errors
/// When the database fails.
pub async fn follow(app: App, payload: serde_json::Value) -> Result<(), AppError> {
    let Follow { event } = serde_json::from_value(payload).map_err(AppError::internal)?;
    while !app.write(async |tx: &mut Tx| actions::follow_more(tx, event).await).await? {}
    Ok(())
}

/// The job that sees to one mail of one pledge.
pub const MAIL: &str = "pledges.mail";
/// The job that reminds the supporters of a night.
pub const REMIND: &str = "pledges.remind";

#[derive(Deserialize)]
struct OneMail {
    pledge: PledgeId,
    kind: MailKind,
}

/// Runs [`MAIL`]: notes that the hand-over begins, hands over, notes what became of it.
///
/// # Errors
/// When the mail server doesn't take it this time, or the database fails; both are tried again.
pub async fn mail(app: App, payload: serde_json::Value) -> Result<(), AppError> {
    let OneMail { pledge, kind } = serde_json::from_value(payload).map_err(AppError::internal)?;
    app.mailer.check(app.now()).await?;
    let begun = app.write(async |tx: &mut Tx| actions::begin_mail(&app, tx, pledge, kind).await).await?;
    let Some(mail) = begun else { return Ok(()) };
    let handed = app.mailer.send(mail).await;
    let noted = handed.as_ref().ok().copied();
    app.write(async |tx: &mut Tx| actions::end_mail(tx, pledge, kind, noted).await).await?;
    handed.map(|_| ())
}

/// Runs [`REMIND`] for one batch of a round.
///
/// # Errors
/// When the database fails.
pub async fn remind(app: App, payload: serde_json::Value) -> Result<(), AppError> {
    let round: Round = serde_json::from_value(payload).map_err(AppError::internal)?;
    app.write(async |tx: &mut Tx| actions::remind_some(tx, round).await).await
}
