//! The word list over JSON.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use entity::ids::ListedWordId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::word_list::ListedWord;
use super::{actions, store};
use crate::accounts::Owner;
use crate::app::App;
use crate::error::AppError;
use crate::once::Once;
use crate::web::extract::{Json, Path};
use crate::web::faces::ProblemOut;
use crate::web::paging::List;

/// A word or phrase to hold for a host.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct WordIn {
    /// 2 to 60 characters. Case, accents, look-alikes and letters swapped for digits don't matter; whole words only.
    word: String,
}

/// A word or phrase of the list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WordOut {
    id: Uuid,
    word: String,
}

/// The word list.
///
/// # Errors
/// 403 for others than owners.
#[utoipa::path(get, path = "/api/v1/words", tag = "kindness", security(("bearer" = [])),
    responses((status = 200, body = List<WordOut>), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut)))]
pub async fn list(State(app): State<App>, _: Owner) -> Result<Response, AppError> {
    let words = store::words(app.db.read()).await?;
    let items = words.into_iter().map(|(id, word)| WordOut { id: id.0, word }).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(List { items, next: None })).into_response())
}

/// Put a word on the list. One that is on it already is 200.
///
/// # Errors
/// 403 for others than owners, 409 when the list is full, 422 for what is no word.
#[utoipa::path(post, path = "/api/v1/words", tag = "kindness", security(("bearer" = [])), request_body = WordIn,
    responses((status = 200, body = WordOut), (status = 201, body = WordOut), (status = 401, body = ProblemOut),
        (status = 403, body = ProblemOut), (status = 409, body = ProblemOut), (status = 422, body = ProblemOut)))]
pub async fn add(
    State(app): State<App>,
    owner: Owner,
    once: Once,
    Json(WordIn { word }): Json<WordIn>,
) -> Result<Response, AppError> {
    let word = ListedWord::new(&word).map_err(|message| AppError::field("word", message))?;
    let added = actions::add_word(&app, &once, &owner, word).await?;
    let status = if added.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let out = WordOut { id: added.id.0, word: added.word };
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Json(out)).into_response())
}

/// Take a word off the list. What is held for it stays held.
///
/// # Errors
/// 403 for others than owners, 404 when it isn't on it.
#[utoipa::path(delete, path = "/api/v1/words/{id}", tag = "kindness", security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = ProblemOut), (status = 403, body = ProblemOut),
        (status = 404, body = ProblemOut)))]
pub async fn remove(State(app): State<App>, owner: Owner, Path(id): Path<Uuid>) -> Result<StatusCode, AppError> {
    actions::remove_word(&app, &owner, ListedWordId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
