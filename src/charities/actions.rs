//! Adding a charity, changing its facts, renaming it, merging it into another and taking that back.

use chrono::NaiveDate;
use chrono_tz::Europe::London;
use entity::ids::Scope;

use super::book::Book;
use super::charity::Charity;
use super::facts::{CharityFactsIn, CharityMergerIn, CharityRenameIn};
use super::store;
use crate::accounts::Organiser;
use crate::activity::Kind;
use crate::app::App;
use crate::db::{About, Tx};
use crate::error::AppError;
use crate::once::Once;

/// Adds a charity, for the nights that tick it.
///
/// # Errors
/// 422 with every wrong field.
pub async fn add(app: &App, once: &Once, organiser: &Organiser, input: &CharityFactsIn) -> Result<Charity, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let book = open(tx).await?;
        let charity = input.add(tx.new_id(), &book, today(tx))?;
        store::insert(tx.db(), &charity, i32::try_from(book.list().len()).unwrap_or(i32::MAX)).await?;
        note(tx, organiser, &charity, Kind::CharityAdded).await?;
        Ok(charity)
    })
    .await
}

/// Changes what is said about a charity, but not its name.
///
/// # Errors
/// 404 for a slug that isn't there, 409 for the link of one that is part of another, 422 with every wrong field.
pub async fn change(app: &App, organiser: &Organiser, slug: &str, input: &CharityFactsIn) -> Result<Charity, AppError> {
    app.write(async |tx: &mut Tx| {
        let (_, charity) = find(tx, slug).await?;
        let charity = input.change(charity, today(tx))?;
        store::save(tx.db(), &charity).await?;
        note(tx, organiser, &charity, Kind::CharityChanged).await?;
        Ok(charity)
    })
    .await
}

/// Gives a charity a new name from a day on.
///
/// # Errors
/// 404 for a slug that isn't there, 409 for one that is part of another, 422 with every wrong field.
pub async fn rename(
    app: &App,
    once: &Once,
    organiser: &Organiser,
    slug: &str,
    input: &CharityRenameIn,
) -> Result<Charity, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (_, mut charity) = find(tx, slug).await?;
        let (name, from) = input.check()?;
        charity.rename(name, from, today(tx))?;
        store::set_names(tx.db(), &charity).await?;
        note(tx, organiser, &charity, Kind::CharityRenamed).await?;
        Ok(charity)
    })
    .await
}

/// Makes a charity part of another from a day on.
///
/// # Errors
/// 404 for a slug that isn't there, 409 for one that is part of another already, 422 with every wrong field.
pub async fn merge(
    app: &App,
    once: &Once,
    organiser: &Organiser,
    slug: &str,
    input: &CharityMergerIn,
) -> Result<Charity, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (book, mut charity) = find(tx, slug).await?;
        charity.check_stands()?;
        let (into, from) = input.check()?;
        charity.merged = Some(book.merger(&charity, into, from, today(tx))?);
        store::set_merger(tx.db(), &charity).await?;
        note(tx, organiser, &charity, Kind::CharityMerged).await?;
        Ok(charity)
    })
    .await
}

/// Takes a merger back: the charity stands for itself again, with its own link and its own sums.
///
/// # Errors
/// 404 for a slug that isn't there, 409 for one that stands for itself.
pub async fn undo_merger(app: &App, once: &Once, organiser: &Organiser, slug: &str) -> Result<Charity, AppError> {
    app.write_once(once, async |tx: &mut Tx| {
        let (_, mut charity) = find(tx, slug).await?;
        charity.undo_merger()?;
        store::set_merger(tx.db(), &charity).await?;
        note(tx, organiser, &charity, Kind::CharityMergerUndone).await?;
        Ok(charity)
    })
    .await
}

/// The book, locked: two mergers at once must not make a circle, nor two names one slug.
async fn open(tx: &Tx) -> Result<Book, AppError> {
    tx.lock(Scope::SITE).await?;
    Ok(Book::read(tx.db()).await?)
}

async fn find(tx: &Tx, slug: &str) -> Result<(Book, Charity), AppError> {
    let book = open(tx).await?;
    let charity = book.by_slug(slug).cloned().ok_or(AppError::NotFound)?;
    Ok((book, charity))
}

fn today(tx: &Tx) -> NaiveDate {
    tx.now().with_timezone(&London).date_naive()
}

async fn note(tx: &mut Tx, organiser: &Organiser, charity: &Charity, kind: Kind) -> Result<(), AppError> {
    let about = About { subject: Some(charity.id.0), actor: Some(organiser.id.0), ..About::default() };
    tx.record(Scope::SITE, kind, about).await?;
    Ok(())
}
