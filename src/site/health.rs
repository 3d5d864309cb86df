//! Whether the service is up, and whether it can work.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::AppError;
use crate::events;

/// `GET /healthz`: the process answers.
pub async fn alive() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], "ok\n")
}

/// `GET /readyz`: the database answers.
///
/// # Errors
/// 503 while it doesn't.
pub async fn ready(State(app): State<App>) -> Result<Response, AppError> {
    if app.stopping.is_cancelled() {
        return Err(AppError::Busy);
    }
    events::exists(app.db.read()).await.map_err(|_| AppError::Busy)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], "ok\n").into_response())
}
