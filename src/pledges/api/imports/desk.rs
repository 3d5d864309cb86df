//! Who may see an import, and a row of one: the hosts of its night.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use entity::ids::{ImportId, ImportRowId};
use uuid::Uuid;

use crate::accounts::{Organiser, Viewer};
use crate::app::App;
use crate::error::AppError;
use crate::events::{self, Event, may_host};
use crate::pledges::import::Import;
use crate::pledges::store;
use crate::web::extract::Path;

/// The night of this slug, for one of its hosts.
pub(super) async fn hosted(app: &App, viewer: &Viewer, slug: Option<&str>) -> Result<Event, AppError> {
    let slug = slug.ok_or_else(|| AppError::field("event", "Say which night, by its slug"))?;
    let event = events::find_by_slug(app.db.read(), slug).await?.ok_or(AppError::NotFound)?;
    check_host(app, viewer, &event).await?;
    Ok(event)
}

async fn check_host(app: &App, viewer: &Viewer, event: &Event) -> Result<(), AppError> {
    if may_host(app, viewer, event).await? {
        return Ok(());
    }
    // A draft is there for its hosts only.
    if event.state.is_hidden() {
        return Err(AppError::NotFound);
    }
    Err(AppError::Forbidden("Only the hosts of this night can do this."))
}

/// An import, and a host of its night.
#[derive(Debug)]
pub struct ImportDesk {
    pub organiser: Organiser,
    pub event: Event,
    pub import: Import,
}

impl ImportDesk {
    /// Who asks comes first: to nobody, no import is there or not there.
    async fn open(
        parts: &mut Parts,
        app: &App,
        find: impl AsyncFnOnce(Uuid) -> Result<Option<ImportId>, AppError>,
    ) -> Result<Self, AppError> {
        let organiser = <Organiser as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let viewer = <Viewer as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let Path(id) = Path::<Uuid>::from_request_parts(parts, app).await?;
        let id = find(id).await?.ok_or(AppError::NotFound)?;
        let import = store::find_import(app.db.read(), id).await?.ok_or(AppError::NotFound)?;
        let event = events::find(app.db.read(), import.event).await?.ok_or(AppError::NotFound)?;
        check_host(app, &viewer, &event).await?;
        Ok(Self { organiser, event, import })
    }
}

impl FromRequestParts<App> for ImportDesk {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        Self::open(parts, app, async |id| Ok(Some(ImportId(id)))).await
    }
}

/// A row of an import, and a host of its night.
#[derive(Debug)]
pub struct RowDesk {
    pub desk: ImportDesk,
    pub row: ImportRowId,
}

impl FromRequestParts<App> for RowDesk {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let mut row = ImportRowId(Uuid::nil());
        let desk = ImportDesk::open(parts, app, async |id| {
            row = ImportRowId(id);
            Ok(store::find_row(app.db.read(), row).await?.map(|row| row.import))
        });
        let desk = desk.await?;
        Ok(Self { desk, row })
    }
}
