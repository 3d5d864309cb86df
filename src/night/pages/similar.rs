//! "Sam shared this at 9:14pm: dance with them?": asked before a song is shared that is very like one that is there.

use askama::Template;
use axum::response::{IntoResponse, Response};

use super::sharing::ShareForm;
use crate::accounts::Viewer;
use crate::app::App;
use crate::error::AppError;
use crate::events::{Event, clock_words};
use crate::tracks::{self, Likeness, Share, Song};
use crate::web::form::Seal;
use crate::web::page::Private;

/// The newest songs are looked through; more have never been shared in a night.
pub(super) const READ: u64 = 500;

#[derive(Template)]
#[template(path = "night/similar.html")]
struct SimilarPage {
    seal: Seal,
    event: Event,
    /// What is there.
    share: Share,
    /// `9:14pm`, on the wall of the night; none for what was shared beforehand.
    time: Option<String>,
    /// What was to be shared, as it was typed.
    form: ShareForm,
    /// And what it was read as.
    song: Song,
    /// Whether its link goes to the one that is there.
    brings_link: bool,
}

/// A shown song that is very likely this one, though it isn't the same: sharing the same one joins it without a question.
///
/// # Errors
/// When the database fails.
pub(super) async fn find(app: &App, event: &Event, song: &Song) -> Result<Option<Share>, AppError> {
    let Some(likeness) = song.likeness() else { return Ok(None) };
    let there = tracks::newest(app.db.read(), event.id, READ).await?;
    let key = song.title_key();
    let is_same = |share: &Share| {
        let by_link =
            song.link.as_ref().is_some_and(|link| share.track.links.iter().any(|known| known.url == link.url));
        by_link || share.track.title_key() == key
    };
    if there.iter().any(is_same) {
        return Ok(None);
    }
    Ok(like(there, &likeness).next())
}

/// Those that are very likely this song.
pub(super) fn like(shares: Vec<Share>, likeness: &Likeness) -> impl Iterator<Item = Share> {
    let is_like = |share: &Share| share.track.likeness().is_some_and(|known| known.is_like(likeness));
    shares.into_iter().filter(is_like)
}

/// The question, with a button for each answer.
///
/// # Errors
/// When the database fails.
pub(super) async fn ask(
    app: &App,
    viewer: &Viewer,
    event: Event,
    share: Share,
    form: ShareForm,
    song: Song,
) -> Result<Response, AppError> {
    let known = match &song.link {
        Some(link) => tracks::track_with(app.db.read(), link).await?,
        None => None,
    };
    // One that leads to a third song would make a "yes" share that.
    let brings_link = song.link.is_some() && known.is_none_or(|known| known == share.track.id);
    let time = event.when.on_the_wall(share.shared_at).naive_local();
    let time = (share.shared_at >= event.began_at()).then(|| clock_words(time));
    let page = SimilarPage { seal: viewer.seal(app), event, share, time, form, song, brings_link };
    Ok(Private(page).into_response())
}
