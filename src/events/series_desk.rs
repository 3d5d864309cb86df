//! Who may change a series: whoever made it, and owners.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use entity::ids::SeriesId;
use serde::Deserialize;
use uuid::Uuid;

use super::series::Series;
use super::store;
use crate::accounts::{Organiser, Role};
use crate::app::App;
use crate::error::AppError;
use crate::web::extract::Path;

/// An organiser, and the series of the path's `{series}` that is theirs to change.
#[derive(Debug)]
pub struct SeriesDesk {
    pub organiser: Organiser,
    pub series: Series,
}

#[derive(Deserialize)]
struct Named {
    series: Uuid,
}

impl FromRequestParts<App> for SeriesDesk {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        // Who asks comes first: to nobody, no series is there or not there.
        let organiser = Organiser::from_request_parts(parts, app).await?;
        let Path(Named { series }) = Path::from_request_parts(parts, app).await?;
        let series = store::find_series(app.db.read(), SeriesId(series)).await?.ok_or(AppError::NotFound)?;
        if organiser.role != Role::Owner && organiser.id != series.created_by {
            return Err(AppError::Forbidden("Only whoever made this series, or an owner, can do this."));
        }
        Ok(Self { organiser, series })
    }
}
