//! A DJ without an account: whoever holds the secret link of a slot may run that slot, and nothing else.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use entity::ids::SlotId;
use serde::Deserialize;

use super::event::Event;
use super::lineup::Kept;
use super::store;
use crate::app::App;
use crate::db::Tx;
use crate::error::AppError;
use crate::keys::Keys;
use crate::web::extract::Path;

/// What secrets of slots are made for.
const PURPOSE: &str = "decks";

/// The slot that the path's `{token}` opens, and its night.
#[derive(Clone, Debug)]
pub struct Dj {
    pub event: Event,
    pub slot: Kept,
}

#[derive(Deserialize)]
struct Opened {
    token: String,
}

impl FromRequestParts<App> for Dj {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let Path(Opened { token }) = Path::from_request_parts(parts, app).await?;
        Self::of(app, &token).await
    }
}

impl Dj {
    /// The slot that this secret opens, and its night.
    ///
    /// # Errors
    /// 404 for a secret that opens nothing.
    pub async fn of(app: &App, token: &str) -> Result<Self, AppError> {
        let (id, version) = app.keys.read_token(PURPOSE, token).ok_or(AppError::NotFound)?;
        let found = store::find_slot(app.db.read(), SlotId(id)).await?;
        let (event, slot) = found.filter(|(_, slot)| slot.link_version == version).ok_or(AppError::NotFound)?;
        let event = store::find(app.db.read(), event).await?.ok_or(AppError::NotFound)?;
        // Nobody but its hosts knows of a draft yet.
        if event.state.is_hidden() {
            return Err(AppError::NotFound);
        }
        Ok(Self { event, slot })
    }

    /// The night and the slot as they are now, with the night's head locked: a link made new a moment ago opens nothing.
    ///
    /// # Errors
    /// 404 when the link or the slot is gone.
    pub async fn lock(&self, tx: &Tx) -> Result<Event, AppError> {
        let event = store::lock(tx, self.event.id).await?;
        let found = store::find_slot(tx.db(), self.slot.id).await?;
        let stands = found.is_some_and(|(of, slot)| of == event.id && slot.link_version == self.slot.link_version);
        if stands { Ok(event) } else { Err(AppError::NotFound) }
    }
}

impl Kept {
    /// The secret that opens this slot.
    #[must_use]
    pub fn token(&self, keys: &Keys) -> String {
        keys.token(PURPOSE, self.id.0, self.link_version)
    }

    /// The path of the page that runs this slot.
    #[must_use]
    pub fn path(&self, keys: &Keys) -> String {
        format!("/decks/{}", self.token(keys))
    }

    /// As it is once its link is made new.
    ///
    /// # Errors
    /// 409 when that was done too often.
    pub fn with_new_link(self) -> Result<Self, AppError> {
        let next = self.link_version.checked_add(1);
        let link_version = next.ok_or(AppError::conflict("This link was made new too often. Put the slot in anew."))?;
        Ok(Self { link_version, ..self })
    }
}
