//! "Sam shared this at 9:14pm: dance with them?": asked before a song is shared that is very like one that is there.

use askama::Template;
use axum::response::{IntoResponse, Response};

use super::sharing::ShareForm;
use crate::accounts::Viewer;
use crate::app::App;
use crate::error::AppError;
use crate::events::{Event, clock_words};
use crate::tracks::{self, Order, Page, Share, Song, are_alike};
use crate::web::form::Seal;
use crate::web::page::Private;

/// The newest songs are looked through; more have never been shared in a night.
const READ: u64 = 500;

#[derive(Template)]
#[template(path = "night/similar.html")]
struct SimilarPage {
    seal: Seal,
    event: Event,
    /// What is there.
    share: Share,
    /// `9:14pm`, on the wall of the night.
    time: String,
    /// What was to be shared, as it was typed.
    form: ShareForm,
    /// And what it was read as.
    song: Song,
}

/// A shown song that is very likely this one, though it isn't the same: sharing the same one joins it without a question.
///
/// # Errors
/// When the database fails.
pub(super) async fn find(app: &App, event: &Event, song: &Song) -> Result<Option<Share>, AppError> {
    let Some(title) = &song.title else { return Ok(None) };
    let page = Page { order: Order::NewestFirst, count: READ, after: None };
    let there = tracks::of_event(app.db.read(), event.id, page).await?;
    let key = song.title_key();
    let is_same = |share: &Share| {
        let by_link =
            song.link.as_ref().is_some_and(|link| share.track.links.iter().any(|known| known.url == link.url));
        by_link || share.track.title_key() == key
    };
    if there.iter().any(is_same) {
        return Ok(None);
    }
    let is_like = |share: &Share| {
        let known = share.track.title.as_deref();
        known.is_some_and(|known| are_alike((known, share.track.artist.as_deref()), (title, song.artist.as_deref())))
    };
    Ok(there.into_iter().find(is_like))
}

/// The question, with a button for each answer.
pub(super) fn ask(app: &App, viewer: &Viewer, event: Event, share: Share, form: ShareForm, song: Song) -> Response {
    let time = clock_words(event.when.on_the_wall(share.shared_at).naive_local());
    Private(SimilarPage { seal: viewer.seal(app), event, share, time, form, song }).into_response()
}
