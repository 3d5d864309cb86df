//! Owners: those who answer for the installation.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::account::Role;
use super::session::Organiser;
use crate::app::App;
use crate::error::AppError;

/// An owner who is asking.
#[derive(Clone, Debug)]
pub struct Owner(pub Organiser);

impl FromRequestParts<App> for Owner {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let organiser = <Organiser as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        match organiser.role {
            Role::Owner => Ok(Self(organiser)),
            Role::Organiser => Err(AppError::Forbidden("Only an owner of this installation can do this.")),
        }
    }
}
