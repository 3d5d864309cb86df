//! The owners' page of the word list.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use entity::ids::ListedWordId;
use serde::Deserialize;
use uuid::Uuid;

use super::word_list::ListedWord;
use super::{actions, store};
use crate::accounts::{Owner, Press, Viewer};
use crate::app::App;
use crate::error::{AppError, Problems};
use crate::once::Once;
use crate::web::extract::Path;
use crate::web::form::{Form, Seal};
use crate::web::page::Private;

#[derive(Template)]
#[template(path = "kindness/words.html")]
struct WordsPage {
    seal: Seal,
    words: Vec<(ListedWordId, String)>,
    word: String,
    problems: Problems,
}

async fn words_page(app: &App, viewer: &Viewer, word: String, problems: Problems) -> Result<Response, AppError> {
    let status = if problems.list().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let words = store::words(app.db.read()).await?;
    Ok((status, Private(WordsPage { seal: viewer.seal(app), words, word, problems })).into_response())
}

/// `GET /host/words`
///
/// # Errors
/// 403 for others than owners.
pub async fn list(State(app): State<App>, _: Owner, viewer: Viewer) -> Result<Response, AppError> {
    words_page(&app, &viewer, String::new(), Problems::default()).await
}

/// What the form of a word sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct WordForm {
    word: String,
}

/// `POST /host/words`
///
/// # Errors
/// 403 for others than owners, 409 when the list is full.
pub async fn add(
    State(app): State<App>,
    owner: Owner,
    viewer: Viewer,
    once: Once,
    Form(form): Form<WordForm>,
) -> Result<Response, AppError> {
    let mut problems = Problems::default();
    let Some(word) = problems.take("word", ListedWord::new(&form.word)) else {
        return words_page(&app, &viewer, form.word, problems).await;
    };
    actions::add_word(&app, &once, &owner, word).await?;
    Ok(Redirect::to("/host/words").into_response())
}

/// `POST /host/words/{id}/removal`
///
/// # Errors
/// 403 for others than owners, 404 when it isn't on the list.
pub async fn remove(
    State(app): State<App>,
    owner: Owner,
    Path(id): Path<Uuid>,
    Form(Press {}): Form<Press>,
) -> Result<Redirect, AppError> {
    actions::remove_word(&app, &owner, ListedWordId(id)).await?;
    Ok(Redirect::to("/host/words"))
}
