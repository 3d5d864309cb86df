//! The mail with a sign-in link.

use chrono::TimeDelta;
use entity::Moment;
use serde::Deserialize;

pub use super::actions::SEND_LINK;
use super::{actions, store};
use crate::app::App;
use crate::error::AppError;
use crate::keys;
use crate::mail::{Handed, Mail};

/// Nobody waits longer for a link; who still wants one asks again.
const WANTED_FOR: TimeDelta = TimeDelta::minutes(30);

#[derive(Deserialize)]
struct SendLink {
    email_hash: Vec<u8>,
    asked_at: Moment,
}

/// Runs [`SEND_LINK`]. The link is made here, so its secret is in the mail and nowhere else; a second try makes a
/// second link.
///
/// # Errors
/// When the post doesn't take the mail.
pub async fn send_link(app: App, payload: serde_json::Value) -> Result<(), AppError> {
    let SendLink { email_hash, asked_at } = serde_json::from_value(payload).map_err(AppError::internal)?;
    if asked_at + WANTED_FOR < app.now() {
        return Ok(());
    }
    let accounts = store::all(app.db.read()).await?;
    let Some(account) = accounts.into_iter().find(|account| keys::same(&keys::hash(&account.email), &email_hash))
    else {
        return Ok(());
    };
    // Before the link is made: each try would else leave one behind.
    app.mailer.check(app.now()).await?;
    let link = app.config.link(&actions::make_sign_in_link(&app, account.id).await?);
    let text = format!(
        "Hello {},\n\nhere is your link to sign in to #TwitterDisco:\n\n{link}\n\n\
         It works once, for ten minutes. If you didn't ask for it, you can throw this mail away.\n",
        account.name
    );
    let subject = "Sign in to #TwitterDisco".to_owned();
    match app.mailer.send(Mail { to: account.email, subject, text, ..Mail::default() }).await? {
        Handed::Taken | Handed::Refused => Ok(()),
        // Of these, two are better than none.
        Handed::Unknown => Err(AppError::internal("the mail server went silent")),
    }
}
