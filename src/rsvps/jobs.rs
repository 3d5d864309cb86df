//! Jobs about RSVPs: telling one person what there is to tell, and looking at all of a night.

use entity::ids::RsvpId;
use serde::Deserialize;

use super::actions::{self, Round};
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;

/// The job that tells one person what is due.
pub const MAIL: &str = "rsvps.mail";
/// The job that looks at all who are to be told of a night.
pub const ROUND: &str = "rsvps.round";

#[derive(Deserialize)]
struct One {
    rsvp: RsvpId,
}

/// Runs [`MAIL`]: notes that the hand-over begins, hands over, takes the note back if it surely failed.
///
/// # Errors
/// When the mail server doesn't take it this time, or the database fails; both are tried again.
pub async fn mail(app: App, payload: serde_json::Value) -> Result<(), AppError> {
    let One { rsvp } = serde_json::from_value(payload).map_err(AppError::internal)?;
    app.mailer.check(app.now()).await?;
    let begun = app.write(async |tx: &mut Tx| actions::begin_mail(&app, tx, rsvp).await).await?;
    let Some((mail, before)) = begun else { return Ok(()) };
    let handed = app.mailer.send(mail).await;
    let noted = handed.as_ref().ok().copied();
    app.write(async |tx: &mut Tx| actions::end_mail(tx, before, noted).await).await?;
    handed.map(|_| ())
}

/// Runs [`ROUND`] for one batch.
///
/// # Errors
/// When the database fails.
pub async fn round(app: App, payload: serde_json::Value) -> Result<(), AppError> {
    let round: Round = serde_json::from_value(payload).map_err(AppError::internal)?;
    app.write(async |tx: &mut Tx| actions::tell_some(tx, round).await).await
}
